"""Offering a role to an e-mail address. Nobody learns from it whether the address has an account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Invitation, Role
from cocrea.accounts.operations.roles import grant_role
from cocrea.accounts.policies import INVITATION_LIFETIME, Post, can_appoint, can_take_up
from cocrea.accounts.queries import normal_email
from cocrea.core.access import enforce
from cocrea.core.db import add_once
from cocrea.core.errors import Conflict
from cocrea.core.i18n import lazy as _l
from cocrea.core.mail import send_later
from cocrea.extensions import db


@dataclass(frozen=True)
class Letter:
    """How an offer is told by e-mail: it may go to a stranger, so it says nothing of what only its reader may read."""

    subject: Any
    template: str


OFFICE = Letter(_l("Te invitan a una función en Cocrea"), "accounts/invitation.txt")
# What accepting means where it is not a role to be held: `taker(actor=, scope=, now=)`, which also deletes the offer.
_takers: dict[Role, Callable[..., Any]] = {}


def take_by(role: Role, taker: Callable[..., Any]) -> None:
    """Let a higher domain carry out what accepting this offer means; called by `create_app`."""
    _takers[role] = taker


def invite(*, actor: Any, email: str, post: Post, place: str, now: datetime) -> Invitation:
    """Offer a role to whoever reads the mail of an address; it takes effect, and becomes history, when accepted.

    `place` is what the scope is called. Inviting again sends the mail again and begins a new term.
    """
    enforce(can_appoint, actor, post, now)
    return offer(actor=actor, email=email, post=post, place=place, now=now)


def offer(*, actor: Any, email: str, post: Post, place: str, now: datetime, letter: Letter = OFFICE) -> Invitation:
    """As `invite`, by whom the caller has judged, in a letter of its own."""
    keys = {"email": normal_email(email), "role": post.role, "scope": post.scope}
    fresh = {"within": list(post.within), "place": place[:200], "invited_by_id": actor.id, "invited_at": now}
    if not add_once(Invitation, **keys, **fresh):
        db.session.execute(sa.update(Invitation).filter_by(**keys).values(**fresh))
    invitation = db.session.scalars(sa.select(Invitation).filter_by(**keys)).one()
    send_later(
        to=invitation.email,
        subject=str(letter.subject),
        template=letter.template,
        invitation=invitation,
        days=INVITATION_LIFETIME.days,
    )
    return invitation


def accept(*, actor: Any, invitation: Invitation, now: datetime) -> Any:
    """Take the role that was offered, given by whoever offered it, if they still may give it.

    The grant; of an offer that is no role to be held, what its taker made.
    """
    holds = can_take_up(actor, invitation, now)
    if not holds:
        raise Conflict(holds.reason)
    post = Post(invitation.role, invitation.scope, tuple(invitation.within))
    if taker := _takers.get(post.role):
        return taker(actor=actor, scope=post.scope, now=now)
    grant = grant_role(
        actor=invitation.invited_by, person=actor, role=post.role, scope=post.scope, within=post.within, now=now
    )
    db.session.delete(invitation)
    return grant


def decline(*, invitation: Invitation) -> None:
    """Refuse what was offered; nothing of it is kept. The caller has found it among the actor's own."""
    db.session.delete(invitation)


def withdraw_invitation(*, actor: Any, invitation: Invitation, now: datetime) -> None:
    """Take back an offer that nobody accepted yet."""
    enforce(can_appoint, actor, Post(invitation.role, invitation.scope, tuple(invitation.within)), now)
    db.session.delete(invitation)
