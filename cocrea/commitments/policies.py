"""Who drafts, signs and publishes commitments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.models import Role
from cocrea.commitments import sections
from cocrea.commitments.models import Commitment, Party
from cocrea.commitments.sections import Section
from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import can_contribute, can_read, is_facilitator, is_steward
from cocrea.proposals.models import Proposal, ProposalStatus

ROLE_OF = {Party.LEAD: Role.OFFICIAL, Party.COUNTERPART: Role.COUNTERPART}


def represents(actor: Any, commitment: Commitment, party: Party) -> bool:
    """Whether this person speaks for the party: an official of the lead, a representative of the counterpart."""
    organisation = commitment.organisation_of(party)
    return organisation is not None and bool(actor.holds(ROLE_OF[party], organisation))


def is_member(actor: Any, commitment: Commitment) -> bool:
    """The people who draft it together: facilitation, lead and counterpart."""
    return is_facilitator(actor, commitment.cycle) or any(represents(actor, commitment, party) for party in Party)


def can_draft_from(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Facilitators or officials turn a proposal that was selected into a commitment."""
    if not is_facilitator(actor, proposal.cycle) and not actor.organisation_ids(Role.OFFICIAL):
        return deny(_l("La facilitación o una institución inician la redacción de un compromiso."))
    if not proposal.is_public or proposal.status is not ProposalStatus.SELECTED:
        return deny(_l("Solo una propuesta seleccionada se convierte en compromiso."))
    return can_contribute(actor, proposal.cycle, Action.DRAFT, now)


def can_propose(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """Officials offer a commitment of their institution's own accord."""
    if not actor.organisation_ids(Role.OFFICIAL):
        return deny(_l("Solo una institución puede ofrecer un compromiso proactivo."))
    return can_contribute(actor, cycle, Action.DRAFT, now)


def can_edit(actor: Any, commitment: Commitment, now: datetime) -> Decision:
    """Members write it, until both have signed and while the drafting is open."""
    if not is_member(actor, commitment):
        return deny(_l("Lo redactan la facilitación, la institución responsable y la contraparte."))
    if commitment.is_signed:
        return deny(_l("Ambas partes firmaron: este texto ya no cambia."))
    if not commitment.is_public or commitment.left_out_reason:
        return deny(_l("Este compromiso quedó fuera del plan: su texto ya no cambia."))
    return can_contribute(actor, commitment.cycle, Action.DRAFT, now)


def can_edit_section(actor: Any, subject: tuple[Commitment, Section], now: datetime) -> Decision:
    """As `can_edit`; who answers and who verifies is named by the facilitation or the lead alone."""
    commitment, section = subject
    if section is sections.PARTIES and not (
        is_facilitator(actor, commitment.cycle) or represents(actor, commitment, Party.LEAD)
    ):
        return deny(_l("Las partes las nombran la facilitación o la institución responsable."))
    return can_edit(actor, commitment, now)


def can_sign(actor: Any, subject: tuple[Commitment, Party], now: datetime) -> Decision:
    """Each party signs through who represents it, once, and nobody signs for both."""
    commitment, party = subject
    if not represents(actor, commitment, party):
        return deny(_l("Firma quien representa a esa parte: %(party)s.", party=party.label))
    if commitment.is_signed or not commitment.is_public or commitment.left_out_reason:
        return deny(_l("Este compromiso ya no está por firmarse."))
    if commitment.signature_of(party):
        return deny(_l("Esta parte ya firmó el texto actual."))
    if any(signature.person_id == actor.id for signature in commitment.signatures):
        return deny(_l("Ya firmaste por la otra parte. Tiene que firmar otra persona."))
    return can_contribute(actor, commitment.cycle, Action.SIGN, now)


def can_publish_plan(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """Whoever answers for the space publishes the plan of a public cycle."""
    return allow_if(
        is_steward(actor, cycle) and cycle.published_at, _l("Publica el plan quien es responsable del espacio.")
    )


def can_see(actor: Any, commitment: Commitment, now: datetime) -> Decision:
    """Drafting is public: whoever may read the cycle reads its commitments, tombstones included."""
    return can_read(actor, commitment.cycle, now)
