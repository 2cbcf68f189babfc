"""What the report of a consultation says by itself, beside the figures: days, topics, problems, opinions, merges and
workshops. Only what anyone may read, and of small groups nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from cocrea.accounts.models import Gender, Sector
from cocrea.consultation import queries
from cocrea.consultation.figures import came_in
from cocrea.consultation.models import (
    PaperAnswers,
    PaperSupports,
    Problem,
    Topic,
    Trait,
    Workshop,
    WorkshopEntry,
)
from cocrea.consultation.opinions import published
from cocrea.consultation.queries.workshops import UNDECLARED
from cocrea.consultation.rules import hides_results
from cocrea.core.i18n import lazy as _l
from cocrea.core.i18n import zone
from cocrea.cycles.figures import REST, within
from cocrea.cycles.models import Cycle, Stage, StageKind
from cocrea.cycles.report_sections import Column, Rows, Section
from cocrea.discussion.models import Channel, Contribution, ContributionKind, Visibility
from cocrea.extensions import db

MOST_OF_TOPIC = 5
BY_DAY = (ContributionKind.PROBLEM, ContributionKind.COMMENT, ContributionKind.STATEMENT)
AGREED, REJECTED, DIVIDING = "agreed", "rejected", "dividing"
_TAKEN_IN: tuple[tuple[Any, Any], ...] = (
    (WorkshopEntry, WorkshopEntry.created_at),
    (PaperSupports, PaperSupports.counted_at),
    (PaperAnswers, PaperAnswers.counted_at),
)
_shared, _own = Contribution.__table__.c, Problem.__table__.c


def by_day(cycle: Cycle, stage: Stage, _now: datetime) -> Rows:
    """How many of each kind came in on each day of the cycle's time zone, whatever became of them."""
    statement = sa.select(_shared.kind, _shared.published_at).where(*_published(cycle, stage, BY_DAY), *came_in())
    here, days = zone(cycle.timezone), defaultdict[str, Counter[ContributionKind]](Counter)
    for kind, moment in db.session.execute(statement):
        days[moment.astimezone(here).date().isoformat()][kind] += 1
    return [[day, *(counts[kind] for kind in BY_DAY)] for day, counts in sorted(days.items())]


def topics_in_order(cycle: Cycle, _stage: Stage, now: datetime) -> Rows | None:
    """None while results are hidden: `queries.ranking` decides. Nothing where nobody supported a topic."""
    ranking = queries.ranking(cycle, queries.topics(cycle), now)
    if ranking is None:
        return None
    return [
        [
            standing.topic.title,
            standing.place,
            standing.topic.axis,
            standing.total,
            *(standing.channels.get(channel, 0) for channel in Channel),
        ]
        for standing in ranking
        if ranking[0].total  # an order by nothing is none
    ]


def by_topic(cycle: Cycle, stage: Stage, _now: datetime) -> Rows:
    """How many problems each topic received, and the most supported of them."""
    place = sa.func.row_number().over(partition_by=_own.topic_id, order_by=(_shared.support_count.desc(), _shared.id))
    each = (
        sa.select(
            _own.topic_id,
            _shared.reference,
            _shared.support_count,
            sa.func.count().over(partition_by=_own.topic_id).label("problems"),
            place.label("place"),
        )
        .join(Problem.__table__, _own.id == _shared.id)
        .where(*_received(cycle, stage, [ContributionKind.PROBLEM]))
        .subquery()
    )
    found = sa.select(Topic.title, each.c.problems, each.c.reference, each.c.support_count)
    found = found.join(each, each.c.topic_id == Topic.id).where(each.c.place <= MOST_OF_TOPIC)
    return _plain(db.session.execute(found.order_by(each.c.problems.desc(), Topic.id, each.c.place)))


def opinions(cycle: Cycle, _stage: Stage, now: datetime) -> Rows | None:
    """What all parts share and what sets them apart, as last computed; None while results are hidden."""
    if hides_results(cycle, now):
        return None
    result = queries.opinion_result(cycle)
    return list(_opinions(result.content, queries.sentences(cycle))) if result else []


