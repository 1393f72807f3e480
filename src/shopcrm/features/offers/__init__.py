"""Offers: added, edited, retired, listed, explained and printed; each command loads its own module alone."""
