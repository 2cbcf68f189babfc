"""Which history records are news, what each is about, and whose followers it reaches: the thread from what happened
back to where it came from, as it is when it happens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from cocrea.commitments.models import Commitment
from cocrea.discussion.addressees import concerned
from cocrea.discussion.models import Contribution
from cocrea.extensions import db
from cocrea.followup.models import Activity, ActivityStatus, KeyAction
from cocrea.proposals.models import Proposal, ProposalProblem, RearrangementSource, RearrangementText, Response
from cocrea.proposals.standing import TOLD
from cocrea.tables.models import Agreement, Session, Table
from cocrea.tables.queries import written_to
from cocrea.tables.queries.whole import is_whole
from cocrea.voting.models import Contest


@dataclass(frozen=True)
class Happened:
    """One history record that is news: whose `subject_id` it has, and who did it, who is not told."""

    action: str
    subject_id: int
    actor_id: int | None
    at: datetime

    @property
    def about(self) -> str:
        return f"{OF_ROLLS.get(self.action) or TELLINGS[self.action].about}:{self.subject_id}"


Reach = Callable[[Sequence[Happened]], list[list[str]]]
People = Callable[[Collection[int], Collection[int]], set[tuple[int, int]]]
AT_ONCE = 5000  # people in one statement


@dataclass(frozen=True)
class Telling:
    """How one action is told: the kind of what it is `about`, and the scopes that each event reaches, the nearest
    first, in as many statements however many events.

    `told_by_others` finds who of some people gets a letter about which subjects from another domain: they are spared
    a second one.
    """

    about: str
    reach: Reach
    told_by_others: People = lambda _subjects, _people: set()


def _itself(kind: str) -> Reach:
    return lambda events: [[f"{kind}:{event.subject_id}"] for event in events]


def _proposal(events: Sequence[Happened]) -> list[list[str]]:
    threads = _threads(_subjects(events))
    return [threads[event.subject_id] for event in events]


def _answer(events: Sequence[Happened]) -> list[list[str]]:
    """With the institutions that answered, or corrected their answer, at that moment."""
    columns = (Response.proposal_id, Response.organisation_id, Response.published_at, Response.corrected_at)
    institutions = defaultdict(list)
    for number, one, *moments in db.session.execute(
        sa.select(*columns).where(Response.proposal_id.in_(_subjects(events)))
    ):
        for at in moments:
            institutions[number, at].append(f"organisation:{one}")
    reached = zip(events, _proposal(events), strict=True)
    return [[*thread, *institutions[event.subject_id, event.at]] for event, thread in reached]


def _commitment(events: Sequence[Happened]) -> list[list[str]]:
    threads = _commitment_threads(_subjects(events))
    return [threads[event.subject_id] for event in events]


def _activity(events: Sequence[Happened]) -> list[list[str]]:
    """The thread of its commitment."""
    of = sa.select(Activity.id, KeyAction.commitment_id).join(KeyAction).where(Activity.id.in_(_subjects(events)))
    commitments = {row.id: row.commitment_id for row in db.session.execute(of)}
    threads = _commitment_threads(commitments.values())
    return [threads[commitments[event.subject_id]] for event in events]


def _session(events: Sequence[Happened]) -> list[list[str]]:
    return _one_each(events, "table", sa.select(Session.id, Session.table_id).where(is_whole()), Session.id)


def _agreement(events: Sequence[Happened]) -> list[list[str]]:
    of = sa.select(Agreement.id, Session.table_id).join(Agreement.session).where(is_whole())
    return _one_each(events, "table", of, Agreement.id)


def _contest(events: Sequence[Happened]) -> list[list[str]]:
    """The cycle and the table that vote; each of its options has its own step."""
    cycles = _one_each(events, "cycle", sa.select(Contest.id, Contest.cycle_id), Contest.id)
    of = sa.select(Contest.id, Contest.table_id).where(Contest.table_id.is_not(None))
    tables = _one_each(events, "table", of, Contest.id)
    return [[*table, *cycle] for table, cycle in zip(tables, cycles, strict=True)]


def _merged(events: Sequence[Happened]) -> list[list[str]]:
    """What was merged, and what it lives on in."""
    of = sa.select(Contribution.id, Contribution.merged_into_id).where(Contribution.merged_into_id.is_not(None))
    into = _one_each(events, "contribution", of, Contribution.id)
    return [[f"contribution:{event.subject_id}", *other] for event, other in zip(events, into, strict=True)]


def _one_each(
    events: Sequence[Happened], kind: str, pairs: sa.Select[*tuple[int, int | None]], key: InstrumentedAttribute[int]
) -> list[list[str]]:
    """For each event the scope of the kind that the pairs lead to from its subject; none where they lead nowhere."""
    found = {
        number: f"{kind}:{other}" for number, other in db.session.execute(pairs.where(key.in_(_subjects(events))))
    }
    return [[found[event.subject_id]] if event.subject_id in found else [] for event in events]


def _threads(proposals: Collection[int]) -> dict[int, list[str]]:
    """Of each proposal: itself, what was merged into it, the problems it addresses with what was merged into them, and
    its table."""
    tables = sa.select(Proposal.id, Proposal.table_id).where(Proposal.id.in_(proposals))
    addressed = sa.select(ProposalProblem.proposal_id, ProposalProblem.problem_id)
    problems = defaultdict(list)
    for number, problem in db.session.execute(addressed.where(ProposalProblem.proposal_id.in_(proposals))):
        problems[number].append(problem)
    alive = _with_merged({*proposals, *(one for those in problems.values() for one in those)})
    return {
        number: [
            *(f"contribution:{merged}" for one in (number, *problems[number]) for merged in alive[one]),
            *([f"table:{table}"] if table else []),
        ]
        for number, table in db.session.execute(tables)
    }


def _commitment_threads(commitments: Iterable[int]) -> dict[int, list[str]]:
    """Of each commitment: itself, who leads it, and the thread of the proposal it takes up."""
    columns = (Commitment.id, Commitment.lead_id, Commitment.proposal_id)
    rows = db.session.execute(sa.select(*columns).where(Commitment.id.in_(list(commitments)))).all()
    threads = _threads([row.proposal_id for row in rows if row.proposal_id])
    return {
        row.id: [
            f"contribution:{row.id}",
            *([f"organisation:{row.lead_id}"] if row.lead_id else []),
            *threads.get(row.proposal_id, []),
        ]
        for row in rows
    }


def _with_merged(contributions: Collection[int]) -> dict[int, list[int]]:
    """Each of these and, through however many merges and splits, what now lives on in it."""
    merged = sa.select(Contribution.id.label("source"), Contribution.merged_into_id.label("into"))
    split = sa.select(RearrangementSource.proposal_id, RearrangementText.proposal_id).where(
        RearrangementText.rearrangement_id == RearrangementSource.rearrangement_id,
        RearrangementText.proposal_id.is_not(None),
    )
    links = sa.union_all(merged.where(Contribution.merged_into_id.is_not(None)), split).subquery()
    known = sa.select(Contribution.id.label("root"), Contribution.id.label("id"))
    gathered = known.where(Contribution.id.in_(contributions)).cte(recursive=True)
    before = sa.select(gathered.c.root, links.c.source).join(gathered, links.c.into == gathered.c.id)
    alive: dict[int, set[int]] = defaultdict(set)
    for root, number in db.session.execute(sa.select(gathered.union(before))):
        alive[root].add(number)
    return {root: [root, *(those - {root})] for root, those in alive.items()}


def _subjects(events: Sequence[Happened]) -> list[int]:
    return [event.subject_id for event in events]


def _behind(contributions: Collection[int], people: Collection[int]) -> set[tuple[int, int]]:
    pairs, asked = concerned(list(contributions)).c, sorted(people)
    found: set[tuple[int, int]] = set()
    for start in range(0, len(asked), AT_ONCE):
        theirs = pairs.person_id.in_(asked[start : start + AT_ONCE])
        rows = db.session.execute(sa.select(pairs.contribution_id, pairs.person_id).where(theirs))
        found.update((number, who) for number, who in rows)
    return found


def _seated(sessions: Collection[int], _people: Collection[int]) -> set[tuple[int, int]]:
    of = sa.select(Session.id, Table).join(Session.table).where(Session.id.in_(sessions), is_whole())
    return {(number, one.person_id) for number, table in db.session.execute(of) for one in written_to(table)}


TELLINGS: dict[str, Telling] = {
    **{
        action: Telling("contribution", _itself("contribution"))
        for action in (
            "problem.edited",
            "contribution.withdrawn",
            "contribution.hidden",
            "contribution.restored",
            "proposal.revised",
            "proposal.tied",
            "proposal.amended",
            "proposal.asked_back",
            "proposal.replied",
            "commitment.signature_voided",
        )
    },
    **{f"contribution.{act}": Telling("contribution", _merged, _behind) for act in ("merged", "unmerged")},
    "proposal.published": Telling("contribution", _proposal),
    **{f"proposal.{step}": Telling("contribution", _proposal, _behind) for step in TOLD},
    **{f"proposal.{act}": Telling("contribution", _answer, _behind) for act in ("answered", "answer_corrected")},
    **{
        f"commitment.{act}": Telling("contribution", _commitment)
        for act in ("signed", "sealed", "left_out", "reported", "assessed")
    },
    **{
        f"activity.{act}": Telling("activity", _activity)
        for act in (*ActivityStatus, "disputed", "evidence_added", "told", "spent")
    },
    **{f"session.{act}": Telling("session", _session, _seated) for act in ("scheduled", "edited", "cancelled")},
    "minutes.approved": Telling("session", _session),
    "agreement.adopted": Telling("agreement", _agreement),
    "table.pack_published": Telling("table", _itself("table")),
    **{
        f"contest.{act}": Telling("contest", _contest)
        for act in ("called", "pack_changed", "extended", "cancelled", "counted")
    },
    **{f"plan.{act}": Telling("cycle", _itself("cycle")) for act in ("published", "version_published")},
}
# What is told to the people on a roll, whatever they follow: no history record reaches anybody by these.
OF_ROLLS = {"roll.opened": "contest", "roll.registered": "contest"}