def _opinions(content: Mapping[str, Any], sentences: Mapping[int, Any]) -> Iterator[list[Any]]:
    by = "by_group" if content["groups"] else "by_sector"
    overall = {row["id"]: row for row in content["statements"]}
    listed = (
        (AGREED, published.shared(content, by, 0)),
        (REJECTED, published.shared(content, by, 1)),
        (DIVIDING, published.dividing(content, by)),
    )
    for finding, ids in listed:
        for key in ids:
            if key in sentences:
                said = overall[key]
                shares = [cell[0] for cell in content[by][str(key)].values() if cell and cell[0] is not None]
                counts = (said["agree"], said["disagree"], said["pass"])
                yield [
                    finding, sentences[key].reference, *counts, min(shares, default=None), max(shares, default=None)
                ]  # fmt: skip


def merges(cycle: Cycle, stage: Stage, _now: datetime) -> Rows:
    """The problems of the stage that are merged into another, and why."""
    into = Contribution.__table__.alias("survivors")
    statement = (
        sa.select(_shared.reference, into.c.reference, _shared.visibility_at, _shared.visibility_reason)
        .join(into, into.c.id == _shared.merged_into_id)
        .where(*_received(cycle, stage, [ContributionKind.PROBLEM], Visibility.MERGED))
        .order_by(into.c.id, _shared.id)
    )
    here = zone(cycle.timezone)
    return [
        [source, survivor, at.astimezone(here).date().isoformat() if at else None, why]
        for source, survivor, at, why in db.session.execute(statement)
    ]


def workshops(cycle: Cycle, stage: Stage, now: datetime) -> Rows:
    """Those that took place, with how many came and how many problems were written down."""
    entries = sa.select(sa.func.count()).where(WorkshopEntry.workshop_id == Workshop.id).scalar_subquery()
    statement = sa.select(
        Workshop.reference, Workshop.title, Workshop.place, Workshop.starts_at, Workshop.attended, entries
    )
    here = zone(cycle.timezone)
    return [
        [reference, title, place, at.astimezone(here).date().isoformat(), attended, number]
        for reference, title, place, at, attended, number in db.session.execute(_held(statement, cycle, stage, now))
    ]


def attendance(cycle: Cycle, stage: Stage, now: datetime) -> Rows:
    """Who came to each, small groups withheld."""
    held = db.session.scalars(
        _held(sa.select(Workshop), cycle, stage, now).options(selectinload(Workshop.attendance))
    )
    return [
        [workshop.reference, workshop.title, trait.value, name, people]
        for workshop in held
        if workshop.attended
        for trait, counts in queries.attendance(workshop).items()
        for name, people in counts.items()
    ]


def _held(statement: Any, cycle: Cycle, stage: Stage, now: datetime) -> Any:
    """Those held in the stage, and those held before whose sheets or contributions were taken in during it."""
    taken_place = Workshop.cycle_id == cycle.id, Workshop.cancelled_at.is_(None), Workshop.starts_at <= now
    brought = (
        sa.select(made.workshop_id).where(made.workshop_id == Workshop.id, *within(moment, stage)).exists()
        for made, moment in _TAKEN_IN
    )
    belongs = sa.or_(sa.and_(sa.true(), *within(Workshop.starts_at, stage)), *brought)
    return statement.where(*taken_place, belongs).order_by(Workshop.starts_at, Workshop.id)


def _received(
    cycle: Cycle, stage: Stage, kinds: Iterable[ContributionKind], state: Visibility = Visibility.PUBLIC
) -> list[Any]:
    """That a contribution was published in the stage and is in this state now."""
    return [*_published(cycle, stage, kinds), _shared.visibility == state]


def _published(cycle: Cycle, stage: Stage, kinds: Iterable[ContributionKind]) -> list[Any]:
    return [
        _shared.cycle_id == cycle.id,
        _shared.kind.in_(list(kinds)),
        *within(_shared.published_at, stage),
    ]


def _plain(found: Iterable[Any]) -> Rows:
    return [list(row) for row in found]


