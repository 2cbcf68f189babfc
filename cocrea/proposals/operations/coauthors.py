"""Writing a proposal together: others are invited by e-mail, accept, and may leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.mails import tell
from cocrea.accounts.models import Invitation, Person, Role
from cocrea.accounts.operations import drop_draft
from cocrea.accounts.operations.invitations import Letter, offer
from cocrea.accounts.policies import Post
from cocrea.accounts.queries import email_of, normal_email
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Coauthor
from cocrea.discussion.operations import drop_support, note
from cocrea.extensions import db
from cocrea.proposals import policies, queries
from cocrea.proposals.drafts import of_text
from cocrea.proposals.models import Proposal, ProposalStatus

MOST = 10  # who accepted and who may yet, beside the first author
LETTER = Letter(_l("Te invitan a escribir una propuesta"), "proposals/coauthor_invited.txt")


def invite_coauthor(*, actor: Any, proposal: Proposal, email: str, now: datetime) -> None:
    """Ask whoever reads the mail of an address to write it too; nobody learns from it whether it has an account."""
    enforce(policies.can_invite, actor, lock(proposal), now)
    if normal_email(email) == email_of(actor):
        raise Invalid(_l("Ese es tu correo: escribe el de otra persona."), "email")
    if len(proposal.coauthors) + len(queries.standing_offers(proposal, now)) >= MOST:
        raise Conflict(_l("Entre invitaciones y personas que aceptaron ya son %(most)s.", most=MOST))
    post = Post(Role.COAUTHOR, proposal.scope)
    place = f"{proposal.reference} · {proposal.cycle.title}"  # its title may be hidden by then
    offer(actor=actor, email=email, post=post, place=place, now=now, letter=LETTER)
    _note(actor, proposal, "coauthor.invited", now)


def withdraw_offer(*, actor: Any, proposal: Proposal, invitation: Invitation, now: datetime) -> None:
    """Take an invitation back. One that was answered meanwhile is not found by whoever calls this."""
    enforce(policies.can_see_coauthors, actor, lock(proposal), now)
    db.session.delete(invitation)
    _note(actor, proposal, "coauthor.uninvited", now)


def take_offered(*, actor: Any, scope: str, now: datetime) -> Proposal:
    """Accept to write the proposal of this scope. A support given before is taken back; the other authors are told."""
    proposal = lock(queries.offered_proposal(scope))
    if policies.is_author(actor, proposal):
        _drop_offers(proposal, Invitation.email == email_of(actor))
        return proposal
    if policies.offer_to(actor, proposal, now) is None:
        raise Conflict(_l("Esa invitación ya no está en pie. Pide otra a quien te invitó."))
    enforce(policies.can_join, actor, proposal, now)
    already = proposal.authors
    drop_support(actor, proposal)
    joined = add(Coauthor(contribution_id=proposal.id, person_id=actor.id, sector=actor.sector, joined_at=now))
    _drop_offers(proposal, Invitation.email == email_of(actor))
    if proposal.status is not ProposalStatus.DRAFT:
        note_joined(joined, proposal, now)
    _tell(already, _l("Aceptaron escribir contigo una propuesta"), "coauthor_joined", actor, proposal)
    return proposal


def leave(*, actor: Any, proposal: Proposal, now: datetime) -> None:
    """Write it no more; the others are told. The first author's place goes to who accepted first of those who stay."""
    enforce(policies.can_leave, actor, lock(proposal), now)
    staying = policies.others(actor, proposal)
    gone = actor.id
    if proposal.author_id == actor.id:
        first = next(one for one in proposal.coauthors if one.person in staying)
        proposal.author_id, proposal.author_sector = first.person_id, first.sector
        gone = first.person_id
    db.session.execute(sa.delete(Coauthor).filter_by(contribution_id=proposal.id, person_id=gone))
    _drop_offers(proposal, Invitation.invited_by_id == actor.id)
    drop_draft(person=actor, form=of_text(proposal.id))
    db.session.flush()
    db.session.expire(proposal, ["author", "coauthors"])
    _note(actor, proposal, "coauthor.left", now)
    _tell(staying, _l("Alguien dejó de escribir una propuesta tuya"), "coauthor_left", actor, proposal)


def note_joined(joined: Coauthor, proposal: Proposal, now: datetime) -> None:
    """Tell the history who writes it too; of a draft it tells that once it is published."""
    note(joined.person, proposal, "coauthor.joined", now)


def _note(actor: Any, proposal: Proposal, action: str, now: datetime) -> None:
    """Not of a draft: nobody else is to learn that there is one."""
    if proposal.status is not ProposalStatus.DRAFT:
        note(actor, proposal, action, now)


def _drop_offers(proposal: Proposal, condition: Any) -> None:
    offers = sa.delete(Invitation).filter_by(scope=proposal.scope, role=Role.COAUTHOR)
    db.session.execute(offers.where(condition))


def _tell(people: Sequence[Person], subject: Any, template: str, actor: Any, proposal: Proposal) -> None:
    for person in people:
        if person.is_active:
            tell(person, subject, f"proposals/{template}", who=actor.label, proposal=proposal)
