"""Putting proposals before the institutions that are to answer them, and the days on which these do not work."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from cocrea.accounts.models import PUBLIC_SECTORS, Organisation
from cocrea.audit.operations import record
from cocrea.audit.reasons import public_reason
from cocrea.core import text, workdays
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.core.i18n import zone
from cocrea.discussion.operations import note
from cocrea.extensions import db
from cocrea.proposals import policies, queries, rules
from cocrea.proposals.models import DayOff, Duty, Proposal, Routing

LONGEST_REST = timedelta(days=45)
WHY_OTHER = _l("Di por qué cambia quién responde: la razón es pública.")


def route(
    *, actor: Any, proposal: Proposal, organisation: Organisation, duty: Duty, now: datetime, reason: str = ""
) -> Routing:
    """Put a proposal before an institution, or change its duty. Whoever led joins when another is to lead.

    Changing the duty of an institution, or who leads, needs a reason. The term is set once and never moves.
    """
    enforce(policies.can_route, actor, lock(proposal), now)
    if organisation.sector not in PUBLIC_SECTORS:
        raise Invalid(_l("Solo se turna a instituciones públicas."), "organisation")
    known = {found.organisation_id: found for found in queries.routings(proposal)}
    leading = next((found for found in known.values() if found.is_lead), None)
    own = known.get(organisation.id)
    if own is not None and own.duty is duty:
        raise Conflict(_l("Esa institución ya tiene la propuesta, con ese mismo papel."))
    replaces = duty is Duty.LEAD and leading is not None
    why = public_reason(reason, WHY_OTHER) if own or replaces else text.plain(reason)[:500]
    if replaces and leading is not None:
        leading.is_lead = False
        db.session.flush()  # the database lets one lead at a time
    if own is not None:
        own.is_lead, own.reason = duty is Duty.LEAD, why
    routing = own or add(_begin(proposal, organisation, duty, why, now))
    details = {"organisation": organisation.slug, "duty": duty, "due": routing.due_on.isoformat()}
    old = {"lead": leading.organisation.slug} if replaces and leading else None
    note(actor, proposal, "proposal.routed", now, old=old, new=details, reason=why)
    return routing


def unroute(*, actor: Any, proposal: Proposal, organisation: Organisation, reason: str, now: datetime) -> None:
    """Take a proposal back from an institution that has not answered it, with a public reason."""
    enforce(policies.can_route, actor, lock(proposal), now)
    own = next((found for found in queries.routings(proposal) if found.organisation_id == organisation.id), None)
    if own is None:
        raise Conflict(_l("Esa institución no tiene esta propuesta."))
    if any(answer.organisation_id == organisation.id for answer in queries.responses(proposal)):
        raise Conflict(_l("Esa institución ya respondió: su respuesta se queda."))
    why = public_reason(reason, _l("Di por qué ya no le toca: la razón es pública."))
    db.session.delete(own)
    old = {"organisation": organisation.slug, "duty": own.duty, "due": own.due_on.isoformat()}
    note(actor, proposal, "proposal.unrouted", now, old=old, reason=why)


def declare_days_off(
    *, actor: Any, organisation: Organisation, first: date, last: date, name: str, now: datetime
) -> int:
    """Add days on which the institution does not work; how many are new. They count for what is routed from now on."""
    enforce(policies.can_keep_days_off, actor, organisation, now)
    if last < first:
        raise Invalid(_l("El último día no puede ser antes del primero."), "last")
    if last - first >= LONGEST_REST:
        raise Invalid(_l("Escribe como máximo %(days)s días seguidos.", days=LONGEST_REST.days), "last")
    if not text.plain(name):
        raise Invalid(_l("Di por qué no se trabaja: por ejemplo, «Vacaciones de diciembre»."), "name")
    lock(organisation, is_referred_to=True)
    known = queries.days_off(organisation.id)
    wanted = (first + timedelta(days=number) for number in range((last - first).days + 1))
    fresh = [day for day in wanted if workdays.is_working(day, known)]
    if not fresh:
        raise Invalid(_l("Esos días ya son inhábiles: no hace falta agregarlos."), "first")
    called = text.plain(name)[:200]
    db.session.add_all(DayOff(organisation_id=organisation.id, day=day, name=called) for day in fresh)
    db.session.flush()
    new = {"first": fresh[0].isoformat(), "last": fresh[-1].isoformat(), "days": len(fresh)}
    _tell(actor, organisation, "institution.rests", now, new=new)
    return len(fresh)


def drop_day_off(*, actor: Any, organisation: Organisation, day: date, now: datetime) -> None:
    """Work on a day after all; terms that were set stay as they are."""
    enforce(policies.can_keep_days_off, actor, organisation, now)
    lock(organisation, is_referred_to=True)
    found = db.session.get(DayOff, (organisation.id, day))
    if found is None:
        raise Conflict(_l("Ese día ya no está en la lista."))
    db.session.delete(found)
    _tell(actor, organisation, "institution.works", now, old={"first": day.isoformat()})


def _tell(actor: Any, organisation: Organisation, action: str, now: datetime, **details: Any) -> None:
    record(actor=actor, action=action, subject=organisation.slug, scope=organisation.scope, now=now, **details)


def _begin(proposal: Proposal, organisation: Organisation, duty: Duty, reason: str, now: datetime) -> Routing:
    days, tz = rules.answer_days(proposal.cycle), zone(proposal.cycle.timezone)
    due = workdays.after(now.astimezone(tz).date(), days, queries.days_off(organisation.id))
    return Routing(
        proposal_id=proposal.id,
        organisation_id=organisation.id,
        is_lead=duty is Duty.LEAD,
        routed_at=now,
        reason=reason,
        due_at=datetime.combine(due + timedelta(days=1), time(), tz),
        due_day=due.year * 10000 + due.month * 100 + due.day,
    )
