"""A PostgreSQL to throw away, for tests and benchmarks: own cluster, unprivileged user, socket."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")
QUICK = {
    "fsync": "off",
    "listen_addresses": "''",
    "max_connections": "60",
    "shared_buffers": "'32MB'",
}


def programs() -> Path | None:
    """The folder with initdb and pg_ctl, None where PostgreSQL's server isn't installed."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), reverse=True)
    on_path = shutil.which("pg_ctl")
    found = [*installed, *([Path(on_path)] if on_path else [])]
    return found[0].parent if found else None


@contextmanager
def cluster(**other: str) -> Iterator[str]:
    """A running cluster, with other settings; gives its server's address, {database} open."""
    folder = Path(tempfile.mkdtemp(prefix="recordroom-pg-", dir="/tmp"))
    prefix, owner = _as_somebody()
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    watch = _watch(prefix, folder)
    try:
        _run(
            prefix,
            folder,
            "initdb",
            "-D",
            str(folder / "data"),
            "-U",
            "tests",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        settings = "\n".join(f"{name} = {value}" for name, value in (QUICK | other).items())
        with (folder / "data" / "postgresql.conf").open("a") as file:
            file.write(f"\n{settings}\nunix_socket_directories = '{folder}'\n")
        _run(
            prefix,
            folder,
            "pg_ctl",
            "-D",
            str(folder / "data"),
            "-w",
            "-l",
            str(folder / "log"),
            "start",
        )
        yield f"postgresql://tests@/{{database}}?host={folder}"
    finally:
        watch.communicate(timeout=60)


def _watch(prefix: list[str], folder: Path) -> "subprocess.Popen[bytes]":
    """Stops the cluster once we are gone, however we went; then goes on to remove its folder.

    That takes long with hundreds of databases, and nobody has to wait for it. A process of tests
    may be killed, and a cluster, which is no child of ours, would stay.
    """
    stop = [*prefix, str(_program("pg_ctl")), "-D", str(folder / "data"), "-m", "immediate", "stop"]
    script = 'cat; cd /; folder=$1; shift; "$@"; rm -rf "$folder" &'
    return subprocess.Popen(
        ["sh", "-c", script, "sh", str(folder), *stop],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _as_somebody() -> tuple[list[str], pwd.struct_passwd | None]:
    """How a program is run: as we are, or where we are root as somebody who may do little."""
    if os.geteuid() != 0:
        return [], None
    for name in UNPRIVILEGED:
        try:
            owner = pwd.getpwnam(name)
        except KeyError:
            continue
        ids = (f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}")
        return ["setpriv", *ids, "--clear-groups"], owner
    raise RuntimeError("no unprivileged user to run PostgreSQL under")


def _program(name: str) -> Path:
    where = programs()
    assert where is not None
    return where / name


def _run(prefix: list[str], folder: Path, program: str, *arguments: str) -> None:
    done = subprocess.run(
        [*prefix, str(_program(program)), *arguments],
        cwd=folder,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=60,
    )
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stdout.decode(errors='replace')}")
