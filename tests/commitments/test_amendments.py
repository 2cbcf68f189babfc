"""What both signed changes only by an amendment that both sign; the original is read for ever."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person, Role
from cocrea.commitments import amending, operations, policies, queries, roadmap, texts
from cocrea.commitments.amending import Changes
from cocrea.commitments.models import AmendmentState, Commitment, CommitmentAmendment, Party
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.extensions import db
from cocrea.followup.models import Activity
from tests.conftest import NOW
from tests.factories import commitments
from tests.factories.accounts import fresh_code, grant, person
from tests.factories.history import actions
from tests.real import at_once

LATER = (date(2026, 9, 1), date(2026, 12, 1))
GOAL = Changes({"goal": "70 de 80"})


@pytest.fixture
def signed(app):
    return commitments.signed(None, 60, 40)


def _base(commitment: Commitment) -> str:
    return texts.fingerprint(amending.in_force(commitment))


def _propose(
    commitment: Commitment, of: Any, changes: Changes = GOAL, party: Party = Party.LEAD, **given: Any
) -> CommitmentAmendment:
    actor = given.get("actor", of.signer(party))
    with transaction():
        return operations.propose_amendment(
            actor=actor,
            commitment=commitment,
            party=party,
            changes=changes,
            reason=given.get("reason", "El presupuesto se recortó."),
            base=given.get("base", _base(commitment)),
            code=given.get("code", fresh_code(actor)),
            now=NOW,
        )


def _adopt(found: CommitmentAmendment, actor: Person, **given: Any) -> None:
    base, code = given.get("base", found.fingerprint), given.get("code", fresh_code(actor))
    with transaction():
        operations.adopt_amendment(actor=actor, amendment=found, base=base, code=code, now=NOW)


def test_an_amendment_of_both_is_in_force_beside_the_original(signed):
    commitment, of = signed
    original, seal = dict(commitment.signed_text), commitment.fingerprint
    found = _propose(commitment, of)
    assert amending.in_force(commitment) == original
    _adopt(found, of.watcher)
    assert amending.in_force(commitment) == {**original, "goal": "70 de 80"}
    assert (commitment.signed_text, commitment.fingerprint) == (original, seal)
    assert texts.fingerprint(amending.in_force(commitment)) == found.fingerprint
    assert actions(commitment.reference)[-2:] == ["commitment.amendment_proposed", "commitment.amended"]
    (part,) = amending.differences(original, found.text)
    assert str(part.label) == "Meta"


def test_dates_move_on_the_board_once_both_signed(signed):
    commitment, of = signed
    reference = roadmap.references(commitment)[1]
    activity = db.session.scalars(sa.select(Activity).filter_by(reference=reference)).one()
    before = activity.ends_on
    found = _propose(commitment, of, Changes(dates={reference: LATER}), Party.COUNTERPART)
    assert activity.ends_on == before
    _adopt(found, of.official)
    db.session.refresh(activity)
    assert (activity.starts_on, activity.ends_on) == LATER
    assert commitment.signed_text["roadmap"][1]["activities"][0]["ends_on"] == before.isoformat()
    assert texts.whole(commitment, roadmap.of(commitment))["roadmap"] == amending.in_force(commitment)["roadmap"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (Changes(), "al menos un dato"),
        (Changes({"goal": " 80 de 80 "}), "al menos un dato"),
        (Changes({"indicator": " "}), "Falta: Indicador"),
        (Changes({"title": "Otro"}), "no se cambia con una enmienda"),
        (Changes({"lead": "Otra"}), "no se cambia con una enmienda"),
        (Changes({"ends_on": date(2026, 6, 5)}), "fuera del periodo"),
        (Changes({"ends_on": date(2026, 1, 1)}), "posterior al inicio"),
    ],
)
def test_what_could_not_be_signed_is_not_proposed(signed, changes, says):
    commitment, of = signed
    with pytest.raises(Invalid) as refusal:
        _propose(commitment, of, changes)
    assert says in str(refusal.value.message)
    assert queries.amendments(commitment) == []


@pytest.mark.parametrize("dates", [(LATER[1], LATER[0]), (LATER[0], commitments.END + timedelta(days=1))])
def test_activities_stay_in_order_and_inside_the_period(signed, dates):
    commitment, of = signed
    with pytest.raises(Invalid):
        _propose(commitment, of, Changes(dates={roadmap.references(commitment)[0]: dates}))


def test_it_takes_a_reason_a_code_and_the_text_that_was_read(signed):
    commitment, of = signed
    for given, error in (({"reason": " "}, Invalid), ({"code": "000000"}, Invalid), ({"base": "otro"}, Conflict)):
        with pytest.raises(error):
            _propose(commitment, of, **given)
    found = _propose(commitment, of)
    for given, refusal in (({"code": ""}, Invalid), ({"base": "otro"}, Conflict)):
        with pytest.raises(refusal):
            _adopt(found, of.watcher, **given)
    assert found.is_open


def test_one_waits_at_a_time_and_they_are_numbered(signed):
    commitment, of = signed
    found = _propose(commitment, of)
    with pytest.raises(Conflict):
        _propose(commitment, of, party=Party.COUNTERPART)
    with transaction():
        operations.withdraw_amendment(actor=of.official, amendment=found, now=NOW)
    again = _propose(commitment, of)
    with transaction():
        operations.decline_amendment(actor=of.watcher, amendment=again, reason="Sí hay dinero.", now=NOW)
    third = _propose(commitment, of)
    assert [one.number for one in queries.amendments(commitment)] == [1, 2, 3]
    assert [one.state for one in (found, again, third)] == [
        AmendmentState.WITHDRAWN, AmendmentState.DECLINED, AmendmentState.PROPOSED,
    ]  # fmt: skip
    assert amending.in_force(commitment) == commitment.signed_text


def test_nobody_answers_for_both_and_strangers_for_none(signed):
    commitment, of = signed
    found = _propose(commitment, of)
    grant(of.official, Role.COUNTERPART, of.counterpart)
    for actor in (of.official, of.facilitator, person()):
        assert not policies.can_answer_amendment(actor, found, NOW)
        with pytest.raises(Denied):
            _adopt(found, actor)
    assert not policies.can_withdraw_amendment(of.watcher, found, NOW)
    assert not policies.can_amend(of.facilitator, (commitment, Party.LEAD), NOW)


def test_what_is_answered_is_answered_once(signed):
    commitment, of = signed
    found = _propose(commitment, of)
    _adopt(found, of.watcher)
    for again in (
        lambda: _adopt(found, of.watcher),
        lambda: operations.decline_amendment(actor=of.watcher, amendment=found, reason="No", now=NOW),
        lambda: operations.withdraw_amendment(actor=of.official, amendment=found, now=NOW),
    ):
        with pytest.raises(Denied):
            again()


def test_a_draft_is_not_amended(app):
    commitment, of = commitments.complete()
    assert not policies.can_amend(of.official, (commitment, Party.LEAD), NOW)


@pytest.mark.slow
def test_of_two_answers_at_once_one_counts(committed_app):
    commitment, of = commitments.signed()
    found = _propose(commitment, of)
    code, ids, read = fresh_code(of.watcher), (commitment.id, found.number), found.fingerprint
    watcher, official = of.watcher.id, of.official.id

    def act(person_id: int, verb: Any, **given: Any) -> str:
        with transaction():
            amendment = db.session.get_one(CommitmentAmendment, ids)
            verb(actor=db.session.get_one(Person, person_id), amendment=amendment, now=NOW, **given)
        return "done"

    answers = at_once(
        committed_app,
        [
            lambda: act(watcher, operations.adopt_amendment, base=read, code=code),
            lambda: act(watcher, operations.decline_amendment, reason="No"),
            lambda: act(official, operations.withdraw_amendment),
        ],
    )
    assert answers.count("done") == 1, answers


def test_a_person_proposes_signs_and_reads_it(client, signed):
    commitment, of = signed
    address = f"/compromisos/{commitment.reference}"
    fresh_code(of.watcher)
    client.sign_in(of.official)
    code = fresh_code(of.official)
    assert f"{address}/enmiendas/nueva/responsable" in client.get(address).text
    form = client.get(f"{address}/enmiendas/nueva/responsable")
    assert form.status_code == 200
    said = {key: commitment.signed_text[key] for key in amending.KEYS}
    days = {}
    for place, step in enumerate(
        step for action in commitment.signed_text["roadmap"] for step in action["activities"]
    ):
        days |= {f"starts_on_{place}": step["starts_on"], f"ends_on_{place}": step["ends_on"]}
    data = {**said, **days, "goal": "70 de 80", "base": _base(commitment), "code": code}
    page = client.post(f"{address}/enmiendas/nueva/responsable", data=data)
    assert page.status_code == 422 and "70 de 80" in page.text and code not in page.text
    answer = client.post(f"{address}/enmiendas/nueva/responsable", data={**data, "reason": "Hay menos dinero."})
    assert answer.status_code == 303, answer.text
    client.sign_in(of.watcher)
    assert "contesta la enmienda" in client.get("/").text
    page = client.get(f"{address}/enmiendas/1").text
    assert "Hay menos dinero." in page and "<ins>" in page and "Firmar la enmienda" in page
    (found,) = queries.amendments(commitment)
    sent = {"base": found.fingerprint, "confirm": "y", "code": fresh_code(of.watcher)}
    assert client.post(f"{address}/enmiendas/1/firma", data={**sent, "code": "1"}).status_code == 422
    assert client.post(f"{address}/enmiendas/1/firma", data=sent).status_code == 303
    client.sign_in(person())
    assert "70 de 80" in client.get(address).text
    original = client.get(f"{address}/enmiendas").text
    assert "80 de 80" in original and commitment.fingerprint in original and found.fingerprint in original
    assert client.get(f"{address}/enmiendas/2").status_code == 404
    assert client.post(f"{address}/enmiendas/1/retiro").status_code == 403
