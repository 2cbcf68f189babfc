"""The pages of amendments: their list, proposing one, reading it, and what is decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cocrea.core import clock, diffs
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.core.pagination import HIGHEST
from cocrea.core.visitor_pages import same_for_visitors
from cocrea.proposals import operations, policies, queries
from cocrea.proposals.forms import AcceptForm, AmendForm, DeclineForm
from cocrea.proposals.models import Amendment, AmendmentStatus, Part, Proposal
from cocrea.proposals.views.base import bp


@dataclass(frozen=True)
class Texts:
    """What an amendment is about: the text it began from, what it says, and what the proposal says now."""

    base: str
    proposed: str
    present: str

    @property
    def has_moved(self) -> bool:
        """Whether the proposal's text changed since."""
        return self.base != self.present

    @property
    def together(self) -> str | None:
        """Both changes in one text; None where they are of the same passage."""
        return diffs.merged(self.base, self.present, self.proposed)


@dataclass(frozen=True)
class Rival:
    """Another amendment that waits, and whether it changes the same passage."""

    amendment: Amendment
    is_on_the_same: bool


@bp.get("/propuestas/<reference>/enmiendas")
@same_for_visitors
@visible(queries.versioned_proposal)
def amendments(proposal: Proposal) -> str:
    asked = request.args.get("estado", "")
    chosen = AmendmentStatus(asked) if asked in list(AmendmentStatus) else None
    counts = queries.amendment_counts(proposal)
    return render_template(
        "proposals/amendments.html",
        cycle=proposal.cycle,
        proposal=proposal,
        page=queries.amendments(proposal, chosen),
        states=[_narrowed(proposal, status, chosen) for status in (None, *counts)],
        all_parts=list(Part),
        may_amend=policies.can_amend(current_actor(), proposal, clock.now()),
    )


@bp.route("/propuestas/<reference>/enmiendas/nueva", methods=["GET", "POST"])
@requires(policies.can_amend, queries.versioned_proposal)
def amend(proposal: Proposal) -> Any:
    """Another text for the part that the address names, begun from the present one."""
    part, form = _part(), AmendForm()
    if form.validate_on_submit():
        try:
            with transaction():
                made = operations.amend(
                    actor=current_actor(),
                    proposal=proposal,
                    part=part,
                    body=form.body.data or "",
                    why=form.why.data or "",
                    base=_number(form.base.data),
                    form_key=form.key.data or "",
                    now=clock.now(),
                )
                reference = made.reference
            flash(_("Publicamos tu enmienda. Te avisaremos qué se decide y por qué."), "success")
            return redirect(url_for("proposals.amendment", reference=reference), 303)
        except CocreaError as error:
            form.reject(error)
    elif not form.is_submitted():
        form.body.data, form.base.data = part.of(proposal), str(proposal.version)
    page = render_template(
        "proposals/amend.html",
        cycle=proposal.cycle,
        proposal=proposal,
        part=part,
        form=form,
        present=part.of(proposal) if _number(form.base.data) != proposal.version else None,
    )
    return page, 422 if form.is_submitted() else 200


@bp.get("/enmiendas/<reference>")
@same_for_visitors
@visible(queries.visible_amendment)
def amendment(amendment: Amendment) -> str:
    return _page(amendment)


@bp.post("/enmiendas/<reference>/aceptacion")
@requires(policies.can_accept, queries.visible_amendment)
def accept_amendment(amendment: Amendment) -> Any:
    """As it was proposed where no text is sent, else with the text as whoever decides has put it together."""
    form, edited = AcceptForm(), "body" in request.form
    if form.validate_on_submit():
        try:
            with transaction():
                operations.accept(
                    actor=current_actor(),
                    amendment=amendment,
                    read=_number(form.read.data),
                    body=(form.body.data or "") if edited else None,
                    reason=form.reason.data or "",
                    now=clock.now(),
                )
            return _back(amendment, _("La aceptaste. Ya es una versión, con el crédito a quien la propuso."))
        except CocreaError as error:
            form.reject(error)
    return _page(amendment, accept_form=form, edited=edited), 422


@bp.post("/enmiendas/<reference>/rechazo")
@requires(policies.can_decide, queries.visible_amendment)
def decline_amendment(amendment: Amendment) -> Any:
    form = DeclineForm()
    if form.validate_on_submit():
        try:
            with transaction():
                operations.decline(
                    actor=current_actor(), amendment=amendment, reason=form.reason.data or "", now=clock.now()
                )
            return _back(amendment, _("La rechazaste. Tu razón ya es pública y se la enviamos a quien la propuso."))
        except CocreaError as error:
            form.reject(error)
    return _page(amendment, decline_form=form), 422


