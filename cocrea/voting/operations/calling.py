"""Calling a contest, and what may still happen to its dates: it is called off, or extended before it closes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from cocrea.core import references, text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action, Cycle
from cocrea.proposals.models import Proposal, ProposalStatus
from cocrea.proposals.operations import move
from cocrea.tables.models import Table
from cocrea.voting import policies
from cocrea.voting.models import (
    BallotKey,
    Conduct,
    Contest,
    Deciding,
    ElectorateRule,
    Option,
    Secrecy,
)
from cocrea.voting.operations import fitting
from cocrea.voting.operations.closing import empty
from cocrea.voting.operations.history import note
from cocrea.voting.operations.roll import forget_addresses

MAX_OPTIONS = 40
OF_TABLES = frozenset({ElectorateRule.TABLE, ElectorateRule.FORUM})
DECIDING, CONDUCT = Deciding(), Conduct()  # yes or no by simple majority, in secret


@dataclass(frozen=True)
class NewOption:
    """A line of a ballot to be: an admitted proposal, or a text of its own; its cost in pesos where money is shared."""

    title: str = ""
    proposal: Proposal | None = None
    cost: int | None = None


def create_contest(
    *,
    actor: Any,
    cycle: Cycle,
    question: str,
    options: Sequence[NewOption],
    opens_at: datetime,
    closes_at: datetime,
    now: datetime,
    explanation: str = "",
    electorate: ElectorateRule = ElectorateRule.VERIFIED,
    table: Table | None = None,
    deciding: Deciding = DECIDING,
    conduct: Conduct = CONDUCT,
) -> Contest:
    """Call a vote inside a voting stage; its proposals are frozen as `on_ballot` from here on.

    Raises `Invalid`, naming the field, when the window is past, empty or outside every voting stage, or when options,
    electorate and rule do not fit each other. `table` is whose members vote, or that of the forum whose seats do.
    """
    enforce(policies.can_create, actor, cycle, now)
    _check_window(cycle, opens_at, closes_at, now)
    _check_options(cycle, options)
    _check_electorate(cycle, electorate, table, conduct)
    fitting.check(deciding, options)
    window = {"opens_at": opens_at, "closes_at": closes_at}
    columns = {**asdict(deciding), **asdict(conduct), **window, "electorate": electorate}
    contest = _written(cycle, question, explanation, table, now, columns)
    _put_on_ballot(actor, contest, options, now)
    promised = {"options": _named(contest), "seed_commitment": contest.seed_commitment}
    note(actor, contest, "contest.called", now, {**columns, **promised})
    return contest


def cancel(*, actor: Any, contest: Contest, reason: str, now: datetime) -> Contest:
    """Call a contest off before it closes: its ballots are destroyed unread, its proposals are admitted again.

    The reason is public. Raises `Invalid` without one, `Conflict` once it has closed.
    """
    enforce(policies.can_create, actor, contest.cycle, now)
    said = _reason(reason)
    _lock_before_the_close(contest, now)
    empty(contest)
    forget_addresses(contest)
    contest.cancelled_at, contest.cancel_reason = now, said
    for option in contest.options:
        if option.proposal is not None and option.proposal.status is ProposalStatus.ON_BALLOT:
            move(actor=actor, proposal=option.proposal, status=ProposalStatus.ADMITTED, now=now)
    note(actor, contest, "contest.cancelled", now, {}, reason=said)
    return contest


def extend(*, actor: Any, contest: Contest, closes_at: datetime, reason: str, now: datetime) -> Contest:
    """Close a contest later than announced, with a public reason; never once the announced close has passed."""
    enforce(policies.can_create, actor, contest.cycle, now)
    said = _reason(reason)
    _lock_before_the_close(contest, now)
    old = contest.closes_at
    if closes_at <= old:
        raise Invalid(_l("El nuevo cierre debe ser después del anunciado: una votación no se acorta."), "closes_at")
    _check_stage(contest.cycle, contest.opens_at, closes_at, "closes_at")
    contest.closes_at = closes_at
    note(actor, contest, "contest.extended", now, {"closes_at": closes_at}, old={"closes_at": old}, reason=said)
    return contest


def _written(
    cycle: Cycle, question: str, explanation: str, table: Table | None, now: datetime, columns: Mapping[str, Any]
) -> Contest:
    """The contest with the key of its box."""
    source = text.block(explanation)
    contest = add(
        Contest(
            reference=references.allot(cycle.prefix, "VOT"),
            cycle_id=cycle.id,
            table_id=table.id if table and columns["electorate"] in OF_TABLES else None,
            question=text.plain(question),
            explanation_source=source,
            explanation_html=text.to_html(source),
            created_at=now,
            **columns,
        )
    )
    add(BallotKey(contest_id=contest.id))
    return contest


def _named(contest: Contest) -> list[str]:
    """The options as the history names them: proposals by their reference."""
    return [option.proposal.reference if option.proposal else option.title for option in contest.options]


def _put_on_ballot(actor: Any, contest: Contest, options: Sequence[NewOption], now: datetime) -> None:
    for position, option in enumerate(options, 1):
        title = option.proposal.title if option.proposal else text.plain(option.title)
        proposal_id = option.proposal.id if option.proposal else None
        add(Option(contest_id=contest.id, position=position, title=title, proposal_id=proposal_id, cost=option.cost))
        if option.proposal:
            move(actor=actor, proposal=option.proposal, status=ProposalStatus.ON_BALLOT, now=now)


def _lock_before_the_close(contest: Contest, now: datetime) -> None:
    lock(contest)
    if contest.cancelled_at is not None:
        raise Conflict(_l("Esta votación ya se canceló."))
    if contest.sealed_at is not None or now >= contest.closes_at:  # another server's clock may be ahead
        raise Conflict(_l("La votación ya cerró: su resultado se queda como está."))


def _reason(words: str) -> str:
    said = text.plain(words)
    if not said:
        raise Invalid(_l("Escribe la razón: será pública."), "reason")
    return said


def _check_window(cycle: Cycle, opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    if closes_at <= opens_at or closes_at <= now:
        raise Invalid(_l("El cierre debe ser después de la apertura y en el futuro."), "closes_at")
    if opens_at < now:
        raise Invalid(_l("La apertura ya pasó: elige una fecha desde ahora en adelante."), "opens_at")
    _check_stage(cycle, opens_at, closes_at, "opens_at")


def _check_stage(cycle: Cycle, opens_at: datetime, closes_at: datetime, field: str) -> None:
    for stage in cycle.stages:
        start, end = stage.starts_at, stage.ends_at
        if Action.VOTE in stage.opens and start and start <= opens_at and (end is None or closes_at <= end):
            return
    raise Invalid(_l("La votación debe caber dentro de una etapa de votación del ciclo."), field)


def _check_options(cycle: Cycle, options: Sequence[NewOption]) -> None:
    if not 1 <= len(options) <= MAX_OPTIONS:
        raise Invalid(_l("Pon a votación entre 1 y %(limit)s opciones.", limit=MAX_OPTIONS), "proposals")
    titles = [text.plain(option.title).casefold() for option in options if not option.proposal]
    if len(set(titles)) < len(titles) or not all(titles):
        raise Invalid(_l("Cada opción debe decir algo distinto."), "texts")
    for proposal in sorted((one.proposal for one in options if one.proposal), key=lambda one: one.id):  # lock order
        lock(proposal)
        if proposal.cycle_id != cycle.id or proposal.status is not ProposalStatus.ADMITTED or not proposal.is_public:
            raise Invalid(_l("Solo se votan propuestas admitidas de este ciclo."), "proposals")


def _check_electorate(cycle: Cycle, rule: ElectorateRule, table: Table | None, conduct: Conduct) -> None:
    if rule is ElectorateRule.TABLE and (table is None or table.cycle_id != cycle.id or table.is_plenary):
        raise Invalid(_l("Elige la mesa cuyas personas integrantes votan."), "table")
    if rule is ElectorateRule.FORUM and (table is None or table.cycle_id != cycle.id or not table.is_plenary):
        raise Invalid(_l("Elige el foro cuyos asientos votan: antes se convoca al ciclo."), "table")
    if conduct.secrecy is Secrecy.OPEN and rule is not ElectorateRule.FORUM:
        raise Invalid(_l("Solo los asientos de un foro votan en abierto: toda otra votación es secreta."), "secrecy")
