"""The HTTP API, a module for each part: who asks, what they may, what is answered.

`pipeline.api` puts them together. A route is a few lines: it asks `who.py` for whoever is there,
`given.py` whether they may have what that record says, and one function of the pipeline for the
answer.
"""
