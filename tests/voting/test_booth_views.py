"""The pages of booths, for the facilitation, officers, voters and everybody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cocrea.core import pdf
from cocrea.core.db import transaction
from cocrea.core.i18n import zone
from cocrea.voting import operations, queries
from cocrea.voting.models import OptionOrder, ShiftKind
from cocrea.voting.rules import RuleName
from tests.factories import cycles, history, voting
from tests.factories.accounts import credential, person

SCRIPT = "<script>alert(1)</script>"
OPENS, CLOSES = voting.BOOTH_OPENS, voting.BOOTH_CLOSES


@pytest.fixture
def voter(app):
    return person("Ana Núñez")


@pytest.fixture
def contest(voter):
    return voting.contest(options=2)


@pytest.fixture
def booth(contest):
    return voting.booth(contest)


@pytest.fixture
def officer(booth):
    return voting.officer(booth)


@pytest.fixture
def opened(booth, clock):
    """The contest is open, the booth is not."""
    clock.moment = voting.OPENS
    with transaction():
        return operations.freeze(contest=booth.contest, now=voting.OPENS)


@pytest.fixture
def at_the_booth(client, opened, officer, clock):
    """An officer in their shift."""
    clock.moment = OPENS
    client.sign_in(officer)
    return opened


def url(contest, tail=""):
    return f"/votaciones/{contest.reference}/casillas{tail}"


def local(moment, contest):
    return moment.astimezone(zone(contest.cycle.timezone)).strftime("%Y-%m-%dT%H:%M")


def said(contest, **changes):
    days = {"opens_0": local(OPENS, contest), "closes_0": local(CLOSES, contest)}
    return {"form_key": "k1", "place": "Mercado", "address": f"Calle 2 {SCRIPT}", **days, **changes}


def test_the_facilitation_sets_up_a_booth_and_gives_shifts(client, contest):
    client.sign_in(cycles.facilitator(contest.cycle))
    assert url(contest) in client.get(f"/votaciones/{contest.reference}").text
    assert "no tiene casillas" in client.get(url(contest)).text
    answers = [client.post(url(contest, "/nueva"), data=said(contest)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    (booth,) = queries.booths(contest)
    page = client.get(url(contest)).text
    assert "Nadie tiene turno para atenderla" in page and SCRIPT not in page
    someone = person("Doña Chayo")
    email = credential(someone).email
    times = {"starts_at": local(OPENS, contest), "ends_at": local(CLOSES, contest)}
    given = client.post(url(contest, "/1/turnos"), data={"email": email.upper(), "kind": "attend", **times})
    assert given.status_code == 303
    page = client.get(url(contest)).text
    assert "Doña Chayo" in page and "Nadie tiene turno" not in page and email not in page
    shift = booth.shifts[0].id
    assert client.post(url(contest, f"/1/turnos/{shift}/retiro")).status_code == 303
    assert "Doña Chayo" not in client.get(url(contest)).text
    assert client.post(url(contest, "/1/turnos/999/retiro")).status_code == 404


def test_all_that_an_empty_form_lacks_is_said_at_once(client, contest):
    client.sign_in(cycles.facilitator(contest.cycle))
    page = client.post(url(contest, "/nueva"), data={}).text
    assert page.count("Este dato hace falta.") == 4 and "Escribe al menos un día" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"place": " "},
        {"opens_0": "mañana"},
        {"closes_0": ""},
        {"opens_0": "", "closes_0": ""},
        {"opens_1": "2026-06-05T10:00"},
        {"opens_0": "2020-01-01T10:00"},
    ],
)
def test_what_is_wrong_is_said_and_kept(client, contest, changes):
    client.sign_in(cycles.facilitator(contest.cycle))
    answer = client.post(url(contest, "/nueva"), data=said(contest, **changes))
    assert answer.status_code == 422 and "error-summary" in answer.text and "Calle 2" in answer.text
    assert not queries.booths(contest)


def test_a_shift_that_names_nobody_is_refused(client, booth):
    contest = booth.contest
    client.sign_in(cycles.facilitator(contest.cycle))
    times = {"starts_at": local(OPENS, contest), "ends_at": local(CLOSES, contest)}
    answer = client.post(url(contest, "/1/turnos"), data={"email": "nadie@example.org", "kind": "attend", **times})
    assert answer.status_code == 422 and "nadie@example.org" in answer.text


def test_the_facilitation_changes_and_annuls_with_a_reason(client, opened, booth, voter):
    voting.ask(booth, voter)
    client.sign_in(cycles.facilitator(opened.cycle))
    page = client.get(url(opened, "/1/edicion")).text
    assert local(OPENS, opened) in page
    changed = said(opened, reason="Cerró la biblioteca")
    assert client.post(url(opened, "/1/edicion"), data={**changed, "reason": ""}).status_code == 422
    assert client.post(url(opened, "/1/edicion"), data=changed).status_code == 303
    assert client.post(url(opened, "/1/anulacion"), data={"reason": " "}).status_code == 422
    assert client.post(url(opened, "/1/anulacion"), data={"reason": "No hay local"}).status_code == 303
    assert "No hay local" in client.get(f"/votaciones/{opened.reference}").text
    assert client.get(url(opened, "/1/edicion")).status_code == 403
    assert queries.roll_entry(voter, opened).booth_id is None


def test_a_voter_asks_for_paper_and_gives_it_back(client, opened, voter):
    client.sign_in(voter)
    here = f"/votaciones/{opened.reference}"
    assert "Votar en papel aquí" in client.get(here).text
    assert client.post(url(opened, "/1/solicitud")).status_code == 303
    page = client.get(here).text
    assert "Pediste votar en papel" in page and "Revisar mi boleta" not in page
    answers = {"option_1": "yes", "option_2": "no", "confirmed": "1"}
    refused = client.post(f"{here}/boleta", data=answers)
    assert refused.status_code == 409 and "Biblioteca" in refused.text
    assert "Votarás aquí" in client.get(f"{here}/padron").text
    assert client.post(url(opened, "/1/devolucion")).status_code == 303
    assert client.post(f"{here}/boleta", data=answers).status_code == 200
    assert client.post(url(opened, "/1/solicitud")).status_code == 409


def test_visitors_read_where_and_when_and_are_asked_nothing(client, booth):
    for page in (f"/votaciones/{booth.contest.reference}", f"/votaciones/{booth.contest.reference}/padron"):
        text = client.get(page).text
        assert "También se vota en papel" in text and "Calle 1, Centro" in text
        assert "Votar en papel aquí" not in text


def test_an_officer_finds_marks_and_undoes(client, at_the_booth, voter):
    contest = at_the_booth
    assert "Busca a quien llega" in client.get(url(contest, "/1")).text
    found = client.post(url(contest, "/1/busqueda"), data={"sought": "nunez"})
    assert found.headers["Cache-Control"] == "no-store"
    assert "Ana Núñez" in found.text and voter.public_id in found.text
    marked = {"person": voter.public_id}
    assert client.post(url(contest, "/1/marcas"), data=marked).status_code == 303
    page = client.get(url(contest, "/1")).text
    assert "persona anotada aquí" in page and "Ana Núñez" not in page
    assert client.post(url(contest, "/1/marcas"), data=marked).status_code == 409
    assert "Ya votó" in client.post(url(contest, "/1/busqueda"), data={"sought": "ana"}).text
    kept = client.post(url(contest, "/1/marcas/retiro"), data={**marked, "reason": "Era Ana Núñez"})
    assert kept.status_code == 422 and "Era Ana Núñez" in kept.text
    assert client.post(url(contest, "/1/marcas/retiro"), data={**marked, "reason": "Otra Ana"}).status_code == 303
    assert not queries.roll_entry(voter, contest).took_part
    for tail, data in (
        ("/1/marcas", {"person": "p-nobody"}),
        ("/1/marcas", {}),
        ("/1/marcas/retiro", {"reason": "x"}),
    ):
        assert client.post(url(contest, tail), data=data).status_code == 404


def test_outside_the_shift_nothing_is_marked_and_no_name_is_read(client, opened, officer, voter, clock):
    facilitator = cycles.facilitator(opened.cycle)
    for someone, moment, status in (
        (officer, voting.OPENS, 200),
        (officer, CLOSES, 200),
        (facilitator, OPENS, 200),
        (person(), OPENS, 403),
    ):
        clock.moment = moment
        client.sign_in(someone)
        assert client.get(url(opened, "/1")).status_code == status
        for tail, data in (("busqueda", {"sought": "ana"}), ("marcas", {"person": voter.public_id})):
            answer = client.post(url(opened, f"/1/{tail}"), data=data)
            assert answer.status_code in (401, 403) and "Ana Núñez" not in answer.text
        listed = client.get(url(opened, "/1/lista")).status_code
        assert listed == (200 if status == 200 else status)
    assert not queries.roll_entry(voter, opened).took_part


def test_the_sheet_is_read_printed_on_record_and_copied(client, opened, booth, voter, clock):
    voting.ask(booth, voter)
    other = person("Beto de otra parte")
    counting = voting.officer(booth, ShiftKind.COUNT)
    client.sign_in(counting)
    page = client.get(url(opened, "/1/lista")).text
    assert "Ana Núñez" in page and other.name not in page and "Anotar las firmas" not in page
    printed = client.post(url(opened, "/1/lista/impresion"))
    assert printed.mimetype == "application/pdf" and printed.data.startswith(b"%PDF")
    (record,) = history.records("booth.roll_printed")
    assert record["new"] == {"booth": 1, "names": 1}
    assert client.post(url(opened, "/1/firmas"), data={"people": voter.public_id}).status_code == 403
    clock.moment = CLOSES + timedelta(hours=1)
    assert "Anotar las firmas" in client.get(url(opened, "/1/lista")).text
    data = {"people": [voter.public_id, other.public_id]}
    assert client.post(url(opened, "/1/firmas"), data=data).status_code == 303
    assert queries.roll_entry(voter, opened).took_part
    assert queries.turnout(opened)["took_part"] == 1


def test_before_the_roll_there_is_no_sheet(client, booth, officer):
    assert client.sign_in(officer).get(url(booth.contest, "/1/lista")).status_code == 403


@pytest.mark.parametrize("rule", RuleName)
def test_ballots_are_printed_for_every_rule(client, rule, monkeypatch):
    pages = []

    def render(html, **_how):
        pages.append(html)
        return b"%PDF"

    monkeypatch.setattr(pdf, "render", render)
    budget = {"budget": 100, "costs": [10, 20, 30]} if rule in (RuleName.GREEDY,) else {}
    threshold = {} if rule is RuleName.YES_NO else {"threshold_percent": 0}
    contest = voting.contest(options=3, rule=rule, option_order=OptionOrder.DRAWN, **budget, **threshold)
    voting.booth(contest)
    client.sign_in(cycles.facilitator(contest.cycle))
    for number, status in (("0", 422), ("x", 422), ("201", 422), ("3", 200), ("2", 200)):
        answer = client.post(url(contest, "/1/boletas-en-blanco"), data={"number": number})
        assert answer.status_code == status
    first, second = pages
    assert (first.count('class="ballot"'), second.count('class="ballot"')) == (3, 2)
    assert first.count('class="ballot__title"') == 9 and contest.options[0].title in first
    assert contest.question in first and "Dóblala" in first
    assert queries.booths(contest)[0].printed == 5


def test_a_ballot_of_many_options_is_small_and_says_overleaf_what_it_asks(client, monkeypatch):
    pages = []
    monkeypatch.setattr(pdf, "render", lambda html, **_how: pages.append(html) or b"%PDF")
    contest = voting.contest(options=40, rule=RuleName.IRV, threshold_percent=0)
    voting.booth(contest)
    client.sign_in(cycles.facilitator(contest.cycle))
    client.post(url(contest, "/1/boletas-en-blanco"), data={"number": "1"})
    (page,) = pages
    head = page[page.index("<thead>") : page.index("</thead>")]
    assert "ballot--smallest" in page and contest.question in head and contest.reference in head
    assert "opción 40" in page and 'class="ballot__number"' not in page


def test_what_is_loaded_again_leads_back(client, at_the_booth):
    contest = at_the_booth
    for tail, back in (("/casillas/1/busqueda", "/casillas/1"), ("/boleta", "")):
        answer = client.get(f"/votaciones/{contest.reference}{tail}")
        assert answer.status_code == 303 and answer.location.endswith(f"/{contest.reference}{back}")


def test_pages_cost_the_same_whatever_the_number_of_booths(client, contest, count_queries):
    client.sign_in(cycles.facilitator(contest.cycle))
    spent = []
    for _ in range(2):
        for _ in range(3):
            voting.officer(voting.booth(contest))
        for page in (url(contest), f"/votaciones/{contest.reference}", url(contest, "/1")):
            client.get(page)
            with count_queries() as log:
                client.get(page)
            spent.append(len(log))
    assert spent[:3] == spent[3:]
    assert max(spent) <= 10, spent
