"""One person writes a section at a time, for a while; whoever typed past it loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cocrea.accounts.queries import draft_of
from cocrea.commitments import drafts, operations, queries, sections
from cocrea.commitments.models import SectionLock
from cocrea.commitments.operations import TURN, Busy
from cocrea.core.db import transaction
from cocrea.core.errors import Denied
from cocrea.extensions import db
from tests.factories import commitments
from tests.factories.accounts import person

SOLUTION = sections.BY_SLUG["solucion"]


@pytest.fixture
def cycle(app):
    return commitments.drafting_cycle()


def _take(commitment, actor, now, section=SOLUTION):
    with transaction():
        return operations.take_turn(actor=actor, commitment=commitment, section=section, now=now)


def _address(commitment, more=""):
    return f"/compromisos/{commitment.reference}/secciones/solucion{more}"


def _base(commitment):
    return sections.fingerprint(commitment, SOLUTION)


def test_the_turn_is_one_persons_until_it_expires(cycle, now):
    commitment, of = commitments.complete(cycle)
    held = _take(commitment, of.official, now)
    assert held.expires_at == now + TURN
    with pytest.raises(Busy) as busy:
        _take(commitment, of.watcher, now + TURN - timedelta(seconds=1))
    assert of.official.label in str(busy.value.message)
    later = now + timedelta(minutes=5)
    assert _take(commitment, of.official, later).expires_at == later + TURN
    taken = _take(commitment, of.watcher, later + TURN)
    assert (taken.holder, queries.turns(commitment, later + TURN)["solucion"]) == (of.watcher, taken)
    assert queries.turns(commitment, later + 2 * TURN) == {}


def test_two_sections_have_two_turns(cycle, now):
    commitment, of = commitments.complete(cycle)
    _take(commitment, of.official, now)
    _take(commitment, of.watcher, now, sections.BY_SLUG["problema"])
    assert len(queries.turns(commitment, now)) == 2


def test_only_who_may_write_takes_the_turn_or_asks_for_it(cycle, now):
    commitment, of = commitments.complete(cycle)
    _take(commitment, of.official, now)
    for act in (operations.take_turn, operations.ask_for_turn):
        with pytest.raises(Denied), transaction():
            act(actor=person(), commitment=commitment, section=SOLUTION, now=now)


def test_the_first_who_asks_is_told_and_the_turn_given_back_is_free(cycle, now):
    commitment, of = commitments.complete(cycle)
    _take(commitment, of.official, now)
    for asker in (of.watcher, of.facilitator):
        with transaction():
            operations.ask_for_turn(actor=asker, commitment=commitment, section=SOLUTION, now=now)
    assert queries.turns(commitment, now)["solucion"].wanted_by is of.watcher
    assert _take(commitment, of.official, now).wanted_by is of.watcher
    with transaction():
        operations.release_turn(actor=of.watcher, commitment=commitment, section=SOLUTION)
    assert queries.turns(commitment, now)
    with transaction():
        operations.release_turn(actor=of.official, commitment=commitment, section=SOLUTION)
    assert queries.turns(commitment, now) == {}
    with transaction():
        assert operations.ask_for_turn(actor=of.watcher, commitment=commitment, section=SOLUTION, now=now) is None


def test_saving_gives_the_turn_back_and_is_refused_while_another_has_it(cycle, now):
    commitment, of = commitments.complete(cycle)
    _take(commitment, of.official, now)
    with pytest.raises(Busy):
        commitments.write(commitment, "solucion", of.watcher, body="Otra cosa")
    commitments.write(commitment, "solucion", of.official, body="La mía")
    assert queries.turns(commitment, now) == {}


def test_opening_the_form_takes_the_turn_and_the_second_reads_who_has_it(client, cycle):
    commitment, of = commitments.complete(cycle)
    assert "Tú escribes esta sección hasta las" in client.sign_in(of.official).get(_address(commitment)).text
    page = client.sign_in(of.watcher).get(_address(commitment))
    assert of.official.label in page.text and "Su turno termina a las" in page.text
    assert commitments.TEXTS["solucion"]["solution"] in page.text
    assert 'name="body"' not in page.text
    answer = client.post(_address(commitment, "/turno/peticion"))
    assert answer.status_code == 303
    assert "Ya sabe que esperas el turno." in client.get(_address(commitment)).text
    client.sign_in(of.official)
    assert f"{of.watcher.label} espera el turno" in client.get(_address(commitment)).text
    assert "La escribe" in client.get(f"/compromisos/{commitment.reference}").text
    assert client.post(_address(commitment, "/turno/cesion")).status_code == 303
    assert 'name="body"' in client.sign_in(of.watcher).get(_address(commitment)).text


def test_days_are_read_in_words_while_another_writes(client, cycle, now):
    commitment, of = commitments.complete(cycle)
    _take(commitment, of.official, now, sections.BY_SLUG["recursos"])
    page = client.sign_in(of.watcher).get(f"/compromisos/{commitment.reference}/secciones/recursos").text
    assert "1 de junio de 2026" in page and "1,850,000" in page


def test_visitors_do_not_read_who_writes(client, cycle, now):
    commitment, of = commitments.complete(cycle)
    _take(commitment, of.official, now)
    assert "La escribe" not in client.get(f"/compromisos/{commitment.reference}").text


def test_a_script_holds_the_turn_and_is_told_who_took_it(client, cycle, clock):
    commitment, of = commitments.complete(cycle)
    client.sign_in(of.official)
    client.get(_address(commitment))
    json = {"headers": {"Accept": "application/json"}}
    clock.advance(minutes=9)
    assert client.post(_address(commitment, "/turno"), **json).status_code == 200
    assert queries.turns(commitment, clock.moment)["solucion"].expires_at == clock.moment + TURN
    clock.advance(minutes=11)
    client.sign_in(of.watcher).get(_address(commitment))
    answer = client.sign_in(of.official).post(_address(commitment, "/turno"), **json)
    assert answer.status_code == 409 and of.watcher.label in answer.get_json()["said"]
    assert client.post(_address(commitment, "/turno")).status_code == 303


def test_what_was_typed_past_the_turn_is_kept_and_both_texts_are_shown(client, cycle, clock):
    """The official types, the turn expires, the counterpart takes it and saves: nobody's words are gone."""
    commitment, of = commitments.complete(cycle)
    client.sign_in(of.official).get(_address(commitment))
    typed = {"base": _base(commitment), "body": "Lo que tecleó el instituto", "solution": "De este modo"}
    assert client.post(_address(commitment, "/borrador"), data=typed).status_code == 303
    clock.advance(minutes=11)
    client.sign_in(of.watcher).get(_address(commitment))
    page = client.sign_in(of.official).post(_address(commitment), data=typed)
    assert page.status_code == 422
    assert "Ahora escribe esta sección" in page.text and "Lo que tecleó el instituto" in page.text
    waiting = client.get(_address(commitment)).text
    assert "Lo que tú escribías" in waiting and "Lo que tecleó el instituto" in waiting
    client.sign_in(of.watcher)
    said = {"base": _base(commitment), "body": "Lo de la contraparte", "solution": "Así"}
    assert client.post(_address(commitment), data=said).status_code == 303
    page = client.sign_in(of.official).get(_address(commitment)).text
    assert "Los dos textos" in page and "Lo de la contraparte" in page
    assert page.count("Lo que tecleó el instituto") == 2
    db.session.expire_all()
    final = {**typed, "base": _base(commitment), "body": "De las dos"}
    assert client.post(_address(commitment), data=final).status_code == 303
    assert draft_of(of.official, drafts.of_section(commitment.id, "solucion")) is None


