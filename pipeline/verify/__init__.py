"""Proof that nothing has changed: everything that a site keeps, checked against everything else.

Written against the tables and not against the code that fills them: nothing of `pipeline.store`,
`pipeline.core` or `pipeline.signing` is used here, so that a mistake there does not hide itself.

rows ─► trail    each line holds on to the one before, and to a checkpoint kept elsewhere
     ─► records  readings, corrections, answers and states are those that the trail tells
     ─► signed   each signature is of what the record says
     ─► files    scans and page pictures are the bytes that were taken
     ─► log      the signature log is, in each version, the one that the trail names
     ─► tokens   API tokens open what they were made for, to whom, and as long as they were to
     ─► guards   the database itself still refuses to change what stays
"""

from pipeline.verify.everything import verify
from pipeline.verify.findings import Finding, Verified

__all__ = ["Finding", "Verified", "verify"]
