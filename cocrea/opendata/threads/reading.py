"""Following a thread: from anything of a cycle to all that it came of and all that came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from cocrea.cycles.models import Cycle
from cocrea.discussion.models import ContributionKind, Visibility
from cocrea.opendata.threads import statements
from cocrea.opendata.threads.gaps import say_gaps
from cocrea.opendata.threads.lineage import lineage
from cocrea.opendata.threads.making import (
    activity_node,
    add_evidence,
    agreement_step,
    amendment_step,
    contest_node,
    contribution_node,
    judgement_step,
    outcome_step,
    response_node,
    signature_step,
    table_node,
    text_step,
)
from cocrea.opendata.threads.nodes import Node, Stop, Thread
from cocrea.opendata.threads.telling import Told, told


def follow(*, about: str, cycle: Cycle, starts: Collection[int], activity: str = "") -> Thread:
    """The thread of `about` (a reference), which stands on the contributions `starts`; of an activity, on its
    commitment alone. Public things only: six statements at most."""
    edges = lineage(starts)
    rows = statements.contributions({*starts, *(end for edge in edges for end in edge)}, cycle.id)
    nodes = {row.id: contribution_node(row) for row in rows}
    for source, target in edges:
        if source in nodes and target in nodes:
            nodes[source].leads_to(nodes[target])
    proposals = _of(rows, ContributionKind.PROPOSAL)
    commitments = _of(rows, ContributionKind.COMMITMENT)
    shown = [row for row in rows if row.visibility != Visibility.HIDDEN]
    tables, done = _tables(rows, nodes), _activities(nodes, commitments, activity)
    more = [
        *tables.values(),
        *_responses(nodes, _of(shown, ContributionKind.PROPOSAL)),
        *_contests(nodes, proposals, about),
        *done.values(),
    ]
    _tell(_readable(rows, nodes), tables, done)
    thread = Thread(about, cycle, [*nodes.values(), *more])
    say_gaps(thread)
    return thread


def _of(rows: Iterable[Any], kind: ContributionKind) -> list[int]:
    return [row.id for row in rows if row.kind == kind]


def _tables(rows: Iterable[Any], nodes: dict[int, Node]) -> dict[int, Node]:
    """The tables that worked on it, between the problems they were given and the proposals they made."""
    found: dict[int, Node] = {}
    for row in rows:
        if row.table_id is None:
            continue
        table = found.setdefault(row.table_id, table_node(row))
        if row.kind == ContributionKind.PROBLEM:
            nodes[row.id].leads_to(table)
        else:
            table.leads_to(nodes[row.id])
    return found


def _responses(nodes: dict[int, Node], proposals: list[int]) -> list[Node]:
    by_reference = {node.key: node for node in nodes.values()}
    found = []
    for row in statements.responses(proposals) if proposals else ():
        answer = response_node(row)
        nodes[row.proposal_id].leads_to(answer)
        for fed in row.feeds:
            if fed in by_reference:
                answer.leads_to(by_reference[fed])
        found.append(answer)
    return found


def _contests(nodes: dict[int, Node], proposals: list[int], about: str) -> list[Node]:
    found: dict[str, Node] = {}
    for row in statements.contests(proposals, about):
        contest = found.setdefault(row.reference, contest_node(row))
        if row.proposal_id not in nodes:
            continue
        proposal = nodes[row.proposal_id]
        contest.steps.extend(outcome_step(row, proposal))
        taken_up = [node for node in proposal.goes_to if node.stop is Stop.COMMITMENT]
        proposal.leads_to(contest)
        for commitment in taken_up:
            contest.leads_to(commitment)
    return list(found.values())


def _activities(nodes: dict[int, Node], commitments: list[int], only: str) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for row in statements.activities(commitments, only) if commitments else ():
        if nodes[row.commitment_id].is_tombstone:
            continue
        activity = found.setdefault(row.Activity.reference, activity_node(row))
        nodes[row.commitment_id].leads_to(activity)
        add_evidence(activity, row)
    return found


def _readable(rows: Iterable[Any], nodes: dict[int, Node]) -> dict[int, Node]:
    return {row.id: nodes[row.id] for row in rows if row.visibility not in {Visibility.WITHDRAWN, Visibility.HIDDEN}}


def _tell(texts: dict[int, Node], tables: dict[int, Node], activities: dict[str, Node]) -> None:
    """Add to each what happened to it; amendments after the versions of what they would change."""
    proposals = [one for one, node in texts.items() if node.stop is Stop.PROPOSAL]
    commitments = [one for one, node in texts.items() if node.stop is Stop.COMMITMENT]
    found = told(proposals=proposals, commitments=commitments, tables=tables, activities=activities)
    for row in sorted(found, key=lambda row: row.sort == Told.AMENDMENT):
        match row.sort:
            case Told.AGREEMENT:
                tables[row.of].steps.append(agreement_step(row))
            case Told.JUDGEMENT:
                activities[row.reference].steps.append(judgement_step(row))
            case Told.AMENDMENT:
                texts[row.of].steps.append(amendment_step(row))
            case Told.SIGNATURE:
                texts[row.of].steps.append(signature_step(row))
            case _:
                texts[row.of].steps.append(text_step(row, texts[row.of]))
