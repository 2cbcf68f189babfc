"""A copy holds everything, from one moment, and restores on either database; a bad one touches nothing."""

from __future__ import annotations

import gzip
import tarfile
import threading
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

from cocrea.accounts.models import Organisation, Person, Sector
from cocrea.audit import jobs, operations, queries
from cocrea.audit.models import HistoryRecord
from cocrea.cli import archive, dump
from cocrea.core import files
from cocrea.core.db import transaction
from cocrea.core.models import StoredFile
from cocrea.cycles.models import Cycle, Stage, StageKind
from cocrea.extensions import db
from cocrea.forums.models import Space, SpaceLevel
from tests.conftest import NOW

OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}
PDF = b"%PDF-1.7 contenido"


def fill() -> None:
    """Rows of many types: moments, enums, JSON, links to later rows of one table, an upload, a sealed record."""
    with transaction() as session:
        child = Space(id=5, code="MX-OAX", slug="oaxaca", name="Oaxaca", level=SpaceLevel.STATE)
        parent = Space(id=9, code="MX", slug="mexico", name='Mé"xico\n\\', level=SpaceLevel.COUNTRY)
        session.add_all([child, parent])
        session.flush()
        child.parent_id = parent.id
        organisation = Organisation(slug="o", name="Organización", sector=Sector.ACADEMIA)
        session.add(organisation)
        session.flush()
        session.add(Person(name="Ana", created_at=NOW, organisation_id=organisation.id, is_pseudonym=True))
        cycle = Cycle(space_id=child.id, slug="c", prefix="C", title="Ciclo", created_at=NOW)
        cycle.stages = [Stage(position=1, kind=StageKind.VOTING, title="V", purpose="p", product="q", starts_at=NOW)]
        session.add(cycle)
        files.store(FileStorage(BytesIO(PDF), "acta.pdf"), now=NOW)
        operations.record(actor=None, action="test.done", subject="T", scope="platform", now=NOW)
    jobs.seal_now()


def contents() -> dict[str, list[tuple]]:
    with db.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in dump.tables()
        }


def invoke(app, *arguments):
    return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])


@pytest.fixture
def source(make_app, database_kind):
    app = make_app(database_kind)
    with app.app_context():
        fill()
    return app


@pytest.fixture
def copy(source, tmp_path):
    path = tmp_path / "copia.tar.gz"
    result = invoke(source, "backup", path)
    assert result.exit_code == 0, result.output
    assert "Copia lista" in result.output
    return path


def test_round_trip_on_the_same_and_on_the_other_database(make_app, source, copy, database_kind):
    with source.app_context():
        before = contents()
    for kind in (database_kind, OTHER[database_kind]):
        target = make_app(kind)
        result = invoke(target, "restore", copy)
        assert result.exit_code == 0, result.output
        with target.app_context():
            assert contents() == before
            assert files.path_of(db.session.scalars(sa.select(StoredFile.key)).one()).read_bytes() == PDF
            assert queries.inclusion(0) is not None
            with transaction() as session:  # ids go on after those restored
                session.add(Space(code="MX-JAL", slug="jalisco", name="Jalisco", level=SpaceLevel.STATE))
                session.add(Person(name="Beto", created_at=NOW))


def test_a_copy_is_for_its_owner_only(copy):
    assert copy.stat().st_mode & 0o777 == 0o600
    assert not list(copy.parent.glob("*.part"))


def test_a_database_with_rows_is_not_touched_without_asking(make_app, copy, database_kind):
    target = make_app(database_kind)
    with target.app_context(), transaction() as session:
        session.add(Space(id=77, code="XX", slug="xx", name="Otro", level=SpaceLevel.COUNTRY))
        files.store(FileStorage(BytesIO(b"%PDF- otro"), "otro.pdf"), now=NOW)
    result = invoke(target, "restore", copy)
    assert (result.exit_code, "--replace" in result.output) == (1, True)
    with target.app_context():
        assert db.session.get(Space, 77)
        db.session.remove()
    result = invoke(target, "restore", copy, "--replace")
    assert result.exit_code == 0, result.output
    with target.app_context():
        assert db.session.get(Space, 77) is None
        assert db.session.get(Space, 5).parent_id == 9
        assert len([path for path in files.root().rglob("*") if path.is_file()]) == 1


def test_a_copy_over_its_own_database_gives_the_same(source, copy):
    with source.app_context():
        before = contents()
    assert invoke(source, "restore", copy, "--replace").exit_code == 0
    with source.app_context():
        assert contents() == before


