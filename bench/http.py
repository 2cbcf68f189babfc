"""The list of proposals against a bare list of the same rows.

One gunicorn worker serves Cocrea, another a minimal Flask + SQLAlchemy + Jinja page of the same twenty rows from the
same SQLite file; they are asked in turns, so that a busy machine slows both. Cocrea is asked twice: as a visitor, who
shares the page of this second with the other visitors, and as a browser with a cookie, whose page is made anew each
time. Prints requests per second, p50 and p99 of each, their ratio to the bare list and the growth from 2,000 proposals
to 20,000 and 100,000, and the SQL statements of one page made anew.
"""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from cocrea import create_app
from cocrea.accounts.models import Person, Sector
from cocrea.config import PROJECT, Settings
from cocrea.cycles.models import Cycle, Stage, StageKind
from cocrea.discussion.models import Channel, Contribution, ContributionKind, Visibility
from cocrea.extensions import db
from cocrea.forums.models import Space, SpaceLevel
from cocrea.proposals.models import Proposal, ProposalStatus

SIZES = (2_000, 20_000, 100_000)
ROUNDS, PER_ROUND = 12, 100
NOW = datetime.now(UTC)
LIST = "/ciclos/banco/propuestas"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        instance = Path(folder)
        settings = Settings(environment="development", instance=instance, worker=False, database_url="")
        app = create_app(settings)
        with app.app_context():
            db.create_all()
            _seed_cycle()
        environment = {"COCREA_INSTANCE": str(instance), "COCREA_WORKER": "0", "DATABASE_URL": settings.database_url}
        ours = stack.enter_context(_server("wsgi:app", environment))
        bare = stack.enter_context(_server("bench.minimal_list:app", environment))
        _report(app, ours, bare)


def _report(app: object, ours: int, bare: int) -> None:
    first: dict[str, float] = {}
    made = 0
    for size in SIZES:
        with app.app_context():  # type: ignore[attr-defined]
            _seed_proposals(made, size)
        made = size
        taken = _compare(ours, bare)
        base = taken.pop("bare")
        print(f"{size:>7} proposals: bare {_rate(base):5.0f}/s p50 {_p50(base):5.2f} ms p99 {_p99(base):5.2f} ms")
        for name, mine in taken.items():
            growth = _p50(mine) / first.setdefault(name, _p50(mine))
            print(
                f"{name:>17}: {_rate(mine):10.0f}/s p50 {_p50(mine):5.2f} ms p99 {_p99(mine):5.2f} ms | "
                f"rate ratio {_rate(mine) / _rate(base):.2f} (goal >= 0.50) | "
                f"p99 ratio {_p99(mine) / _p99(base):.2f} | growth {growth:.2f} (goal < 1.5)"
            )
    print(f"SQL statements of one page: {_statements(app)} (goal <= 10)")


def _compare(ours: int, bare: int) -> dict[str, list[float]]:
    """Seconds of each request, by who asked."""
    askers = {
        "visitor": (ours, LIST, {}),
        "made anew": (ours, LIST, {"Cookie": "otra=1"}),
        "bare": (bare, "/", {}),
    }
    for asker in askers.values():
        _ask(*asker, times=30)
    taken: dict[str, list[float]] = {name: [] for name in askers}
    for _round in range(ROUNDS):
        for name, asker in askers.items():
            taken[name] += _ask(*asker, times=PER_ROUND)
    return taken


def _ask(port: int, path: str, headers: dict[str, str], *, times: int) -> list[float]:
    """Seconds of each of `times` requests over one kept connection; every answer must be a full page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Language": "es", **headers})
        answer = connection.getresponse()
        body = answer.read()
        taken.append(time.perf_counter() - start)
        if answer.status != 200 or body.count(b"Propuesta de prueba") < 20:
            raise SystemExit(f"unexpected answer {answer.status} from {port}")
    connection.close()
    return taken


def _rate(values: list[float]) -> float:
    return 1 / statistics.fmean(values)


def _p50(values: list[float]) -> float:
    """In milliseconds."""
    return statistics.median(values) * 1e3


def _p99(values: list[float]) -> float:
    """In milliseconds."""
    return sorted(values)[int(len(values) * 0.99)] * 1e3


def _statements(app: object) -> int:
    seen: list[str] = []
    with app.app_context():  # type: ignore[attr-defined]
        sa.event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    app.test_client().get(LIST, headers={"Cookie": "otra=1"})  # type: ignore[attr-defined]
    return len([statement for statement in seen if not statement.startswith("BEGIN")])


@contextmanager
def _server(target: str, environment: dict[str, str]) -> Iterator[int]:
    """One gunicorn worker with 8 threads on a free port, ended by its own process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-w", "1", "-k", "gthread", "--threads", "8", "--no-control-socket"]
    command += ["--log-level", "error", "-b", f"127.0.0.1:{port}", target]
    process = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def _seed_cycle() -> None:
    space = Space(code="MX", slug="mexico", name="México", level=SpaceLevel.COUNTRY)
    author = Person(name="Participante 001", sector=Sector.CIVIL_SOCIETY, created_at=NOW, verified_at=NOW)
    cycle = Cycle(space=space, slug="banco", prefix="BAN", title="Ciclo de prueba", created_at=NOW, published_at=NOW)
    for position, kind in enumerate((StageKind.CONSULTATION, StageKind.PROPOSALS, StageKind.VOTING), 1):
        window = {"starts_at": NOW - timedelta(days=3), "ends_at": NOW + timedelta(days=30)}
        cycle.stages.append(
            Stage(position=position, kind=kind, title=str(kind), purpose="Probar", product="Medida", **window)
        )
    db.session.add_all([cycle, author])
    db.session.commit()


def _seed_proposals(start: int, end: int) -> None:
    cycle_id = db.session.scalar(sa.select(Cycle.id))
    author_id = db.session.scalar(sa.select(Person.id))
    numbers = range(start + 1, end + 1)
    shared = {
        "kind": ContributionKind.PROPOSAL,
        "cycle_id": cycle_id,
        "author_id": author_id,
        "author_sector": Sector.CIVIL_SOCIETY,
        "channel": Channel.ONLINE,
        "visibility": Visibility.PUBLIC,
        "created_at": NOW,
        "published_at": NOW,
        "body_source": "Publicar los datos cada mes y explicarlos. " * 20,
        "body_html": "<p>Publicar los datos cada mes y explicarlos.</p>" * 20,
    }
    rows = [
        {"id": n, "reference": f"BAN-PRO-{n:06d}", "title": f"Propuesta de prueba número {n}", **shared}
        for n in numbers
    ]
    details = [{"id": n, "status": ProposalStatus.PUBLISHED, "version": 1, "form_key": f"key-{n}"} for n in numbers]
    db.session.execute(sa.insert(Contribution.__table__), rows)  # type: ignore[arg-type]
    db.session.execute(sa.insert(Proposal.__table__), details)  # type: ignore[arg-type]
    db.session.commit()
    db.session.execute(sa.text("ANALYZE"))
    db.session.commit()


if __name__ == "__main__":
    main()
