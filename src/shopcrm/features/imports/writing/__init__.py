"""Staged sheets become rows of the book: people and who they are, receipts, what is on the shelf, opening balances."""
