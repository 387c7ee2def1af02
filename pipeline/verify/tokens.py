"""API tokens: whose each is, what it opens and until when, against what the trail tells."""

from collections import Counter
from collections.abc import Container, Iterator, Sequence

from sqlalchemy import Connection, inspect

from pipeline.verify.findings import Finding, Part
from pipeline.verify.rows import Row, rows_of, sha256

TABLE = "api_token"
MADE, REVOKED = "token_made", "token_revoked"
TOLD = (MADE, REVOKED)
SAID = ("id", "digest", "user", "name", "scopes", "made_at", "made_by", "expires_at")
"""What the digest that the trail has of a token is of."""
Line = tuple[str, str, str, str]
"""What happened, to which token (its digest, of older lines its words), by whom and when."""


def check_tokens(connection: Connection, told: Sequence[Row]) -> Iterator[Finding]:
    """Each token against the lines that tell of it, both ways."""
    rows = [*rows_of(connection, TABLE, "id")] if inspect(connection).has_table(TABLE) else []
    words = {line["old"]: line["new"] for line in told if line["old"]}
    lines = Counter(_told(line) for line in told)
    for row in rows:
        expected = Counter(_expected(row, known=words))
        wrong = expected - lines
        if wrong:
            yield _wrong(row, is_as_made=all(kind != MADE for kind, *_ in wrong))
        lines -= expected
    for kind, name, by, at in lines.elements():
        what = "made" if kind == MADE else "revoked"
        moment = f" at {at}" if at else ""
        said = words.get(name, name)
        sentence = f"An API token that {by} {what}{moment} is gone or changed: {said}."
        yield Finding(Part.TOKEN, sentence)


def _wrong(row: Row, *, is_as_made: bool) -> Finding:
    name = f"The API token {row['id']} of {row['user']} ({row['name']})"
    if is_as_made:
        return Finding(Part.TOKEN, f"{name} was not revoked as it stands here.")
    return Finding(Part.TOKEN, f"{name} is not one that the trail tells: it was changed or put in.")


def _told(line: Row) -> Line:
    if line["old"]:
        return line["kind"], line["old"], line["by"], line["at"]
    return line["kind"], line["new"] or "", line["by"], ""


def _expected(row: Row, *, known: Container[str]) -> Iterator[Line]:
    """The lines that a row has to have: with its digest, or as older versions told of tokens."""
    digest = sha256({name: row[name] for name in SAID})
    words = f"{row['user']}: {row['name']} ({row['scopes']}; until {row['expires_at'][:10]})"
    is_known = digest in known
    name = digest if is_known else words
    yield MADE, name, row["made_by"], row["made_at"] if is_known else ""
    if row["revoked_at"] is not None:
        yield REVOKED, name, row["revoked_by"], row["revoked_at"] if is_known else ""
