"""Cycles from methodologies, stages that say what for, calendars that move only with a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import zone
from cocrea.cycles import figures, operations
from cocrea.cycles.methodologies import METHODOLOGIES
from cocrea.cycles.models import Stage, StageKind
from cocrea.cycles.operations import StagePlan
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import cycles
from tests.factories.accounts import grant, person
from tests.factories.history import records

LATER = NOW.date() + timedelta(days=30)
DAY = timedelta(days=1)
FOREVER = timedelta(days=60)


@pytest.fixture
def space(app):
    return cycles.space()


@pytest.fixture
def steward(space):
    return grant(person(), Role.STEWARD, space)


@pytest.fixture
def consultation(space):
    return cycles.cycle(StageKind.CONSULTATION, space_id=space.id).stages[0]


def make(steward, space, *, methodology="expres_municipio", prefix="EXP", first_day: date = LATER, **kwargs):
    with transaction():
        return operations.create_cycle(
            actor=steward,
            space=space,
            methodology=METHODOLOGIES[methodology],
            title="Plan municipal",
            prefix=prefix,
            summary="",
            first_day=first_day,
            now=NOW,
            **kwargs,
        )


def plan_of(stage) -> StagePlan:
    return StagePlan(stage.title, stage.purpose, stage.product, stage.starts_at, stage.ends_at)


def edit(steward, stage, now=NOW, reason="", notice_waiver="", **changes):
    with transaction():
        return operations.edit_stage(
            actor=steward,
            stage=stage,
            plan=replace(plan_of(stage), **changes),
            reason=reason,
            notice_waiver=notice_waiver,
            now=now,
        )


def publish(steward, cycle, notice_waiver=""):
    with transaction():
        return operations.publish_cycle(actor=steward, cycle=cycle, notice_waiver=notice_waiver, now=NOW)


@pytest.mark.parametrize("key", list(METHODOLOGIES))
def test_every_methodology_makes_a_whole_cycle(space, steward, key):
    cycle = make(steward, space, methodology=key)
    assert [stage.kind for stage in cycle.stages] == [found.kind for found in METHODOLOGIES[key].stages]
    assert all(stage.purpose and stage.product and stage.starts_at < stage.ends_at for stage in cycle.stages)
    assert records("cycle.created")[0]["new"] == {"methodology": key}


def test_stages_open_in_the_morning_of_the_cycles_own_zone(space, steward):
    stage = make(steward, space, timezone="America/Tijuana").stages[0]
    opens = stage.starts_at.astimezone(zone("America/Tijuana"))
    assert (opens.date(), opens.hour) == (LATER, 9)


def test_strangers_make_no_cycle_and_prefixes_are_unique(space, steward):
    with pytest.raises(Denied):
        make(person(), space)
    make(steward, space)
    for prefix in ("EXP", "exp", "E", "CON ESPACIO", "Ñ1", "DEMASIADO"):
        with pytest.raises(Invalid) as refusal:
            make(steward, space, prefix=prefix)
        assert refusal.value.field == "prefix"


def test_two_cycles_of_one_name_have_different_addresses(space, steward):
    slugs = [make(steward, space, prefix=prefix).slug for prefix in ("AA", "BB", "CC")]
    assert slugs == ["plan-municipal", "plan-municipal-2", "plan-municipal-3"]


def test_an_unknown_time_zone_is_refused(space, steward):
    with pytest.raises(Invalid):
        make(steward, space, timezone="America/Nowhere")


def test_a_draft_changes_freely_a_public_calendar_with_a_reason(space, steward):
    cycle = make(steward, space)
    stage = cycle.stages[0]
    edit(steward, stage, ends_at=stage.ends_at + DAY)
    publish(steward, cycle)
    before, after = stage.ends_at, stage.ends_at + DAY
    with pytest.raises(Invalid) as refusal:
        edit(steward, stage, ends_at=after)
    assert refusal.value.field == "reason"
    edit(steward, stage, ends_at=after, reason="Lluvias en la costa.")
    found = records("stage.rescheduled")[-1]
    assert found["reason"] == "Lluvias en la costa."
    assert found["old"]["ends_at"] == before.isoformat(timespec="seconds")
    assert found["new"]["ends_at"] == after.isoformat(timespec="seconds")


def test_words_change_without_a_reason_and_leave_only_their_fingerprint(steward, consultation):
    edit(steward, consultation, purpose="Escuchar mejor")
    found = records("stage.reworded")[-1]
    assert "Escuchar" not in json.dumps(found)
    assert found["old"]["text"] != found["new"]["text"]


def test_saving_without_a_change_writes_no_history(steward, consultation):
    edit(steward, consultation)
    assert records("stage.rescheduled") == records("stage.reworded") == []


@pytest.mark.parametrize("field", ["purpose", "product"])
def test_no_dates_without_purpose_and_product(space, steward, field):
    stage = make(steward, space).stages[0]
    with pytest.raises(Invalid) as refusal:
        edit(steward, stage, **{field: "  "})
    assert refusal.value.field == field
    edit(steward, stage, **{field: "  "}, starts_at=None, ends_at=None)


def test_the_database_itself_refuses_an_aimless_stage(space, steward):
    stage = make(steward, space).stages[0]
    stage.purpose = "  "
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_dates_come_in_pairs_and_in_order(space, steward):
    stage = make(steward, space).stages[0]
    for changes in ({"ends_at": None}, {"starts_at": None}, {"ends_at": stage.starts_at}):
        with pytest.raises(Invalid):
            edit(steward, stage, **changes)


def test_what_already_opened_keeps_its_opening(steward, consultation):
    for start in (consultation.starts_at - DAY, consultation.starts_at + DAY, NOW + DAY):
        with pytest.raises(Invalid) as refusal:
            edit(steward, consultation, starts_at=start, reason="Porque sí")
        assert refusal.value.field == "starts_on"


def test_nothing_is_dated_into_the_past(space, steward, consultation):
    with pytest.raises(Invalid) as refusal:
        edit(steward, consultation, ends_at=NOW - timedelta(seconds=1), reason="Porque sí")
    assert refusal.value.field == "ends_on"
    cycle = make(steward, space)
    publish(steward, cycle)
    with pytest.raises(Invalid):
        edit(steward, cycle.stages[0], starts_at=NOW - DAY, reason="Porque sí", notice_waiver="Porque sí")


def test_short_notice_needs_its_own_reason_which_stays_with_the_stage(space, steward):
    cycle = make(steward, space)
    publish(steward, cycle)
    stage = cycle.stages[0]
    with pytest.raises(Invalid) as refusal:
        edit(steward, stage, starts_at=NOW + DAY, reason="Urge")
    assert refusal.value.field == "notice_waiver"
    edit(steward, stage, starts_at=NOW + DAY, reason="Urge", notice_waiver="El foro lo acordó.")
    assert stage.notice_waiver == "El foro lo acordó."
    assert records("stage.rescheduled")[-1]["new"]["notice_waiver"] == "El foro lo acordó."


def test_opening_later_than_announced_surprises_nobody(space, steward):
    cycle = make(steward, space, first_day=NOW.date() + timedelta(days=3))
    publish(steward, cycle, "El foro lo acordó por unanimidad.")
    stage = cycle.stages[0]
    edit(steward, stage, starts_at=stage.starts_at + DAY, reason="Falta imprimir las hojas.")


def test_publishing_with_short_notice_needs_a_reason(space, steward):
    cycle = make(steward, space, first_day=NOW.date() + timedelta(days=3))
    with pytest.raises(Invalid) as refusal:
        publish(steward, cycle)
    assert refusal.value.field == "notice_waiver"
    publish(steward, cycle, "El foro lo acordó por unanimidad.")
    assert cycle.stages[0].notice_waiver
    assert not cycle.stages[-1].notice_waiver
    with pytest.raises(Denied):
        publish(steward, cycle)


def test_preparation_needs_no_notice_and_an_undated_calendar_is_not_published(space, steward):
    cycle = make(steward, space, methodology="cuarto_plan_2019", first_day=NOW.date())
    publish(steward, cycle)
    empty = cycles.cycle(published=False, space_id=space.id)
    with pytest.raises(Invalid):
        publish(steward, empty)


def test_a_stage_is_closed_for_good_by_its_report(steward, consultation):
    with pytest.raises(Denied), transaction():
        operations.publish_report(actor=steward, stage=consultation, source="Listo", now=NOW)
    after = consultation.ends_at
    with pytest.raises(Invalid), transaction():
        operations.publish_report(actor=steward, stage=consultation, source="  ", now=after)
    with transaction():
        operations.publish_report(actor=steward, stage=consultation, source="Se recibieron 3.", now=after)
    for attempt in ("Otra vez", ""):
        with pytest.raises(Denied):
            edit(steward, consultation, now=after, ends_at=after + FOREVER, reason=attempt)
    with pytest.raises(Denied), transaction():
        operations.publish_report(actor=steward, stage=consultation, source="Otro", now=after)


def test_the_figures_of_a_report_are_frozen(steward, consultation, monkeypatch):
    counted = {"problem": {"channel": {"online": 6, "paper": 2}, "gender": {"woman": 5, "man": 3}}}
    monkeypatch.setattr(figures, "_providers", [lambda _cycle, _stage: counted])
    with transaction():
        report = operations.publish_report(
            actor=steward, stage=consultation, source="Listo", now=consultation.ends_at
        )
    counted["problem"]["channel"]["online"] = 90
    assert report.figures == {"problem": {"channel": {"online": 6, "paper": 2}, "gender": {"rest": 8}}}
    assert records("stage.reported")[-1]["new"]["figures"] == {"problem": 8}


def test_an_open_stage_is_closed_now_with_a_reason(steward, consultation):
    with pytest.raises(Invalid), transaction():
        operations.close_stage_now(actor=steward, stage=consultation, reason=" ", now=NOW)
    with transaction():
        operations.close_stage_now(actor=steward, stage=consultation, reason="Sismo", now=NOW)
    assert consultation.ends_at == NOW
    assert not consultation.is_open(NOW)
    with pytest.raises(Denied), transaction():
        operations.close_stage_now(actor=steward, stage=consultation, reason="Otra", now=NOW)


def test_only_stages_that_have_not_begun_are_removed(steward, consultation):
    cycle = consultation.cycle
    with pytest.raises(Denied), transaction():
        operations.remove_stage(actor=steward, stage=consultation, reason="", now=NOW)
    with transaction():
        added = operations.add_stage(actor=steward, cycle=cycle, kind=StageKind.VOTING, now=NOW)
    with transaction():
        operations.remove_stage(actor=steward, stage=added, now=NOW)
    assert [stage.kind for stage in cycle.stages] == [StageKind.CONSULTATION]


def test_a_dated_stage_leaves_a_public_calendar_with_a_reason(space, steward):
    cycle = make(steward, space)
    publish(steward, cycle)
    with pytest.raises(Invalid), transaction():
        operations.remove_stage(actor=steward, stage=cycle.stages[-1], now=NOW)
    with transaction():
        operations.remove_stage(actor=steward, stage=cycle.stages[-1], reason="No hay recursos.", now=NOW)
    assert records("stage.removed")[-1]["reason"] == "No hay recursos."


def test_stages_change_places_and_keep_their_dates(space, steward):
    cycle = make(steward, space)
    first, second = cycle.stages[:2]
    starts = second.starts_at
    with transaction():
        operations.move_stage_earlier(actor=steward, stage=second, now=NOW)
    assert cycle.stages[:2] == [second, first]
    assert (second.position, first.position, second.starts_at) == (1, 2, starts)
    with pytest.raises(Conflict), transaction():
        operations.move_stage_earlier(actor=steward, stage=second, now=NOW)


@pytest.mark.parametrize("verb", ["edit_stage", "close_stage_now", "remove_stage", "move_stage_earlier"])
def test_strangers_change_no_stage(consultation, verb):
    extra = {
        "edit_stage": {"plan": plan_of(consultation)},
        "close_stage_now": {"reason": "Porque sí"},
    }
    with pytest.raises(Denied), transaction():
        getattr(operations, verb)(actor=person(), stage=consultation, now=NOW, **extra.get(verb, {}))


def test_openings_and_closings_are_announced_once(app, space):
    cycle = cycles.cycle(space_id=space.id)
    stage: Stage = cycles.stage(cycle, StageKind.VOTING, start=NOW + DAY, end=NOW + 2 * DAY)
    announced = []
    for hours in (0, 24, 24, 25, 48, 49):
        with transaction():
            announced.append(operations.announce(now=NOW + timedelta(hours=hours)))
    assert announced == [0, 1, 0, 0, 1, 0]
    assert [found["actor"] for found in records("stage.opened") + records("stage.closed")] == ["system"] * 2
    stage.ends_at = NOW + 5 * DAY
    db.session.commit()
    with transaction():
        assert operations.announce(now=NOW + 5 * DAY) == 1


def test_drafts_and_what_lies_before_the_calendar_are_not_announced(app, space):
    cycles.cycle(StageKind.CONSULTATION, space_id=space.id)
    draft = cycles.cycle(space_id=space.id, published=False)
    cycles.stage(draft, StageKind.VOTING, start=NOW + DAY, end=NOW + 2 * DAY)
    with transaction():
        assert operations.announce(now=NOW + DAY) == 0
