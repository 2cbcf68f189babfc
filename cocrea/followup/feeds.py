"""What happens to the activities of commitments, for calendar programs (RFC 5545) and feed readers (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from flask_babel import gettext as _
from icalendar import Calendar, Event, vDuration

from cocrea.audit import words
from cocrea.core.settings import current_settings

CALENDAR, ATOM = "text/calendar", "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
ASK_AGAIN = timedelta(hours=12)


def calendar(name: str, due: Iterable[Any]) -> bytes:
    """The days on which activities end, each as a whole day. `due`: rows of `queries.due_dates`."""
    made = Calendar()
    made.add("prodid", "-//Cocrea//ES")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", vDuration(ASK_AGAIN), parameters={"value": "DURATION"})
    for row in due:
        made.add_component(_event(row))
    return bytes(made.to_ical())


def atom(title: str, path: str, changes: Sequence[Any], begun: datetime) -> bytes:
    """What the history says of activities. `path` is the page that shows them, `changes` rows of `queries.changes`;
    `begun`: since when there is a feed, for as long as nothing happens."""
    site = current_settings().public_url
    ElementTree.register_namespace("", NAMESPACE)
    feed = ElementTree.Element(_tag("feed"))
    _text(feed, "title", title)
    _text(feed, "id", site + path)
    _text(feed, "updated", _moment(max((row.at for row in changes), default=begun)))
    _link(feed, site + path)
    author = ElementTree.SubElement(feed, _tag("author"))
    _text(author, "name", "Cocrea")
    for row in changes:
        entry = ElementTree.SubElement(feed, _tag("entry"))
        _text(entry, "title", f"{words.action(row.action)}: {row.title}")
        _text(entry, "id", f"{site}/historial/registros/{row.id}")
        _text(entry, "updated", _moment(row.at))
        _link(entry, f"{site}/actividades/{row.reference}")
    return bytes(ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True))


def _event(row: Any) -> Event:
    site = current_settings().public_url
    event = Event()
    event.add("uid", f"{row.reference.lower()}@{urlsplit(site).hostname or 'cocrea.invalid'}")
    event.add("dtstamp", row.signed_at.astimezone(UTC))  # since then its day does not change
    event.add("dtstart", row.ends_on)
    event.add("dtend", row.ends_on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", _("Termina: %(title)s", title=row.title))
    event.add("url", f"{site}/actividades/{row.reference}")
    told = [row.commitment_title, *([row.responsible] if row.responsible else []), str(row.status.label)]
    event.add("description", "\n".join(told))
    return event


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _text(parent: Any, name: str, said: str) -> None:
    ElementTree.SubElement(parent, _tag(name)).text = said


def _link(parent: Any, address: str) -> None:
    ElementTree.SubElement(parent, _tag("link"), {"href": address, "rel": "alternate"})


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
