"""Merging problems that say the same: nobody's text is changed, every support counts once, and it can be undone.

A merged problem keeps its page, its comments and its supports. On the problem it was merged into, its supporters and
its author count as supporters too, each person once (`discussion.carrying`), so that undoing takes back exactly them.
What people give to the survivor after the merge is the survivor's.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from cocrea.consultation import policies
from cocrea.consultation.models import Problem, ProblemTarget
from cocrea.consultation.operations.problems import MOST_TARGETS, lock_topics
from cocrea.consultation.policies.merging import NOT_MERGED
from cocrea.core import sdg, text
from cocrea.core.access import enforce
from cocrea.core.db import add, lock
from cocrea.core.errors import Conflict, Invalid
from cocrea.core.i18n import DEFAULT_LOCALE, in_language
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.carrying import carry, recount, take_back
from cocrea.discussion.models import ContributionKind, Visibility
from cocrea.discussion.operations import contribution_fields, count, note, set_visibility
from cocrea.extensions import db

MOST_MERGED = 10  # problems at once
SYNTHESIS = _l("Síntesis de la facilitación")
UNDONE = _l("Se deshizo la fusión que la había creado.")


def merge_problems(
    *, actor: Any, problems: Sequence[Problem], into: Problem, reason: str, now: datetime
) -> list[Problem]:
    """Merge problems into one of them (or into another), which stays as it is. The ones that were merged."""
    why = text.plain(reason)
    if not why:
        raise Invalid(_l("Explica por qué: la razón es pública."), "reason")
    sources = _checked(problems, into)
    _lock([*sources, into])
    for problem in (*sources, into):
        enforce(policies.can_merge, actor, problem, now)
    lock_topics(*(source.topic for source in sources))
    into.gathered_count += len(sources)
    for source in sources:
        source.merged_into_id = into.id
        set_visibility(source, Visibility.MERGED, reason=why, now=now)
        carry(source, into, but=[into.author_id] if into.author_id else [])
        note(actor, source, "contribution.merged", now, new={"into": into.reference}, reason=why)
    recount(into)
    return sources


def merge_into_synthesis(
    *, actor: Any, problems: Sequence[Problem], title: str, body: str, affected: str, reason: str, now: datetime
) -> Problem:
    """Merge problems into a new one that the facilitation writes to gather them all; it credits their authors."""
    _checked(problems)
    for field, said in (("title", title), ("body", body), ("affected", affected)):
        if not text.plain(said):
            raise Invalid(_l("Este dato hace falta."), field)
    first = problems[0]
    _lock(problems)
    for problem in problems:
        enforce(policies.can_merge, actor, problem, now)
    fields = contribution_fields(
        actor=actor, kind=ContributionKind.PROBLEM, cycle=first.cycle, now=now, title=title, body=body,
        attribution=_kept(SYNTHESIS),
    )  # fmt: skip
    lock_topics(*(problem.topic for problem in problems))  # as everywhere, after the reference is allotted
    territory, municipality = _shared_place(problems)
    codes = sdg.in_order({code for problem in problems for code in problem.codes})[:MOST_TARGETS]
    made = add(
        Problem(
            **fields,
            topic_id=first.topic_id,
            affected=text.block(affected),
            territory=territory,
            municipality=municipality,
            targets=[ProblemTarget(code=code) for code in codes],
            is_synthesis=True,
            form_key=secrets.token_hex(32),
        )
    )
    count(made, 1)
    gathers = {"gathers": [problem.reference for problem in problems], "text": made.fingerprint}
    note(actor, made, "problem.synthesised", now, new=gathers, reason=text.plain(reason))
    merge_problems(actor=actor, problems=problems, into=made, reason=reason, now=now)
    return made


def _shared_place(problems: Sequence[Problem]) -> tuple[str | None, str]:
    """The entity that all name, and the municipality where they agree in that too."""
    named = {problem.territory for problem in problems}
    if len(named) > 1:
        return None, ""
    within = {text.fold(problem.municipality): problem.municipality for problem in problems}
    return named.pop(), within.popitem()[1] if len(within) == 1 else ""


def undo_merge(*, actor: Any, problem: Problem, reason: str, now: datetime) -> Problem:
    """Make a merged problem public again, as it was; what it had given to the survivor is taken back.

    What was withdrawn or hidden since stays so, by itself. A synthesis that gathers nothing any more leaves a
    tombstone. `Conflict` while the survivor is itself merged, and when somebody undid it before.
    """
    why = text.plain(reason)
    if not why:
        raise Invalid(_l("Explica por qué: la razón es pública."), "reason")
    into = db.session.get(Problem, problem.merged_into_id) if problem.merged_into_id else None
    if into is None:
        raise Conflict(NOT_MERGED)
    _lock([problem, into])
    if problem.merged_into_id != into.id:
        raise Conflict(_l("Alguien cambió esta fusión mientras tanto. Vuelve a abrir la página."))
    enforce(policies.can_undo_merge, actor, problem, now)
    if into.merged_into_id is not None:
        raise Conflict(_l("La problemática que quedó también se fusionó con otra. Deshaz primero esa fusión."))
    lock_topics(problem.topic, into.topic)
    problem.merged_into_id = None
    into.gathered_count -= 1
    take_back(problem, into, others=_merged_into(into))
    note(actor, problem, "contribution.unmerged", now, old={"into": into.reference}, reason=why)
    if problem.visibility is Visibility.MERGED:
        set_visibility(problem, Visibility.PUBLIC, reason="", now=now)
    if into.is_synthesis and into.is_public and not into.gathered_count:
        set_visibility(into, Visibility.WITHDRAWN, reason=_kept(UNDONE), now=now)
        note(actor, into, "contribution.withdrawn", now, reason=_kept(UNDONE))
    return problem


def _kept(message: Any) -> str:
    """A message as it is stored: in the language of the platform, not of who happened to do it."""
    with in_language(DEFAULT_LOCALE):
        return str(message)


def _checked(problems: Sequence[Problem], into: Problem | None = None) -> list[Problem]:
    """The problems to merge: of one cycle, each once, without the survivor."""
    sources = [problem for problem in dict.fromkeys(problems) if problem is not into]
    if not sources or (into is None and len(sources) < 2):
        raise Invalid(_l("Elige al menos dos problemáticas."), "problems")
    if len(sources) > MOST_MERGED:
        raise Invalid(_l("Fusiona como máximo %(most)s a la vez.", most=MOST_MERGED), "problems")
    if len({problem.cycle_id for problem in (*sources, *([into] if into else []))}) > 1:
        raise Invalid(_l("Solo se fusionan problemáticas del mismo ciclo."), "problems")
    return sources


def _lock(problems: Collection[Problem]) -> None:
    """Lock them until the transaction ends, in the one order; whoever supports one of them waits for its row."""
    for problem in sorted(problems, key=lambda problem: problem.id):
        lock(problem, is_referred_to=True)


def _merged_into(into: Problem) -> list[Problem]:
    db.session.flush()
    merged = sa.select(Problem).where(Problem.merged_into_id == into.id)
    return list(db.session.scalars(merged.order_by(Problem.id)))
