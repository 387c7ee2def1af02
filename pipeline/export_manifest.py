"""The manifest of an export: which files, which records are in them, and who signed those."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

from pipeline.accounts import Person
from pipeline.core.printed_signatures import printed_signature
from pipeline.export import Exported, Format
from pipeline.review import open_record
from pipeline.signing import content_of
from pipeline.site import Site


@dataclass(frozen=True)
class FileLine:
    """A file that was handed out, without its bytes."""

    name: str
    sha256: str
    size: int
    records: tuple[str, ...]

    @classmethod
    def of(cls, made: Exported) -> "FileLine":
        """What is kept of a file that was handed out."""
        return cls(made.name, made.sha256, len(made.content), made.records)

    def document(self) -> dict[str, Any]:
        """The line as JSON has it."""
        return {
            "file": self.name,
            "sha256": self.sha256,
            "bytes": self.size,
            "records": list(self.records),
        }


def manifest_of(
    site: Site, files: Sequence[FileLine], format: Format, *, by: Person, at: datetime
) -> bytes:
    """The manifest as JSON."""
    records = dict.fromkeys(record for file in files for record in file.records)
    document = {
        "recordroom": version("recordroom"),
        "format": format.value,
        "exported_at": at.isoformat(),
        "exported_by": by.user,
        "files": [file.document() for file in files],
        "records": [_record(site, record) for record in records],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _record(site: Site, record_id: str) -> dict[str, Any]:
    record = open_record(site, record_id).record
    return {
        "record": record.id,
        "record_state": record.state.value,
        "revision": record.revision,
        "form": record.form,
        "version": record.version,
        "batch_number": record.batch_number,
        "scan_sha256": record.source.sha256,
        "scans": [source.sha256 for source in record.sources],
        "content_digest": content_of(site, record_id),
        "signatures": [printed_signature(one) for one in record.signatures],
    }
