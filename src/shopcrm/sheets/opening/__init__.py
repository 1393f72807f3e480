"""Opens a sheet by its bytes, whatever its name says, and answers its tabs as columns of text."""
