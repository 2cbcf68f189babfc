"""The minutes that the platform drafts from what happened in the room, for the rapporteur to go on from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.accounts.models import Sector
from cocrea.core import text
from cocrea.core.i18n import DEFAULT_LOCALE, day_in_words, hour, in_language, in_words
from cocrea.discussion.models import Channel
from cocrea.tables import agreeing
from cocrea.tables.attending import Attendance
from cocrea.tables.models import AgendaItem, Agreement, BreakoutGroup, Duty, Session, ToldGroup
from cocrea.tables.queries.polls import Bar, PollCard

_MARKS = re.compile(r"([\\`*_\[\]<>|~]|^[#+-])")
_NUMBER = re.compile(r"^(\d+)([.)])")
Spoken = Mapping[tuple[Sector | None, Channel], int]  # how many interventions each sector made by each channel


@dataclass(frozen=True)
class Known:
    """What the platform knows of a session. `polls` are those that closed."""

    spoken: Spoken
    agenda: Sequence[AgendaItem] = ()
    polls: Sequence[PollCard] = ()
    agreements: Sequence[Agreement] = ()
    came: Attendance | None = None
    groups: Sequence[ToldGroup] = ()


def draft(session: Session, known: Known) -> str:
    """Markdown in the language of the platform: when and where, who took part by sector and channel, the items with
    their times, the polls with their figures, what small groups discussed and came to, and what was decided with its
    test, its figures and what is owed. What was said is not retold: the conversation stays readable as it was."""
    zone, came, spoken = session.cycle.timezone, known.came, known.spoken
    with in_language(DEFAULT_LOCALE):
        parts = [
            _heading(_("Sesión"), [_when(session), f"{session.mode.label}. {_line(session.place)}".strip()]),
            _heading(_("Asistencia"), _attending(came) if came and came.total else []),
            _heading(
                _("Intervenciones, por sector y canal"),
                [_taking_part(sector, spoken) for sector in _sectors(spoken)],
            ),
            _heading(_("Orden del día"), [_item(item, zone) for item in known.agenda]),
            _heading(_("Sondeos"), [_asked(card) for card in known.polls]),
            _heading(_("Grupos pequeños"), [_group(told) for told in known.groups]),
            _heading(_("Acuerdos"), [_agreed(agreement, zone) for agreement in known.agreements]),
        ]
    return "\n\n".join(part for part in parts if part)


def _heading(title: str, lines: Sequence[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {line}" for line in lines) if lines else ""


def _when(session: Session) -> Any:
    zone = session.cycle.timezone
    begun = in_words(session.opened_at or session.starts_at, zone)
    if session.ended_at is None:
        return _("Empezó el %(when)s.", when=begun)
    return _("Del %(start)s a las %(end)s.", start=begun, end=hour(session.ended_at, zone))


def _sectors(spoken: Spoken) -> list[Sector | None]:
    there = {sector for sector, _channel in spoken}
    return [sector for sector in (*Sector, None) if sector in there]


def _taking_part(sector: Sector | None, spoken: Spoken) -> Any:
    counts = [
        f"{number} {str(channel.label).lower()}"
        for channel in Channel
        if (number := spoken.get((sector, channel), 0))
    ]
    label = sector.label if sector else _("Sin sector declarado")
    return _("%(sector)s: %(counts)s", sector=label, counts=", ".join(counts))


def _attending(came: Attendance) -> list[Any]:
    """How many, by channel; then by sector and channel. Never who."""
    whole = ngettext("%(num)s persona", "%(num)s personas", came.total)
    channels = ", ".join(f"{number} {str(channel.label).lower()}" for channel, number in came.by_channel().items())
    counts = came.sectors()
    signed = [_("«En papel» son quienes firmaron la hoja en la sala.")] if Channel.PAPER in came.by_channel() else []
    return [f"{whole}: {channels}", *signed, *(_taking_part(sector, counts) for sector in _sectors(counts))]


def _item(item: AgendaItem, zone: str) -> Any:
    title = _line(item.title)
    if item.started_at is None:
        return _("%(title)s: no se trató.", title=title)
    start = hour(item.started_at, zone)
    if item.ended_at is None:
        return _("%(title)s: desde las %(start)s.", title=title, start=start)
    minutes = max(1, round((item.ended_at - item.started_at).total_seconds() / 60))
    spent = ngettext("%(num)s minuto", "%(num)s minutos", minutes)
    return _("%(title)s: desde las %(start)s, %(spent)s.", title=title, start=start, spent=spent)


def _asked(card: PollCard) -> str:
    """The question, how many answered, and under it what each choice got. Never who."""
    told = [f"**{_line(card.poll.question)}** {_how_many(card)}", *(_answers(bar) for bar in card.bars or [])]
    return "\n  - ".join([*told, *(_("Se bloquea porque: %(why)s", why=_line(why)) for _name, why in card.reasons)])


def _how_many(card: PollCard) -> str:
    """Who answered, online and in the room together; apart where one person may show several hands."""
    if card.in_person and card.poll.most == 1:
        return _together(card)
    if card.poll.asks_seats:
        whole = ngettext("Contestó %(num)s asiento.", "Contestaron %(num)s asientos.", card.answered)
    else:
        whole = ngettext("Contestó %(num)s persona.", "Contestaron %(num)s personas.", card.answered)
    hands = ngettext("En la sala: %(num)s respuesta.", "En la sala: %(num)s respuestas.", card.in_person)
    return f"{whole} {hands}" if card.in_person else str(whole)


def _together(card: PollCard) -> str:
    whole, told = card.answered + card.in_person, {"hands": card.in_person}
    if card.poll.asks_seats:
        return str(
            ngettext(
                "Contestó %(num)s asiento, %(hands)s en la sala.",
                "Contestaron %(num)s asientos, %(hands)s en la sala.",
                whole,
                **told,
            )
        )
    return str(
        ngettext(
            "Contestó %(num)s persona, %(hands)s en la sala.",
            "Contestaron %(num)s personas, %(hands)s en la sala.",
            whole,
            **told,
        )
    )


def _answers(bar: Bar) -> Any:
    label, number = _line(str(bar.label)), bar.online
    if not bar.in_person:
        return f"{label}: {number}"
    return _("%(label)s: %(number)s, y en la sala %(hands)s", label=label, number=number, hands=bar.in_person)


def _group(told: ToldGroup) -> Any:
    """Its question, how many of each sector were in it, what it came to, and where its conversation is."""
    group, people = told.group, sum(told.sectors.values())
    names = {sector: sector.label if sector else _("Sin sector declarado") for sector in (*Sector, None)}
    by_sector = "; ".join(
        f"{name}: {told.sectors[sector]}" for sector, name in names.items() if sector in told.sectors
    )
    whole = ngettext("%(num)s persona", "%(num)s personas", people)
    name = group_name(group)
    lines = [
        f"**{name}** [{_('Leer la conversación del grupo')}](/sesiones/{group.session.reference})",
        f"  - {_line(group.question)}",
        f"  - {whole}. {by_sector}".rstrip(". "),
        f"  - {_line(told.result) or _untold(group)}",
    ]
    return "\n".join(lines)


def _untold(group: BreakoutGroup) -> Any:
    """Why nothing is told of what a group has come to."""
    if not group.result:
        return _("El grupo no dejó nada escrito.")
    if not group.is_returned:
        return _("Lo que lleva el grupo todavía no vuelve a la sesión.")
    return _("La facilitación ocultó lo que trajo el grupo.")


def group_name(group: BreakoutGroup) -> str:
    number, turn = group.number, group.breakout.number
    if turn == 1:
        return str(_("Grupo %(number)s", number=number))
    return str(_("Grupo %(number)s, ronda %(turn)s", number=number, turn=turn))


def _agreed(agreement: Agreement, zone: str) -> str:
    """The text, how it was decided, and under it what is owed."""
    told = f"**{agreement.reference}** {_line(agreement.text)} ({agreeing.in_words(agreement)})"
    return "\n".join([told, *(f"  - {_owed(duty, zone)}" for duty in agreement.duties if agreement.is_adopted)])


def _owed(duty: Duty, zone: str) -> str:
    by, due = _line(str(duty.owed_by)), day_in_words(duty.due_at, zone) if duty.due_at else ""
    return "; ".join(part for part in (_line(duty.what), by, due) if part) or _("Sin responsable")


def _line(said: str) -> str:
    """People's text as one line of markdown that shows what they wrote: no heading, list or link comes of it."""
    return _NUMBER.sub(r"\1\\\2", _MARKS.sub(r"\\\1", text.plain(said)))
