"""Making a cycle from a methodology, and making its calendar public."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import available_timezones

import sqlalchemy as sa

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.i18n import zone
from cocrea.cycles import calendar, policies
from cocrea.cycles.methodologies import Methodology, StageTemplate
from cocrea.cycles.models import Cycle, Stage
from cocrea.cycles.operations import history
from cocrea.extensions import db
from cocrea.forums.models import Space

PREFIX = re.compile(r"[A-Z0-9]{2,8}")
OPENING_HOUR, CLOSING_HOUR = time(9), time(18)


def create_cycle(
    *,
    actor: Any,
    space: Space,
    methodology: Methodology,
    title: str,
    prefix: str,
    summary: str,
    first_day: date,
    now: datetime,
    timezone: str = "America/Mexico_City",
) -> Cycle:
    """Make an unpublished cycle with the methodology's stages dated from `first_day`, in the cycle's time zone.

    `prefix` (2 to 8 capital letters or digits, unique) begins every reference of the cycle. Titles, purposes and
    products are written in the language of the moment and are the cycle's own from then on.
    """
    enforce(policies.can_create, actor, space, now)
    cycle = Cycle(
        space_id=space.id,
        slug=_free_slug(_title(title)),
        prefix=_prefix(prefix),
        title=_title(title),
        summary=text.block(summary),
        timezone=_timezone(timezone),
        methodology=methodology.key,
        created_at=now,
    )
    _insert(cycle)
    for position, template in enumerate(methodology.stages, 1):
        add(_stage_from(template, cycle, position, first_day))
    db.session.refresh(cycle)
    history.note_cycle(actor, cycle, "cycle.created", now, new={"methodology": methodology.key})
    return cycle


def publish_cycle(*, actor: Any, cycle: Cycle, now: datetime, notice_waiver: str = "") -> Cycle:
    """Make the calendar public. From here on dates move only with a reason, in the history.

    Except for preparation, nothing may start before the cycle's notice has passed, unless `notice_waiver` says why;
    the reason stays with the stages it concerns.
    """
    enforce(policies.can_publish, actor, lock(cycle), now)
    if not any(stage.starts_at for stage in cycle.stages):
        raise Invalid(_l("Pon fechas al menos a una etapa antes de publicar."))
    why = text.plain(notice_waiver)
    hurried = [stage for stage in cycle.stages if calendar.lacks_notice(stage, stage.starts_at, now)]
    if hurried and not why:
        raise Invalid(calendar.notice_needed(hurried[0]), "notice_waiver")
    for stage in hurried:
        stage.notice_waiver = why
    cycle.published_at = now
    new = {"stages": history.calendar(cycle)}
    history.note_cycle(actor, cycle, "cycle.published", now, new=new, reason=why if hurried else "")
    return cycle


def _title(title: str) -> str:
    cleaned = text.plain(title)
    if not cleaned:
        raise Invalid(_l("El ciclo necesita un nombre."), "title")
    return cleaned


def _prefix(prefix: str) -> str:
    cleaned = text.plain(prefix).upper()
    if not PREFIX.fullmatch(cleaned):
        raise Invalid(_l("Usa de 2 a 8 letras mayúsculas o números, sin espacios. Por ejemplo: OAX."), "prefix")
    return cleaned


def _timezone(name: str) -> str:
    if name not in available_timezones():
        raise Invalid(_l("Elige una zona horaria de la lista."), "timezone")
    return name


def _insert(cycle: Cycle) -> None:
    try:
        with db.session.begin_nested():
            add(cycle)
    except sa.exc.IntegrityError as error:
        raise Invalid(_l("Otro ciclo ya usa ese prefijo. Elige otro."), "prefix") from error


def _free_slug(title: str) -> str:
    base = text.slugify(title)
    taken = set(db.session.scalars(sa.select(Cycle.slug).where(Cycle.slug.startswith(base, autoescape=True))))
    candidates = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(slug for slug in candidates if slug not in taken)


def _stage_from(template: StageTemplate, cycle: Cycle, position: int, first_day: date) -> Stage:
    first = first_day + timedelta(days=template.offset)
    last = first + timedelta(days=template.days - 1)
    here = zone(cycle.timezone)
    return Stage(
        cycle_id=cycle.id,
        position=position,
        kind=template.kind,
        title=str(template.title),
        purpose=str(template.purpose),
        product=str(template.product),
        starts_at=datetime.combine(first, OPENING_HOUR, here),
        ends_at=datetime.combine(last, CLOSING_HOUR, here),
    )
