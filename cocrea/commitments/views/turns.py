"""The turn to write a section: held by who writes it, given back, asked for."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.accounts.queries import draft_of
from cocrea.commitments import drafts, operations, policies, sections
from cocrea.commitments.models import Commitment, SectionLock
from cocrea.commitments.operations import Busy
from cocrea.commitments.sections import Section
from cocrea.commitments.views.base import bp, commitment_and_section
from cocrea.core import clock
from cocrea.core.access import current_actor, requires
from cocrea.core.db import transaction
from cocrea.core.i18n import hour

Subject = tuple[Commitment, Section]


@bp.post("/compromisos/<reference>/secciones/<section>/turno")
@requires(policies.can_edit_section, commitment_and_section)
def hold_turn(subject: Subject) -> Any:
    """Hold the turn longer, or take it; scripts say so while somebody types."""
    commitment, section = subject
    try:
        with transaction():
            held = operations.take_turn(
                actor=current_actor(), commitment=commitment, section=section, now=clock.now()
            )
            said, wanted = in_words(commitment, held), wanted_in_words(held)
    except Busy as error:
        if _is_script():
            return jsonify(said=str(error.message)), 409
        return redirect(_form_of(commitment, section), 303)
    return jsonify(said=said, wanted=wanted) if _is_script() else redirect(_form_of(commitment, section), 303)


@bp.post("/compromisos/<reference>/secciones/<section>/turno/cesion")
@requires(policies.can_edit_section, commitment_and_section)
def release_turn(subject: Subject) -> Response:
    """Let somebody else write; what one had typed stays one's draft."""
    commitment, section = subject
    with transaction():
        operations.release_turn(actor=current_actor(), commitment=commitment, section=section)
    flash(_("Dejaste el turno: otra persona puede escribir esta sección."), "success")
    return redirect(url_for("commitments.show", reference=commitment.reference), 303)


@bp.post("/compromisos/<reference>/secciones/<section>/turno/peticion")
@requires(policies.can_edit_section, commitment_and_section)
def ask_for_turn(subject: Subject) -> Response:
    """Tell who writes that one waits."""
    commitment, section = subject
    with transaction():
        held = operations.ask_for_turn(actor=current_actor(), commitment=commitment, section=section, now=clock.now())
    if held is not None:
        flash(_("Quien escribe verá que alguien espera el turno. Si no lo deja, se libera solo."), "success")
    return redirect(_form_of(commitment, section), 303)


def busy_page(commitment: Commitment, section: Section, held: SectionLock) -> str:
    """In the place of the form, while somebody else writes: who, until when, the text, and what one had typed."""
    form = drafts.of_section(commitment.id, section.slug)
    own = draft_of(current_actor(), form)
    present = sections.values(commitment)
    return render_template(
        "commitments/busy.html",
        cycle=commitment.cycle,
        commitment=commitment,
        part=section,
        held=held,
        said=[(sections.LABELS[key], sections.in_words(present[key], key)) for key in section.keys],
        own=[(sections.LABELS[key], own.fields[key]) for key in typed_keys(section, own.fields)] if own else [],
    )


def typed_keys(section: Section, fields: dict[str, Any]) -> list[str]:
    """The keys of a draft whose words a person can read as they are: not ids and marks."""
    return [key for key in section.keys if isinstance(fields.get(key), str) and key not in sections.CHOSEN]


def in_words(commitment: Commitment, held: SectionLock) -> str:
    said: str = _(
        "Tú escribes esta sección hasta las %(hour)s. Mientras escribas, el turno se alarga.",
        hour=hour(held.expires_at, commitment.cycle.timezone),
    )
    return said


def wanted_in_words(held: SectionLock) -> str:
    """Who waits for the turn; empty while nobody does."""
    if held.wanted_by is None:
        return ""
    said: str = _("%(person)s espera el turno. Guarda o déjalo cuando puedas.", person=held.wanted_by.label)
    return said


def _is_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _form_of(commitment: Commitment, section: Section) -> str:
    return url_for("commitments.edit", reference=commitment.reference, section=section.slug)
