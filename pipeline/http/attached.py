"""Files as answers: their names, and the digest that the trail keeps of what was handed out."""

import base64
import hashlib
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from fastapi import Response

from pipeline.http.picture_routes import BYTES


class TableKind(StrEnum):
    """As what a table is handed out."""

    CSV = "csv"
    XLSX = "xlsx"


TABLE_MEDIA = {
    TableKind.CSV: "text/csv",
    TableKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TABLE_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The table. `Repr-Digest` has its SHA-256, which the trail keeps.",
        "content": dict.fromkeys(TABLE_MEDIA.values(), BYTES),
    }
}
"""What the description says of such an answer."""


def attachment(name: str) -> str:
    """The header that says how the file is called, whatever letters are in its name (RFC 6266)."""
    if name.isascii() and name.isprintable() and '"' not in name and "\\" not in name:
        return f'attachment; filename="{name}"'
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


def file_answer(name: str, content: bytes, media_type: str) -> Response:
    """A file that is a line of the trail: not to be kept by the way, with its SHA-256."""
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    headers = {
        "Content-Disposition": attachment(name),
        "Repr-Digest": f"sha-256=:{digest}:",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
