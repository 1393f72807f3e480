"""Where things stand in a tab: its header, which column is which field, what lies above and below the data."""
