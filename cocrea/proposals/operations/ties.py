"""What a proposal is tied to: the problems it addresses, which of their causes, and sustainable development goals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from cocrea.consultation.models import Problem
from cocrea.consultation.operations import MOST_TARGETS
from cocrea.consultation.queries import causes_of
from cocrea.core import sdg
from cocrea.core.db import add
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from cocrea.proposals.models import Proposal, ProposalProblem, ProposalTarget


def check_problems(cycle: Cycle, problems: Iterable[Problem], kept: Sequence[Problem] = ()) -> list[Problem]:
    """The problems, if there is one, or one that is `kept`, and all are public and of the cycle; else `Invalid`."""
    addressed = list(problems)
    if not (addressed or kept) or any(p.cycle_id != cycle.id or not p.is_public for p in addressed):
        raise Invalid(_l("Elige al menos una problemática publicada de este ciclo."), "problems")
    return addressed


def gone(proposal: Proposal) -> list[Problem]:
    """Problems it addresses that are no longer public: they are not offered any more, and stay."""
    return [problem for problem in proposal.problems if not problem.is_public]


def tie(proposal: Proposal, problems: Iterable[Problem], targets: Iterable[str], causes: Iterable[str]) -> None:
    """Put these ties in the place of those it has, but for problems that are `gone`. A cause that none of the problems
    gives is left out."""
    addressed = list(dict.fromkeys([*gone(proposal), *problems]))
    _address(proposal, addressed)
    _aim(proposal, list(targets))
    given, wanted = causes_of(addressed), set(causes)
    proposal.causes = [key for key in given if key in wanted]


def told(proposal: Proposal) -> dict[str, Any]:
    """What the history keeps of the ties: references, codes and keys, none of them anybody's words."""
    references = [problem.reference for problem in proposal.problems]
    return {"problems": references, "targets": proposal.codes, "causes": [key[:12] for key in proposal.causes]}


def _address(proposal: Proposal, problems: Sequence[Problem]) -> None:
    kept = {problem.id for problem in proposal.problems}
    wanted = {problem.id for problem in problems}
    if kept - wanted:
        own = ProposalProblem.proposal_id == proposal.id
        db.session.execute(sa.delete(ProposalProblem).where(own, ProposalProblem.problem_id.in_(kept - wanted)))
    for problem_id in sorted(wanted - kept):
        add(ProposalProblem(proposal_id=proposal.id, problem_id=problem_id))
    db.session.expire(proposal, ["problems"])


def _aim(proposal: Proposal, codes: list[str]) -> None:
    if not all(sdg.is_code(code) for code in codes):
        raise Invalid(_l("Elige objetivos y metas de la lista."), "targets")
    if len(set(codes)) > MOST_TARGETS:
        raise Invalid(_l("Elige como máximo %(most)s objetivos o metas.", most=MOST_TARGETS), "targets")
    kept = set(proposal.codes)
    own = ProposalTarget.proposal_id == proposal.id
    db.session.execute(sa.delete(ProposalTarget).where(own, ProposalTarget.code.in_(kept - set(codes))))
    for code in sorted(set(codes) - kept):
        add(ProposalTarget(proposal_id=proposal.id, code=code))
    db.session.expire(proposal, ["target_codes"])
