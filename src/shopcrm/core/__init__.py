"""What everything else stands on: errors, money, clock, language, settings, the book and its gatekeepers."""
