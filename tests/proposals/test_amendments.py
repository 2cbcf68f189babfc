"""The life of an amendment, through its operations: who may decide, what is credited, and that no text is lost."""

from __future__ import annotations

import itertools

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocrea.accounts.models import PLATFORM, Role
from cocrea.accounts.privacy import personal_data
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict, Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import SearchText, Visibility
from cocrea.discussion.operations import set_visibility
from cocrea.extensions import db
from cocrea.proposals import operations, queries
from cocrea.proposals.models import AMENDMENT_TRANSITIONS, Amendment, AmendmentStatus, Part, ProposalStatus
from tests.conftest import NOW
from tests.factories import accounts as people
from tests.factories import cycles, proposals, tables
from tests.factories.accounts import grant, organisation, person
from tests.factories.history import actions, records
from tests.real import at_once

WEEKLY = "Cada semana, en formato abierto."


@pytest.fixture
def cycle(app):
    return proposals.working_cycle(StageKind.TABLES)


@pytest.fixture
def author(app):
    return person("Autora 01")


@pytest.fixture
def proposal(cycle, author):
    return proposals.published(cycle, author=author)


def accept(actor, amendment, *, read=None, **more):
    read = read or amendment.proposal.version
    with transaction():
        return operations.accept(actor=actor, amendment=amendment, read=read, now=NOW, **more)


def decline(actor, amendment, reason="Ya se publica así."):
    with transaction():
        operations.decline(actor=actor, amendment=amendment, reason=reason, now=NOW)


def take_back(actor, amendment):
    with transaction():
        operations.take_back(actor=actor, amendment=amendment, now=NOW)


def promote(actor, amendment):
    with transaction():
        return operations.promote(actor=actor, amendment=amendment, now=NOW)


def hide(contribution):
    with transaction():
        set_visibility(contribution, Visibility.HIDDEN, reason="x", now=NOW)


def to_ballot(proposal):
    for status in (ProposalStatus.ADMITTED, ProposalStatus.ON_BALLOT):
        with transaction():
            operations.move(actor=None, proposal=proposal, status=status, now=NOW)


def test_an_accepted_one_is_a_version_that_credits_who_proposed_it(proposal, author):
    amender = person("Persona 02")
    amendment = proposals.amended(proposal, author=amender)
    assert proposal.body_source == proposals.CONTENT.body
    version = accept(author, amendment)
    assert (version.number, version.body_source, version.author) == (2, WEEKLY, author)
    assert (amendment.result, amendment.with_edits) == (2, False)
    assert queries.credited(proposal, [1, 2])[2].author is amender
    assert "Cada semana" in proposal.body_html
    assert proposal.title == proposals.CONTENT.title


@pytest.mark.parametrize("part", list(Part))
def test_any_part_can_be_amended_and_nothing_else_changes(proposal, author, part):
    before = {other: other.of(proposal) for other in Part}
    accept(author, proposals.amended(proposal, "Otra cosa", part=part))
    assert {other: other.of(proposal) for other in Part} == {**before, part: "Otra cosa"}


def test_accepting_with_edits_says_so(proposal, author):
    amendment = proposals.amended(proposal)
    version = accept(author, amendment, body="Cada quincena.", reason="Semanal no alcanza.")
    assert (version.body_source, version.why, amendment.with_edits) == ("Cada quincena.", "Semanal no alcanza.", True)
    assert amendment.body_source == WEEKLY


def everyone_else(cycle, proposal, amendment):
    other_table = tables.table(cycle)
    return {
        "visitor": None,
        "participant": person(),
        "amender": amendment.author,
        "facilitator of the cycle": cycles.facilitator(cycle),
        "steward": cycles.steward(cycle),
        "administrator": grant(person(), Role.ADMINISTRATOR, PLATFORM),
        "official": grant(person(), Role.OFFICIAL, organisation()),
        "facilitator of another table": grant(person(), Role.FACILITATOR, other_table),
        "rapporteur": grant(person(), Role.RAPPORTEUR, cycle),
    }


