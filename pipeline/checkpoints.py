"""Checkpoints: the trail's head, signed, to be kept where nobody here can reach it.

The site's key (Ed25519, RFC 8032) lies in its folder, readable by its owner alone; the trail names
it when it is made. What a checkpoint shows is in `pipeline/verify/checkpoint.py`.
"""

import json
import os
from dataclasses import asdict, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from sqlmodel import Session, col, select

from pipeline.errors import SiteUnavailable
from pipeline.site import HERE, PROGRAM, Site, site_row
from pipeline.store.chain import Happening, append
from pipeline.store.database import writing
from pipeline.store.tables import EventRow
from pipeline.verify.checkpoint import Checkpoint

KEY_FILE = "checkpoint-key.pem"
CHECKPOINT_KEY = "checkpoint_key"
"""The kind of the line that names a key."""


def checkpoint(site: Site) -> Checkpoint:
    """Where the trail is now, signed with the site's key."""
    row, at = site_row(site.engine), site.now()
    assert row is not None
    with writing(site.engine) as session:
        key = _key(site, session)
        last = session.exec(select(EventRow).order_by(col(EventRow.sequence).desc()).limit(1)).one()
    said = Checkpoint(
        site=row.key,
        sequence=last.sequence,
        digest=last.digest,
        at=at.isoformat(timespec="seconds"),
        key=key.public_key().public_bytes_raw().hex(),
    )
    return replace(said, signature=key.sign(said.signed_bytes).hex())


def as_text(one: Checkpoint) -> str:
    """The checkpoint as its file."""
    return json.dumps(asdict(one), indent=2) + "\n"


def _key(site: Site, session: Session) -> Ed25519PrivateKey:
    """The site's key, which the trail names; made where there is none yet."""
    file = site.settings.site / KEY_FILE
    try:
        if not file.is_file():
            _write(file, Ed25519PrivateKey.generate())
        key = load_pem_private_key(file.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("it is no Ed25519 key")
    except (OSError, ValueError) as error:
        raise SiteUnavailable(
            f"the key in {file} can't be used ({error})",
            "restore it from a backup, or take it away: a new one is made and named in the trail",
        ) from error
    public = key.public_key().public_bytes_raw().hex()
    is_it = (col(EventRow.kind) == CHECKPOINT_KEY) & (col(EventRow.new) == public)
    if session.exec(select(EventRow).where(is_it)).first() is None:
        at = site.now()
        append(session, Happening(kind=CHECKPOINT_KEY, by=PROGRAM, at=at, where=HERE, new=public))
    return key


def _write(file: Path, key: Ed25519PrivateKey) -> None:
    """The key, readable by its owner alone from the first moment on."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
