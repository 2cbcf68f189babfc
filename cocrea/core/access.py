"""Who may do what: decisions with a reason, and the declaration every route and socket event must carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from flask_login import current_user

from cocrea.core import clock
from cocrea.core.errors import Denied
from cocrea.core.i18n import lazy as _l


@dataclass(frozen=True)
class Decision:
    """The answer of a policy: true or false, and why not in words a person can read.

    `needs_account` marks a denial that signing in may lift: pages put the way in beside it.
    """

    allowed: bool
    reason: Any = ""
    needs_account: bool = False

    def __bool__(self) -> bool:
        return self.allowed


ALLOW = Decision(True)


def deny(reason: Any) -> Decision:
    return Decision(False, reason)


def allow_if(condition: object, otherwise: Any) -> Decision:
    """ALLOW when the condition holds, else a denial with that reason."""
    return ALLOW if condition else Decision(False, otherwise)


Policy = Callable[[Any, Any, datetime], Decision]
Loader = Callable[..., Any]


def enforce(policy: Policy, actor: Any, subject: Any, now: datetime) -> None:
    """Raise `Denied` with the policy's reason unless it allows. Every operation begins with this."""
    decision = policy(actor, subject, now)
    if not decision:
        raise Denied(decision.reason)


@dataclass(frozen=True)
class Access:
    """What a route or event declares. `policy` None means anyone; `load` finds the subject the actor may see."""

    policy: Policy | None
    load: Loader | None = None


def is_signed_in(actor: Any, _subject: Any, _now: datetime) -> Decision:
    """Policy: any signed-in person."""
    return allow_if(actor.is_authenticated, _l("Entra con tu cuenta para continuar."))


def public(view: Callable[..., Any]) -> Callable[..., Any]:
    """Declare that anyone may call this view; what it shows is what its queries let the visitor see."""
    view.access = Access(None)  # type: ignore[attr-defined]
    return view


def visible(load: Loader) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a view open to whoever may see the object that `load(actor, **view_args)` finds (else a 404)."""
    return _declare(None, load)


def requires(policy: Policy, load: Loader | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare the policy of a view.

    With `load`, `load(actor, **view_args)` returns the subject (raising `NotFound` for what the actor may not
    see); the policy judges it and the view receives it as its only positional argument. Without `load` the
    policy judges `None` and the view receives the URL's arguments as they are.
    """
    return _declare(policy, load)


def _declare(policy: Policy | None, load: Loader | None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*_args: Any, **view_args: Any) -> Any:
            actor = current_user._get_current_object()
            subject = load(actor, **view_args) if load else None
            if policy is not None:
                enforce(policy, actor, subject, clock.now())
            return view(subject) if load else view(**view_args)

        guarded.access = Access(policy, load)  # type: ignore[attr-defined]
        return guarded

    return declare


def current_actor() -> Any:
    """The person (or visitor) behind the request under way, as the object itself; for entry points only."""
    return current_user._get_current_object()
