"""Rows, and what stands between them and the values of `pipeline.core`, on both databases.

In the order of dependencies: `columns` (how values lie in a column) → `site_tables` and `tables`
(the rows) → `database` (the door) → `noun_rows`, `record_rows`, `chain`, `search`, `leases` (rows
to values and back). The tables are made by `migrations`, never by the models.
"""
