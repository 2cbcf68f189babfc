"""Problems and proposals for tests, made through the operations people use."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cocrea.accounts.models import Organisation
from cocrea.consultation.models import Problem
from cocrea.core.db import transaction
from cocrea.cycles.models import Cycle, StageKind
from cocrea.discussion.attachments import Upload
from cocrea.discussion.models import Attachment, ContributionKind
from cocrea.discussion.operations import contribution_fields
from cocrea.proposals import operations, rules
from cocrea.proposals.models import (
    Amendment,
    Duty,
    Finding,
    Part,
    Proposal,
    Rearrangement,
    RearrangementKind,
    Routing,
)
from cocrea.proposals.operations import Content
from tests.conftest import NOW
from tests.factories import consultation, cycles
from tests.factories.accounts import person, save

_numbers = itertools.count(1)
SYNTHESIS = Content("Un solo padrón de obras", "Cada mes, con mapa y en formato abierto.")
CONTENT = Content("Publicar el padrón de obras", "Cada mes, en formato abierto.", "A quien vive cerca de una obra")


def working_cycle(*more: StageKind) -> Cycle:
    """A cycle in which proposals and votes are open."""
    return cycles.cycle(StageKind.PROPOSALS, StageKind.VOTING, *more)


def problem(cycle: Cycle, title: str = "No se sabe qué obras se hacen") -> Problem:
    topic = consultation.topic(cycle, title="Obras")
    fields = contribution_fields(
        actor=person(), kind=ContributionKind.PROBLEM, cycle=cycle, now=NOW, title=title, body="Nadie avisa."
    )
    made: Problem = save(Problem(**fields, topic_id=topic.id))
    return made


def draft(cycle: Cycle, *, author: Any = None, content: Content = CONTENT) -> Proposal:
    addressed = problem(cycle)
    author = author or person()
    with transaction():
        return operations.draft(actor=author, cycle=cycle, content=content, problems=[addressed], now=NOW)


def published(cycle: Cycle, *, author: Any = None, content: Content = CONTENT) -> Proposal:
    author = author or person()
    proposal = draft(cycle, author=author, content=content)
    with transaction():
        return operations.publish(actor=author, proposal=proposal, now=NOW)


def admitted(cycle: Cycle, **kwargs: Any) -> Proposal:
    proposal = published(cycle, **kwargs)
    facilitator = cycles.facilitator(cycle)
    with transaction():
        findings = all_met(cycle)
        said = {"findings": findings, "reason": "Cumple los criterios."}
        return operations.admit(actor=facilitator, proposal=proposal, now=NOW, **said)


def all_met(cycle: Cycle) -> list[tuple[Finding, str]]:
    """What a review finds of a proposal that fulfils every criterion of its cycle."""
    return [(Finding.MET, "") for _criterion in rules.criteria(cycle)]


def first_not_met(cycle: Cycle, why: str) -> list[tuple[Finding, str]]:
    """As `all_met`, but for the first criterion."""
    return [(Finding.NOT_MET, why), *all_met(cycle)[1:]]


def checked(cycle: Cycle, decision: str, **more: str) -> dict[str, str]:
    """The form of a review as it is sent: the first criterion is met only where it is admitted."""
    findings = dict.fromkeys((f"finding_{n}" for n, _one in enumerate(rules.criteria(cycle))), "met")
    if decision == "reject":
        findings["finding_0"] = "not_met"
    return {"asked": rules.asked(cycle), **findings, "decision": decision, **more}


def revised(proposal: Proposal, *, why: str = "", **changes: str) -> Proposal:
    """Its author changes parts of what `CONTENT` says."""
    with transaction():
        return operations.revise(
            actor=proposal.author,
            proposal=proposal,
            content=replace(CONTENT, **changes),
            base=proposal.edition,
            why=why,
            now=NOW,
        )


def routed(proposal: Proposal, institution: Organisation, duty: Duty = Duty.LEAD) -> Routing:
    """Put before an institution by a facilitator of its cycle."""
    facilitator = cycles.facilitator(proposal.cycle)
    with transaction():
        return operations.route(actor=facilitator, proposal=proposal, organisation=institution, duty=duty, now=NOW)


def attached(
    proposal: Proposal, data: bytes = b"%PDF-1.7 plano", description: str = "Plano del recorrido", *, by: Any = None
) -> Attachment:
    """Its author adds a file."""
    author = by or proposal.author
    with transaction():
        upload = Upload(data, "application/pdf", "plano.pdf")
        return operations.attach(actor=author, proposal=proposal, upload=upload, description=description, now=NOW)


def amended(
    proposal: Proposal,
    body: str = "Cada semana, en formato abierto.",
    *,
    author: Any = None,
    part: Part = Part.BODY,
    why: str = "Un mes es mucho.",
    base: int | None = None,
) -> Amendment:
    """Somebody else proposes a change, begun from the present version unless another is said."""
    author = author or person()
    with transaction():
        return operations.amend(
            actor=author, proposal=proposal, part=part, body=body, why=why, base=base or proposal.version, now=NOW
        )


def merging(facilitator: Any, sources: Sequence[Proposal], **more: Any) -> Rearrangement:
    """A facilitator drafts their synthesis and asks their authors."""
    return _rearranging(facilitator, RearrangementKind.MERGE, sources, [SYNTHESIS], **more)


def splitting(facilitator: Any, source: Proposal, parts: int = 2, **more: Any) -> Rearrangement:
    texts = [Content(f"Parte {number}", "Una cosa.") for number in range(1, parts + 1)]
    return _rearranging(facilitator, RearrangementKind.SPLIT, [source], texts, **more)


def _rearranging(facilitator: Any, kind: RearrangementKind, sources: Any, texts: Any, **more: Any) -> Rearrangement:
    said = {"reason": "Proponen lo mismo.", "read": operations.reading(sources), "days": 10, "now": NOW, **more}
    now = said.pop("now")
    plan = operations.Plan(kind=kind, proposals=sources, texts=texts, **said)
    with transaction():
        return operations.propose(actor=facilitator, plan=plan, now=now)


def consented(rearrangement: Rearrangement, *people: Any) -> None:
    """Each of these says yes; without any, all its authors."""
    for someone in people or rearrangement.authors:
        with transaction():
            operations.answer(actor=someone, rearrangement=rearrangement, consents=True, reason="", now=NOW)
