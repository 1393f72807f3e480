"""Pure mathematics, frame in and frame out. No database, no clock of its own."""
