"""Whom and what the acts of the demonstration find by the keys of the data files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cocrea.accounts.models import Organisation, Person
from cocrea.commitments.models import Commitment
from cocrea.consultation.models import Problem, Statement, Topic, Workshop
from cocrea.cycles.models import Cycle
from cocrea.demo.script import Script
from cocrea.discussion.models import Comment
from cocrea.forums.models import Space
from cocrea.proposals.models import Amendment, Proposal
from cocrea.tables.models import Session, Table
from cocrea.voting.models import Contest

STEWARD = "responsable-01"
FACILITATOR = "facilitadora-01"


@dataclass
class World:
    """What the cycles share."""

    script: Script
    spaces: dict[str, Space] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def steward(self) -> Person:
        return self.people[STEWARD]

    @property
    def facilitator(self) -> Person:
        return self.people[FACILITATOR]


@dataclass
class Scene:
    """One cycle: its data file, and what has been made of it so far."""

    world: World
    data: dict[str, Any]
    topics: dict[str, Topic] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    workshops: dict[str, Workshop] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)  # the numbers of messages
    proposals: dict[str, Proposal] = field(default_factory=dict)
    amendments: dict[str, Amendment] = field(default_factory=dict)
    contests: dict[str, Contest] = field(default_factory=dict)
    commitments: dict[int, Commitment] = field(default_factory=dict)
    cycle: Cycle = field(init=False)

    @property
    def script(self) -> Script:
        return self.world.script

    @property
    def people(self) -> dict[str, Person]:
        return self.world.people
