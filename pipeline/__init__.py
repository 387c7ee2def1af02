"""What does it mean, and what becomes of it? Forms, checks, review, archive.

`core` holds values and decisions and is pure; everything beside it is the shell around them.
"""
