"""A roll that is uploaded as a list of addresses: how it is read, kept and deleted."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
import xlsxwriter

from cocrea.accounts.models import Credential
from cocrea.accounts.operations.profile import withdraw
from cocrea.accounts.queries import PasswordProof
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.extensions import db
from cocrea.voting import addresses, operations, queries
from cocrea.voting.models import ElectorateRule, RollAddress
from tests.conftest import NOW
from tests.factories import cycles, history, voting
from tests.factories.accounts import credential, person
from tests.voting.rolls import frozen, place, register

OPENS, CLOSES, SECOND = voting.OPENS, voting.CLOSES, timedelta(seconds=1)


def listed(contest, *emails, by=None, now=NOW):
    with transaction():
        return operations.list_addresses(
            actor=by or cycles.facilitator(contest.cycle), contest=contest, addresses=emails, now=now
        )


@pytest.fixture
def by_list(app):
    return voting.contest(electorate=ElectorateRule.UPLOADED)


def test_of_a_list_those_with_a_confirmed_account_vote_and_the_list_is_deleted(by_list):
    ana, eva, uncalled = person(), person(verified=False), person()
    emails = [credential(someone).email for someone in (ana, eva)]
    credential(uncalled)
    assert listed(by_list, *emails, "nadie@example.org") == 3
    assert place(ana, by_list).is_on
    assert "Falta confirmar" in str(place(eva, by_list).why)  # not whether the address is on the list
    assert "no está en la lista" in str(place(uncalled, by_list).why)
    frozen(by_list)
    assert queries.roll_members(by_list) == [ana.public_id]
    assert (by_list.roll_size, by_list.roll_unmatched) == (1, 2)
    assert queries.listed(by_list) == 0
    (record,) = history.records("contest.opened")
    assert record["new"]["without_account"] == 2
    assert "no estaba en la lista" in str(place(uncalled, by_list).why)
    register(by_list, uncalled)
    assert voting.vote(by_list, uncalled, "yes")


def test_what_is_listed_again_is_kept_once_and_the_history_holds_no_address(by_list):
    assert listed(by_list, "ana@example.org", "eva@example.org") == 2
    assert listed(by_list, "eva@example.org", "eva@example.org", "luz@example.org") == 1
    with transaction():
        operations.empty_list(actor=cycles.facilitator(by_list.cycle), contest=by_list, now=NOW)
    records = history.records("contest.listed")
    assert [record["new"]["listed"] for record in records] == [2, 3, 0]
    assert "example.org" not in str(records)


def test_a_list_changes_before_the_opening_only_and_by_the_facilitation(by_list):
    for actor, now in ((person(), NOW), (None, OPENS), (None, CLOSES)):
        with pytest.raises(Denied):
            listed(by_list, "ana@example.org", by=actor, now=now)
    with pytest.raises(Denied):
        listed(voting.contest(), "ana@example.org")


def test_a_list_has_an_end(by_list, monkeypatch):
    monkeypatch.setattr("cocrea.voting.operations.roll.MOST_ADDRESSES", 2)
    listed(by_list, "a@example.org", "b@example.org")
    with pytest.raises(Invalid):
        listed(by_list, "c@example.org")
    assert queries.listed(by_list) == 2


def test_a_list_is_deleted_with_a_contest_that_is_called_off(by_list):
    listed(by_list, "ana@example.org")
    with transaction():
        operations.cancel(actor=cycles.facilitator(by_list.cycle), contest=by_list, reason="Faltó gente", now=NOW)
    assert queries.listed(by_list) == 0


def test_whoever_deletes_their_account_is_on_no_list(by_list):
    ana = person()
    own = credential(ana)
    listed(by_list, own.email, "eva@example.org")
    proof = PasswordProof("", ana.id, True, own.password_hash)
    with transaction():
        withdraw(actor=ana, proof=proof, now=NOW)
    assert db.session.scalars(sa.select(RollAddress.email)).all() == ["eva@example.org"]
    assert db.session.get(Credential, ana.id) is None


def test_a_copied_list_of_names_and_addresses_is_read(app):
    reading = addresses.from_text(
        "Correos\nAna <ANA@example.org>, eva@example.org\n\nana@example.org;luz@example.org"
    )
    assert reading.addresses == ["ana@example.org", "eva@example.org", "luz@example.org"]
    assert (reading.repeated, reading.errors) == (1, [])


def test_what_is_wrong_is_told_by_line(app):
    reading = addresses.from_text("ana@example.org\nnadie\neva@\n@example.org\n" + "a" * 300 + "@example.org")
    assert [line for line, _said in reading.errors] == [2, 3, 4, 5]
    assert reading.addresses == ["ana@example.org"]


def _workbook(*rows):
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return target.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        "nombre;correo\nAna;ana@example.org\nEva;eva@example.org\n".encode("utf-8-sig"),
        "Muñoz,ana@example.org\nPeña,eva@example.org".encode("cp1252"),
        _workbook(["Nombre", "Correo"], ["Ana", "ana@example.org"], ["Eva", "eva@example.org"]),
    ],
    ids=["csv", "old csv", "xlsx"],
)
def test_files_are_read_whatever_their_columns(app, data):
    assert addresses.from_file(data).addresses == ["ana@example.org", "eva@example.org"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 no es una hoja",
        b"\0" * 9,
        b"a" * (addresses.MOST_BYTES + 1),
        b"a@b.mx " * (addresses.MOST_ADDRESSES + 1),
        b"x\n" * (addresses.MOST_ADDRESSES + 3),
    ],
    ids=["empty", "torn", "binary", "too heavy", "too many", "too many lines"],
)
def test_other_files_are_refused(app, data):
    with pytest.raises(Invalid):
        addresses.from_file(data)
