"""The source code of what is running, packed for whoever asks (the licence, AGPL-3.0, gives everyone that right)."""

from __future__ import annotations

import tarfile
from functools import cache
from io import BytesIO

from cocrea.config import PROJECT

PARTS = ("assets", "bench", "cocrea", "docs", "migrations", "static", "templates", "tests")
FILES: tuple[str, ...] = (
    "pyproject.toml",
    "constraints.txt",
    "constraints-build.txt",
    "hatch_build.py",
    "Makefile",
    "babel.cfg",
)
FILES += ("wsgi.py", "README.md", "CHANGELOG.md", "LICENSE")
LEFT_OUT = frozenset({"__pycache__", "node_modules", "vendor", "results"})


@cache
def archive() -> bytes:
    """The project as `cocrea.tar.gz`: its own files only, neither data nor settings nor what npm installs."""
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in (*PARTS, *FILES):
            if (PROJECT / name).exists():
                tar.add(PROJECT / name, f"cocrea/{name}", filter=_own)
    return packed.getvalue()


def _own(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if LEFT_OUT & set(member.name.split("/")) or member.issym() or member.islnk():
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
