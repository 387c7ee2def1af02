"""The pure half: frozen values, and functions from one to the next. No file, no database, no clock."""
