"""The digest of an electronic signature: who signed what, when, and what for, as one number."""

import hashlib
import json
from datetime import UTC, datetime


def signature_digest(
    *, record: str, content: str, name: str, user: str, meaning: str, at: datetime
) -> str:
    """The SHA-256 of a signature's own JSON (sorted keys, no spaces), in hexadecimal.

    `content` is the digest of all that the record says, its page images and its earlier
    signatures (`pipeline/store/manifest.py`). Since the record's name is in it too, a signature
    that is moved to another record does not hold there.
    """
    said = {
        "record": record,
        "content": content,
        "name": name,
        "user": user,
        "meaning": meaning,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
