"""Whether a text is adopted, from plain values alone, and the words that say why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.accounts.models import Sector
from cocrea.core.i18n import lazy as _l
from cocrea.forums import quorums
from cocrea.forums.models import Quorum
from cocrea.tables.models import BLOCK, THUMBS, Agreement, AgreementStep, AgreementTest

AGREE, ABSTAIN, DISAGREE, _BLOCK = THUMBS


class Why(StrEnum):
    """What decided. `NOTED`: the facilitation wrote down what the room agreed on, and no hands were counted.
    `TOO_MANY`: more answers and hands than people who may answer, so nobody can tell what they decided."""

    PASSED = "passed"
    NOTED = "noted"
    NO_QUORUM = "no_quorum"
    NO_SECTOR_QUORUM = "no_sector_quorum"
    NOBODY = "nobody"
    BLOCKED = "blocked"
    NOT_ALL = "not_all"
    NO_MAJORITY = "no_majority"
    TOO_MANY = "too_many"

    @property
    def is_adopted(self) -> bool:
        return self in {Why.PASSED, Why.NOTED}

    @property
    def label(self) -> Any:
        return {
            Why.PASSED: _l("Cumplió su regla"),
            Why.NOTED: _l("Se anotó sin contar manos"),
            Why.NO_QUORUM: _l("No hubo quórum"),
            Why.NO_SECTOR_QUORUM: _l("No hubo quórum en un sector"),
            Why.NOBODY: _l("Nadie estuvo a favor"),
            Why.BLOCKED: _l("Hubo bloqueo"),
            Why.NOT_ALL: _l("No hubo unanimidad"),
            Why.NO_MAJORITY: _l("No alcanzó la mayoría"),
            Why.TOO_MANY: _l("Hubo más respuestas que integrantes"),
        }[self]


@dataclass(frozen=True)
class Terms:
    """What a text was put to: its test and which part of how many must answer; in each of `sectors`, where given. Where
    a forum decides, its quorum counts seats instead."""

    test: AgreementTest
    quorum: Fraction = Fraction(0)
    members: int = 0
    sectors: Mapping[str, int] = field(default_factory=dict)
    forum: Quorum | None = None

    @property
    def least(self) -> int:
        return self.forum.least if self.forum else needed(self.members, self.quorum)

    def least_of(self, sector: str) -> int:
        return self.forum.needed_of(sector) if self.forum else needed(self.sectors[sector], self.quorum)


@dataclass(frozen=True)
class Verdict:
    """Why it was adopted or not; for a want of quorum, how many answered of how many, and how many it took."""

    why: Why
    answered: int
    members: int
    needed: int
    sector: str = ""


def needed(members: int, quorum: Fraction) -> int:
    """The fewest people that are at least this part of all."""
    return ceil(members * quorum)


def judge(terms: Terms, counts: Mapping[str, int], by_sector: Mapping[str, int]) -> Verdict:
    """The verdict on answers and hands together: `counts` by choice, `by_sector` how many of each sector answered."""
    answered, least = sum(counts.values()), terms.least
    if answered < least:
        return Verdict(Why.NO_QUORUM, answered, terms.members, least)
    for sector, members in terms.sectors.items():
        wanted, there = terms.least_of(sector), by_sector.get(sector, 0)
        if there < wanted:
            return Verdict(Why.NO_SECTOR_QUORUM, there, members, wanted, sector)
    return Verdict(_why(terms.test, counts), answered, terms.members, least)


def _why(test: AgreementTest, counts: Mapping[str, int]) -> Why:
    agree, blocks = counts.get(AGREE, 0), counts.get(BLOCK, 0)
    against = blocks + counts.get(DISAGREE, 0)
    if test in {AgreementTest.UNANIMITY, AgreementTest.CONSENT} and blocks:
        return Why.BLOCKED
    if not agree:
        return Why.NOBODY
    if test is AgreementTest.UNANIMITY:
        return Why.PASSED if agree == sum(counts.values()) else Why.NOT_ALL
    if test is AgreementTest.CONSENT:
        return Why.PASSED
    share = Fraction(agree, agree + against)
    enough = share >= Fraction(2, 3) if test is AgreementTest.TWO_THIRDS else share > Fraction(1, 2)
    return Why.PASSED if enough else Why.NO_MAJORITY


def together(agreement: Agreement) -> dict[str, int]:
    """The answers and hands of what was decided, by choice."""
    online: Mapping[str, int] = (agreement.result or {}).get("counts", {})
    return {choice: online.get(choice, 0) + agreement.in_person.get(choice, 0) for choice in THUMBS}


def in_words(agreement: Agreement) -> str:
    """How it stands, in a sentence: «Adoptado por consenso: 9 a favor, 2 abstenciones, ningún bloqueo»."""
    if agreement.result is None:
        return str(agreement.step.label)
    found, why, counts = agreement.result, Why(agreement.result["why"]), together(agreement)
    if agreement.step is AgreementStep.ADOPTED:
        return _adopted(agreement.test, why, counts)
    if why in {Why.NO_QUORUM, Why.NO_SECTOR_QUORUM}:
        return _without_quorum(found)
    reasons = {
        Why.NOBODY: _("No se adoptó: nadie estuvo a favor (%(figures)s)", figures=figures(counts)),
        Why.BLOCKED: _("No se adoptó: hubo bloqueo (%(figures)s)", figures=figures(counts)),
        Why.NOT_ALL: _("No se adoptó: no hubo unanimidad (%(figures)s)", figures=figures(counts)),
        Why.NO_MAJORITY: _("No se adoptó: no alcanzó la mayoría (%(figures)s)", figures=figures(counts)),
        Why.TOO_MANY: _too_many(found, figures(counts)),
    }
    return str(reasons[why])


def quorum_in_words(agreement: Agreement) -> str:
    """How many must answer; the numbers are those of the moment it was put."""
    if agreement.seat_quorum:
        return quorums.rule(agreement.seat_quorum)
    if not agreement.quorum or not agreement.members:
        return str(_("Sin quórum: deciden quienes contesten."))
    told = {
        "needed": needed(agreement.members, Fraction(agreement.quorum, 100)),
        "members": agreement.members,
        "share": agreement.quorum,
    }
    if agreement.by_sector:
        return str(
            _(
                "Quórum: al menos %(needed)s de %(members)s integrantes, y el %(share)s %% de cada sector, en línea "
                "o en la sala.",
                **told,
            )
        )
    return str(_("Quórum: al menos %(needed)s de %(members)s integrantes, en línea o en la sala.", **told))


def quorum_missing(agreement: Agreement, answered: int, sectors: Mapping[str, int]) -> str:
    """What closing now would come to for want of answers; nothing where enough answered. `answered`: online; `sectors`:
    how many of each, online or in the room."""
    if agreement.seat_quorum:
        return _seats_missing(agreement.seat_quorum, sectors)
    least = needed(agreement.members, Fraction(agreement.quorum, 100)) if agreement.quorum else 0
    there = answered + sum(agreement.in_person.values())
    if there < least:
        return str(
            _(
                "Falta quórum: contestaron %(there)s y hacen falta %(least)s. Si cierras ahora, el texto no se adopta.",
                there=there,
                least=least,
            )
        )
    return str(_("El quórum de cada sector se revisa al cerrar.")) if agreement.by_sector and least else ""


def _seats_missing(quorum: Quorum, sectors: Mapping[str, int]) -> str:
    if quorum.is_met(sectors):
        return ""
    lacking = quorums.lacking(quorum, sectors)
    return str(_("Falta quórum. %(lacking)s Si cierras ahora, el texto no se adopta.", lacking=lacking))


def figures(counts: Mapping[str, int]) -> str:
    """«9 a favor, 2 abstenciones, ningún bloqueo»; abstentions and disagreement only where there were any."""
    abstained, against, blocks = counts.get(ABSTAIN, 0), counts.get(DISAGREE, 0), counts.get(BLOCK, 0)
    parts = [
        _("%(num)s a favor", num=counts.get(AGREE, 0)),
        ngettext("%(num)s abstención", "%(num)s abstenciones", abstained) if abstained else "",
        _("%(num)s en desacuerdo", num=against) if against else "",
        ngettext("%(num)s bloqueo", "%(num)s bloqueos", blocks) if blocks else _("ningún bloqueo"),
    ]
    return ", ".join(part for part in parts if part)


def _adopted(test: AgreementTest | None, why: Why, counts: Mapping[str, int]) -> str:
    if why is Why.NOTED:
        return _by_notes(test)
    told = {"figures": figures(counts)}
    return str(
        {
            AgreementTest.UNANIMITY: _("Adoptado por unanimidad: %(figures)s", **told),
            AgreementTest.CONSENT: _("Adoptado por consenso: %(figures)s", **told),
            AgreementTest.MAJORITY: _("Adoptado por mayoría simple: %(figures)s", **told),
            AgreementTest.TWO_THIRDS: _("Adoptado por dos tercios: %(figures)s", **told),
        }[test or AgreementTest.CONSENT]
    )


def _by_notes(test: AgreementTest | None) -> str:
    if test is AgreementTest.UNANIMITY:
        return str(_("Adoptado por unanimidad en la sala, sin contar manos"))
    return str(_("Adoptado por consenso en la sala, sin contar manos"))


def _too_many(found: Mapping[str, Any], told: str) -> str:
    """Of all who may answer, or of one sector of a forum."""
    counts = {"answered": found["answered"], "members": found.get("members", 0), "figures": told}
    if not found.get("sector"):
        return str(
            _(
                "No se adoptó: se contaron %(answered)s respuestas y solo podían contestar %(members)s (%(figures)s)",
                **counts,
            )
        )
    return str(
        _(
            "No se adoptó: se contaron %(answered)s respuestas de %(sector)s, que solo tiene %(members)s en el foro "
            "(%(figures)s)",
            sector=Sector(found["sector"]).label,
            **counts,
        )
    )


def _without_quorum(found: Mapping[str, Any]) -> str:
    """Of what is short of it: all, or one sector."""
    told = {"answered": found["answered"], "members": found["members"], "needed": found["needed"]}
    if found["why"] == Why.NO_QUORUM:
        return str(_("No se adoptó: no hubo quórum (%(answered)s de %(members)s; hacían falta %(needed)s)", **told))
    sector = Sector(found["sector"]).label if found["sector"] else _("Sin sector declarado")
    return str(
        _(
            "No se adoptó: no hubo quórum de %(sector)s (%(answered)s de %(members)s; hacían falta %(needed)s)",
            sector=sector,
            **told,
        )
    )
