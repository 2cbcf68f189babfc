"""Commitments for tests, made and signed through the operations people use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cocrea.accounts.models import Organisation, Person, Role, Sector
from cocrea.commitments import operations, roadmap, sections, texts
from cocrea.commitments.models import Commitment, Party
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle, StageKind
from cocrea.followup import operations as followup
from cocrea.proposals.models import Proposal, ProposalStatus
from cocrea.proposals.operations import move
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import grant, organisation, person, without_second_factor

START, END = date(2026, 6, 1), date(2027, 6, 1)
TEXTS: dict[str, dict[str, Any]] = {
    "problema": {
        "title": "Padrón de obras públicas",
        "problem": "Nadie sabe qué obras se hacen.",
        "causes": "No hay obligación de publicarlas.",
    },
    "solucion": {"body": "- Publicar el padrón cada mes.", "solution": "Con el padrón se puede vigilar."},
    "objetivo": {
        "objective": "Que cualquiera conozca las obras de su colonia.",
        "scope_text": "Todo el estado.",
        "indicator": "Obras publicadas sobre obras contratadas.",
        "baseline": "12 de 80",
        "goal": "80 de 80",
        "unit": "obras",
        "indicator_source": "Contratos publicados cada mes.",
    },
    "valores": {
        "transparency": "Se publica en datos abiertos.",
        "accountability": "",
        "participation": "",
        "inclusion": "",
        "targets": ["16", "16.6"],
    },
    "recursos": {
        "starts_on": START,
        "ends_on": END,
        "budget_amount": 1_850_000,
        "budget_source": "Egresos 2027",
        "programme_key": "E-017",
        "budget": "La mitad en personal.",
        "sources": "",
    },
}


@dataclass
class Parties:
    """The two organisations of a commitment and who speaks for each, with the cycle's facilitator."""

    lead: Organisation
    counterpart: Organisation
    official: Person
    watcher: Person
    facilitator: Person

    def signer(self, party: Party) -> Person:
        return self.official if party is Party.LEAD else self.watcher


def drafting_cycle(*more: StageKind) -> Cycle:
    """A cycle in which proposals, drafting, signing and follow-up are open."""
    return cycles.cycle(StageKind.PROPOSALS, StageKind.VOTING, StageKind.DRAFTING, StageKind.FOLLOW_UP, *more)


def parties(cycle: Cycle) -> Parties:
    lead, counterpart = organisation(), organisation(Sector.CIVIL_SOCIETY)
    return Parties(
        lead,
        counterpart,
        grant(person(), Role.OFFICIAL, lead),
        grant(person(), Role.COUNTERPART, counterpart),
        cycles.facilitator(cycle),
    )


def selected(cycle: Cycle) -> Proposal:
    """A proposal that won its vote."""
    proposal = proposals.admitted(cycle)
    for status in (ProposalStatus.ON_BALLOT, ProposalStatus.SELECTED):
        with transaction():
            move(actor=None, proposal=proposal, status=status, now=NOW)
    return proposal


def draft(cycle: Cycle, facilitator: Person | None = None) -> Commitment:
    facilitator = facilitator or cycles.facilitator(cycle)
    proposal = selected(cycle)
    with transaction():
        return operations.draft_from_proposal(actor=facilitator, proposal=proposal, now=NOW)


def write(commitment: Commitment, slug: str, actor: Person, **content: Any) -> Commitment:
    """Write a section, beginning from its present text."""
    section = sections.BY_SLUG[slug]
    base = sections.fingerprint(commitment, section)
    with transaction():
        return operations.revise(
            actor=actor, commitment=commitment, section=section, content=content, base=base, now=NOW
        )


def add_roadmap(commitment: Commitment, of: Parties, *weights: int, activities: int = 1) -> None:
    """Key actions of these weights, each with as many activities of the lead."""
    for number, weight in enumerate(weights or (100,), 1):
        with transaction():
            action = followup.add_action(
                actor=of.facilitator,
                commitment=commitment,
                content=followup.ActionText(f"Acción {number}", weight),
                now=NOW,
            )
        for step in range(1, activities + 1):
            with transaction():
                followup.add_activity(actor=of.facilitator, action=action, content=activity_text(of, step), now=NOW)


def activity_text(of: Parties, step: int = 1, **changes: Any) -> followup.ActivityText:
    plain: dict[str, Any] = {
        "title": f"Actividad {step}",
        "responsible_id": of.lead.id,
        "starts_on": START,
        "ends_on": START + timedelta(days=30 * step),
        "means_of_verification": "Acuerdo publicado",
    }
    return followup.ActivityText(**{**plain, **changes})


def complete(cycle: Cycle | None = None, *weights: int, activities: int = 1) -> tuple[Commitment, Parties]:
    """A commitment with nothing left to write: ready to be signed."""
    cycle = cycle or drafting_cycle()
    of = parties(cycle)
    commitment = draft(cycle, of.facilitator)
    for slug, content in TEXTS.items():
        write(commitment, slug, of.facilitator, **content)
    write(
        commitment,
        "partes",
        of.facilitator,
        lead=of.lead.id,
        counterpart=of.counterpart.id,
        partners=[],
        other_actors="",
    )
    add_roadmap(commitment, of, *weights, activities=activities)
    return commitment, of


def present_fingerprint(commitment: Commitment) -> str:
    return texts.fingerprint(texts.whole(commitment, roadmap.of(commitment)))


def sign(commitment: Commitment, of: Parties, *by: Party) -> Commitment:
    """Sign for these parties (both, when none is named)."""
    for party in by or tuple(Party):
        base = present_fingerprint(commitment)
        with without_second_factor(), transaction():
            operations.sign(actor=of.signer(party), commitment=commitment, party=party, base=base, now=NOW)
    return commitment


def signed(cycle: Cycle | None = None, *weights: int, activities: int = 1) -> tuple[Commitment, Parties]:
    commitment, of = complete(cycle, *weights, activities=activities)
    return sign(commitment, of), of
