"""What came in during a consultation, and what was commented on anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from cocrea.consultation.models import (
    OpinionResult,
    Problem,
    ProblemTarget,
    Statement,
    StatementStatus,
    Topic,
    Workshop,
)
from cocrea.consultation.rules import hides_results
from cocrea.core import clock
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.discussion.models import Comment
from cocrea.discussion.queries import comments_of
from cocrea.extensions import db
from cocrea.opendata import words
from cocrea.opendata.datasets import Dataset, Rows

TOPIC = _l("Tema de la consulta.")
TERRITORY = _l("Entidad federativa, con su clave ISO 3166.")
MUNICIPALITY = _l("Municipio, como se escribió.")


def _topics() -> Rows:
    return sa.select(
        Topic.reference,
        Topic.axis,
        Topic.title,
        Topic.summary_source.label("summary"),
        Topic.problem_count,
        Topic.corrected_at,
        Topic.correction_reason,
    )


def _problems() -> Rows:
    codes = sa.select(sa.func.aggregate_strings(ProblemTarget.code, " "))
    return sa.select(
        Problem.reference,
        Problem.title,
        Topic.title.label("topic"),
        Problem.body_source.label("what_happens"),
        Problem.affected,
        Problem.causes,
        Problem.effects,
        Problem.sources,
        Problem.territory,
        Problem.municipality,
        codes.where(ProblemTarget.problem_id == Problem.id).scalar_subquery().label("targets"),
        Problem.channel,
        Problem.author_sector,
        Problem.support_count,
        Problem.comment_count,
        Problem.published_at,
    ).join(Topic, Topic.id == Problem.topic_id)


def _statements() -> Rows:
    return sa.select(
        Statement.reference,
        Statement.title.label("text"),
        Statement.channel,
        Statement.author_sector,
        Statement.published_at,
    ).where(Statement.status == StatementStatus.ADMITTED)


def _answers(rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    """How many agree, disagree and pass, of the statements in rows that end in their key; as far as it is published."""
    keys = [row[-1] for row in rows]
    cycle_of = sa.select(Statement.cycle_id).distinct().where(Statement.id.in_(keys))
    said = _published(list(db.session.scalars(cycle_of))) if keys else {}
    return [said.get(key, (None, None, None)) for key in keys]


def _published(cycle_ids: list[int]) -> Mapping[int, tuple[Any, ...]]:
    """By statement, where its stage does not keep results until it closes: three statements, however many cycles."""
    told = sa.select(Cycle).where(Cycle.id.in_(cycle_ids)).options(selectinload(Cycle.stages).lazyload("*"))
    open_to_all = [cycle.id for cycle in db.session.scalars(told) if not hides_results(cycle, clock.now())]
    found = sa.select(OpinionResult.content).where(OpinionResult.cycle_id.in_(open_to_all))
    return {
        row["id"]: (row["agree"], row["disagree"], row["pass"])
        for content in db.session.scalars(found)
        for row in content["statements"]
    }


def _workshops() -> Rows:
    return sa.select(
        Workshop.reference,
        Workshop.title,
        Workshop.place,
        Workshop.territory,
        Workshop.municipality,
        Workshop.starts_at,
        Workshop.organiser,
        Workshop.method,
        Workshop.attended,
        Workshop.cancelled_at,
        Workshop.cancel_reason,
    )


TOPICS = Dataset(
    "temas",
    "topics",
    _l("Temas"),
    _l("De qué trata la consulta, bajo qué ejes."),
    _topics,
    (Topic.id,),
    {
        "reference": words.REFERENCE,
        "axis": _l("Eje al que pertenece."),
        "title": words.TITLE,
        "summary": _l("De qué trata."),
        "problem_count": _l("Cuántas problemáticas públicas tiene."),
        "corrected_at": _l("Cuándo se corrigió su texto; vacío si nunca."),
        "correction_reason": _l("Por qué se corrigió."),
    },
    Topic.cycle_id,
    moments=(Topic.corrected_at,),
    identity="reference",
)
PROBLEMS = Dataset(
    "problematicas",
    "problems",
    _l("Problemáticas"),
    _l("Lo que se publicó en la consulta, con su tema y sus apoyos."),
    _problems,
    (Problem.id,),
    {
        "reference": words.REFERENCE,
        "title": words.TITLE,
        "topic": TOPIC,
        "what_happens": _l("Qué pasa."),
        "affected": _l("A quién afecta."),
        "causes": _l("Sus causas."),
        "effects": _l("Sus efectos."),
        "sources": _l("De dónde se sabe."),
        "territory": TERRITORY,
        "municipality": MUNICIPALITY,
        "targets": words.TARGETS,
        "channel": words.CHANNEL,
        "author_sector": words.AUTHOR_SECTOR,
        "support_count": words.SUPPORTS,
        "comment_count": words.COMMENTS,
        "published_at": words.PUBLISHED,
    },
    Problem.cycle_id,
    Problem,
    (Problem.published_at, Problem.visibility_at),
    "reference",
)
STATEMENTS = Dataset(
    "afirmaciones",
    "statements",
    _l("Afirmaciones"),
    _l("Las frases que se contestan con acuerdo, desacuerdo o paso, y lo que se ha publicado de las respuestas."),
    _statements,
    (Statement.id,),
    {
        "reference": words.REFERENCE,
        "text": _l("La afirmación."),
        "channel": words.CHANNEL,
        "author_sector": words.AUTHOR_SECTOR,
        "published_at": words.PUBLISHED,
        "agree": _l("Cuántas personas están de acuerdo; vacío mientras no se publica o si son menos de cinco."),
        "disagree": _l("Cuántas personas están en desacuerdo; vacío mientras no se publica o si son menos de cinco."),
        "pass": _l("Cuántas personas pasaron; vacío mientras no se publica o si son menos de cinco."),
    },
    Statement.cycle_id,
    Statement,
    (Statement.published_at, Statement.visibility_at),
    "reference",
    dict.fromkeys(("agree", "disagree", "pass"), sa.Integer()),
    _answers,
)
WORKSHOPS = Dataset(
    "jornadas",
    "workshops",
    _l("Jornadas"),
    _l("Los encuentros en persona: dónde, cuándo, quién los convocó y cuántas personas fueron."),
    _workshops,
    (Workshop.id,),
    {
        "reference": words.REFERENCE,
        "title": words.TITLE,
        "place": _l("Dónde."),
        "territory": TERRITORY,
        "municipality": MUNICIPALITY,
        "starts_at": words.STARTS,
        "organiser": _l("Quién la convoca."),
        "method": _l("Cómo se trabaja en ella."),
        "attended": _l("Cuántas personas fueron; vacío si no se ha contado."),
        "cancelled_at": _l("Cuándo se canceló; vacío si no."),
        "cancel_reason": _l("Por qué se canceló."),
    },
    Workshop.cycle_id,
    moments=(Workshop.created_at, Workshop.cancelled_at),
    identity="reference",
)
COMMENTS = Dataset(
    "comentarios",
    "comments",
    _l("Comentarios"),
    _l("Lo que se comentó de todo lo demás: a qué responde, con qué postura y qué reacciones tuvo."),
    lambda: comments_of(visible=False),
    (Comment.id,),
    {
        "reference": words.REFERENCE,
        "subject": _l("Clave de lo que comenta."),
        "in_reply_to": _l("Clave del comentario al que responde."),
        "stance": _l("neutral (sin postura), for (a favor) o against (en contra)."),
        "text": _l("Lo que dice."),
        "channel": words.CHANNEL,
        "author_sector": words.AUTHOR_SECTOR,
        "institution": _l("Institución por la que habla, si habla por una."),
        "agree_count": _l("Cuántas personas están de acuerdo con él."),
        "doubt_count": _l("A cuántas personas les deja dudas."),
        "thanks_count": _l("Cuántas personas lo agradecen."),
        "reply_count": _l("Cuántas respuestas públicas tiene."),
        "version": _l("Cuántos textos ha tenido."),
        "published_at": words.PUBLISHED,
        "edited_at": _l("Cuándo se corrigió por última vez; vacío si nunca."),
    },
    Comment.cycle_id,
    Comment,
    (Comment.published_at, Comment.edited_at, Comment.visibility_at),
    "reference",
)
