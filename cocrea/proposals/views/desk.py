"""The page on which a proposal is written, and what its buttons do without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from cocrea.consultation.models import Problem
from cocrea.consultation.queries import causes_of
from cocrea.core import readability, sdg, text
from cocrea.core.clock import epoch
from cocrea.cycles.models import Cycle
from cocrea.discussion import suggesting
from cocrea.proposals import queries, rules
from cocrea.proposals.forms import TEXTS, ProposalForm
from cocrea.proposals.guide import GUIDES
from cocrea.proposals.models import Proposal

ASKING = ("causes_of", "goals_of", "preview")


@dataclass(frozen=True)
class Preview:
    """What is typed, as it will be read: the names are those of a proposal."""

    title: str
    body_html: str
    beneficiaries: str
    responsible: str
    needs: str
    problems: Sequence[Problem]
    causes: Sequence[str]
    chips: Sequence[Any]
    reading: Any


def was_asked() -> bool:
    """Whether the form was sent by a button that only shows something more of it."""
    return any(name in request.form for name in ASKING)


def offer(cycle: Cycle, form: ProposalForm) -> list[Problem]:
    """Put into the form what can be chosen in it; the problems that are chosen now."""
    chosen = queries.problems_by_reference(cycle, form.problems.data or [])
    public = [problem for problem in chosen if problem.is_public]
    form.offer(queries.problem_choices(cycle, form.problems.data or []), causes_of(public))
    return public


def page(
    cycle: Cycle,
    form: ProposalForm,
    problems: Sequence[Problem],
    *,
    proposal: Proposal | None = None,
    near: Sequence[Any] | None = None,
    there: Proposal | None = None,
    other: Mapping[str, Any] | None = None,
) -> str:
    """The form; `problems` are those chosen in it, `near` the similar proposals that were looked for, `there` the
    proposal as it is kept now where that changed while its author was writing, `other` the fields of another version of
    their draft."""
    implied = sdg.in_order(code for problem in problems for code in problem.codes)
    if "goals_of" in request.form:
        form.targets.data = sdg.in_order([*(form.targets.data or []), *implied])
    return render_template(
        "proposals/form.html",
        cycle=cycle,
        form=form,
        proposal=proposal,
        there=there,
        other=[(form[name].label.text, other.get(name, "")) for name in TEXTS] if other else [],
        **_drafting(cycle, form, proposal),
        chosen=problems,
        guides=GUIDES,
        criteria=rules.criteria(cycle),
        edit_hours=rules.edit_hours(cycle),
        editable_until=rules.editable_until(proposal) if proposal else None,
        goals=sdg.goals(),
        implied=sdg.chips(code for code in implied if code not in (form.targets.data or [])),
        preview=_preview(form, problems) if "preview" in request.form else None,
        **suggesting.suggested(near),
    )


def _drafting(cycle: Cycle, form: ProposalForm, proposal: Proposal | None) -> dict[str, str]:
    """Where what is typed saves itself, and where that is dropped."""
    on = str(epoch(form.kept_at)) if form.kept_at else ""
    if proposal:
        return {
            "keep_url": url_for("proposals.save_text", reference=proposal.reference),
            "keep_on_url": url_for("proposals.save_text", reference=proposal.reference, on=on),
            "drop_url": url_for("proposals.drop_text", reference=proposal.reference),
        }
    return {
        "keep_url": url_for("proposals.save_new", slug=cycle.slug),
        "drop_url": url_for("proposals.drop_new", slug=cycle.slug),
    }


def _preview(form: ProposalForm, problems: Sequence[Problem]) -> Preview:
    said, given = form.content(), causes_of(problems)
    whole = "\n".join((said.title, said.body, said.beneficiaries, said.responsible, said.needs))
    return Preview(
        title=said.title,
        body_html=text.to_html(text.block(said.body)),
        beneficiaries=said.beneficiaries,
        responsible=said.responsible,
        needs=said.needs,
        problems=problems,
        causes=[words for key, words in given.items() if key in said.causes],
        chips=sdg.chips(sdg.with_goals(said.targets)),
        reading=readability.read(whole),
    )
