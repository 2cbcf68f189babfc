"""Straw polls: asked, answered, counted in the room and closed, each in its time and by whom it belongs to."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person, Sector
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import (
    EventKind,
    LiveEvent,
    MemberRole,
    Poll,
    PollAnswer,
    PollElectorate,
    PollKind,
    PollShows,
    TableMember,
)
from cocrea.tables.operations import PollContent
from cocrea.tables.operations.polls import MOST_POLLS
from tests.conftest import NOW
from tests.factories import polls, tables
from tests.factories.accounts import person
from tests.factories.history import records
from tests.real import at_once


@pytest.fixture
def live(app):
    return tables.live_session()


def result(poll, reader):
    """What a reader is shown of a poll, as {choice: (online, in person)}; None while they may not."""
    cards = queries.polls(reader, queries.room(reader, poll.session))
    bars = next(card for card in cards if card.poll is poll).bars
    return None if bars is None else {bar.choice: (bar.online, bar.in_person) for bar in bars}


def card(poll, reader):
    return next(card for card in queries.polls(reader, queries.room(reader, poll.session)) if card.poll is poll)


def events(session):
    return [event for event in queries.events_since(session, 0) if event.kind is EventKind.POLL]


def answers():
    return db.session.scalar(sa.select(sa.func.count()).select_from(PollAnswer))


def test_a_poll_is_answered_changed_and_closed(live):
    session, facilitator = live
    one, two = tables.member(session.table), tables.member(session.table)
    poll = polls.opened(session, facilitator)
    polls.answered(poll, one, "agree")
    polls.answered(poll, one, "block", reason=" Falta la ley ")
    polls.answered(poll, two, "agree", reason="no bloquea: no se guarda")
    polls.counted(poll, facilitator, agree=3, abstain=0)
    assert (card(poll, two).answered, card(poll, two).in_person, result(poll, two)) == (2, 3, None)
    polls.closed(poll, facilitator)
    assert result(poll, two) == {"agree": (1, 3), "abstain": (0, 0), "disagree": (0, 0), "block": (1, 0)}
    assert (card(poll, two).answered, card(poll, None or one).reasons) == (2, [("", "Falta la ley")])
    acts = [event.payload["act"] for event in events(session)]
    assert acts == ["opened", "answered", "answered", "answered", "counted", "closed"]
    assert all(set(event.payload) == {"act", "poll"} for event in events(session))


def test_the_same_answer_again_changes_nothing_and_is_not_told(live):
    session, facilitator = live
    member = tables.member(session.table)
    poll = polls.opened(session, facilitator)
    for _ in range(3):
        polls.answered(poll, member, "block", reason="Falta la ley")
        polls.counted(poll, facilitator, agree=2)
    assert [event.payload["act"] for event in events(session)] == ["opened", "answered", "counted"]
    assert answers() == 1


def test_a_form_sent_twice_asks_once(live):
    session, facilitator = live
    assert polls.opened(session, facilitator, key="k1") is polls.opened(session, facilitator, key="k1")
    assert len(events(session)) == 1


def test_closing_an_anonymous_poll_leaves_no_link_to_a_person(live):
    session, facilitator = live
    member = tables.member(session.table)
    poll, named = polls.opened(session, facilitator), polls.opened(session, facilitator, is_named=True)
    for asked in (poll, named):
        polls.answered(asked, member, "disagree")
        polls.closed(asked, facilitator)
    assert db.session.scalars(sa.select(PollAnswer.poll_id)).all() == [named.id]
    told = db.session.scalars(sa.select(LiveEvent.author_id).filter_by(kind=EventKind.POLL)).all()
    assert set(told) == {facilitator.id}
    kept = str([record for record in records() if record["action"].startswith("poll.")])
    assert member.public_id not in kept and "disagree" not in kept
    assert [bar.names for bar in card(named, person()).bars if bar.online] == [[member.name]]
    assert not any(bar.names for bar in card(poll, person()).bars)


def test_nothing_is_done_out_of_its_time(live):
    session, facilitator = live
    member = tables.member(session.table)
    first, second = polls.opened(session, facilitator), polls.opened(session, facilitator)
    polls.closed(first, facilitator)
    for refused in (
        lambda: polls.answered(first, member, "agree"),
        lambda: polls.closed(first, facilitator),
        lambda: tighten(first, facilitator, PollShows.AFTER_CLOSE),
    ):
        with pytest.raises(Denied):
            refused()
    polls.counted(first, facilitator, agree=1)
    polls.answered(second, member, "agree")
    with transaction():
        operations.end_session(actor=facilitator, session=session, now=NOW)
    assert second.closed_at == NOW and result(second, member)["agree"] == (1, 0)
    for refused in (
        lambda: polls.opened(session, facilitator),
        lambda: polls.counted(first, facilitator, agree=2),
        lambda: polls.answered(second, member, "block"),
    ):
        with pytest.raises(Denied):
            refused()
    kinds = [event.kind for event in queries.events_since(session, 0)]
    assert kinds[-2:] == [EventKind.POLL, EventKind.ENDED]


def tighten(poll, by, shows):
    with transaction():
        operations.tighten_poll(actor=by, poll=poll, shows=shows, now=NOW)


def test_results_are_shown_less_and_never_more(live):
    session, facilitator = live
    poll = polls.opened(session, facilitator, shows=PollShows.LIVE)
    tighten(poll, facilitator, PollShows.AFTER_ANSWERING)
    for looser in (PollShows.LIVE, PollShows.AFTER_ANSWERING):
        with pytest.raises(Invalid):
            tighten(poll, facilitator, looser)
    tighten(poll, facilitator, PollShows.AFTER_CLOSE)
    with pytest.raises(Invalid):
        tighten(poll, facilitator, PollShows.AFTER_ANSWERING)


def test_only_the_facilitation_conducts_it(live):
    session, facilitator = live
    poll = polls.opened(session, facilitator, shows=PollShows.LIVE)
    acts = (
        lambda other: polls.opened(session, other),
        lambda other: polls.closed(poll, other),
        lambda other: polls.counted(poll, other, agree=1),
        lambda other: tighten(poll, other, PollShows.AFTER_CLOSE),
    )
    for act in acts:
        for other in (tables.member(session.table), person()):
            with pytest.raises(Denied):
                act(other)


def test_only_its_electorate_answers(live):
    session, facilitator = live
    member, observer, newcomer, unconfirmed = person(), person(), person(), person(verified=False)
    for someone in (member, observer):
        tables.member(session.table, someone)
    db.session.get_one(TableMember, (session.table_id, observer.id)).role = MemberRole.OBSERVER
    db.session.commit()
    narrow = polls.opened(session, facilitator)
    wide = polls.opened(session, facilitator, electorate=PollElectorate.EVERYONE)
    for poll, may in ((narrow, {member}), (wide, {member, observer, newcomer})):
        for someone in (member, observer, newcomer, unconfirmed):
            if someone in may:
                polls.answered(poll, someone, "agree")
            else:
                with pytest.raises(Denied):
                    polls.answered(poll, someone, "agree")
    assert answers() == 4


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (PollContent(" \u200b ", PollKind.THUMBS), "question"),
        (PollContent("¿Cuál?", PollKind.SINGLE, ["Una"]), "options"),
        (PollContent("¿Cuál?", PollKind.SINGLE, ["Río", " rio "]), "options"),
        (PollContent("¿Cuál?", PollKind.SINGLE, [str(n) for n in range(11)]), "options"),
        (PollContent("¿Cuál?", PollKind.SINGLE, ["x" * 121, "y"]), "options"),
        (PollContent("¿Cuáles?", PollKind.MULTIPLE, ["Una", "Dos"], most=3), "most"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(live, content, field):
    session, facilitator = live
    with pytest.raises(Invalid) as refused, transaction():
        operations.open_poll(actor=facilitator, session=session, content=content, now=NOW)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("kind", "choices", "field"),
    [
        (PollKind.THUMBS, [], "choice"),
        (PollKind.THUMBS, ["agree", "block"], "choice"),
        (PollKind.FIST_TO_FIVE, ["6"], "choice"),
        (PollKind.SINGLE, ["1", "x"], "choice"),
        (PollKind.MULTIPLE, ["1", "2", "3"], "choices"),
        (PollKind.MULTIPLE, [], "choices"),
        (PollKind.CLOUD, ["dos palabras"], "word"),
        (PollKind.CLOUD, ["…!"], "word"),
        (PollKind.CLOUD, ["x" * 31], "word"),
        (PollKind.CLOUD, [], "word"),
    ],
)
def test_what_is_no_answer_is_refused_at_its_field(live, kind, choices, field):
    session, facilitator = live
    poll = polls.opened(session, facilitator, kind, options=["Una", "Dos", "Tres"], most=2)
    with pytest.raises(Invalid) as refused:
        polls.answered(poll, tables.member(session.table), *choices)
    assert refused.value.field == field
    assert answers() == 0


def test_each_kind_counts_what_it_asks(live):
    session, facilitator = live
    members = [tables.member(session.table) for _ in range(3)]
    options = ["Traducir", "Grabar", "Las dos"]
    fist = polls.opened(session, facilitator, PollKind.FIST_TO_FIVE)
    several = polls.opened(session, facilitator, PollKind.MULTIPLE, options=options, most=2)
    cloud = polls.opened(session, facilitator, PollKind.CLOUD, is_named=True)
    said = {
        fist: (["5"], ["0"], ["5"]),
        several: (["1", "3"], ["3"], ["3", "2"]),
        cloud: (["«Agua»"], ["AGUA."], ["Río"]),
    }
    for poll, chosen in said.items():
        for member, choices in zip(members, chosen, strict=True):
            polls.answered(poll, member, *choices)
    polls.counted(fist, facilitator, _4=2)
    polls.counted(cloud, facilitator, agua=1, luz=1)
    polls.counted(cloud, facilitator, ÁGUA=2)
    for poll in said:
        polls.closed(poll, facilitator)
    assert result(fist, facilitator) == dict(
        zip("543210", [(2, 0), (0, 2), (0, 0), (0, 0), (0, 0), (1, 0)], strict=True)
    )
    assert result(several, facilitator) == {"1": (1, 0), "2": (1, 0), "3": (3, 0)}
    (most_said, said_by), *rest = result(cloud, facilitator).items()
    assert (most_said.casefold().replace("á", "a"), said_by, rest) == (
        "agua",
        (2, 2),
        [("luz", (0, 1)), ("Río", (1, 0))],
    )
    assert cloud.is_named is False and not any(bar.names for bar in card(cloud, facilitator).bars)


def test_sectors_are_told_where_no_group_is_small(live):
    session, facilitator = live
    poll = polls.opened(session, facilitator)
    for n in range(9):
        sector = Sector.ACADEMIA if n < 5 else Sector.CIVIL_SOCIETY
        polls.answered(poll, tables.member(session.table, person(sector=sector)), "agree")
    assert card(poll, facilitator).sectors == {}
    polls.answered(poll, tables.member(session.table, person(sector=Sector.CIVIL_SOCIETY)), "agree")
    polls.closed(poll, facilitator)
    assert card(poll, facilitator).sectors == {Sector.ACADEMIA: 5, Sector.CIVIL_SOCIETY: 5}


def test_a_session_has_so_many_polls_and_no_more(live):
    session, facilitator = live
    content = {"session_id": session.id, "question": "¿Sí?", "kind": PollKind.THUMBS, "shows": PollShows.LIVE}
    more = {"is_named": False, "electorate": PollElectorate.MEMBERS, "opened_by_id": facilitator.id, "opened_at": NOW}
    db.session.add_all([Poll(**content, **more) for _ in range(MOST_POLLS)])
    db.session.commit()
    with pytest.raises(Conflict):
        polls.opened(session, facilitator)


def test_an_item_taken_off_the_agenda_leaves_its_poll(live):
    session, facilitator = live
    other, _someone = tables.live_session()
    for where in (session, other):
        with transaction():
            item = operations.ItemContent("Fugas", "discuss", 5)
            operations.add_item(
                actor=_someone if where is other else facilitator, session=where, content=item, now=NOW
            )
    (here,), (elsewhere,) = queries.agenda(session), queries.agenda(other)
    with pytest.raises(Invalid):
        polls.opened(session, facilitator, item=elsewhere)
    poll = polls.opened(session, facilitator, item=here)
    with transaction():
        operations.remove_item(actor=facilitator, item=here, now=NOW)
    db.session.expire_all()
    assert poll.item is None


def test_the_history_tells_of_polls_without_their_text(live):
    session, facilitator = live
    poll = polls.opened(session, facilitator, PollKind.SINGLE, question="¿Secreto?", options=["A voces", "Callado"])
    polls.closed(poll, facilitator)
    kept = [record for record in records() if record["action"].startswith("poll.")]
    assert [record["action"] for record in kept] == ["poll.opened", "poll.closed"]
    assert not any(text in str(kept) for text in ("Secreto", "voces", "Callado"))


def test_polls_cost_the_same_however_many_answered(live, count_queries):
    session, facilitator = live
    room, member = queries.room(facilitator, session), tables.member(session.table)
    costs = []
    for number in (1, 8):
        for _ in range(number):
            polls.answered(polls.opened(session, facilitator), member, "agree")
            polls.closed(polls.opened(session, facilitator, is_named=True), facilitator)
        queries.polls(member, room)  # what the commit made stale is read again
        with count_queries() as log:
            queries.polls(member, room)
        costs.append(len(log))
    assert costs[0] == costs[1] <= 4


@pytest.mark.slow
def test_twenty_at_once_count_twenty_and_one_twenty_times_counts_once(committed_app):
    session, facilitator = tables.live_session()
    people = [tables.member(session.table) for _ in range(20)]
    all_of_them, one = polls.opened(session, facilitator), polls.opened(session, facilitator)

    def answering(poll, someone):
        def run():
            polls.answered(db.session.get_one(Poll, poll), db.session.get_one(Person, someone), "agree")

        return run

    calls = [answering(all_of_them.id, someone.id) for someone in people]
    assert at_once(committed_app, calls) == [None] * 20
    assert at_once(committed_app, [answering(one.id, people[0].id)] * 20) == [None] * 20
    db.session.rollback()
    assert (card(all_of_them, facilitator).answered, card(one, facilitator).answered) == (20, 1)
    told = [event.payload for event in events(session)]
    assert told.count({"act": "answered", "poll": one.id}) == 1
    assert [event.seq for event in queries.events_since(session, 0)] == list(range(1, session.last_seq + 1))
