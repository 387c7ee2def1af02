"""Verifying API tokens: each is as the trail tells that it was made, and revoked."""

import pytest
from site_records import ADMIN, READER
from sqlalchemy import text

from pipeline.site import Site
from pipeline.tokens import Scope, make_token, revoke_token
from pipeline.verify import verify
from pipeline.verify.findings import Part
from pipeline.verify.rows import open_tables, rows_of
from pipeline.verify.tokens import TOLD, check_tokens


def made(site: Site) -> int:
    """A token of the reader; gives its number."""
    scopes = (Scope.ARCHIVE,)
    return make_token(site, "reader", name="a test", scopes=scopes, days=30, by=READER).token.id


CHANGED, NOT_REVOKED = "changed or put in", "was not revoked as it stands here"
GONE = "is gone or changed: reader: a test (read:archive; until 2026-04-01)."
COPY = (
    "INSERT INTO api_token SELECT 99, printf('%064d', 1), user, name, scopes, made_at, made_by, "
    "expires_at, NULL, NULL, NULL FROM api_token WHERE id = 1"
)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE api_token SET scopes = 'read:archive read:trail' WHERE id = 1", (CHANGED, GONE)),
        ("UPDATE api_token SET user = 'admin' WHERE id = 1", (CHANGED, GONE)),
        ("UPDATE api_token SET expires_at = '2026-04-01T23:59:59.000000+00:00' WHERE id = 1",
         (CHANGED, GONE)),
        ("UPDATE api_token SET digest = printf('%064d', 1) WHERE id = 1", (CHANGED, GONE)),
        ("UPDATE api_token SET revoked_at = NULL, revoked_by = NULL WHERE id = 2", (GONE,)),
        ("UPDATE api_token SET revoked_at = made_at, revoked_by = 'admin' WHERE id = 1",
         (NOT_REVOKED,)),
        ("DELETE FROM api_token WHERE id = 1", (GONE,)),
        (COPY, (CHANGED,)),
    ],
)  # fmt: skip
def test_verifying_finds_a_token_that_is_not_as_the_trail_tells(
    sqlite_site: Site, change: str, says: tuple[str, ...]
) -> None:
    made(sqlite_site)
    revoke_token(sqlite_site, made(sqlite_site), by=ADMIN)
    assert verify(sqlite_site.settings).findings == ()
    with sqlite_site.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(change))
    found = verify(sqlite_site.settings).findings
    assert {one.part for one in found} == {Part.TOKEN}
    for one, said in zip(found, says, strict=True):
        assert said in one.sentence


def test_a_token_of_which_an_older_version_told_in_words_alone_is_no_finding(
    sqlite_site: Site,
) -> None:
    made(sqlite_site)
    revoke_token(sqlite_site, 1, by=ADMIN)
    with open_tables(sqlite_site.settings.database_url) as tables:
        told = [line for line in rows_of(tables, "event", "sequence") if line["kind"] in TOLD]
        older = [{**line, "old": None, "at": "another moment"} for line in told]
        assert [*check_tokens(tables, older)] == []
        assert [*check_tokens(tables, older[:1])] != []
