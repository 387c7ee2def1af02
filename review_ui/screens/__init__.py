"""One module a screen of the app."""
