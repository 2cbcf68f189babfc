"""Calling sessions, changing what was called, calling it off."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cocrea.audit.reasons import public_reason
from cocrea.core import references, text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.tables import policies, queries
from cocrea.tables.models import EventKind, Session, SessionMode, Sitting, SittingKind, Table
from cocrea.tables.operations.events import announce, append
from cocrea.tables.operations.history import note_table
from cocrea.tables.operations.plenaries import keep_sitting, next_sitting, titled
from cocrea.tables.rules import session_notice

LONGEST_LINK = 500
ENDS_LATER = _l("La sesión termina después de empezar.")
PLACE_NEEDED = _l("Di dónde se reúnen.")
_CHANGED = _l(
    "Alguien cambió la convocatoria mientras escribías. Aquí está lo tuyo: revisa la sesión y guarda otra vez."
)


@dataclass(frozen=True)
class SessionPlan:
    """What is announced of a session. `link` leads to a videoconference, shown to everyone only if it says so.

    `sitting`: of which kind the session of a forum is; of another table nobody asks.
    """

    title: str
    mode: SessionMode
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    link: str = ""
    link_is_public: bool = False
    sitting: SittingKind | None = None


def schedule_session(*, actor: Any, table: Table, plan: SessionPlan, now: datetime) -> Session:
    """Announce a meeting. In person and hybrid ones say where. Short notice is allowed, and told.

    A forum's is numbered among those of its kind, and its title says so.
    """
    enforce(policies.can_run, actor, queries.place(actor, table), now)
    _check_end(plan, now)
    sitting = next_sitting(table, plan.sitting)
    notice = _notice(table, plan.starts_at, now, sitting)
    session = add(
        Session(
            reference=references.allot(table.cycle.prefix, "SES"),
            table_id=table.id,
            convened_at=now,
            changed_at=now,
            is_short_notice="short_notice" in notice,
            **_checked(plan, sitting),
        )
    )
    keep_sitting(session, sitting)
    new = {"table": table.reference, **_recorded(session), **notice}
    note_table(actor, table, session.reference, "session.scheduled", now, new=new, subject_id=session.id)
    return session


def edit_session(
    *, actor: Any, session: Session, plan: SessionPlan, reason: str, now: datetime, base: int | None = None
) -> bool:
    """Change what was announced, with a public reason; whether anything changed. Once open, its times stay.

    `Conflict` when somebody changed it since revision `base`.
    """
    enforce(policies.can_edit_session, actor, queries.room(actor, lock(session)), now)
    if base is not None and base != session.revision:
        raise Conflict(_CHANGED)
    why = public_reason(reason, _l("Di por qué cambia: quien pensaba ir leerá tu razón."))
    sitting = queries.sitting_of(session)
    said = _checked(plan, sitting)
    # Forms know minutes alone: a time that a form did not change is not changed by its seconds.
    changed = {name for name, value in said.items() if _cut(getattr(session, name)) != value}
    if changed & {"starts_at", "ends_at"}:
        _check_end(plan, now)
    if session.opened_at is not None and changed & {"starts_at", "ends_at"}:
        raise Invalid(_l("La sesión ya empezó: su hora no cambia."), "starts_at")
    if not changed:
        return False
    old = _recorded(session)
    for name in changed:
        setattr(session, name, said[name])
    notice = _notice(session.table, session.starts_at, now, sitting) if "starts_at" in changed else {}
    if notice:
        session.is_short_notice = "short_notice" in notice
    session.changed_because = why
    linked = {"link_changed": True} if "link" in changed else {}
    _revised(actor, session, "edited", now, old=old, new={**_recorded(session), **linked, **notice}, reason=why)
    return True


def cancel_session(*, actor: Any, session: Session, reason: str, now: datetime) -> None:
    """Call it off, for good and with its reason in public. What was prepared for it stays readable."""
    enforce(policies.can_cancel_session, actor, queries.room(actor, lock(session)), now)
    why = public_reason(reason, _l("Di por qué se cancela: quien pensaba ir leerá tu razón."))
    session.cancelled_at, session.cancel_reason = now, why
    _revised(actor, session, "cancelled", now, reason=why)


def _revised(actor: Any, session: Session, act: str, now: datetime, **details: Any) -> None:
    session.revision, session.changed_at = session.revision + 1, now
    note_table(actor, session.table, session.reference, f"session.{act}", now, subject_id=session.id, **details)
    announce(session, append(actor, session, EventKind.CHANGED, now, payload={"act": act}))


def _notice(table: Table, starts_at: datetime, now: datetime, sitting: Sitting | None) -> dict[str, Any]:
    """What the history keeps of how long before its time a session is announced."""
    rule = session_notice(table, now, sitting.kind if sitting else None)
    days = {"notice_days": max(0, (starts_at - now).days)}
    return days if starts_at >= now + timedelta(days=rule) else {**days, "notice_rule": rule, "short_notice": True}


def _recorded(session: Session) -> dict[str, Any]:
    """What the history keeps of it: its mode and times, a fingerprint of the public texts, and whether there is a link.

    Of the link itself not even a fingerprint: the number of a videoconference is short enough to be guessed from it.
    """
    link = {"has_link": bool(session.link), "link_is_public": session.link_is_public}
    moments = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    return {"mode": session.mode, **moments, **link, "text": text.fingerprint(session.title, session.place)}


def _check_end(plan: SessionPlan, now: datetime) -> None:
    if plan.ends_at <= now:
        raise Invalid(_l("La sesión terminaría antes de ahora: revisa su hora."), "ends_at")


def _cut(value: Any) -> Any:
    """A moment without its seconds; anything else as it is."""
    return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else value


def _checked(plan: SessionPlan, sitting: Sitting | None) -> dict[str, Any]:
    said = {
        **{name: _cut(value) for name, value in asdict(plan).items() if name != "sitting"},
        "title": text.plain(plan.title),
        "place": text.plain(plan.place),
        "link": _link(plan.link),
    }
    if not said["title"]:
        raise Invalid(_l("Di de qué trata la sesión."), "title")
    if sitting is not None:
        said["title"] = titled(sitting, said["title"])
    if plan.starts_at >= plan.ends_at:
        raise Invalid(ENDS_LATER, "ends_at")
    if plan.mode is not SessionMode.ONLINE and not said["place"]:
        raise Invalid(PLACE_NEEDED, "place")
    if "://" in said["place"]:
        raise Invalid(_l("El lugar es público: pon el enlace a la videollamada en su propio campo."), "place")
    return said


def _link(address: str) -> str:
    """The address of a videoconference: https, and where it leads is plain to see."""
    address = text.plain(address)
    try:
        parts = urlsplit(address)
        fits = parts.scheme == "https" and parts.hostname and "@" not in parts.netloc and " " not in address
    except ValueError:
        fits = False
    if address and (not fits or len(address) > LONGEST_LINK):
        raise Invalid(_l("El enlace debe empezar con https:// y caber en 500 caracteres."), "link")
    return address
