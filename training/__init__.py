"""Makes the project's own handwriting reader from scratch: strings, sheets, crops, fit, export."""
