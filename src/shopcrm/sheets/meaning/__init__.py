"""What the rows of a tab come to: receipts, people, stock."""
