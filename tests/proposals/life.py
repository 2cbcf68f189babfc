"""A small world in which anybody tries anything with proposals, and what each reader may come to see of it.

Every text is one word of its own (`secret`), so that a page that shows what it must not is found by looking for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import PLATFORM, Person, Role
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Attachment, Visibility
from cocrea.extensions import db
from cocrea.notifications.models import Follow, Notice
from cocrea.proposals import policies
from cocrea.proposals.models import (
    Amendment,
    AnswerDraft,
    Proposal,
    Rearrangement,
    Response,
    ResponseVersion,
    Routing,
)
from cocrea.proposals.operations import Content
from tests.factories import agreements, cycles, proposals, tables
from tests.factories.accounts import credential, grant, organisation, person


@dataclass
class World:
    """Who there is, the words they wrote, and the clock."""

    clock: Any

    def __post_init__(self) -> None:
        self.cycle = proposals.working_cycle(StageKind.TABLES)
        for stage in self.cycle.stages:
            stage.ends_at += timedelta(days=40)  # long enough that what was offered and asked runs out before
        self.people = {name: person(f"Persona {name}") for name in ("author", "coauthor", "invited", "other")}
        self.people["facilitator"] = cycles.facilitator(self.cycle)
        self.table = tables.table(self.cycle, facilitator=self.people["facilitator"])
        self.people["table"] = grant(person("Persona table"), Role.FACILITATOR, self.table)
        self.institutions = [organisation(), organisation()]
        for name, institution in zip(("official", "rival"), self.institutions, strict=True):
            self.people[name] = grant(person(f"Persona {name}"), Role.OFFICIAL, institution)
        self.people["suspended"] = person("Persona suspended")
        for someone in self.people.values():
            credential(someone)
        self.administrator = grant(person("Administración 01"), Role.ADMINISTRATOR, PLATFORM)
        self.problem = proposals.problem(self.cycle)
        self.agreement = agreements.decision(self.cycle)
        self.numbers = itertools.count(1)
        self.secrets: dict[str, Secret] = {}
        self.followed: set[tuple[int, str]] = set()

    def address(self, name: str) -> str:
        return f"{self.people[name].public_id}@example.org"

    def secret(self, may_see: Callable[[Any], bool]) -> str:
        """A new word, and who may read it."""
        word = f"zq{next(self.numbers)}zq"
        self.secrets[word] = Secret(word, [may_see])
        return word

    def secret_of_authors(self, proposal: Proposal) -> str:
        number = proposal.id
        return self.secret(lambda reader: policies.is_author(reader, db.session.get_one(Proposal, number)))

    def content(self) -> tuple[Content, list[str]]:
        """A text of new words; `wrote` says of which proposal they are."""
        words = [self.secret(lambda _reader: False) for _part in range(3)]
        return Content(title=f"Título {words[0]}", body=f"Texto {words[1]}.", needs=words[2]), words

    def wrote(self, proposal: Proposal, words: list[str]) -> None:
        number = proposal.id
        for word in words:
            self.secrets[word].readers.append(lambda reader: reads_text(reader, number, self.clock()))

    def words_of(self, proposal: Proposal) -> list[str]:
        """Those that its text has now."""
        return [word for word in self.secrets if word in proposal.plain_text]

    def answer(self, routing: Routing) -> tuple[AnswerDraft | None, Response | None]:
        """What an institution has prepared and what it published."""
        keys = {"proposal_id": routing.proposal_id, "organisation_id": routing.organisation_id}
        return tuple(db.session.scalar(sa.select(kind).filter_by(**keys)) for kind in (AnswerDraft, Response))

    def all(self, kind: type[Any]) -> list[Any]:
        return list(db.session.scalars(sa.select(kind).order_by(kind.id)))


@dataclass
class Secret:
    word: str
    readers: list[Callable[[Any], bool]]

    def is_for(self, reader: Any) -> bool:
        return any(may_see(reader) for may_see in self.readers)


def reads_text(reader: Any, number: int, now: Any) -> bool:
    """Whether the text of a proposal is shown to this reader anywhere: a draft to some, what is gone to nobody."""
    proposal = db.session.get_one(Proposal, number)
    return proposal.has_text or (
        proposal.visibility is Visibility.DRAFT and bool(policies.can_read(reader, proposal, now))
    )


def serves(reader: Any, organisation_id: int) -> bool:
    return organisation_id in reader.organisation_ids(Role.OFFICIAL)


def as_is(w: World) -> dict[str, Any]:
    """What a refused deed leaves unchanged."""
    counted = (Proposal, Amendment, Routing, ResponseVersion, Rearrangement, Attachment, Follow, Notice)
    rows = {kind.__name__: db.session.scalar(sa.select(sa.func.count()).select_from(kind)) for kind in counted}
    stands = [(p.status, p.visibility, p.version, p.support_count, p.plain_text) for p in w.all(Proposal)]
    moved = [one.status for one in w.all(Amendment)] + [one.state for one in w.all(Rearrangement)]
    return {**rows, "stands": stands, "moved": moved}


def present(w: World) -> dict[str, Person]:
    return {name: someone for name, someone in w.people.items() if someone.withdrawn_at is None}