def test_nobody_but_the_author_decides(cycle, proposal):
    from cocrea.accounts.models import Visitor

    amendment = proposals.amended(proposal)
    for name, someone in everyone_else(cycle, proposal, amendment).items():
        actor = someone or Visitor()
        for act in (accept, decline):
            with pytest.raises(Denied):
                act(actor, amendment)
            assert amendment.status is AmendmentStatus.EVALUATING, name
    assert proposal.version == 1


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.COFACILITATOR])
def test_the_facilitation_of_the_table_that_owns_it_decides_too(cycle, proposal, role):
    table = tables.table(cycle)
    leads, cycle_wide = grant(person(), role, table), cycles.facilitator(cycle)
    amendment = proposals.amended(proposal)
    with pytest.raises(Denied):
        accept(leads, amendment)
    with transaction():
        proposal.table_id = table.id
    with pytest.raises(Denied):
        accept(cycle_wide, amendment)
    accept(leads, amendment)
    assert proposal.version == 2
    own = proposals.amended(proposal, "La mía", author=leads)
    with pytest.raises(Denied, match="Denied"):
        accept(leads, own)


def test_rejecting_needs_a_reason_that_names_nobody(proposal, author):
    amendment = proposals.amended(proposal, author=person("Persona 02"))
    for reason in ("  ", "Porque Persona 02 se equivoca"):
        with pytest.raises(Invalid):
            decline(author, amendment, reason)
    decline(author, amendment)
    assert (amendment.status, amendment.status_reason) == (AmendmentStatus.REJECTED, "Ya se publica así.")
    assert proposal.version == 1


def test_what_is_decided_stays_decided(proposal, author):
    amendment = proposals.amended(proposal)
    decline(author, amendment)
    for act, who in ((accept, author), (decline, author), (take_back, amendment.author)):
        with pytest.raises(Denied):
            act(who, amendment)


def test_its_author_withdraws_it_while_it_is_undecided_and_its_text_goes(proposal, author):
    amendment = proposals.amended(proposal)
    with pytest.raises(Denied):
        take_back(author, amendment)
    take_back(amendment.author, amendment)
    assert (amendment.status, amendment.visibility) == (AmendmentStatus.WITHDRAWN, Visibility.WITHDRAWN)
    db.session.expire_all()
    assert (amendment.body_source, amendment.why) == ("", "")
    with pytest.raises(Denied):
        accept(author, amendment)


def test_of_two_to_the_same_passage_the_second_is_shown_both_and_loses_nothing(proposal, author):
    first, second = proposals.amended(proposal), proposals.amended(proposal, "Cada año, en formato abierto.")
    accept(author, first)
    with pytest.raises(Conflict):
        accept(author, second)
    assert (second.status, second.body_source) == (AmendmentStatus.EVALUATING, "Cada año, en formato abierto.")
    assert proposal.body_source == WEEKLY
    accept(author, second, body="Cada semana, y un resumen cada año, en formato abierto.")
    assert [version.number for version in queries.versions(proposal)] == [3, 2, 1]


def test_a_text_that_changed_while_it_was_being_decided_is_read_first(proposal, author):
    amendment = proposals.amended(proposal)
    proposals.revised(proposal, body="Cada hora.")
    with pytest.raises(Conflict):
        accept(author, amendment, read=1, body="Cada semana y cada hora.")
    assert proposal.body_source == "Cada hora."
    accept(author, amendment, read=2, body="Cada semana y cada hora.")
    assert proposal.body_source == "Cada semana y cada hora."


def test_a_change_of_another_part_is_no_conflict(proposal, author):
    amendment = proposals.amended(proposal)
    proposals.revised(proposal, needs="Tres personas.")
    accept(author, amendment, read=1)
    assert (proposal.body_source, proposal.needs) == (WEEKLY, "Tres personas.")


def test_two_who_decide_at_once_make_one_version(committed_app):
    proposal = proposals.published(proposals.working_cycle())
    amendment_id, author_id = proposals.amended(proposal).id, proposal.author_id
    kind = type(proposal.author)

    def send(deed):
        try:
            actor, found = db.session.get_one(kind, author_id), db.session.get_one(Amendment, amendment_id)
            with transaction():
                deed(actor=actor, amendment=found, now=NOW)
        except CocreaError as error:
            return type(error)
        return None

    def accepting(**who):
        operations.accept(read=1, **who)

    def declining(**who):
        operations.decline(reason="No alcanza.", **who)

    deeds = [accepting, declining] * 4
    answers = at_once(committed_app, [lambda deed=deed: send(deed) for deed in deeds])
    assert sorted(map(str, answers)).count("None") == 1
    db.session.rollback()
    found = db.session.get_one(Amendment, amendment_id)
    assert found.proposal.version == (2 if found.status is AmendmentStatus.ACCEPTED else 1)