def test_a_text_that_was_refused_waits_for_its_author(client, cycle):
    commitment, of = commitments.complete(cycle)
    base = _base(commitment)
    commitments.write(commitment, "solucion", of.watcher, body="Guardado antes")
    client.sign_in(of.official).post(_address(commitment), data={"base": base, "body": "Llegó tarde", "solution": ""})
    assert draft_of(of.official, drafts.of_section(commitment.id, "solucion")).fields["body"] == "Llegó tarde"
    assert draft_of(of.watcher, drafts.of_section(commitment.id, "solucion")) is None


@pytest.mark.parametrize("slug", sections.BY_SLUG)
def test_what_says_the_same_is_no_draft_and_any_other_is_put_back(client, cycle, slug):
    commitment, of = commitments.complete(cycle)
    section, url = sections.BY_SLUG[slug], f"/compromisos/{commitment.reference}/secciones/{slug}"
    client.sign_in(of.facilitator)
    base = sections.fingerprint(commitment, section)
    same = {"base": base, **sections.as_sent(commitment, section)}
    client.post(f"{url}/borrador", data=same)
    name = drafts.of_section(commitment.id, slug)
    assert draft_of(of.facilitator, name) is None
    last = section.keys[-1]
    client.post(f"{url}/borrador", data={**same, last: ["16"] if last == "targets" else "Algo sin terminar"})
    assert draft_of(of.facilitator, name) is not None
    page = client.get(url)
    assert "Recuperamos lo que escribías" in page.text
    assert client.post(f"{url}/borrador/descarte").status_code == 303
    assert "Recuperamos lo que escribías" not in client.get(url).text


def test_what_one_was_writing_is_on_ones_list_and_on_nobody_elses(client, cycle, clock):
    commitment, of = commitments.complete(cycle)
    client.sign_in(of.official)
    client.post(_address(commitment, "/borrador"), data={"base": _base(commitment), "body": "A medias"})
    words = "Termina la sección que escribías"
    assert words in client.get("/").text and _address(commitment) in client.get("/").text
    assert words not in client.sign_in(of.watcher).get("/").text
    clock.moment += timedelta(days=8)
    assert words not in client.sign_in(of.official).get("/").text


def test_a_day_and_an_amount_that_are_none_are_put_back_empty(client, cycle):
    commitment, of = commitments.complete(cycle)
    url = f"/compromisos/{commitment.reference}/secciones/recursos"
    client.sign_in(of.official)
    client.post(f"{url}/borrador", data={"base": "x", "starts_on": "mañana", "budget_amount": "mucho", "budget": "?"})
    assert client.get(url).status_code == 200


def test_nobody_but_members_keeps_a_draft(client, cycle):
    commitment, _of = commitments.complete(cycle)
    client.sign_in(person())
    for more in ("/borrador", "/turno", "/turno/cesion", "/turno/peticion"):
        assert client.post(_address(commitment, more)).status_code == 403
    assert db.session.query(SectionLock).count() == 0


def test_the_form_costs_the_same_however_much_is_written(client, cycle, count_queries):
    commitment, of = commitments.complete(cycle)
    client.sign_in(of.official)
    costs = []
    for _turn in range(2):
        commitments.write(commitment, "solucion", of.official, body=f"Texto {_turn}")
        db.session.expire_all()
        client.get(_address(commitment))
        with count_queries() as log:
            client.get(_address(commitment))
        costs.append(len(log))
    assert costs[0] == costs[1] <= 10, log
