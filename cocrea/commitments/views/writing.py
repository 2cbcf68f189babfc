"""Writing a commitment, section by section."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms import BooleanField, DateField, IntegerField, SelectField, SelectMultipleField

from cocrea.accounts.operations import drop_draft
from cocrea.accounts.queries import draft_of
from cocrea.commitments import operations, policies, queries, roadmap, sections
from cocrea.commitments.content import COUNTERPARTS, LEADS
from cocrea.commitments.drafts import of_section
from cocrea.commitments.forms import FORMS, SectionForm
from cocrea.commitments.guide import GUIDES
from cocrea.commitments.models import Commitment, SectionLock
from cocrea.commitments.operations import Busy
from cocrea.commitments.sections import Section
from cocrea.commitments.views import turns
from cocrea.commitments.views.base import bp, commitment_and_section, steps
from cocrea.core import clock, sdg
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict
from cocrea.core.forms import pairs
from cocrea.core.pagination import position


@bp.route("/compromisos/<reference>/secciones/<section>", methods=["GET", "POST"])
@requires(policies.can_edit_section, commitment_and_section)
def edit(subject: tuple[Commitment, Section]) -> Any:
    """The form of a section. Opening it takes the turn to write; while somebody else has that, it says who."""
    commitment, section = subject
    form = section_form(commitment, section)
    if form.is_submitted():
        return _save(commitment, section, form)
    with transaction(keeps=True):
        try:
            held, busy = _turn(commitment, section), None
        except Busy as error:  # nothing was written, and what was read stays
            held, busy = None, error.held
    if busy is not None:
        return turns.busy_page(commitment, section, busy)
    past = _bring_back(form, section, commitment)
    begun = past or _put_back(form, commitment, section)
    return page(commitment, section, form, sections.values(commitment) if begun else None, past=past, held=held)


def _turn(commitment: Commitment, section: Section) -> SectionLock:
    return operations.take_turn(actor=current_actor(), commitment=commitment, section=section, now=clock.now())


def _save(commitment: Commitment, section: Section, form: SectionForm) -> Any:
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
                drop_draft(person=current_actor(), form=of_section(commitment.id, section.slug))
            flash(_("Guardamos esta sección."), "success")
            return redirect(_after(commitment, section), 303)
        except Conflict as error:
            _keep(commitment, section, form)
            form.reject(error)
            form.start_from(commitment, section)
            there = sections.values(commitment)
        except CocreaError as error:
            form.reject(error)
    return page(commitment, section, form, there), 422


def _keep(commitment: Commitment, section: Section, form: SectionForm) -> None:
    """What could not be saved waits for its author, also after this page is left."""
    actor, fields = current_actor(), form.typed()
    try:
        with transaction():
            operations.keep_section(
                actor=actor, commitment=commitment, section=section, fields=fields, now=clock.now()
            )
    except CocreaError:
        return  # too long to be a draft, or what is saved says the same: it stands in the form all the same


def _put_back(form: SectionForm, commitment: Commitment, section: Section) -> bool:
    """Put back what this person had begun to write. Whether the section says something else by now than what that was
    begun from: then both are shown."""
    draft = draft_of(current_actor(), of_section(commitment.id, section.slug))
    if draft is None:
        return False
    for key in section.keys:
        form[key].data = _restored(form[key], draft.fields.get(key))
    form.kept_at = draft.saved_at
    return bool(draft.fields.get("base") != form.base.data)


def _restored(field: Any, typed: Any) -> Any:
    """What a field holds for what was typed in it, which may be no day and no number."""
    if isinstance(field, DateField):
        return _day(typed)
    if isinstance(field, SelectMultipleField):
        return [field.coerce(value) for value in typed or []]
    if isinstance(field, SelectField):
        return field.coerce(typed or 0)
    if isinstance(field, IntegerField):
        return int(typed) if str(typed or "").isdecimal() else None
    return bool(typed) if isinstance(field, BooleanField) else typed or ""


def _day(typed: Any) -> date | None:
    try:
        return date.fromisoformat(typed or "")
    except ValueError:
        return None


def _bring_back(form: SectionForm, section: Section, commitment: Commitment) -> int | None:
    """Put what a version says into the form; nothing changes before it is saved. The version's number, if any."""
    number = position("version")
    if number is None:
        return None
    said = queries.numbered(commitment, number)[number].text
    for key in section.keys:
        if key in said:
            form[key].data = _chosen(form[key], said[key])
    return number


def _chosen(field: Any, said: Any) -> Any:
    """What a field holds for a plain value of a version: organisations are kept there by name."""
    if isinstance(field, DateField):
        return date.fromisoformat(said) if said else None
    if not isinstance(field, SelectField) or field.coerce is not int:
        return said
    ids = {str(label): value for value, label, *_more in field.iter_choices()}
    if isinstance(field, SelectMultipleField):
        return [ids[name] for name in said if name in ids]
    return ids.get(said, 0)


def section_form(commitment: Commitment, section: Section) -> SectionForm:
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


def page(
    commitment: Commitment,
    section: Section,
    form: SectionForm,
    there: dict[str, Any] | None = None,
    *,
    past: int | None = None,
    held: SectionLock | None = None,
    other: Sequence[tuple[Any, str]] = (),
) -> str:
    """The page of the form. `there`: the present text, to be shown beside what the form holds where they differ;
    `past`: the version that was brought back; `other`: what this person saved from elsewhere."""
    where: dict[str, Any] = {"reference": commitment.reference, "section": section.slug}
    return render_template(
        "commitments/section.html",
        cycle=commitment.cycle,
        commitment=commitment,
        part=section,
        goals=sdg.goals(),
        form=form,
        guides=GUIDES,
        past=past,
        other=other,
        held=held,
        turn=turns.in_words(commitment, held) if held else "",
        wanted=turns.wanted_in_words(held) if held else "",
        keep_url=url_for("commitments.save_section", **where),
        drop_url=url_for("commitments.drop_section", **where),
        differences=_differences(form, section, there) if there else [],
        steps=steps(commitment, roadmap.of(commitment)),
    )


def _differences(form: SectionForm, section: Section, there: dict[str, Any]) -> list[tuple[Any, str, str]]:
    """Where the saved text and the one just typed differ: label, what is saved, what was typed."""
    pairs = [(sections.LABELS[key], sections.in_words(there[key], key), _typed(form[key])) for key in section.keys]
    return [(label, saved, typed) for label, saved, typed in pairs if saved != typed]


def _typed(field: Any) -> str:
    """What someone put in a field, in the words in which the section's values are kept."""
    if isinstance(field, SelectField) and field.coerce is int:
        return sections.in_words(
            [choice.label for choice in field.iter_choices() if choice.selected and choice.value]
        )
    said = field.data.isoformat() if isinstance(field.data, date) else field.data
    return sections.in_words(said, field.name)


def _after(commitment: Commitment, section: Section) -> str:
    """Where to go on: the next part that this person writes, or the commitment."""
    found = steps(commitment, ())
    place = [step["slug"] for step in found].index(section.slug)
    whole = url_for("commitments.show", reference=commitment.reference)
    return next((step["href"] for step in found[place + 1 :] if step["open"]), whole)
