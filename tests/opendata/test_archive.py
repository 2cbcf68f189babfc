"""The archive of a whole cycle: everything, in the same order, and as its fingerprints say."""

from __future__ import annotations

import io
import json
import zipfile
from hashlib import sha256

from cocrea.opendata.lists import OF_CYCLES
from tests.factories import commitments, cycles, proposals, voting


def _archive(client, cycle) -> zipfile.ZipFile:
    answer = client.get(f"/ciclos/{cycle.slug}/datos.zip")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_it_has_every_list_in_both_forms_and_says_what_it_is(client, app):
    commitment, _official = commitments.signed()
    archive = _archive(client, commitment.cycle)
    names = archive.namelist()
    assert (names[0], names[-1]) == ("LEEME.txt", "SHA256SUMS")
    expected = [f"listas/{dataset.name}.{form}" for dataset in OF_CYCLES for form in ("csv", "json")]
    assert [name for name in names if name.startswith("listas/")] == expected
    readme = archive.read("LEEME.txt").decode()
    assert commitment.cycle.title in readme and "CC-BY-4.0" in readme
    (row,) = json.loads(archive.read("listas/compromisos.json"))["items"]
    assert row["reference"] == commitment.reference
    assert archive.testzip() is None


def test_its_lists_are_those_of_the_page(client, app):
    commitment, _official = commitments.signed()
    archive = _archive(client, commitment.cycle)
    for dataset in OF_CYCLES:
        for form in ("csv", "json"):
            address = f"/ciclos/{commitment.cycle.slug}/datos/{dataset.name}.{form}"
            assert archive.read(f"listas/{dataset.name}.{form}") == client.get(address).data


def test_its_sums_are_those_of_its_files(client, app):
    archive = _archive(client, proposals.working_cycle())
    lines = archive.read("SHA256SUMS").decode().splitlines()
    told = dict(reversed(line.split("  ")) for line in lines)
    assert list(told) == archive.namelist()[:-1]
    assert all(sha256(archive.read(name)).hexdigest() == digest for name, digest in told.items())


def test_twice_is_the_same(client, app):
    cycle = proposals.working_cycle()
    proposals.published(cycle)
    first, second = (client.get(f"/ciclos/{cycle.slug}/datos.zip").data for _ in range(2))
    assert first == second


def test_contests_are_in_it_once_they_are_counted(client, app):
    contest = voting.contest()
    name = f"votaciones/{contest.reference}.json"
    assert name not in _archive(client, contest.cycle).namelist()
    voting.vote(contest, voting.electorate(1)[0], "yes")
    voting.sealed(contest)
    own = client.get(f"/votaciones/{contest.reference}/boletas.json").data
    assert _archive(client, contest.cycle).read(name) == own


def test_a_cycle_that_is_not_public_has_none(client, app):
    assert client.get(f"/ciclos/{cycles.cycle(published=False).slug}/datos.zip").status_code == 404
