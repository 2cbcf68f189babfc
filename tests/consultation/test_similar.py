"""Similar problems: found however they are worded, never when they are not public, supported without losing a word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cocrea.consultation.operations import Content
from cocrea.core.db import transaction
from cocrea.discussion import similar
from cocrea.discussion.models import ContributionKind, Support
from cocrea.discussion.operations import withdraw
from cocrea.extensions import db
from cocrea.moderation.operations import hide
from tests.conftest import NOW
from tests.factories import consultation, cycles
from tests.factories.accounts import person

WELL = Content("Los pozos se secan en tiempo de calor", "Las familias se turnan el agua.", "A la comunidad")
LIGHT = Content("El alumbrado público lleva meses apagado", "Se camina a oscuras.", "A quien vuelve de noche")


@pytest.fixture
def cycle(app):
    return consultation.open_cycle()


@pytest.fixture
def well(cycle):
    topic = consultation.topic(cycle)
    consultation.problem(cycle, within=topic, content=LIGHT)
    return consultation.problem(cycle, within=topic, content=WELL)


def near(cycle, title, body=""):
    return [row.reference for row in similar.similar(cycle, ContributionKind.PROBLEM, title, body)]


def suggested(cycle, title):
    return [row.reference for row in similar.suggestions(cycle, ContributionKind.PROBLEM, title)]


def pieces_url(cycle):
    return f"/ciclos/{cycle.slug}/problematicas/parecidas"


def new_url(cycle):
    return f"/ciclos/{cycle.slug}/problematicas/nueva"


@pytest.mark.parametrize(
    "asked",
    [
        "En el calor se seca el pozo",
        "SE SECAN POZOS CON EL CALOR",
        "Pozo seco por los calores, falta agua a familias",
    ],
)
def test_other_words_in_another_order_find_it(cycle, well, asked):
    assert near(cycle, asked)[:1] == [well.reference]


def test_a_form_shows_the_three_nearest(cycle, well):
    for place in ("el barrio sur", "el barrio norte", "la loma"):
        consultation.problem(cycle, content=replace(WELL, title=f"{WELL.title}, también en {place}"))
    assert len(near(cycle, WELL.title)) == 4
    assert suggested(cycle, WELL.title) == near(cycle, WELL.title)[:3]


def test_a_form_leaves_out_what_is_far_weaker_than_the_first(cycle, well):
    weak = consultation.problem(cycle, content=replace(WELL, title="Los pozos en calor", body="No tienen reja."))
    assert near(cycle, WELL.title) == [well.reference, weak.reference]
    assert suggested(cycle, WELL.title) == [well.reference]
    assert suggested(cycle, "Falta una biblioteca") == []


def test_a_typing_error_does_not_hide_it(cycle, well):
    assert near(cycle, "Los posos se secan en tienpo de calor")[:1] == [well.reference]


def test_something_else_finds_nothing(cycle, well):
    assert near(cycle, "Falta una biblioteca para jóvenes") == []
    assert near(cycle, "") == near(cycle, "de la que y") == []


def test_problems_of_another_cycle_are_not_suggested(cycle, well):
    assert near(consultation.open_cycle(), WELL.title) == []


@pytest.mark.parametrize("how", ["withdrawn", "hidden"])
def test_what_is_no_longer_public_shows_nowhere(client, cycle, well, how):
    with transaction():
        if how == "withdrawn":
            withdraw(actor=well.author, contribution=well, now=NOW)
        else:
            hide(actor=cycles.facilitator(cycle), contribution=well, reason="Datos de alguien", now=NOW)
    assert near(cycle, WELL.title, WELL.body) == []
    assert well.reference not in client.get(pieces_url(cycle), query_string={"titulo": WELL.title}).text


def test_the_piece_of_a_cycle_that_is_not_public_is_not_found(client, cycle, well):
    cycle.published_at = None
    db.session.commit()
    assert client.get(pieces_url(cycle), query_string={"titulo": WELL.title}).status_code == 404


def test_without_scripts_a_button_looks_and_keeps_what_was_typed(client, cycle, well):
    client.sign_in(person())
    page = client.post(
        new_url(cycle), data={"title": "Se secan los pozos", "body": "Turnos de agua", "look": "1"}
    ).text
    assert WELL.title in page
    assert 'value="Se secan los pozos"' in page
    assert "Turnos de agua" in page


def test_it_is_supported_once_and_what_was_typed_stays(client, cycle, well):
    client.sign_in(person())
    typed = {"title": "Se secan los pozos", "body": "Turnos de agua", "mine": well.reference}
    for _again in range(2):
        answer = client.post(new_url(cycle), data=typed)
        assert answer.status_code == 200
        assert 'value="Se secan los pozos"' in answer.text
    assert "Ya la apoyas." in answer.text
    db.session.refresh(well)
    assert well.support_count == 1


def test_ones_own_and_what_does_not_exist_are_refused_in_words(client, cycle, well):
    client.sign_in(well.author)
    own = client.post(new_url(cycle), data={"title": WELL.title, "mine": well.reference})
    lost = client.post(new_url(cycle), data={"title": WELL.title, "mine": "NO-HAY"})
    assert (own.status_code, lost.status_code) == (422, 422)
    assert "Es tuya" in own.text
    assert f'value="{WELL.title}"' in lost.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Support)) == 0


def test_nobody_supports_after_the_stage(client, cycle, well, clock):
    clock.advance(days=400)
    client.sign_in(person())
    answer = client.post(new_url(cycle), data={"title": WELL.title, "mine": well.reference})
    assert answer.status_code == 403
    db.session.refresh(well)
    assert well.support_count == 0


def test_a_title_of_theirs_is_no_markup(client, cycle):
    hostile = Content("<img src=x onerror=alert(1)> pozo seco", "x", "y")
    consultation.problem(cycle, content=hostile, now=NOW + timedelta(seconds=1))
    page = client.get(pieces_url(cycle), query_string={"titulo": "img onerror alert pozo seco"}).text
    assert "&lt;img" in page
    assert "<img" not in page


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("\x00' OR 1=1 -- \" * NEAR(a b)", "𞤀𞤣 ( ^ : {}")
@given(st.text(max_size=120), st.text(max_size=300))
def test_no_text_is_an_error(client, cycle, well, title, body):
    near(cycle, title, body)
    answer = client.get(pieces_url(cycle), query_string={"titulo": title, "texto": body})
    assert answer.status_code == (404 if "\x00" in title + body else 200)  # no page has such an address
