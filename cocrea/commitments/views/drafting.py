"""Writing commitments: begun from a proposal or offered, written by sections, signed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms import SelectField

from cocrea.commitments import checks, operations, policies, queries, roadmap, sections, texts
from cocrea.commitments.content import COUNTERPARTS, LEADS
from cocrea.commitments.forms import FORMS, LeadForm, ProactiveForm, SectionForm, SignForm
from cocrea.commitments.models import Commitment, Party
from cocrea.commitments.sections import Section
from cocrea.commitments.views.base import PARTY_SLUGS, bp, organisation, steps, text_parts
from cocrea.core import clock, sdg
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict, NotFound
from cocrea.core.forms import pairs
from cocrea.cycles.models import Cycle
from cocrea.cycles.policies import is_facilitator
from cocrea.cycles.queries import visible_cycle
from cocrea.proposals.models import Proposal
from cocrea.proposals.queries import institutions_of, visible_proposal


def _commitment_and_section(actor: Any, reference: str, section: str) -> tuple[Commitment, Section]:
    if section not in sections.BY_SLUG:
        raise NotFound
    return queries.visible_commitment(actor, reference), sections.BY_SLUG[section]


def _commitment_and_party(actor: Any, reference: str, party: str) -> tuple[Commitment, Party]:
    if party not in PARTY_SLUGS:
        raise NotFound
    return queries.visible_commitment(actor, reference), PARTY_SLUGS[party]


@bp.route("/ciclos/<slug>/compromisos/nuevo", methods=["GET", "POST"])
@requires(policies.can_propose, visible_cycle)
def create(cycle: Cycle) -> Any:
    """An institution offers a commitment of its own accord."""
    form = ProactiveForm()
    form.lead.choices = pairs((found.id, found.name) for found in institutions_of(current_actor()))
    if form.validate_on_submit():
        try:
            with transaction():
                commitment = operations.draft_proactive(
                    actor=current_actor(),
                    cycle=cycle,
                    lead=organisation(form.lead.data),
                    title=form.title.data or "",
                    problem=form.problem.data or "",
                    form_key=form.key.data or "",
                    now=clock.now(),
                )
                reference = commitment.reference
            return _begun(reference)
        except CocreaError as error:
            form.reject(error)
    status = 422 if form.is_submitted() else 200
    return render_template("commitments/create.html", cycle=cycle, form=form), status


@bp.route("/propuestas/<reference>/compromiso", methods=["GET", "POST"])
@requires(policies.can_draft_from, visible_proposal)
def draft(proposal: Proposal) -> Any:
    """Turn a selected proposal into a commitment."""
    form = LeadForm()
    form.lead.choices = pairs(_lead_choices(proposal.cycle))
    if form.validate_on_submit():
        lead = organisation(form.lead.data) if form.lead.data else None
        try:
            with transaction():
                commitment = operations.draft_from_proposal(
                    actor=current_actor(), proposal=proposal, lead=lead, now=clock.now()
                )
                reference = commitment.reference
            return _begun(reference)
        except CocreaError as error:
            form.reject(error)
    status = 422 if form.is_submitted() else 200
    return render_template("commitments/draft.html", cycle=proposal.cycle, proposal=proposal, form=form), status


@bp.route("/compromisos/<reference>/secciones/<section>", methods=["GET", "POST"])
@requires(policies.can_edit_section, _commitment_and_section)
def edit(subject: tuple[Commitment, Section]) -> Any:
    commitment, section = subject
    form = _section_form(commitment, section)
    there: dict[str, Any] | None = None
    if form.validate_on_submit():
        try:
            with transaction():
                operations.revise(
                    actor=current_actor(),
                    commitment=commitment,
                    section=section,
                    content=form.content(section),
                    base=form.base.data or "",
                    now=clock.now(),
                )
            flash(_("Guardamos esta sección."), "success")
            return redirect(_after(commitment, section), 303)
        except Conflict as error:
            form.reject(error)
            form.start_from(commitment, section)
            there = sections.values(commitment)
        except CocreaError as error:
            form.reject(error)
    status = 422 if form.is_submitted() else 200
    return _edit_page(commitment, section, form, there), status


@bp.route("/compromisos/<reference>/firmas/<party>", methods=["GET", "POST"])
@requires(policies.can_sign, _commitment_and_party)
def sign(subject: tuple[Commitment, Party]) -> Any:
    commitment, party = subject
    form = SignForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.sign(
                    actor=current_actor(),
                    commitment=commitment,
                    party=party,
                    base=form.base.data or "",
                    now=clock.now(),
                )
            flash(_("Tu firma quedó registrada en el historial público."), "success")
            return redirect(url_for("commitments.show", reference=commitment.reference), 303)
        except CocreaError as error:
            form.reject(error)
    return _sign_page(commitment, party, form), 422 if form.is_submitted() else 200


def _begun(reference: str) -> Any:
    flash(_("Empezó la redacción. Completa cada sección; todas las personas pueden leer el borrador."), "success")
    return redirect(url_for("commitments.show", reference=reference), 303)


def _lead_choices(cycle: Cycle) -> list[tuple[int, Any]]:
    if is_facilitator(current_actor(), cycle):
        return [(0, _("La nombraremos después")), *queries.organisations(LEADS)]
    return [(found.id, found.name) for found in institutions_of(current_actor())]


def _section_form(commitment: Commitment, section: Section) -> SectionForm:
    form = FORMS[section.slug](obj=commitment)
    if section is sections.PARTIES:
        nobody = [(0, _("Todavía no se decide"))]
        form.lead.choices = pairs([*nobody, *queries.organisations(LEADS)])
        form.counterpart.choices = pairs([*nobody, *queries.organisations(COUNTERPARTS)])
        form.partners.choices = pairs(queries.organisations({*LEADS, *COUNTERPARTS}))
    if not form.is_submitted():
        _fill(form, commitment, section)
    return form


def _fill(form: SectionForm, commitment: Commitment, section: Section) -> None:
    """Start the fields that are not plain columns, and note the text that the writer begins from."""
    form.start_from(commitment, section)
    stored = {
        "body": commitment.body_source,
        "targets": [target.code for target in commitment.targets],
        "lead": commitment.lead_id or 0,
        "counterpart": commitment.counterpart_id or 0,
        "partners": [partner.organisation_id for partner in commitment.partners],
    }
    for key in stored.keys() & set(section.keys):
        form[key].data = stored[key]


def _edit_page(commitment: Commitment, section: Section, form: SectionForm, there: dict[str, Any] | None) -> str:
    return render_template(
        "commitments/section.html",
        cycle=commitment.cycle,
        commitment=commitment,
        part=section,
        goals=sdg.goals(),
        form=form,
        differences=_differences(form, section, there) if there else [],
        steps=steps(commitment, roadmap.of(commitment)),
    )


def _differences(form: SectionForm, section: Section, there: dict[str, Any]) -> list[tuple[Any, str, str]]:
    """Where the saved text and the one just typed differ: label, what is saved, what was typed."""
    pairs = [(sections.LABELS[key], _as_text(there[key]), _typed(form[key])) for key in section.keys]
    return [(label, saved, typed) for label, saved, typed in pairs if saved != typed]


def _typed(field: Any) -> str:
    """What someone put in a field, in the words in which the section's values are kept."""
    if isinstance(field, SelectField) and field.coerce is int:
        return _as_text([choice.label for choice in field.iter_choices() if choice.selected and choice.value])
    return _as_text(field.data.isoformat() if isinstance(field.data, date) else field.data)


def _as_text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else value or ""


def _sign_page(commitment: Commitment, party: Party, form: SignForm) -> str:
    actions = roadmap.of(commitment)
    content = texts.whole(commitment, actions)
    if not form.is_submitted() or form.form_errors:
        form.base.data = texts.fingerprint(content)
    return render_template(
        "commitments/sign.html",
        cycle=commitment.cycle,
        commitment=commitment,
        party=party,
        form=form,
        content=content,
        fingerprint=texts.fingerprint(content),
        findings=checks.findings(commitment, actions),
        **text_parts(),
    )


def _after(commitment: Commitment, section: Section) -> str:
    """Where to go on: the next part that this person writes, or the commitment."""
    found = steps(commitment, ())
    place = [step["slug"] for step in found].index(section.slug)
    whole = url_for("commitments.show", reference=commitment.reference)
    return next((step["href"] for step in found[place + 1 :] if step["open"]), whole)
