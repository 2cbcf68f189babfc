"""Who may put a question, and who may answer it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.core.access import Decision, allow_if, deny
from cocrea.core.i18n import in_words
from cocrea.core.i18n import lazy as _l
from cocrea.core.windows import WindowState
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import can_contribute, can_facilitate
from cocrea.voting.models import Contest, ElectorateRule


def can_create(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """Facilitators call contests; whether their window fits a voting stage is checked by the operation."""
    return can_facilitate(actor, cycle, now)


def voting_is_to_come(cycle: Cycle, now: datetime) -> bool:
    """Whether a voting stage of the cycle is dated and not over: outside of one, nothing can be put to the vote."""
    return any(
        Action.VOTE in stage.opens and stage.state(now) in {WindowState.PLANNED, WindowState.OPEN}
        for stage in cycle.stages
    )


def can_manage(actor: Any, contest: Contest, now: datetime) -> Decision:
    """Call a contest off or extend it: the facilitation, until it closes."""
    if contest.state(now) is WindowState.CLOSED or contest.sealed_at is not None:
        return deny(_l("Esta votación ya cerró o se canceló."))
    return can_facilitate(actor, contest.cycle, now)


def can_edit_pack(actor: Any, contest: Contest, now: datetime) -> Decision:
    """Say what one should know before voting: the facilitation, until the contest closes, so that what people could
    read when they voted stays as it was."""
    if contest.state(now) is WindowState.CLOSED:
        return deny(_l("La carpeta informativa ya no cambia: la votación cerró o se canceló."))
    return can_facilitate(actor, contest.cycle, now)


def can_vote(actor: Any, contest: Contest, now: datetime) -> Decision:
    """Cast or change a ballot: while the contest is open, in a stage open for voting. The roll is checked apart."""
    state = contest.state(now)
    if contest.cancelled_at is not None:
        return deny(_l("Esta votación se canceló."))
    if state is WindowState.PLANNED:
        return deny(_l("La votación abre el %(when)s.", when=in_words(contest.opens_at, contest.cycle.timezone)))
    if state is WindowState.CLOSED or contest.sealed_at is not None:
        return deny(_l("La votación cerró el %(when)s.", when=in_words(contest.closes_at, contest.cycle.timezone)))
    return can_contribute(actor, contest.cycle, Action.VOTE, now)


def can_register_late(actor: Any, contest: Contest, now: datetime) -> Decision:
    """Enter somebody on the roll after the opening: the facilitation, while the contest is open."""
    if contest.state(now) is WindowState.PLANNED:
        return deny(_l("El padrón se forma al abrir: hasta entonces no hace falta registrar a nadie."))
    return can_manage(actor, contest, now)


def can_list(actor: Any, contest: Contest, now: datetime) -> Decision:
    """Give the addresses of those who will vote: the facilitation, until the opening."""
    if contest.electorate is not ElectorateRule.UPLOADED:
        return deny(_l("El padrón de esta votación no se forma con una lista."))
    if contest.frozen_at is not None or contest.state(now) is not WindowState.PLANNED:
        return deny(_l("El padrón ya se formó: la lista ya no cambia."))
    return can_facilitate(actor, contest.cycle, now)


def can_download(actor: Any, contest: Contest, now: datetime) -> Decision:
    """Ballots are published with the count, not before."""
    return allow_if(contest.counted_at is not None, _l("Las boletas se publican cuando la votación se cuenta."))
