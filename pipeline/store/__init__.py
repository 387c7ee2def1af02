"""Rows, and what stands between them and the values of `pipeline.core`, on both databases."""
