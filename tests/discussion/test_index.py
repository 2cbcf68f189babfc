"""The search index says what is public, at once, and nothing else."""

from __future__ import annotations

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocrea.consultation.models import Problem
from cocrea.consultation.operations import Content, edit_problem
from cocrea.core import search
from cocrea.core.db import transaction
from cocrea.discussion import index, operations
from cocrea.discussion.models import Contribution, SearchText
from cocrea.extensions import db
from cocrea.moderation.operations import hide, restore
from tests.conftest import NOW
from tests.factories import consultation, cycles
from tests.factories.accounts import person


def _found(text: str, *scopes: str) -> list[int]:
    return list(db.session.scalars(index.containing([*scopes, *search.stems(text)])))


def _said(title: str, body: str = "Pasa todos los días.") -> Content:
    return Content(title=title, body=body, affected="A quien espera")


def test_words_are_found_without_accents_in_any_form(app):
    made = consultation.problem(content=_said("Faltan médicos en las clínicas rurales"))
    assert _found("clinica medico RURAL") == [made.id]
    assert _found("clínica dentista") == []


def test_every_structured_field_is_searched(app):
    made = consultation.problem(
        content=Content("Título", "cuerpo", "pescadoras", causes="sequía", effects="migración", sources="encuesta")
    )
    for word in ("titulo", "cuerpo", "pescadora", "sequia", "migraciones", "encuestas"):
        assert _found(word) == [made.id], word


def test_the_scope_is_a_word_like_any_other(app):
    made = consultation.problem()
    other = consultation.problem()
    assert _found("clinica", search.scope(made.cycle_id, "problem")) == [made.id]
    assert _found("clinica", search.scope(other.cycle_id, "problem")) == [other.id]
    assert _found("clinica", search.scope(made.cycle_id, "proposal")) == []


def test_an_edit_is_found_by_its_new_words_only(app):
    author = person()
    made = consultation.problem(author=author, content=_said("Los baches crecen"))
    with transaction():
        edit_problem(actor=author, problem=made, topic=made.topic, content=_said("Las luces se apagan"), now=NOW)
    assert (_found("baches"), _found("luces")) == ([], [made.id])


def test_hidden_and_withdrawn_leave_and_what_is_restored_comes_back(app):
    author = person()
    made = consultation.problem(author=author, content=_said("Huele a quemado"))
    moderator = cycles.facilitator(made.cycle)
    with transaction():
        hide(actor=moderator, contribution=made, reason="Nombra a alguien", now=NOW)
    assert _found("quemado") == []
    db.session.expire_all()
    with transaction():
        restore(actor=moderator, contribution=db.session.get(Problem, made.id), reason="Ya no", now=NOW)
    assert _found("quemado") == [made.id]
    with transaction():
        operations.withdraw(actor=author, contribution=made, now=NOW)
    assert _found("quemado") == []


def test_comments_are_found_as_comments(app):
    made = consultation.problem()
    with transaction():
        said = operations.comment(actor=person(), subject=made, body="En mi ejido también", now=NOW)
    assert _found("ejidos", search.scope(made.cycle_id, "comment")) == [said.id]


def test_nothing_stays_of_what_was_rolled_back(app):
    made = consultation.problem(content=_said("Algo"))
    db.session.execute(sa.update(Contribution).where(Contribution.id == made.id).values(title="Otra cosa"))
    db.session.rollback()
    assert _found("cosa") == []


def test_the_command_makes_the_index_anew(app):
    shown = consultation.problem(content=_said("Se cae el techo"))
    gone = consultation.problem(content=_said("Se cae el muro"))
    with transaction():
        hide(actor=cycles.facilitator(gone.cycle), contribution=gone, reason="Repetida", now=NOW)
    with transaction():
        db.session.execute(sa.delete(SearchText))
    assert _found("techo") == []
    result = app.test_cli_runner().invoke(args=["search", "reindex"])
    assert result.exit_code == 0, result.output
    assert (_found("techo"), _found("muro")) == ([shown.id], [])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_no_text_upsets_the_index(app, text):
    words = search.stems(text)
    assert all(word.isascii() and word.isalnum() for word in words)
    if words:
        _found(text)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80).filter(search.stems))
def test_any_text_is_found_by_itself(app, text):
    made = consultation.problem(content=_said("Título", text))
    assert made.id in _found(text) or not search.stems(made.body_source)
