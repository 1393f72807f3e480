"""What a shop owner would name with a verb; one module a noun, functions `verb(book, ...) -> Result`."""
