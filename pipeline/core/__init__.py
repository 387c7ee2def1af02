"""The pure half: frozen values, and functions from one to the next. No file, database or clock."""