def _section(key: str, title: Any, compute: Any, *columns: Column, note: Any = "") -> Section:
    return Section(key, StageKind.CONSULTATION, title, columns, compute, note)


def _number(key: str, label: Any) -> Column:
    return Column(key, label, is_number=True)


def _problem(key: str, label: Any) -> Column:
    return Column(key, label, endpoint="consultation.problem", is_titled=True)


_DAY, _TOPIC = Column("day", _l("Día")), Column("topic", _l("Tema"))
_WORKSHOP = (Column("workshop", _l("Folio"), endpoint="consultation.workshop"), Column("title", _l("Jornada")))
_FINDINGS = {
    AGREED: _l("Todos están de acuerdo"),
    REJECTED: _l("Todos están en desacuerdo"),
    DIVIDING: _l("Los divide"),
}
_GROUPS = {
    **{sector.value: sector.label for sector in Sector},
    **{gender.value: gender.label for gender in Gender},
    UNDECLARED: _l("No lo dijeron"),
    REST: _l("Otros grupos o no lo dijeron, juntos para no señalar a nadie"),
}
SECTIONS = (
    _section(
        "days",
        _l("Qué se recibió cada día"),
        by_day,
        _DAY,
        _number("problems", _l("Problemáticas")),
        _number("comments", _l("Comentarios")),
        _number("statements", _l("Afirmaciones")),
    ),
    _section(
        "topics",
        _l("Los temas, en orden de apoyos"),
        topics_in_order,
        _TOPIC,
        _number("place", _l("Lugar")),
        Column("axis", _l("Eje")),
        _number("supports", _l("Apoyos")),
        *(_number(channel.value, channel.label) for channel in Channel),
        note=_l("Los temas con los mismos apoyos comparten lugar."),
    ),
    _section(
        "problems",
        _l("Las problemáticas de cada tema"),
        by_topic,
        _TOPIC,
        _number("of_topic", _l("Problemáticas del tema")),
        _problem("problem", _l("De las más apoyadas")),
        _number("supports", _l("Apoyos")),
        note=_l(
            "De cada tema se nombran las cinco con más apoyos. Aquí se cuentan las que siguen publicadas; en lo que se "
            "recibió cuentan también las que se fusionaron, se retiraron o se ocultaron, y no las síntesis."
        ),
    ),
    _section(
        "opinions",
        _l("En qué coinciden y en qué se dividen"),
        opinions,
        Column("finding", _l("Resultado"), words=_FINDINGS),
        Column("statement", _l("Afirmación"), endpoint="consultation.statement", is_titled=True),
        _number("agree", _l("De acuerdo")),
        _number("disagree", _l("En desacuerdo")),
        _number("pass", _l("Paso")),
        _number("least_percent", _l("Acuerdo más bajo de una parte, por ciento")),
        _number("most_percent", _l("Acuerdo más alto de una parte, por ciento")),
        note=_l(
            "Las partes son los grupos de opinión o, si no los hay, los sectores declarados. Nada que hayan dicho "
            "menos de cinco personas se muestra."
        ),
    ),
    _section(
        "merges",
        _l("Qué se fusionó y por qué"),
        merges,
        _problem("problem", _l("Problemática")),
        _problem("into", _l("Se fusionó con")),
        _DAY,
        Column("reason", _l("Razón")),
    ),
    _section(
        "workshops",
        _l("Jornadas"),
        workshops,
        *_WORKSHOP,
        Column("place", _l("Lugar")),
        _DAY,
        _number("attended", _l("Asistentes")),
        _number("problems", _l("Problemáticas anotadas")),
    ),
    _section(
        "attendance",
        _l("Quiénes fueron a las jornadas"),
        attendance,
        *_WORKSHOP,
        Column("trait", _l("Por"), words={Trait.SECTOR.value: _l("Sector"), Trait.GENDER.value: _l("Género")}),
        Column("group", _l("Grupo"), words=_GROUPS),
        _number("people", _l("Personas")),
        note=_l("Los grupos de menos de cinco personas se juntan para no señalar a nadie."),
    ),
)
