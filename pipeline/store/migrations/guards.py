"""Triggers that refuse a change to rows that stay as they are, on both databases.

Migrations use these, so what a guard here does for a given call must never change.
"""

from alembic import op

LOCKED = "('approved', 'superseded')"


def install() -> None:
    """What the guards of PostgreSQL call; SQLite needs nothing."""
    if _is_sqlite():
        return
    op.execute("""
        CREATE FUNCTION recordroom_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
        END $$""")
    op.execute(f"""
        CREATE FUNCTION recordroom_refuse_locked() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE changed text;
        BEGIN
            IF TG_OP = 'DELETE' THEN changed := OLD.record; ELSE changed := NEW.record; END IF;
            IF (SELECT state FROM record WHERE id = changed) IN {LOCKED} THEN
                RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;
        END $$""")


def refuse(table: str, change: str, message: str, *, when: str = "", name: str = "") -> None:
    """Refuse a change of any row of the table: `UPDATE`, `DELETE`, or `UPDATE OF columns`."""
    name = name or f"{table}_{change.split(' OF ')[0].lower()}_never"
    condition = f"WHEN ({when})" if when else ""
    action = (
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        if _is_sqlite()
        else f"EXECUTE FUNCTION recordroom_refuse('{message}')"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW {condition} {action}"
    )


def refuse_truncate(table: str, message: str) -> None:
    """Refuse to empty the table at once, which only PostgreSQL can."""
    if not _is_sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
            f"EXECUTE FUNCTION recordroom_refuse('{message}')"
        )


def refuse_on_locked(table: str, *changes: str) -> None:
    """Refuse these changes of rows that belong to a record that is locked."""
    message = "a record that is approved can not be changed"
    for change in changes:
        name = f"{table}_{change.lower()}_locked"
        head = f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW"
        if not _is_sqlite():
            op.execute(f"{head} EXECUTE FUNCTION recordroom_refuse_locked('{message}')")
            continue
        row = "OLD" if change == "DELETE" else "NEW"
        op.execute(
            f"{head} WHEN (SELECT state FROM record WHERE id = {row}.record) IN {LOCKED} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
