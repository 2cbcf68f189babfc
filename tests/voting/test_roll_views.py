"""The pages of the roll, for every role and for hostile people."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest

from cocrea.core.db import transaction
from cocrea.voting import addresses, counting, operations, queries
from cocrea.voting.models import ElectorateRule, TurnoutShown
from tests.factories import cycles, history, voting
from tests.factories.accounts import credential, person

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def voter(app):
    return person()


@pytest.fixture
def contest(voter):
    return voting.contest()


@pytest.fixture
def opened(contest, clock):
    clock.moment = voting.OPENS
    with transaction():
        return operations.freeze(contest=contest, now=voting.OPENS)


@pytest.fixture
def by_list(client):
    contest = voting.contest(electorate=ElectorateRule.UPLOADED)
    client.sign_in(cycles.facilitator(contest.cycle))
    return contest


def url(contest, tail=""):
    return f"/votaciones/{contest.reference}/padron{tail}"


def test_the_page_of_a_contest_leads_to_its_roll(client, contest):
    assert url(contest) in client.get(f"/votaciones/{contest.reference}").text


def test_visitors_read_size_and_fingerprint_and_no_name(client, opened, voter):
    page = client.get(url(opened)).text
    assert opened.roll_fingerprint in page
    assert "Entrar para saberlo" in page
    assert voter.name not in page and voter.public_id not in page


def test_one_reads_whether_one_is_on_it_and_takes_the_proof_along(client, opened, voter):
    client.sign_in(voter)
    assert "Estás en el padrón" in client.get(url(opened)).text
    answer = client.get(url(opened, "/mi-lugar.json"))
    proof = json.loads(answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    assert counting.proves_entry(proof)
    assert (proof["member"], proof["fingerprint"]) == (voter.public_id, opened.roll_fingerprint)
    assert opened.roll_salt not in answer.text


def test_who_is_not_on_it_has_no_proof_and_reads_why(client, opened):
    assert client.get(url(opened, "/mi-lugar.json")).status_code == 404
    stranger = person(verified=False)
    client.sign_in(stranger)
    assert client.get(url(opened, "/mi-lugar.json")).status_code == 404
    page = client.get(url(opened)).text
    assert "No estás en el padrón" in page and "no estaba confirmada" in page


def test_before_the_opening_one_reads_how_things_stand(client, contest, voter):
    client.sign_in(voter)
    assert "Como están las cosas, estarás en el padrón" in client.get(url(contest)).text


@pytest.mark.parametrize("tail", ["/registro", "/lista", "/lista/vaciado"])
def test_only_the_facilitation_changes_a_roll(client, clock, tail):
    contest = voting.contest(electorate=ElectorateRule.UPLOADED)
    clock.moment = voting.OPENS if tail == "/registro" else clock.moment
    for someone in (None, person()):
        if someone:
            client.sign_in(someone)
        assert client.post(url(contest, tail), data={"reason": "x"}).status_code in (401, 403)
    assert queries.listed(contest) == 0
    assert not history.records("contest.registered_late")


def test_the_facilitation_enters_somebody_by_e_mail(client, opened):
    late, facilitator = person(), cycles.facilitator(opened.cycle)
    email = credential(late).email
    client.sign_in(facilitator)
    assert "Registrar a alguien que faltó" in client.get(url(opened)).text
    answer = client.post(url(opened, "/registro"), data={"email": email.upper(), "person": "0", "reason": SCRIPT})
    assert answer.status_code == 303
    assert queries.roll_entry(late, opened).is_late
    page = client.get(url(opened)).text
    assert "registrada después de abrir" in page
    assert email not in page and late.name not in page
    again = client.post(url(opened, "/registro"), data={"email": email, "person": "0", "reason": "Otra vez"})
    assert again.status_code == 422
    assert "ya está en el padrón" in again.text


def test_the_facilitation_enters_whom_it_acts_for_and_nobody_elses(client, opened):
    facilitator = cycles.facilitator(opened.cycle)
    own, others = person("Don Chuy", registered_by_id=facilitator.id), person("Doña Mari", registered_by_id=None)
    client.sign_in(facilitator)
    page = client.get(url(opened, "/registro")).text
    assert "Don Chuy" in page and "Doña Mari" not in page
    assert client.post(url(opened, "/registro"), data={"person": others.id, "reason": "Faltó"}).status_code == 422
    assert client.post(url(opened, "/registro"), data={"person": own.id, "reason": "Faltó"}).status_code == 303
    assert queries.roll_entry(own, opened).is_late


@pytest.mark.parametrize(
    "data",
    [
        {"reason": "Faltó"},
        {"email": "nadie@example.org", "reason": "Faltó"},
        {"email": "sin-confirmar@example.org", "reason": "Faltó"},
        {"email": "confirmada@example.org", "reason": " "},
        {"email": "confirmada@example.org", "person": "9999", "reason": "Faltó"},
    ],
    ids=["nobody", "unknown", "unconfirmed", "no reason", "somebody else's"],
)
def test_what_names_nobody_is_refused_and_kept(client, opened, data):
    credential(person(), "confirmada@example.org")
    credential(person(verified=False), "sin-confirmar@example.org")
    client.sign_in(cycles.facilitator(opened.cycle))
    answer = client.post(url(opened, "/registro"), data=data)
    assert answer.status_code == 422
    assert data.get("email", "") in answer.text
    assert queries.roll(opened)["late"] == 0


def test_after_the_close_nobody_is_entered(client, opened, clock):
    client.sign_in(cycles.facilitator(opened.cycle))
    clock.moment = voting.CLOSES
    assert client.get(url(opened, "/registro")).status_code == 403
    assert client.post(url(opened, "/registro"), data={"reason": "Faltó"}).status_code == 403


def test_a_list_is_read_first_and_kept_when_confirmed(client, by_list, clock):
    here = url(by_list, "/lista")
    pasted = "Ana <ana@example.org>\neva@example.org, ana@example.org"
    preview = client.post(here, data={"addresses": pasted})
    assert preview.status_code == 200
    assert "Leímos 2 direcciones" in preview.text and "1 venía repetida" in preview.text
    assert queries.listed(by_list) == 0
    carried = re.search(r'name="addresses" value="([^"]+)"', preview.text)[1]
    assert client.post(here, data={"addresses": carried, "confirmed": "1"}).status_code == 303
    assert queries.listed(by_list) == 2
    page = client.get(url(by_list)).text
    assert "Hay 2 direcciones en la lista" in page and "ana@example.org" not in page
    assert client.post(url(by_list, "/lista/vaciado")).status_code == 303
    assert queries.listed(by_list) == 0
    clock.moment = voting.OPENS
    assert client.get(here).status_code == 403


def test_what_is_wrong_in_a_file_is_said_by_line_and_nothing_kept(client, by_list):
    content = f"correo\nana@example.org\n{SCRIPT}@\n".encode()
    data = {"file": (BytesIO(content), "lista.csv"), "confirmed": "1"}
    answer = client.post(url(by_list, "/lista"), data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Línea 3:" in answer.text
    assert SCRIPT not in answer.text
    assert queries.listed(by_list) == 0


@pytest.mark.parametrize("content", [b"", b"\0\0", b"PK\x03\x04", b"a" * (addresses.MOST_BYTES + 1)])
def test_files_that_are_none_are_refused(client, by_list, content):
    data = {"file": (BytesIO(content), "lista.xlsx")}
    answer = client.post(url(by_list, "/lista"), data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "error-summary" in answer.text


@pytest.mark.parametrize("shown", TurnoutShown)
def test_how_many_voted_is_told_when_the_contest_says_so(client, clock, shown):
    voters = voting.electorate(3)
    contest = voting.contest(turnout_shown=shown)
    clock.moment = voting.OPENS
    for someone in voters:
        voting.vote(contest, someone, "yes")
    for page in (f"/votaciones/{contest.reference}", url(contest), f"/ciclos/{contest.cycle.slug}/votaciones"):
        said = "han votado" in client.get(page).text
        assert said is (shown is TurnoutShown.ALWAYS and page == f"/votaciones/{contest.reference}")