def _repack(copy, change):
    """The same archive with `change(name, bytes)` in place of each content; None leaves the member out."""
    with tarfile.open(copy) as old:
        members = [(member, old.extractfile(member).read()) for member in old]
    with tarfile.open(copy, "w:gz") as new:
        for member, content in members:
            changed = change(member.name, content)
            if changed is not None:
                member.size = len(changed)
                new.addfile(member, BytesIO(changed))


BAD = {
    "a changed row": lambda name, content: content.replace(b"Ana", b"Eva"),
    "a changed upload": lambda name, content: content + b"x" if name.startswith("files/") else content,
    "a missing upload": lambda name, content: None if name.startswith("files/") else content,
    "a missing table": lambda name, content: None if name == "tables/people.ndjson" else content,
    "no manifest": lambda name, content: None if name == "manifest.json" else content,
    "another format": lambda name, content: content.replace(b'"version": 1', b'"version": 99'),
    "another schema": lambda name, content: content.replace(b'"revision": null', b'"revision": "abc"'),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_copy_is_refused_before_anything_is_touched(source, copy, fault):
    with source.app_context():
        before = contents()
    _repack(copy, BAD[fault])
    result = invoke(source, "restore", copy, "--replace")
    assert (result.exit_code, "No se restauró" in result.output) == (1, True), result.output
    with source.app_context():
        assert contents() == before
        assert len([path for path in files.root().rglob("*") if path.is_file()]) == 1


def test_a_cut_or_foreign_file_is_refused(source, copy):
    whole = copy.read_bytes()
    for broken in (whole[: len(whole) // 2], b"not an archive", gzip.compress(b"nor this")):
        copy.write_bytes(broken)
        result = invoke(source, "restore", copy, "--replace")
        assert (result.exit_code, "No se restauró" in result.output) == (1, True), result.output


def test_a_copy_that_climbs_out_of_its_folder_is_refused(source, copy, tmp_path):
    with tarfile.open(copy, "w:gz") as evil:
        member = tarfile.TarInfo("../../escaped")
        member.size = 1
        evil.addfile(member, BytesIO(b"x"))
    assert invoke(source, "restore", copy, "--replace").exit_code == 1
    assert not list(tmp_path.rglob("escaped"))


def test_a_lost_upload_is_said_and_leaves_no_half_copy(source, tmp_path):
    with source.app_context():
        files.path_of(db.session.scalars(sa.select(StoredFile.key)).one()).unlink()
    result = invoke(source, "backup", tmp_path / "copia.tar.gz")
    assert (result.exit_code, "No se pudo copiar" in result.output) == (1, True)
    assert not list(tmp_path.glob("copia*"))


def test_a_copy_made_while_others_write_is_of_one_moment(make_app, source, tmp_path, database_kind):
    """Each writer's transaction adds a person and then a record naming them; a copy has both or neither."""
    stop, written = threading.Event(), []

    def write():
        with source.app_context():
            while not stop.is_set():
                with transaction() as session:
                    person = Person(name="Participante", created_at=NOW)
                    session.add(person)
                    session.flush()
                    operations.record(
                        actor=person, action="test.joined", subject=person.public_id, scope="platform", now=NOW
                    )
                written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [tmp_path / f"copia-{number}.tar.gz" for number in range(3)]
        for path in copies:
            before = len(written)
            with source.app_context():
                archive.write(path, now=NOW)
            while len(written) == before:
                stop.wait(0.01)
    finally:
        stop.set()
        writer.join()
    assert len(written) > 3
    target = make_app(database_kind)
    for path in copies:
        assert invoke(target, "restore", path, "--replace").exit_code == 0
        with target.app_context():
            joined = sa.select(HistoryRecord.subject).where(HistoryRecord.action == "test.joined")
            people = sa.select(Person.public_id).where(Person.name == "Participante")
            assert set(db.session.scalars(joined)) == set(db.session.scalars(people))


def test_values_survive_whatever_their_type():
    table = sa.Table(
        "t",
        sa.MetaData(),
        sa.Column("day", sa.Date),
        sa.Column("amount", sa.Numeric),
        sa.Column("raw", sa.LargeBinary),
        sa.Column("share", sa.Float),
        sa.Column("text", sa.Text),
    )
    values = [date(2026, 6, 5), dump.Decimal("1.50"), b"\x00\xff", 0.1, "2026-06-05"]
    for column, value in zip(table.columns, values, strict=True):
        assert dump._typed(column, dump._plain(value)) == value
