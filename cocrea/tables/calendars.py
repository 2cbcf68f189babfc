"""Sessions as calendar programs read them (RFC 5545), and the secret address of a person's own calendar."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import UTC, timedelta
from urllib.parse import urlsplit

from flask_babel import gettext as _
from icalendar import Calendar, Event, vDuration
from itsdangerous import BadSignature, URLSafeSerializer

from cocrea.accounts.shelf import Leaf
from cocrea.core.i18n import lazy as _l
from cocrea.core.settings import current_settings
from cocrea.tables.models import CalendarKey, Session

LEAF = Leaf("tables.calendar", _l("Tu calendario de sesiones"))
MEDIA_TYPE = "text/calendar"
ASK_AGAIN = timedelta(hours=1)


def calendar(name: str, sessions: Iterable[Session], *, linked: Container[Session] = ()) -> bytes:
    """A feed of sessions. The links to videoconferences that are not for everyone are in it only of the `linked`."""
    made = Calendar()
    made.add("prodid", "-//Cocrea//ES")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", vDuration(ASK_AGAIN), parameters={"value": "DURATION"})
    for session in sessions:
        made.add_component(_event(session, session.link if session in linked or session.link_is_public else ""))
    return bytes(made.to_ical())


def _event(session: Session, link: str) -> Event:
    """Its times in UTC, which every program reads alike. A change keeps the uid and has the next sequence number."""
    address = f"{current_settings().public_url}/sesiones/{session.reference}"
    host = urlsplit(current_settings().public_url).hostname or "cocrea.invalid"
    event = Event()
    event.add("uid", f"{session.reference.lower()}@{host}")
    event.add("sequence", session.revision)
    event.add("dtstamp", session.changed_at.astimezone(UTC))
    event.add("last-modified", session.changed_at.astimezone(UTC))
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    event.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
    event.add("summary", _("Cancelada: %(title)s", title=session.title) if session.is_cancelled else session.title)
    event.add("url", address)
    if session.place:
        event.add("location", session.place)
    event.add("description", "\n".join(_told(session, address, "" if session.is_cancelled else link)))
    return event


def _told(session: Session, address: str, link: str) -> list[str]:
    said = [session.table.name, str(session.mode.label)]
    said += [_("Videollamada: %(link)s", link=link)] if link else []
    said += [_("Motivo: %(reason)s", reason=session.cancel_reason)] if session.is_cancelled else []
    return [*said, address]


def token(key: CalendarKey) -> str:
    """The part of a person's calendar address that nobody can guess."""
    written: str = _signer().dumps([key.person_id, key.nonce])
    return written


def claim(written: str) -> tuple[int, str] | None:
    """Whose calendar an address claims to be, and with which nonce; None when it is forged or cut."""
    try:
        person_id, nonce = _signer().loads(written)
    except (BadSignature, ValueError, TypeError):
        return None
    return person_id, nonce


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_settings().secret_key, salt="tables.calendar")