def test_what_changes_nothing_or_is_too_long_is_refused(proposal, author):
    same, long = proposals.CONTENT.body, "x" * 3001
    for body, part, field in ((same, Part.BODY, "body"), (" ", Part.TITLE, "body"), (long, Part.NEEDS, "body")):
        with pytest.raises(Invalid) as refusal:
            proposals.amended(proposal, body, part=part)
        assert refusal.value.field == field
    with pytest.raises(Invalid) as refusal:
        proposals.amended(proposal, why="  ")
    assert refusal.value.field == "why"
    with pytest.raises(Conflict):
        proposals.amended(proposal, base=9)
    with pytest.raises(Invalid):
        accept(author, proposals.amended(proposal), body=proposals.CONTENT.body)


def test_one_person_fills_no_list(proposal, author):
    amender = person()
    for number in range(operations.amendments.MOST_UNDECIDED):
        proposals.amended(proposal, f"Texto {number}", author=amender)
    with pytest.raises(Conflict):
        proposals.amended(proposal, "Uno más", author=amender)
    proposals.amended(proposal, "De otra persona")


def test_a_form_sent_twice_makes_one(proposal):
    amender = person()
    sent = {"part": Part.BODY, "body": WEEKLY, "why": "Mucho.", "base": 1, "form_key": "k", "now": NOW}
    made = []
    for _ in range(2):
        with transaction():
            made.append(operations.amend(actor=amender, proposal=proposal, **sent).reference)
    assert made[0] == made[1]


def test_only_who_may_write_proposes_and_not_the_author(proposal, author, clock):
    for someone in (author, person(verified=False)):
        with pytest.raises(Denied):
            proposals.amended(proposal, author=someone)
    with pytest.raises(Denied), transaction():
        operations.amend(
            actor=person(), proposal=proposal, part=Part.BODY, body="Otra", why="x", base=1, now=clock.advance(days=9)
        )


def test_nothing_waits_for_an_answer_that_nobody_can_give(cycle):
    proposal = proposals.published(cycle)
    with transaction():
        proposal.author.withdrawn_at = NOW
    with pytest.raises(Denied):
        proposals.amended(proposal)


def _withdraw(proposal):
    with transaction():
        operations.withdraw(actor=proposal.author, proposal=proposal, reason="Ya no hace falta", now=NOW)


def _merge(proposal):
    with transaction():
        set_visibility(proposal, Visibility.MERGED, reason="x", now=NOW)


@pytest.mark.parametrize("freeze", [to_ballot, _withdraw, _merge, hide])
def test_nothing_is_amended_or_decided_once_the_proposal_is_frozen(proposal, author, freeze):
    amendment = proposals.amended(proposal)
    freeze(proposal)
    for act in (accept, decline):
        with pytest.raises(Denied):
            act(author, amendment)
    with pytest.raises(Denied):
        proposals.amended(proposal, "Otra más")
    take_back(amendment.author, amendment)
    assert proposal.version == 1


def test_a_reviewed_text_takes_no_amendment_and_its_author_still_says_why(proposal, author):
    amendment = proposals.amended(proposal)
    with transaction():
        operations.move(actor=None, proposal=proposal, status=ProposalStatus.ADMITTED, now=NOW)
    with pytest.raises(Denied):
        accept(author, amendment)
    decline(author, amendment, "La revisión ya la admitió así.")
    assert amendment.status is AmendmentStatus.REJECTED


def test_a_hidden_one_is_not_decided(proposal, author):
    amendment = proposals.amended(proposal)
    hide(amendment)
    with pytest.raises(Denied):
        accept(author, amendment)


def test_a_rejected_one_becomes_a_proposal_of_its_authors_once(proposal, author, cycle):
    amendment = proposals.amended(proposal)
    with pytest.raises(Denied):
        promote(amendment.author, amendment)
    decline(author, amendment)
    with pytest.raises(Denied):
        promote(author, amendment)
    made = promote(amendment.author, amendment)
    assert (made.author, made.status, made.body_source) == (amendment.author, ProposalStatus.DRAFT, WEEKLY)
    assert made.title == f"Otra forma: {proposals.CONTENT.title}"
    assert made.problems == proposal.problems
    assert (amendment.promoted, queries.origin(made)) == (made, amendment)
    with pytest.raises(Denied):
        promote(amendment.author, amendment)
    assert "amendment.promoted" not in actions(amendment.reference)
    with transaction():
        operations.publish(actor=amendment.author, proposal=made, now=NOW)
    assert records("amendment.promoted")[-1]["new"] == {"proposal": made.reference}