@bp.post("/enmiendas/<reference>/retiro")
@requires(policies.can_take_back, queries.visible_amendment)
def take_back_amendment(amendment: Amendment) -> Response:
    with transaction():
        operations.take_back(actor=current_actor(), amendment=amendment, now=clock.now())
    return _back(amendment, _("La retiraste. Queda constancia de que existió, sin su texto."))


@bp.post("/enmiendas/<reference>/propuesta")
@requires(policies.can_promote, queries.visible_amendment)
def promote_amendment(amendment: Amendment) -> Response:
    with transaction():
        made = operations.promote(actor=current_actor(), amendment=amendment, now=clock.now())
        reference = made.reference
    flash(_("Es un borrador tuyo. Cámbialo como quieras y publícalo cuando esté listo."), "success")
    return redirect(url_for("proposals.show", reference=reference), 303)


def _page(
    amendment: Amendment,
    accept_form: AcceptForm | None = None,
    decline_form: DeclineForm | None = None,
    edited: bool = False,
) -> str:
    """The page of an amendment; forms are those that come back with errors."""
    actor, now, proposal = current_actor(), clock.now(), amendment.proposal
    texts = _texts(amendment)
    may_accept = policies.can_accept(actor, amendment, now)
    if texts and may_accept:
        accept_form = _prepared(accept_form, proposal, texts, edited)
    promoted = amendment.promoted
    return render_template(
        "proposals/amendment.html",
        cycle=amendment.cycle,
        proposal=proposal,
        amendment=amendment,
        texts=texts,
        changes=diffs.folded(diffs.changes(texts.base, texts.proposed)) if texts else [],
        meanwhile=diffs.folded(diffs.changes(texts.base, texts.present)) if texts and texts.has_moved else [],
        rivals=_rivals(amendment, texts) if texts and amendment.is_undecided else [],
        beside=bool(request.args.get("lado")),
        side_by_side=diffs.side_by_side,
        promoted=promoted if promoted and policies.can_read(actor, promoted, now) else None,
        is_frozen=amendment.is_undecided and policies.is_frozen(proposal),
        accept_form=accept_form,
        decline_form=decline_form or DeclineForm(formdata=None),
        may_accept=may_accept,
        may_decide=policies.can_decide(actor, amendment, now),
        may_take_back=policies.can_take_back(actor, amendment, now),
        may_promote=policies.can_promote(actor, amendment, now),
    )


def _texts(amendment: Amendment) -> Texts | None:
    """None where the proposal or the amendment is no longer to be read."""
    proposal, part = amendment.proposal, amendment.part
    if not proposal.has_text or not amendment.has_text:
        return None
    version = queries.numbered(proposal, amendment.base)[amendment.base]
    return Texts(part.of(version), amendment.body_source, part.of(proposal))


def _prepared(form: AcceptForm | None, proposal: Proposal, texts: Texts, edited: bool) -> AcceptForm:
    """The form on what is there now: with what was typed, else with both texts together or, where they collide, the
    present one."""
    if form is None or not edited:
        errors = form.form_errors if form else []
        form = AcceptForm(formdata=None)
        form.form_errors.extend(errors)
        together = texts.together
        form.body.data = texts.present if together is None else together
    form.read.data = str(proposal.version)
    return form


def _rivals(amendment: Amendment, texts: Texts) -> list[Rival]:
    """Begun from the same text, they collide where both cannot be put together; else nobody can say, and they do."""
    others = queries.rivals(amendment)
    begun = queries.numbered(amendment.proposal, *{other.base for other in others})
    collide = diffs.colliding(texts.base, texts.proposed, [other.body_source for other in others])
    return [
        Rival(other, collides or amendment.part.of(begun[other.base]) != texts.base)
        for other, collides in zip(others, collide, strict=True)
    ]


def _narrowed(proposal: Proposal, status: AmendmentStatus | None, chosen: AmendmentStatus | None) -> dict[str, Any]:
    href = url_for("proposals.amendments", reference=proposal.reference, estado=status.value if status else None)
    return {"label": status.label if status else _("Todas"), "href": href, "current": status is chosen}


def _part() -> Part:
    try:
        return Part(request.args.get("parte", Part.BODY))
    except ValueError as error:
        raise NotFound from error


def _number(sent: str | None) -> int:
    """What no number of a version can be counts as none."""
    found = int(sent) if sent and sent.isascii() and sent.isdecimal() and len(sent) <= 10 else 0
    return found if found <= HIGHEST else 0


def _back(amendment: Amendment, done: str) -> Response:
    flash(done, "success")
    return redirect(url_for("proposals.amendment", reference=amendment.reference), 303)
