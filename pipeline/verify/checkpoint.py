"""Checkpoints: the trail's head, signed with the site's key, and kept out of the site's reach.

A chain alone does not show that its tail was cut off, or that all of it was written anew from some
line on. A checkpoint that is kept elsewhere does: the line that it names must still be there.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pipeline.errors import InputRefused
from pipeline.verify.findings import Finding, Part
from pipeline.verify.rows import canonical
from pipeline.verify.trail import Noted


@dataclass(frozen=True)
class Checkpoint:
    """Where the trail of a site was at a moment. `key` and `signature` are in hexadecimal."""

    site: str
    sequence: int
    digest: str
    at: str
    key: str
    signature: str = ""

    @property
    def signed_bytes(self) -> bytes:
        """What the signature is of: everything else, as canonical JSON."""
        said = {name: value for name, value in asdict(self).items() if name != "signature"}
        return canonical(said).encode()


def load_checkpoint(file: Path) -> Checkpoint:
    """The checkpoint of a file; InputRefused where it is none."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        texts = [str(found[name]) for name in ("digest", "at", "key", "signature")]
        return Checkpoint(str(found["site"]), int(found["sequence"]), *texts)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputRefused(
            f"it is no checkpoint ({error})", "name a file that `recordroom checkpoint` wrote"
        ) from error


def check_checkpoint(
    checkpoint: Checkpoint, site: Mapping[str, object], trail: Noted
) -> Iterator[Finding]:
    """What does not hold between the trail and a checkpoint."""
    if not _is_signed(checkpoint):
        yield _wrong("The checkpoint itself was changed: its signature does not hold.")
        return
    if checkpoint.site != site["key"]:
        yield _wrong("The checkpoint is another site's.")
        return
    if checkpoint.key not in trail.keys:
        yield _wrong("The checkpoint was signed with a key that this trail does not name.")
    if trail.last < checkpoint.sequence:
        yield _wrong(
            f"The trail ends at line {trail.last}; on {checkpoint.at} it had "
            f"{checkpoint.sequence}: its tail was cut off, or an older copy was put in place."
        )
    elif trail.found != checkpoint.digest:
        yield _wrong(
            f"Line {checkpoint.sequence} is not the one of {checkpoint.at}: the trail was written "
            "anew, or another copy was put in place."
        )


def _is_signed(checkpoint: Checkpoint) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(checkpoint.key))
        key.verify(bytes.fromhex(checkpoint.signature), checkpoint.signed_bytes)
    except (InvalidSignature, ValueError):
        return False
    return True


def _wrong(sentence: str) -> Finding:
    return Finding(Part.CHECKPOINT, sentence)
