"""In a forum seats answer: one answer for each, the titular's before the alternate's, and its quorum decides."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from cocrea.accounts.models import Person, Sector
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied
from cocrea.extensions import db
from cocrea.forums import operations as forum_operations
from cocrea.forums.models import HolderKind, Quorum
from cocrea.tables import agreeing, operations, policies, queries
from cocrea.tables.agreeing import Terms, Why, judge
from cocrea.tables.models import (
    THUMBS,
    Agreement,
    AgreementAnswer,
    AgreementTest,
    Poll,
    PollAnswer,
    PollElectorate,
    PollShows,
    is_spoken_for,
    own_voice,
)
from tests.conftest import NOW
from tests.factories import agreements, forums, polls
from tests.factories.accounts import person
from tests.factories.history import records
from tests.real import at_once

TITULAR, ALTERNATE = HolderKind
SECTORS = [sector.value for sector in Sector]


@pytest.fixture
def chamber(app):
    return forums.chamber()


def put(chamber, session=None, test=AgreementTest.MAJORITY):
    session = session or chamber.session()
    return agreements.put(agreements.drafted(session, chamber.facilitator), chamber.facilitator, test, quorum=90)


def answers(of=AgreementAnswer):
    return db.session.scalar(sa.select(sa.func.count()).select_from(of))


def result(agreement, chamber):
    agreements.closed(agreement, chamber.facilitator)
    return agreement.result


def test_a_seat_answers_once_and_the_titular_comes_before_the_alternate(chamber):
    agreement, titular = put(chamber), chamber.titulars[0]
    agreements.answered(agreement, chamber.alternate, "disagree")
    agreements.answered(agreement, titular, "agree")
    assert answers() == 1
    with pytest.raises(Denied) as refusal:
        agreements.answered(agreement, chamber.alternate, "disagree")
    assert "ya contestó su titular" in str(refusal.value.message)
    agreements.answered(agreement, titular, "abstain")
    assert queries.agreement_result(agreement)[0]["abstain"] == 1
    assert [row.person_id for row in db.session.scalars(sa.select(AgreementAnswer))] == [titular.id]


def test_the_same_choice_of_the_titular_is_theirs(chamber):
    agreement = put(chamber)
    agreements.answered(agreement, chamber.alternate, "agree")
    agreements.answered(agreement, chamber.titulars[0], "agree")
    assert db.session.scalars(sa.select(AgreementAnswer)).one().person_id == chamber.titulars[0].id


def test_the_alternate_answers_where_the_titular_does_not(chamber):
    agreement = put(chamber)
    agreements.answered(agreement, chamber.alternate, "agree")
    agreements.answered(agreement, chamber.alternate, "abstain")
    assert queries.agreement_result(agreement) == ({**dict.fromkeys(THUMBS, 0), "abstain": 1}, {"civil_society": 1})


def test_who_holds_no_seat_does_not_answer(chamber):
    agreement = put(chamber)
    for actor in (chamber.facilitator, chamber.steward, person()):
        with pytest.raises(Denied) as refusal:
            agreements.answered(agreement, actor, "agree")
        assert "ocupa un asiento" in str(refusal.value.message)


def test_the_forum_s_rule_holds_whatever_was_asked_for(chamber):
    agreement = put(chamber)
    assert (agreement.members, agreement.quorum) == (7, 0)
    assert agreement.seat_quorum == Quorum(4, 1, {"civil_society": 3, "academia": 2, "public_body": 2})
    told = records("agreement.put")[0]["new"]
    assert (told["least"], told["of_each"], told["members"]) == (4, 1, 7)
    assert agreeing.quorum_in_words(agreement).startswith("Para decidir hacen falta 4 de 7 asientos")


def test_what_lacks_seats_is_not_adopted(chamber):
    agreement = put(chamber)
    for titular in chamber.titulars[:3]:
        agreements.answered(agreement, titular, "agree")
    found = result(agreement, chamber)
    assert (found["why"], found["answered"], found["needed"]) == (Why.NO_QUORUM, 3, 4)
    assert not agreement.is_adopted


def test_what_lacks_a_sector_is_not_adopted(chamber):
    agreement = put(chamber)
    for titular in chamber.titulars[:5]:
        agreements.answered(agreement, titular, "agree")
    found = result(agreement, chamber)
    assert (found["why"], found["sector"], found["needed"]) == (Why.NO_SECTOR_QUORUM, "public_body", 1)
    assert "quórum de Institución pública" in agreeing.in_words(agreement)


def test_with_its_quorum_seats_decide(chamber):
    agreement = put(chamber)
    for titular in (chamber.alternate, *chamber.titulars[1:4], chamber.titulars[6]):
        agreements.answered(agreement, titular, "agree")
    assert result(agreement, chamber)["answered"] == 5
    assert agreement.is_adopted


def test_hands_count_by_sector_and_no_more_than_there_are_seats(chamber):
    agreement = put(chamber)
    agreements.answered(agreement, chamber.titulars[3], "agree")
    with pytest.raises(Conflict):
        agreements.counted(agreement, chamber.facilitator, agree=2, sectors={"academia": 2})
    agreements.counted(
        agreement, chamber.facilitator, agree=3, sectors={"academia": 1, "civil_society": 1, "public_body": 1}
    )
    assert result(agreement, chamber)["why"] == Why.PASSED


def test_without_a_rule_by_sector_only_the_number_counts(chamber):
    with transaction():
        forum_operations.set_quorum(
            actor=chamber.steward, forum=chamber.forum, seats=2, of_each=0, reason="Así se acordó.", now=NOW
        )
    agreement = put(chamber)
    for titular in chamber.titulars[:2]:
        agreements.answered(agreement, titular, "agree")
    assert result(agreement, chamber)["why"] == Why.PASSED


def test_a_rule_that_changes_later_does_not_change_what_was_put(chamber):
    agreement = put(chamber)
    with transaction():
        forum_operations.set_quorum(
            actor=chamber.steward, forum=chamber.forum, seats=1, of_each=0, reason="Así se acordó.", now=NOW
        )
    agreements.answered(agreement, chamber.titulars[0], "agree")
    assert result(agreement, chamber)["why"] == Why.NO_QUORUM


def test_nothing_is_written_down_as_agreed_without_saying_which_seats(chamber):
    session = chamber.session()
    with pytest.raises(Denied), transaction():
        operations.record_agreement(
            actor=chamber.facilitator, session=session, content=operations.AgreementContent("Algo"), now=NOW
        )
    room = queries.room(chamber.facilitator, session)
    assert not policies.can_record_agreement(chamber.facilitator, room, NOW)


def test_polls_of_members_ask_seats_and_those_of_everyone_ask_people(chamber):
    session = chamber.session()
    seats = polls.opened(session, chamber.facilitator, shows=PollShows.LIVE)
    polls.answered(seats, chamber.alternate, "disagree")
    polls.answered(seats, chamber.titulars[0], "agree")
    with pytest.raises(Denied):
        polls.answered(seats, chamber.alternate, "disagree")
    assert queries.poll_result(seats)["counts"]["agree"] == queries.poll_result(seats)["answered"] == 1
    everyone = polls.opened(session, chamber.facilitator, electorate=PollElectorate.EVERYONE)
    for actor in (chamber.alternate, chamber.titulars[0], person()):
        polls.answered(everyone, actor, "agree")
    assert queries.poll_result(everyone)["answered"] == 3


def test_nobody_is_shown_another_s_answer_for_their_own(chamber):
    session = chamber.session()
    poll, agreement = polls.opened(session, chamber.facilitator), put(chamber, session)
    polls.answered(poll, chamber.alternate, "agree")
    agreements.answered(agreement, chamber.alternate, "agree")
    for who, is_told in ((chamber.alternate, True), (chamber.titulars[0], False), (chamber.titulars[1], False)):
        room = queries.room(who, session)
        (card,), _left = queries.agreement_cards(who, room)
        (asked,) = queries.polls(who, room)
        assert bool(card.put.answer) is bool(asked.asked.answer) is is_told


def test_the_database_keeps_one_answer_for_a_seat(chamber):
    agreement, poll = put(chamber), polls.opened(chamber.session(), chamber.facilitator)
    voice = queries.membership(chamber.alternate, chamber.table).voice
    own = {"voice": voice, "at": NOW}
    text, question = (
        {"agreement_id": agreement.id, "version": 1, "choice": "agree"},
        {"poll_id": poll.id, "choices": []},
    )
    for kind, about in ((AgreementAnswer, text), (PollAnswer, question)):
        db.session.execute(sa.insert(kind).values(**about, **own, reason="", person_id=chamber.titulars[0].id))
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            db.session.execute(sa.insert(kind).values(**about, **own, reason="", person_id=chamber.alternate.id))


def test_the_room_says_which_seats_are_there_and_what_is_lacking(client, chamber):
    session = chamber.session()
    put(chamber, session)
    client.sign_in(chamber.titulars[0])
    url = f"/sesiones/{session.reference}"
    assert "Todavía no hay ningún asiento de 7." in client.get(url).text
    for who in (chamber.titulars[0], chamber.alternate, chamber.titulars[3]):
        with transaction():
            operations.say_here(actor=who, session=session, now=NOW)
    assert queries.seats_there(session) == {"civil_society": 1, "academia": 1}
    page = client.get(url).text
    assert "Faltan 2 asientos, entre ellos uno de Institución pública." in page
    assert "Contestaron 0 asientos." in page
    assert "Registrar lo que se acordó sin dispositivos" not in page
    draft = agreements.drafted(session, chamber.facilitator, "Otro texto")
    client.sign_in(chamber.facilitator)
    assert "Quórum, en porcentaje" not in client.get(url).text
    form = {"test": "majority", "version": "1"}
    assert client.post(f"{url}/acuerdos/{draft.reference}/decision", data=form).status_code == 303
    assert draft.is_put


def test_the_room_of_a_forum_costs_little(client, chamber, count_queries):
    session = chamber.session()
    put(chamber, session)
    client.sign_in(chamber.titulars[0])
    url = f"/sesiones/{session.reference}"
    client.get(url)
    with count_queries() as log:
        client.get(url)
    assert len(log) <= 12


SEATS = st.dictionaries(st.sampled_from(SECTORS), st.integers(1, 5), min_size=1)


@given(SEATS, st.integers(0, 12), st.integers(0, 3), st.lists(st.sampled_from(SECTORS), max_size=25))
def test_quorum_is_monotone_and_what_lacks_it_is_never_adopted(seats, least, of_each, order):
    quorum, there = Quorum(least, of_each, seats), dict.fromkeys(seats, 0)
    terms = Terms(AgreementTest.MAJORITY, Fraction(0), quorum.total, seats, quorum)
    was = False
    for sector in order:
        if there.get(sector, 99) >= seats.get(sector, 0):
            continue  # no sector has more seats than it has
        there[sector] += 1
        verdict = judge(terms, {"agree": sum(there.values())}, there)
        assert verdict.why.is_adopted is quorum.is_met(there)
        assert verdict.why.is_adopted >= was
        assert verdict.answered <= quorum.total
        was = verdict.why.is_adopted


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.sampled_from(list(THUMBS))), max_size=30))
def test_seats_answer_at_most_once_and_titulars_win(acts):
    """The rule itself, on plain rows: who may write over whose answer."""
    kept = {}
    for seat, is_alternate, choice in acts:
        member = _Holder(is_alternate, seat * 2 + is_alternate)
        if not is_spoken_for(member, kept.get(seat, (None,))[0]):
            kept[seat] = (member.person_id, choice)
    assert len(kept) <= 4
    for seat, (who, choice) in kept.items():
        titular = [act[2] for act in acts if act[:2] == (seat, False)]
        assert who == seat * 2 + (not titular)
        if titular:
            assert choice == titular[-1]


class _Holder:
    def __init__(self, is_alternate, person_id):
        self.is_alternate, self.person_id, self.titular_id = is_alternate, person_id, person_id // 2 * 2


@pytest.mark.slow
def test_titular_and_alternate_answer_at_once_and_one_counts(committed_app):
    chamber = forums.chamber()
    agreement = put(chamber)
    poll = polls.opened(agreement.session, chamber.facilitator)
    ids = [chamber.alternate.id, chamber.titulars[0].id]
    db.session.commit()
    texts, questions = (agreement.id, agreement.version), poll.id
    titular = chamber.titulars[0].id

    def answer(who):
        return lambda: _answer(who, texts, questions)

    for found in at_once(committed_app, [answer(who) for who in ids * 3]):
        assert found is None or isinstance(found, Denied), found
    db.session.rollback()
    for kind in (AgreementAnswer, PollAnswer):
        assert [row.person_id for row in db.session.scalars(sa.select(kind))] == [titular]


def _answer(who, text, question):
    actor = db.session.get_one(Person, who)
    with transaction():
        poll = db.session.get_one(Poll, question)
        operations.answer_poll(actor=actor, poll=poll, choices=["agree"], now=NOW)
    with transaction():
        agreement = db.session.get_one(Agreement, text[0])
        operations.answer_agreement(actor=actor, agreement=agreement, version=text[1], choice="agree", now=NOW)


def test_a_voice_is_a_seat_or_oneself(chamber):
    session = chamber.session()
    facilitator = queries.room(chamber.facilitator, session)
    assert facilitator.voice(chamber.facilitator) == own_voice(chamber.facilitator.id)
    assert queries.room(chamber.alternate, session).voice(chamber.alternate) == f"seat:{chamber.seats[0].id}"
