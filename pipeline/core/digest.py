"""The digest that a signature binds: of everything that a record says, but its signatures."""

import hashlib

from pipeline.core.document import archive_document, as_json
from pipeline.core.values import Record

_NOT_SIGNED = {"signatures", "record_state"}
"""What changes by signing, and later when a new revision takes the record's place."""


def digest(record: Record) -> str:
    """The SHA-256 of the record's canonical JSON without its signatures, in hexadecimal.

    Where the record stands (`record_state`) is left out too, since the signature itself changes
    it; readings, corrections, dispositions and the revision are all bound.
    """
    document = archive_document(record)
    signed = {key: value for key, value in document.items() if key not in _NOT_SIGNED}
    return hashlib.sha256(as_json(signed).encode()).hexdigest()
