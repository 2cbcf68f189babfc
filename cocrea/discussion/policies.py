"""Who may read, support, comment and withdraw a contribution."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import in_words
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action
from cocrea.cycles.policies import can_contribute
from cocrea.discussion.models import Comment, Contribution, ContributionKind, Visibility

# What a stage must open before each kind can be supported or commented. Kinds that are missing cannot be.
SUPPORTS = {
    ContributionKind.PROBLEM: Action.SUPPORT,
    ContributionKind.PROPOSAL: Action.SUPPORT_PROPOSAL,
}
COMMENTS = {
    ContributionKind.PROBLEM: Action.COMMENT,
    ContributionKind.PROPOSAL: Action.COMMENT,
    ContributionKind.COMMITMENT: Action.COMMENT,
}
# Proposals and commitments are withdrawn by rules of their own domains.
WITHDRAWABLE = frozenset(
    {
        ContributionKind.PROBLEM,
        ContributionKind.COMMENT,
        ContributionKind.STATEMENT,
        ContributionKind.PLAN_COMMENT,
    }
)
NOT_PUBLIC = _l("Esto ya no está publicado: su página queda como constancia.")


def is_author(actor: Any, contribution: Contribution) -> bool:
    return bool(actor.is_authenticated) and contribution.is_by(actor.id)


def is_owner(actor: Any, contribution: Contribution) -> bool:
    """Its author, or whoever recorded it for people who met in person."""
    return is_author(actor, contribution) or (
        bool(actor.is_authenticated) and contribution.recorded_by_id == actor.id
    )


def can_read(actor: Any, contribution: Contribution, now: datetime) -> Decision:
    """Drafts are their authors' alone, and nobody else learns of them; all the rest is public, tombstones too.

    Who recorded a draft reads it by the rules of its own domain."""
    return allow_if(
        contribution.visibility is not Visibility.DRAFT or is_author(actor, contribution),
        _l("Este borrador es de quien lo escribe."),
    )


def can_support(actor: Any, contribution: Contribution, now: datetime) -> Decision:
    """Give or take back one's support. One's own text needs none: it is one's voice already."""
    if is_author(actor, contribution):
        return deny(_l("Es tuya: ya cuenta con tu voz."))
    return _take_part(actor, contribution, SUPPORTS.get(contribution.kind), now)


def can_comment(actor: Any, contribution: Contribution, now: datetime) -> Decision:
    return _take_part(actor, contribution, COMMENTS.get(contribution.kind), now)


def can_reply(actor: Any, comment: Comment, now: datetime) -> Decision:
    """Answer a comment that can be read: as commenting on what it is about."""
    if not comment.is_public:
        return deny(_l("Ese comentario ya no admite respuestas. Comenta aparte."))
    return can_comment(actor, comment.subject, now)


def can_react(actor: Any, comment: Comment, now: datetime) -> Decision:
    """Give a reaction or take it back: whoever may comment there, to what others said and can be read."""
    if is_author(actor, comment):
        return deny(_l("Es tuyo: deja que otras personas digan qué les parece."))
    if not comment.is_public:
        return deny(NOT_PUBLIC)
    return can_comment(actor, comment.subject, now)


def can_edit_comment(actor: Any, comment: Comment, now: datetime) -> Decision:
    """Mend one's own comment for the minutes that the cycle gives, while comments are taken there."""
    if not is_author(actor, comment):
        return deny(_l("Solo quien lo escribió puede corregirlo."))
    if not comment.is_public:
        return deny(NOT_PUBLIC)
    until = comment.editable_until
    if until is None:
        return deny(_l("En esta etapa los comentarios no se corrigen. Puedes retirarlo y escribir otro."))
    if now >= until:
        when = in_words(until, comment.cycle.timezone)
        return deny(_l("Se podía corregir hasta el %(when)s. Puedes retirarlo y escribir otro.", when=when))
    return can_comment(actor, comment.subject, now)


def can_withdraw(actor: Any, contribution: Contribution, now: datetime) -> Decision:
    """At any time: nobody is held to a text. The page stays, without it; what gathers others is not one's own alone."""
    if not is_owner(actor, contribution) or contribution.kind not in WITHDRAWABLE:
        return deny(_l("Solo quien la escribió puede retirarla."))
    if contribution.is_gathering:
        return deny(_l("Reúne otras: pide a la facilitación que deshaga la fusión."))
    return allow_if(contribution.has_text, NOT_PUBLIC)


def _take_part(actor: Any, contribution: Contribution, action: Action | None, now: datetime) -> Decision:
    if action is None:
        return deny(_l("Esto se responde en su propia página."))
    if not contribution.is_public:
        return deny(NOT_PUBLIC)
    return can_contribute(actor, contribution.cycle, action, now)
