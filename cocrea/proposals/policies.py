"""Who may write, review and answer proposals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.accounts.models import Organisation, Role
from cocrea.core.access import ALLOW, Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import can_contribute, can_facilitate
from cocrea.proposals.models import TRANSITIONS, Proposal, ProposalStatus

EDITABLE = frozenset({ProposalStatus.DRAFT, ProposalStatus.PUBLISHED})
ANSWERABLE = frozenset(ProposalStatus) - {ProposalStatus.DRAFT, ProposalStatus.PUBLISHED}


def is_author(actor: Any, proposal: Proposal) -> bool:
    return bool(actor.is_authenticated) and proposal.author_id == actor.id


def can_write(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """Begin or publish a proposal in the cycle."""
    return can_contribute(actor, cycle, Action.PUBLISH_PROPOSAL, now)


def can_edit(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Authors change their text until the review has decided; each change is a version."""
    if not is_author(actor, proposal):
        return deny(_l("Solo quien escribió la propuesta puede cambiarla."))
    if proposal.is_tombstone or proposal.status not in EDITABLE:
        return deny(_l("La propuesta ya fue revisada: su texto no cambia más."))
    return can_write(actor, proposal.cycle, now)


def can_withdraw(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Authors withdraw until the proposal is on a ballot."""
    if not is_author(actor, proposal):
        return deny(_l("Solo quien escribió la propuesta puede retirarla."))
    if not proposal.is_public:
        return deny(_l("Esta propuesta no está publicada."))
    return allow_if(
        proposal.status in {ProposalStatus.PUBLISHED, ProposalStatus.ADMITTED},
        _l("Una propuesta que no fue admitida, o que está en votación o ya fue votada, no se puede retirar."),
    )


def can_review(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Facilitators admit or do not admit what is published, while a stage opens the review."""
    facilitates = can_facilitate(actor, proposal.cycle, now)
    if not facilitates:
        return facilitates
    if not proposal.is_public or proposal.status is not ProposalStatus.PUBLISHED:
        return deny(_l("Esta propuesta no está esperando revisión."))
    return can_contribute(actor, proposal.cycle, Action.REVIEW_PROPOSAL, now)


def can_respond(actor: Any, subject: tuple[Proposal, Organisation], now: datetime) -> Decision:
    """An institution's officials answer reviewed proposals in its name."""
    proposal, organisation = subject
    if not actor.holds(Role.OFFICIAL, organisation):
        return deny(_l("Solo las personas servidoras públicas de la institución responden en su nombre."))
    return allow_if(
        proposal.is_public and proposal.status in ANSWERABLE, _l("Solo se responde a propuestas ya revisadas.")
    )


def can_route(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Whoever facilitates the cycle says which institutions answer a reviewed proposal."""
    facilitates = can_facilitate(actor, proposal.cycle, now)
    if not facilitates:
        return facilitates
    return allow_if(
        proposal.is_public and proposal.status in ANSWERABLE, _l("Solo se turnan las propuestas ya revisadas.")
    )


def can_see_queue(actor: Any, _subject: Any, now: datetime) -> Decision:
    """The list of what waits for an answer is of those who answer."""
    return allow_if(
        actor.organisation_ids(Role.OFFICIAL),
        _l("Esta lista es de las personas servidoras públicas que responden en nombre de una institución."),
    )


def can_keep_days_off(actor: Any, organisation: Organisation, now: datetime) -> Decision:
    """Its officials say on which days an institution does not work."""
    return allow_if(
        actor.holds(Role.OFFICIAL, organisation),
        _l("Solo las personas servidoras públicas de la institución llevan su calendario."),
    )


def can_answer(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Whether to show the form for answering at all."""
    return allow_if(
        actor.organisation_ids(Role.OFFICIAL) and proposal.is_public and proposal.status in ANSWERABLE,
        _l("Responden las instituciones, después de la revisión."),
    )


def can_move(proposal: Proposal, status: ProposalStatus) -> Decision:
    """Whether the table of transitions allows this step."""
    return ALLOW if status in TRANSITIONS[proposal.status] else deny(_l("La propuesta ya no está en ese paso."))


def can_read(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Drafts belong to their author; everything else, tombstones included, is public."""
    return allow_if(
        proposal.status is not ProposalStatus.DRAFT or is_author(actor, proposal),
        _l("Este borrador es de quien lo escribe."),
    )
