"""Tags: put on by hand or by the rules of the settings, listed, explained, and refreshed every night."""
