"""The command line: one file a noun, each command three or four lines. Only render.py prints."""
