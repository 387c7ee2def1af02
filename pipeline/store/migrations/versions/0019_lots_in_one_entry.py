"""Lots that stand together in one entry are uses of their own: records with such entries wait.

Only entries with some sign that can stand between numbers or words are read otherwise now; all
others say what they said. So do, but for what somebody confirmed, those of the search.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BETWEEN = (" ", "/", ",", ";", "+", "&", "(", "[", "?", ".", ":", "#", "\t", "\n")
"""Signs of which one is in every entry that is read otherwise now."""


def upgrade() -> None:
    op.add_column("lot_use", sa.Column("entry", sa.String(), nullable=False, server_default=""))
    lot_use = sa.table("lot_use", *map(sa.column, ("record", "kind", "lot")))
    todo = sa.table("lot_use_todo", sa.column("record"))
    holds = sa.or_(*(lot_use.c.lot.contains(sign) for sign in BETWEEN))
    waits = sa.select(lot_use.c.record).where(lot_use.c.kind != "made", holds).distinct()
    new = waits.where(lot_use.c.record.not_in(sa.select(todo.c.record)))
    op.execute(sa.insert(todo).from_select(["record"], new))
    _read_confirmed_anew(todo)


def _read_confirmed_anew(todo: sa.TableClause) -> None:
    """What somebody confirmed is certain now: such records go into both indexes again."""
    answer = sa.table("disposition", *map(sa.column, ("record", "entry", "outcome")))
    confirmed = sa.select(answer.c.record).where(answer.c.outcome == "confirmed").distinct()
    due = sa.table("search_due", sa.column("record"))
    for waits in (todo, due):
        new = confirmed.where(answer.c.record.not_in(sa.select(waits.c.record)))
        op.execute(sa.insert(waits).from_select(["record"], new))
