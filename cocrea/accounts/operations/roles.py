"""Giving and taking roles: all of it public history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cocrea.accounts.models import Grant, Person, Role
from cocrea.accounts.policies import Post, can_appoint
from cocrea.audit.operations import record
from cocrea.core import live
from cocrea.core.access import enforce
from cocrea.core.db import add, after_commit
from cocrea.core.errors import Conflict
from cocrea.core.i18n import lazy as _l
from cocrea.core.text import plain
from cocrea.extensions import db


def grant_role(
    *, actor: Any, person: Person, role: Role, scope: Any, within: Iterable[Any] = (), now: datetime
) -> Grant:
    """Give a role in a scope (an object with `.scope`, or its name); giving it twice is giving it once.

    `within` are the scopes around it, in which the actor's own role may be held (for a cycle, its space).
    `actor` None is the operator of the server.
    """
    post = Post(role, scope_name(scope), tuple(map(scope_name, within)))
    if actor is not None:
        enforce(can_appoint, actor, post, now)
    if not person.is_active or not person.is_verified:
        raise Conflict(_l("Esa persona aún no confirma su correo o ya no participa."))
    grant = _given(person, post)
    if grant is not None:
        return grant
    try:
        with db.session.begin_nested():
            grant = add(Grant(person=person, role=role, scope=post.scope))
    except IntegrityError:
        raise Conflict(_l("Alguien dio esta función al mismo tiempo.")) from None
    _note(actor, "role.granted", person, post, now)
    return grant


def revoke_role(
    *, actor: Any, person: Person, role: Role, scope: Any, within: Iterable[Any] = (), reason: str = "", now: datetime
) -> None:
    """Take a role back, with its public reason, and cut the person's live connections: they come back without it."""
    post = Post(role, scope_name(scope), tuple(map(scope_name, within)))
    if actor is not None:
        enforce(can_appoint, actor, post, now)
    grant = _given(person, post)
    if grant is None:
        return
    _refuse_last_administrator(post)
    person.all_grants.remove(grant)
    db.session.flush()
    _note(actor, "role.revoked", person, post, now, reason=plain(reason)[:500])
    after_commit(live.disconnect, f"person:{person.id}")


def scope_name(scope: Any) -> str:
    return scope if isinstance(scope, str) else str(scope.scope)


def _refuse_last_administrator(post: Post) -> None:
    if post.role is not Role.ADMINISTRATOR:
        return
    administrators = db.session.scalars(sa.select(Grant.id).where(Grant.role == post.role).with_for_update())
    if len(administrators.all()) == 1:
        raise Conflict(_l("Es la única persona que administra la plataforma: nombra antes a otra."))


def _given(person: Person, post: Post) -> Grant | None:
    return db.session.scalar(
        sa.select(Grant).where(Grant.person_id == person.id, Grant.role == post.role, Grant.scope == post.scope)
    )


def _note(actor: Any, action: str, person: Person, post: Post, now: datetime, reason: str = "") -> None:
    values = {"role": post.role.value, "scope": post.scope}
    side = {"new": values} if action == "role.granted" else {"old": values}
    record(
        actor=actor,
        action=action,
        subject=person.public_id,
        scope=post.scope,
        subject_id=person.id,
        now=now,
        reason=reason,
        **side,
    )
