"""From a selected proposal to a published plan, through the operations."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role
from cocrea.audit.canonical import canonical_json
from cocrea.audit.models import HistoryRecord
from cocrea.commitments import checks, operations, queries, roadmap, sections
from cocrea.commitments.models import ActionPlan, Commitment, Party
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from cocrea.followup import operations as followup
from cocrea.proposals.models import ProposalStatus
from tests.conftest import NOW
from tests.factories import accounts, commitments, cycles, proposals, tables
from tests.factories.accounts import grant, organisation, person
from tests.factories.history import actions


@pytest.fixture
def cycle(app):
    return commitments.drafting_cycle()


def _findings(commitment: Commitment) -> list[checks.Finding]:
    return checks.findings(commitment, roadmap.of(commitment))


def test_a_selected_proposal_becomes_a_public_draft(cycle, now):
    facilitator, proposal = cycles.facilitator(cycle), commitments.selected(cycle)
    with transaction():
        commitment = operations.draft_from_proposal(actor=facilitator, proposal=proposal, now=now)
    assert (commitment.title, commitment.body_source) == (proposal.title, proposal.body_source)
    assert proposal.problems[0].title in commitment.problem
    assert commitment.is_public
    assert commitment.number == 1
    assert proposal.status is ProposalStatus.COMMITTED
    assert actions(commitment.reference) == ["commitment.drafted"]
    assert actions(proposal.reference)[-1] == "proposal.committed"


@pytest.mark.parametrize("make", [proposals.published, proposals.admitted])
def test_only_what_was_selected_becomes_a_commitment(cycle, now, make):
    proposal = make(cycle)
    with pytest.raises(Denied), transaction():
        operations.draft_from_proposal(actor=cycles.facilitator(cycle), proposal=proposal, now=now)


def test_a_proposal_is_taken_up_once(cycle, now):
    facilitator, proposal = cycles.facilitator(cycle), commitments.selected(cycle)
    with transaction():
        operations.draft_from_proposal(actor=facilitator, proposal=proposal, now=now)
    with pytest.raises(Denied), transaction():
        operations.draft_from_proposal(actor=facilitator, proposal=proposal, now=now)


def test_an_official_takes_up_a_proposal_for_their_own_institution_only(cycle, now):
    mine, other, proposal = organisation(), organisation(), commitments.selected(cycle)
    official = grant(person(), Role.OFFICIAL, mine)
    for lead in (None, other):
        with pytest.raises(Invalid), transaction():
            operations.draft_from_proposal(actor=official, proposal=proposal, lead=lead, now=now)
    with transaction():
        commitment = operations.draft_from_proposal(actor=official, proposal=proposal, lead=mine, now=now)
    assert commitment.lead is mine


def test_an_institution_offers_a_commitment_once_however_often_the_form_is_sent(cycle, now):
    ministry = organisation()
    official = grant(person(), Role.OFFICIAL, ministry)
    offer = {"actor": official, "cycle": cycle, "title": "Abrir el archivo", "problem": "Está cerrado.", "now": now}
    made = []
    for _ in range(2):
        with transaction():
            made.append(operations.draft_proactive(**offer, lead=ministry, form_key="uno"))
    assert made[0] is made[1]
    with pytest.raises(Denied), transaction():
        operations.draft_proactive(**offer, lead=organisation())
    with pytest.raises(Denied), transaction():
        operations.draft_proactive(**{**offer, "actor": person()}, lead=ministry)


def test_nothing_is_drafted_outside_its_stage(app, now):
    cycle = proposals.working_cycle()
    facilitator, proposal = cycles.facilitator(cycle), commitments.selected(cycle)
    with pytest.raises(Denied) as refusal, transaction():
        operations.draft_from_proposal(actor=facilitator, proposal=proposal, now=now)
    assert "redactar" in str(refusal.value.message)


def test_members_write_and_strangers_do_not(cycle, now):
    commitment, of = commitments.complete(cycle)
    section = sections.BY_SLUG["solucion"]
    for member in (of.facilitator, of.official, of.watcher):
        commitments.write(commitment, section.slug, member, body=f"Texto de {member.id}", solution="")
    stranger = grant(person(), Role.OFFICIAL, organisation())
    with pytest.raises(Denied), transaction():
        operations.revise(
            actor=stranger, commitment=commitment, section=section, content={}, base="", now=now
        )  # fmt: skip


def test_the_counterpart_does_not_name_the_parties(cycle):
    commitment, of = commitments.complete(cycle)
    with pytest.raises(Denied):
        commitments.write(commitment, "partes", of.watcher, lead=0, counterpart=0, partners=[], other_actors="")


def test_the_second_of_two_editors_is_told_and_every_text_is_kept(app, cycle, now):
    commitment, of = commitments.complete(cycle)
    section = sections.BY_SLUG["solucion"]
    base = sections.fingerprint(commitment, section)
    for actor in (of.official, of.watcher):
        content = {"body": f"De {actor.id}", "solution": ""}
        try:
            with transaction():
                operations.revise(
                    actor=actor, commitment=commitment, section=section, content=content, base=base, now=now
                )
        except Conflict:
            assert actor is of.watcher
    assert commitment.body_source == f"De {of.official.id}"
    with app.test_request_context():
        kept = queries.versions(commitment).items
    assert [version.number for version in kept] == list(range(commitment.version, 0, -1))
    assert kept[0].text["body"] == f"De {of.official.id}"


def test_two_people_write_different_sections_at_the_same_time(cycle, now):
    commitment, of = commitments.complete(cycle)
    problem, solution = sections.BY_SLUG["problema"], sections.BY_SLUG["solucion"]
    bases = [sections.fingerprint(commitment, section) for section in (problem, solution)]
    with transaction():
        operations.revise(
            actor=of.official, commitment=commitment, section=problem, base=bases[0], now=now,
            content={"title": "Otro nombre", "problem": "Otro problema"},
        )  # fmt: skip
    with transaction():
        operations.revise(
            actor=of.watcher, commitment=commitment, section=solution, base=bases[1], now=now,
            content={"body": "Otra cosa", "solution": "De otro modo"},
        )  # fmt: skip
    assert (commitment.title, commitment.body_source) == ("Otro nombre", "Otra cosa")


@pytest.mark.parametrize(
    ("slug", "content", "field"),
    [
        ("valores", {"targets": ["99"], "transparency": "", "accountability": "", "participation": "", "inclusion": ""},
         "targets"),
        ("recursos", {"starts_on": date(2027, 1, 1), "ends_on": date(2026, 1, 1), "budget": "", "sources": ""},
         "ends_on"),
        ("partes", {"lead": 999_999, "counterpart": 0, "partners": [], "other_actors": ""}, "lead"),
        ("partes", {"lead": 0, "counterpart": 0, "partners": [999_999], "other_actors": ""}, "partners"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(cycle, slug, content, field):
    facilitator = cycles.facilitator(cycle)
    commitment = commitments.draft(cycle, facilitator)
    with pytest.raises(Invalid) as refusal:
        commitments.write(commitment, slug, facilitator, **content)
    assert refusal.value.field == field


def test_a_counterpart_is_never_a_public_body(cycle):
    facilitator = cycles.facilitator(cycle)
    commitment = commitments.draft(cycle, facilitator)
    with pytest.raises(Invalid):
        commitments.write(
            commitment, "partes", facilitator, lead=0, counterpart=organisation().id, partners=[], other_actors=""
        )


def test_a_draft_says_all_that_it_lacks_and_a_complete_one_nothing(cycle):
    found = _findings(commitments.draft(cycle))
    assert {finding.section for finding in found} >= {"objetivo", "recursos", "partes", sections.ROADMAP}
    assert all(str(finding.problem) and str(finding.remedy) for finding in found)
    assert _findings(commitments.complete(cycle)[0]) == []


def test_weights_that_do_not_add_to_a_hundred_are_found(cycle):
    commitment, _of = commitments.complete(cycle, 60, 30)
    (finding,) = _findings(commitment)
    assert "90" in str(finding.problem)
    assert finding.section == sections.ROADMAP


def test_an_activity_outside_the_period_or_without_proof_is_found(cycle, now):
    commitment, of = commitments.complete(cycle)
    (action,) = db.session.scalars(sa.select(commitments.followup.roadmap.KeyAction))
    late = commitments.activity_text(of, ends_on=commitments.END + timedelta(days=1), means_of_verification="")
    with transaction():
        followup.add_activity(actor=of.official, action=action, content=late, now=now)
    assert len(_findings(commitment)) == 2


def test_two_signatures_freeze_the_text_that_anyone_can_hash(cycle):
    commitment, of = commitments.complete(cycle)
    expected = commitments.present_fingerprint(commitment)
    commitments.sign(commitment, of, Party.LEAD)
    assert not commitment.is_signed
    commitments.sign(commitment, of, Party.COUNTERPART)
    assert commitment.is_signed
    assert commitment.fingerprint == expected
    assert sha256(canonical_json(commitment.signed_text).encode()).hexdigest() == expected
    assert commitment.signed_text["roadmap"][0]["activities"][0]["responsible"] == of.lead.name
    assert actions(commitment.reference)[-3:] == ["commitment.signed", "commitment.signed", "commitment.sealed"]


def test_a_signed_text_changes_no_more(cycle, now):
    commitment, of = commitments.signed(cycle)
    with pytest.raises(Denied):
        commitments.write(commitment, "solucion", of.official, body="Otra cosa", solution="")
    with pytest.raises(Denied), transaction():
        followup.add_action(
            actor=of.official, commitment=commitment, content=followup.ActionText("Otra", 1), now=now
        )  # fmt: skip
    with pytest.raises(Denied):
        commitments.sign(commitment, of, Party.LEAD)


def test_a_change_before_the_second_signature_voids_the_first(cycle, app):
    commitment, of = commitments.complete(cycle)
    accounts.credential(of.official)
    with transaction():
        of.official.locale = "en"
    commitments.sign(commitment, of, Party.LEAD)
    commitments.write(commitment, "solucion", of.watcher, body="Algo más preciso", solution="Así")
    assert commitment.signatures == []
    assert commitment.voided_at == NOW
    assert "commitment.signature_voided" in actions(commitment.reference)
    letter = app.extensions["mailman"].outbox[-1]
    assert commitment.reference in letter.body
    assert letter.subject == "Your signature lost its effect: the text changed"
    commitments.sign(commitment, of)
    assert commitment.is_signed
    assert commitment.voided_at is None


def test_a_change_of_the_roadmap_voids_the_signature_too(cycle, now):
    commitment, of = commitments.complete(cycle)
    commitments.sign(commitment, of, Party.COUNTERPART)
    with transaction():
        followup.add_action(
            actor=of.official, commitment=commitment, content=followup.ActionText("Otra", 5), now=now
        )  # fmt: skip
    assert commitment.signatures == []


def test_saving_the_same_text_voids_nothing(cycle):
    commitment, of = commitments.complete(cycle)
    commitments.sign(commitment, of, Party.LEAD)
    version = commitment.version
    commitments.write(commitment, "solucion", of.watcher, **commitments.TEXTS["solucion"])
    assert len(commitment.signatures) == 1
    assert commitment.version == version


def test_nobody_signs_another_text_than_the_one_they_read(cycle, now):
    commitment, of = commitments.complete(cycle)
    read = commitments.present_fingerprint(commitment)
    commitments.write(commitment, "solucion", of.watcher, body="Otra cosa", solution="Así")
    with pytest.raises(Conflict), transaction():
        operations.sign(actor=of.official, commitment=commitment, party=Party.LEAD, base=read, now=now)


def test_an_incomplete_text_is_not_signed(cycle, now):
    commitment, of = commitments.complete(cycle, 60, 30)
    base = commitments.present_fingerprint(commitment)
    with pytest.raises(Invalid), transaction():
        operations.sign(actor=of.official, commitment=commitment, party=Party.LEAD, base=base, now=now)


def test_each_party_signs_for_itself(cycle, now):
    commitment, of = commitments.complete(cycle)
    base = commitments.present_fingerprint(commitment)
    pairs = [(of.watcher, Party.LEAD), (of.official, Party.COUNTERPART), (of.facilitator, Party.LEAD)]
    for actor, party in [*pairs, (person(), Party.COUNTERPART)]:
        with pytest.raises(Denied), transaction():
            operations.sign(actor=actor, commitment=commitment, party=party, base=base, now=now)


def test_one_person_does_not_sign_for_both(cycle, now):
    commitment, of = commitments.complete(cycle)
    grant(of.official, Role.COUNTERPART, of.counterpart)
    commitments.sign(commitment, of, Party.LEAD)
    base = commitments.present_fingerprint(commitment)
    with pytest.raises(Denied), transaction():
        operations.sign(actor=of.official, commitment=commitment, party=Party.COUNTERPART, base=base, now=now)


def test_a_pending_second_factor_signs_nothing(cycle, now):
    commitment, of = commitments.complete(cycle)
    of.official.second_factor_pending = True
    base = commitments.present_fingerprint(commitment)
    with pytest.raises(Denied), transaction():
        operations.sign(actor=of.official, commitment=commitment, party=Party.LEAD, base=base, now=now)


def test_a_plan_holds_what_was_signed_and_says_why_the_rest_is_left_out(cycle, now):
    commitment, _of = commitments.signed(cycle)
    unsigned = commitments.draft(cycle)
    steward = cycles.steward(cycle)
    plan = {"actor": steward, "cycle": cycle, "title": "Plan 2026", "introduction": "**Así** se hizo.", "now": now}
    with pytest.raises(Invalid) as refusal, transaction():
        operations.publish_plan(**plan, left_out={})
    assert refusal.value.field == unsigned.reference
    with transaction():
        made = operations.publish_plan(**plan, left_out={unsigned.reference: "No hubo acuerdo."})
    assert "<strong>" in made.introduction_html
    assert unsigned.left_out_reason == "No hubo acuerdo."
    (record,) = db.session.scalars(sa.select(HistoryRecord).where(HistoryRecord.action == "plan.published"))
    assert commitment.reference in record.canonical
    with pytest.raises(Conflict), transaction():
        operations.publish_plan(**plan, left_out={})


def test_only_stewards_publish_and_never_an_empty_plan(cycle, now):
    plan = {"cycle": cycle, "title": "Plan", "introduction": "", "left_out": {}, "now": now}
    with pytest.raises(Denied), transaction():
        operations.publish_plan(**plan, actor=cycles.facilitator(cycle))
    with pytest.raises(Invalid), transaction():
        operations.publish_plan(**plan, actor=cycles.steward(cycle))
    assert db.session.get(ActionPlan, cycle.id) is None


def test_what_was_left_out_is_neither_written_nor_signed(cycle, now):
    commitments.signed(cycle)
    commitment, of = commitments.complete(cycle)
    with transaction():
        operations.publish_plan(
            actor=cycles.steward(cycle), cycle=cycle, title="Plan", introduction="", now=now,
            left_out={commitment.reference: "No hubo acuerdo."},
        )  # fmt: skip
    with pytest.raises(Denied):
        commitments.sign(commitment, of, Party.LEAD)
    with pytest.raises(Denied):
        commitments.write(commitment, "solucion", of.official, body="x", solution="")


def test_the_history_holds_nobodys_words(cycle):
    commitment, of = commitments.signed(cycle)
    for record in db.session.scalars(sa.select(HistoryRecord).where(HistoryRecord.subject == commitment.reference)):
        assert commitments.TEXTS["solucion"]["solution"] not in record.canonical
        assert of.official.name not in record.canonical


def test_a_closed_drafting_stage_signs_nothing(app, now):
    cycle = commitments.drafting_cycle()
    commitment, of = commitments.complete(cycle)
    later = now + timedelta(days=8)
    base = commitments.present_fingerprint(commitment)
    with pytest.raises(Denied) as refusal, transaction():
        operations.sign(actor=of.official, commitment=commitment, party=Party.LEAD, base=base, now=later)
    assert str(StageKind.DRAFTING.label) in str(refusal.value.message)


def test_of_a_table_come_as_many_commitments_as_it_may_propose(now, app):
    cycle = commitments.drafting_cycle(StageKind.TABLES)
    facilitator = cycles.facilitator(cycle)
    table = tables.table(cycle, facilitator=facilitator)
    chosen = [commitments.selected(cycle) for _ in range(5)]
    for proposal in chosen[:4]:
        proposal.table_id = table.id
    db.session.commit()

    def take_up(proposal):
        with transaction():
            operations.draft_from_proposal(actor=facilitator, proposal=proposal, now=now)

    for proposal in chosen[:3]:
        take_up(proposal)
    with pytest.raises(Conflict) as refused:
        take_up(chosen[3])
    assert "3" in str(refused.value.message)
    take_up(chosen[4])
    table.commitment_limit = 4
    db.session.commit()
    take_up(chosen[3])
    assert queries.commitments_from(table) == 4
