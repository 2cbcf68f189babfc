"""Who drafts, signs and publishes commitments."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from cocrea.accounts.models import Role
from cocrea.commitments import sections
from cocrea.commitments.models import Commitment, CommitmentAmendment, Party, PlanAnswer, PlanComment
from cocrea.commitments.sections import Section
from cocrea.core.access import ALLOW, Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import can_contribute, can_facilitate, can_read, is_facilitator, is_steward
from cocrea.discussion.policies import can_comment
from cocrea.proposals.models import Proposal, ProposalStatus

ANSWERED_BY = _l("Responden la facilitación y, de su compromiso, la institución responsable.")
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


def can_import(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """The facilitation brings commitments in from a file, while they are drafted."""
    decision = can_facilitate(actor, cycle, now)
    return can_contribute(actor, cycle, Action.DRAFT, now) if decision else decision


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


def can_comment_passage(actor: Any, subject: tuple[Commitment, str], now: datetime) -> Decision:
    """Whoever may comment on it does so on a passage of a field, until both have signed."""
    commitment, _key = subject
    if commitment.is_signed or commitment.left_out_reason:
        return deny(_l("Este texto ya no está en redacción. Comenta el compromiso entero."))
    return can_comment(actor, commitment, now)


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


def can_endorse(actor: Any, commitment: Commitment, now: datetime) -> Decision:
    """The facilitation records that the forum backs the text, once for each text, while signing is open."""
    if not is_facilitator(actor, commitment.cycle):
        return deny(_l("El aval del foro lo registra la facilitación."))
    if not commitment.is_public or commitment.left_out_reason:
        return deny(_l("Este compromiso quedó fuera del plan: su texto ya no cambia."))
    if commitment.endorsement is not None:
        return deny(_l("El aval del foro a este texto ya está registrado."))
    return can_contribute(actor, commitment.cycle, Action.SIGN, now)


def can_amend(actor: Any, subject: tuple[Commitment, Party], now: datetime) -> Decision:
    """A party proposes to change what both signed, while the commitment is signed, carried out or followed."""
    commitment, party = subject
    if not represents(actor, commitment, party):
        return deny(_l("Propone una enmienda quien representa a una de las dos partes."))
    if not commitment.is_signed or not commitment.is_public or commitment.left_out_reason:
        return deny(_l("Se enmienda lo que ya firmaron las dos partes; antes, el texto se cambia redactando."))
    signing = can_contribute(actor, commitment.cycle, Action.SIGN, now)
    return signing if signing else can_contribute(actor, commitment.cycle, Action.REPORT_PROGRESS, now)


def can_answer_amendment(actor: Any, amendment: CommitmentAmendment, now: datetime) -> Decision:
    """The other party signs or declines, through somebody else than whoever proposed it."""
    if not amendment.is_open:
        return deny(_l("Esta enmienda ya no espera respuesta."))
    if actor.id == amendment.proposed_by_id:
        return deny(_l("La propusiste y la firmaste. Tiene que contestar otra persona, por la otra parte."))
    return can_amend(actor, (amendment.commitment, amendment.other_party), now)


def can_withdraw_amendment(actor: Any, amendment: CommitmentAmendment, now: datetime) -> Decision:
    """The party that proposed it takes it back, until the other has answered."""
    if not amendment.is_open:
        return deny(_l("Esta enmienda ya no espera respuesta."))
    return can_amend(actor, (amendment.commitment, amendment.party), now)


def can_publish_plan(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """Whoever answers for the space publishes the plan of a public cycle."""
    return allow_if(
        is_steward(actor, cycle) and cycle.published_at, _l("Publica el plan quien es responsable del espacio.")
    )


def can_write_plan(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """The facilitation writes the plan's own texts and puts its commitments in order, also between versions."""
    if cycle.published_at is None:
        return deny(_l("Este ciclo todavía es un borrador: publica antes su calendario."))
    return can_facilitate(actor, cycle, now)


def can_see(actor: Any, commitment: Commitment, now: datetime) -> Decision:
    """Drafting is public: whoever may read the cycle reads its commitments, tombstones included."""
    return can_read(actor, commitment.cycle, now)


def can_comment_plan(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """Whoever takes part comments on the draft of the plan, while its review is open."""
    return can_contribute(actor, cycle, Action.COMMENT_PLAN, now)


def can_write_plan_comment(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """Reach the form of a comment: whoever could comment were the review open, so that who finds it closed keeps what
    they typed. Whether it is open is judged with what is sent."""
    known = actor.is_authenticated and actor.is_verified
    return ALLOW if known else can_comment_plan(actor, cycle, now)


def can_answer_review(actor: Any, subject: tuple[Cycle, Collection[int]], now: datetime) -> Decision:
    """Those who may have comments to answer: the facilitation, and officials of the institutions (by id) that lead its
    commitments. See `can_answer_comment` for each."""
    cycle, leading = subject
    served = actor.organisation_ids(Role.OFFICIAL)
    return allow_if(is_facilitator(actor, cycle) or not served.isdisjoint(leading), ANSWERED_BY)


def can_answer_comment(actor: Any, comment: PlanComment, now: datetime) -> Decision:
    """The facilitation answers any comment, officials of the lead those on their commitment; nobody their own.

    No stage has to be open: what was commented until the last second is answered afterwards."""
    if not is_facilitator(actor, comment.cycle) and not leads(actor, comment):
        return deny(ANSWERED_BY)
    return allow_if(not comment.is_by(actor.id), _l("Lo escribiste tú: lo responde otra persona."))


def can_correct_plan_answer(actor: Any, answer: PlanAnswer, now: datetime) -> Decision:
    """The facilitation, or officials of the institution that answered."""
    answers = answer.organisation_id in actor.organisation_ids(Role.OFFICIAL)
    return allow_if(answers or is_facilitator(actor, answer.cycle), ANSWERED_BY)


def leads(actor: Any, comment: PlanComment) -> bool:
    """Whether this person answers for the institution that leads the commitment a comment is about."""
    commitment = comment.commitment
    return commitment is not None and commitment.lead_id in actor.organisation_ids(Role.OFFICIAL)
