"""The reasoned answers of institutions, published for one proposal or for many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import Organisation
from cocrea.audit.operations import record_each
from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from cocrea.proposals import feeding, policies, queries
from cocrea.proposals.models import Proposal, Response, ResponseKind, ResponseVersion, Routing

NOT_ROUTED = _l("La facilitación no ha turnado esta propuesta a tu institución.")
AT_ONCE = 100  # how many proposals one common answer takes


@dataclass(frozen=True)
class Answer:
    """What an institution says, and the references of the commitments that it feeds. While it is prepared it may lack
    its kind and its reasons."""

    kind: ResponseKind | None
    reasons: str
    next_steps: str = ""
    feeds: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether it says all that a published answer must."""
        return self.kind is not None and bool(text.block(self.reasons))

    @property
    def fingerprint(self) -> str:
        """The one of a draft or of a published answer that says the same."""
        said = text.block(self.reasons), text.block(self.next_steps)
        return text.fingerprint(self.kind or "", *said, *sorted(set(self.feeds)))

    def check(self) -> None:
        """Raise `Invalid` unless it can be published."""
        if self.kind is None:
            raise Invalid(_l("Elige una de las cinco respuestas."), "kind")
        if not text.block(self.reasons):
            raise Invalid(_l("Una respuesta siempre lleva sus razones."), "reasons")

    def check_feeds(self, cycles: Iterable[Cycle]) -> None:
        """Raise `Invalid` unless each of these cycles has every commitment that it names."""
        for cycle in set(cycles) if self.feeds else ():
            if not set(self.feeds) <= feeding.commitments(cycle).keys():
                raise Invalid(_l("Alguno de esos compromisos ya no está entre los públicos del ciclo."), "feeds")

    def columns(self) -> dict[str, Any]:
        """What is kept of it once it is published."""
        reasons, following = text.block(self.reasons), text.block(self.next_steps)
        return {
            "kind": self.kind,
            "reasons_source": reasons,
            "reasons_html": text.to_html(reasons),
            "next_source": following,
            "next_html": text.to_html(following),
            "feeds": sorted(set(self.feeds)),
        }


def respond(*, actor: Any, proposal: Proposal, organisation: Organisation, answer: Answer, now: datetime) -> Response:
    """Publish the reasoned answer of an institution that has the proposal; one per institution."""
    lock(proposal)
    own = next((found for found in queries.routings(proposal) if found.organisation_id == organisation.id), None)
    if own is None:
        enforce(policies.can_respond, actor, (proposal, organisation), now)
        raise Denied(NOT_ROUTED)
    return respond_to_each(actor=actor, routings=[own.id], answer=answer, now=now)[0]


def respond_to_each(*, actor: Any, routings: Sequence[int], answer: Answer, now: datetime) -> list[Response]:
    """Publish one common answer to every proposal of these routings: all of them or none, in as many statements
    however many they are. What was being prepared for any of them stays with the institution."""
    answer.check()
    held = hold(actor, routings, now)
    answer.check_feeds(routing.proposal.cycle for routing in held)
    queries.unschedule(held)
    said, by = answer.columns(), {"author_id": actor.id, "created_at": now}
    told = {"published_at": now, "kind_at": now}
    rows = [{"proposal_id": one.proposal_id, "organisation_id": one.organisation_id, **said, **by} for one in held]
    db.session.execute(sa.insert(Response), [{**row, **told} for row in rows])
    made = queries.answers_to(held)
    db.session.execute(
        sa.insert(ResponseVersion), [{"response_id": one.id, "number": 1, **said, **by} for one in made]
    )
    _record(actor, held, made[0], now)
    return made


def hold(actor: Any, routings: Sequence[int], now: datetime) -> list[Routing]:
    """Lock the proposals of these routings, which this official may answer and nobody did; else raise."""
    held = queries.routings_for_update(sorted(set(routings)))
    if not held or len(held) < len(set(routings)):
        raise Conflict(_l("Alguna de estas propuestas ya no está turnada a tu institución. Vuelve a la lista."))
    if len(held) > AT_ONCE:
        raise Invalid(_l("Responde como máximo %(most)s propuestas a la vez.", most=AT_ONCE))
    for routing in held:
        enforce(policies.can_respond, actor, (routing.proposal, routing.organisation), now)
    if queries.answers_to(held):
        raise Conflict(_l("Tu institución ya respondió a alguna de estas propuestas. Vuelve a la lista."))
    return held


def _record(actor: Any, held: Sequence[Routing], answer: Response, now: datetime) -> None:
    """That each was answered; all say what this one says."""
    record_each(
        {
            "actor": actor,
            "action": "proposal.answered",
            "now": now,
            "subject": routing.proposal.reference,
            "scope": f"cycle:{routing.proposal.cycle_id}",
            "subject_id": routing.proposal_id,
            "new": {
                "kind": answer.kind,
                "organisation": routing.organisation.slug,
                "text": answer.fingerprint,
            },
        }
        for routing in held
    )
