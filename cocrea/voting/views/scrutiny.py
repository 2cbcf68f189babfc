"""How far the papers are read, which everybody may see; their count by the facilitation; acts and their scans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from cocrea.core import clock, exports, files
from cocrea.core.access import current_actor, requires, visible
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, NotFound
from cocrea.extensions import db
from cocrea.voting import channels, operations, policies, queries, scrutiny
from cocrea.voting.forms import ActForm
from cocrea.voting.models import ActScan, Booth, Contest
from cocrea.voting.operations import Figures
from cocrea.voting.views.base import bp
from cocrea.voting.wording import in_a_line

KIND_COLUMNS = ("valid", "blank", "invalid")


def visible_scrutiny(actor: Any, reference: str) -> Contest:
    """A contest that has booths and closed; raises `NotFound`."""
    contest = queries.visible_contest(actor, reference)
    if contest.sealed_at is None or not scrutiny.has_booths(contest):
        raise NotFound
    return contest


def visible_act(actor: Any, reference: str, number: int, act: int, page: int) -> Any:
    """The file of a page of an act; raises `NotFound`."""
    booth = queries.visible_booth(actor, reference, number)
    found = db.session.get(ActScan, (booth.id, act, page))
    if found is None:
        raise NotFound
    return found.file


@bp.get("/votaciones/<reference>/escrutinio")
@visible(visible_scrutiny)
def progress(contest: Contest) -> str:
    return _progress(contest)


@bp.post("/votaciones/<reference>/conteo")
@requires(policies.can_tally, visible_scrutiny)
def tally(contest: Contest) -> Any:
    try:
        with transaction():
            operations.tally(actor=current_actor(), contest=contest, now=clock.now())
    except CocreaError as error:
        return _progress(contest, refused=error.message), error.status
    flash(_("La votación quedó contada, con sus boletas de papel."), "success")
    return redirect(url_for("voting.show", reference=contest.reference), 303)


@bp.route("/votaciones/<reference>/casillas/<int:number>/acta", methods=["GET", "POST"])
@requires(policies.can_count, queries.visible_booth)
def write_act(booth: Booth) -> Any:
    last = scrutiny.of_booth(booth, ()).act
    form = ActForm(obj=last)
    if not form.is_submitted():
        form.number.data, form.reason.data = last.number + 1 if last else 1, ""
    if form.validate_on_submit():
        try:
            _write(form, booth)
            flash(_("El acta quedó publicada."), "success")
            return redirect(url_for("voting.capture", reference=booth.contest.reference, number=booth.number), 303)
        except CocreaError as error:
            form.reject(error)
    of = {"cycle": booth.contest.cycle, "contest": booth.contest, "booth": booth, "last": last}
    page = render_template("voting/act.html", **of, form=form, marks=scrutiny.marks(booth))
    return page, 422 if form.is_submitted() else 200


@bp.get("/votaciones/<reference>/casillas/<int:number>/actas/<int:act>/hojas/<int:page>")
@visible(visible_act)
def act_page(file: Any) -> Response:
    return files.send(file)


@bp.get("/votaciones/<reference>/canales.csv")
@requires(policies.can_download, visible_scrutiny)
def download_channels(contest: Contest) -> Response:
    """Ballots by channel and booth, with as much of their kinds as may be told."""
    columns = ["channel", "booth", "place", "marks", "ballots", *KIND_COLUMNS, "blank_or_invalid"]
    page = url_for("voting.progress", reference=contest.reference)
    name = f"{contest.reference}-canales"
    return exports.answer(name, "csv", columns, list(_rows(contest)), title=contest.question, source=page)


def _progress(contest: Contest, refused: Any = None) -> str:
    actor, now = current_actor(), clock.now()
    there = scrutiny.progress(contest)
    more = _counted(contest) if contest.counted_at else {"missing": scrutiny.missing(contest, there)}
    return render_template(
        "voting/scrutiny.html",
        cycle=contest.cycle,
        contest=contest,
        booths=there,
        counts_at={one.booth.id for one in there if policies.can_count(actor, one.booth, now)},
        may_tally=policies.can_tally(actor, contest, now),
        refused=refused,
        **more,
    )


def _counted(contest: Contest) -> dict[str, Any]:
    groups = channels.groups_of(contest)
    changes = [
        (booth, number, change, (in_a_line(contest, change.old), in_a_line(contest, change.new)) if told else None)
        for booth, number, change, told in channels.changes(contest, groups)
    ]
    return {"changes": changes, "by_channel": channels.by_channel(groups), "by_booth": channels.by_booth(groups)}


def _write(form: ActForm, booth: Booth) -> None:
    pages = operations.scans(form.scans.data or [])
    figures = Figures(form.received.data, form.spoiled.data, form.left_over.data, form.in_box.data)
    with transaction():
        operations.write_act(
            actor=current_actor(),
            booth=booth,
            number=form.number.data or 0,
            figures=figures,
            remarks=form.remarks.data or "",
            reason=form.reason.data or "",
            pages=pages,
            now=clock.now(),
        )


def _rows(contest: Contest) -> Iterator[list[Any]]:
    marks = {one.booth.id: one.marks for one in scrutiny.progress(contest)}
    told = channels.by_booth(channels.groups_of(contest))
    for group in told.groups:
        booth = group.booth
        known = dict(zip(told.kinds, group.figures(told.kinds), strict=True))
        whose = ["paper", booth.number, booth.place, marks[booth.id]] if booth else ["online", "", "", ""]
        kinds = [known.get((name,), "") for name in KIND_COLUMNS]
        yield [*whose, group.ballots, *kinds, known.get(("blank", "invalid"), "")]
