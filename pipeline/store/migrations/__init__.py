"""How the tables came to be: each file in `versions` brings a database one step further."""
