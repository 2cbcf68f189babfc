"""Who may give roles, suspend, and register others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cocrea.accounts.models import PLATFORM, Invitation, Person, Role
from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import lazy as _l

INVITATION_LIFETIME = timedelta(days=14)
# What each role may give, in its own scope and the scopes inside it. Administrators may give all, everywhere.
MAY_GIVE = {
    Role.STEWARD: frozenset(Role) - {Role.ADMINISTRATOR, Role.COAUTHOR},
    Role.FACILITATOR: frozenset({Role.COFACILITATOR, Role.RAPPORTEUR, Role.EXPERT, Role.OBSERVER, Role.MEMBER}),
    Role.COFACILITATOR: frozenset({Role.RAPPORTEUR, Role.EXPERT, Role.OBSERVER, Role.MEMBER}),
}


@dataclass(frozen=True)
class Post:
    """A role in a scope. `within` are the scopes around it (of a cycle, its space), told by who knows them."""

    role: Role
    scope: str
    within: tuple[str, ...] = ()


def can_appoint(actor: Any, post: Post, now: datetime) -> Decision:
    """Give or take a role: administrators, or whoever holds a role that may give it around there."""
    if actor.is_administrator:
        return allow_if(post.role is not Role.ADMINISTRATOR or post.scope == PLATFORM, _l("Ese alcance no existe."))
    may = any(post.role in given and actor.holds(role, post.scope, *post.within) for role, given in MAY_GIVE.items())
    return allow_if(
        may, _l("Solo quien es responsable del espacio o administra la plataforma puede dar esa función.")
    )


def can_take_up(_actor: Any, invitation: Invitation, now: datetime) -> Decision:
    """Whether an offer still holds: within its term, made by someone who is here and may still give what it offers.

    Who may share a text is told by the domain of the text, which judges it as well.
    """
    if now >= invitation.invited_at + INVITATION_LIFETIME:
        return deny(_l("Esta invitación caducó. Pide otra a quien te invitó."))
    post = Post(invitation.role, invitation.scope, tuple(invitation.within))
    by = invitation.invited_by
    may_give = by.is_active and (post.role is Role.COAUTHOR or can_appoint(by, post, now))
    return allow_if(may_give, _l("Quien te invitó ya no puede dar esta función. Pide otra invitación."))


def can_administer(actor: Any, _subject: Any, now: datetime) -> Decision:
    """Look accounts up: whoever administers the platform."""
    return allow_if(actor.is_administrator, _l("Solo quien administra la plataforma puede hacer esto."))


def can_suspend(actor: Any, person: Person | None, now: datetime) -> Decision:
    """Suspend an account or lift it: whoever administers, and not their own."""
    if person is None or not can_administer(actor, None, now):
        return can_administer(actor, None, now)
    return allow_if(person.id != actor.id, _l("No puedes suspender tu propia cuenta."))


def can_assist(actor: Any, scopes: tuple[str, ...], now: datetime) -> Decision:
    """Register someone without e-mail: who facilitates or is responsible there."""
    may = actor.is_administrator or any(actor.holds(role, *scopes) for role in (Role.FACILITATOR, Role.STEWARD))
    return allow_if(may, _l("Solo la facilitación puede registrar a otra persona."))
