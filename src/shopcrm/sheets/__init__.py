"""Reading any till's export into clean records, and writing workbooks. No database here."""