def test_the_history_tells_each_step_and_no_text(proposal, author):
    amender = person("Persona 02")
    accepted, rejected, withdrawn = (proposals.amended(proposal, body, author=amender) for body in ("Aa", "Bb", "Cc"))
    accept(author, accepted)
    decline(author, rejected)
    take_back(amender, withdrawn)
    told = [actions(amendment.reference)[-1] for amendment in (accepted, rejected, withdrawn)]
    assert told == ["amendment.accepted", "amendment.rejected", "amendment.withdrawn"]
    assert records("proposal.amended")[-1]["new"]["amendment"] == accepted.reference
    written = str([records(subject=one.reference) for one in (accepted, rejected, withdrawn)])
    for word in ("Aa", "Bb", "Cc", "Un mes es mucho", "Persona 02"):
        assert f"'{word}" not in written


def test_author_and_amender_are_told(app, proposal, author):
    app.extensions["mailman"].outbox = []
    amender = person()
    people.credential(author, "autora@demo.example")
    people.credential(amender, "otra@demo.example")
    accept(author, proposals.amended(proposal, author=amender))
    decline(author, proposals.amended(proposal, "Cada año", author=amender), "No alcanza.")
    sent = [(letter.to[0], letter.body) for letter in app.extensions["mailman"].outbox]
    assert [to for to, _body in sent] == ["autora@demo.example", "otra@demo.example"] * 2
    assert "Un mes es mucho." in sent[0][1]
    assert "versión 2" in sent[1][1]
    assert "No alcanza." in sent[3][1]


def test_what_waits_is_on_the_list_of_who_answers_it(app, cycle, proposal, author, now):
    leads = grant(person(), Role.FACILITATOR, table := tables.table(cycle))
    waiting = [proposals.amended(proposal, body) for body in ("Uno", "Dos", "Tres")]
    hide(waiting[0])
    with transaction():
        proposal.table_id = table.id
    with app.test_request_context():
        for someone in (author, leads):
            found = [item for item in queries.todo(someone, now) if "enmiendas" in item.href]
            assert [str(item.text) for item in found] == [f"2 por responder en «{proposal.title}»"]
        assert not [item for item in queries.todo(waiting[1].author, now) if "enmiendas" in item.href]
        to_ballot(proposal)
        assert not [item for item in queries.todo(author, now) if "enmiendas" in item.href]


def test_the_amender_has_their_own_in_the_download_and_who_left_is_named_so(proposal, author):
    amender = person("Persona 02")
    amendment = proposals.amended(proposal, author=amender)
    assert personal_data(amender)["amendments"][0]["why"] == "Un mes es mucho."
    assert "amendments" not in personal_data(author)
    with transaction():
        amender.withdrawn_at = NOW
    accept(author, amendment)
    assert str(queries.credited(proposal, [2])[2].byline) == "Persona que se retiró"


def test_its_words_are_not_searched_apart(proposal):
    amendment = proposals.amended(proposal)
    assert db.session.get(SearchText, amendment.id) is None
    assert db.session.scalar(sa.select(SearchText.contribution_id).filter_by(contribution_id=proposal.id))


DEEDS = {
    "accept": lambda author, _amender, found: accept(author, found, body=f"Texto {next(NUMBERS)}"),
    "decline": lambda author, _amender, found: decline(author, found),
    "take back": lambda _author, amender, found: take_back(amender, found),
    "promote": lambda _author, amender, found: promote(amender, found),
    "ballot": lambda _author, _amender, found: to_ballot(found.proposal),
    "hide": lambda _author, _amender, found: hide(found),
    "revise": lambda _author, _amender, found: proposals.revised(found.proposal, body=f"Otro {next(NUMBERS)}"),
}
NUMBERS = itertools.count()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(sorted(DEEDS)), max_size=7))
def test_no_walk_leaves_the_table_of_transitions_or_loses_a_text(app, steps):
    proposal = proposals.published(proposals.working_cycle())
    amendment = proposals.amended(proposal)
    kept = amendment.body_source
    for name in steps:
        before, number = amendment.status, proposal.version
        try:
            DEEDS[name](proposal.author, amendment.author, amendment)
        except CocreaError:
            assert (amendment.status, proposal.version) == (before, number)
        assert amendment.status is before or amendment.status in AMENDMENT_TRANSITIONS[before]
        assert len(queries.versions(proposal)) == proposal.version
        raw = sa.select(Amendment.__table__.c.id).where(Amendment.__table__.c.id == amendment.id)
        assert db.session.scalar(raw) == amendment.id
    stored = db.session.scalar(sa.text("select body_source from contributions where id = :id"), {"id": amendment.id})
    assert stored == kept
