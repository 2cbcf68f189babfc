"""A text to agree on: drafted, changed, put, answered, counted, closed, taken up again, each by whom it belongs to."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Organisation, Person, Role, Sector
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.extensions import db
from cocrea.tables import agreeing, operations, queries
from cocrea.tables.models import (
    Agreement,
    AgreementAnswer,
    AgreementStep,
    AgreementTest,
    EventKind,
    LiveEvent,
    MemberRole,
    RestrictionKind,
    TableMember,
)
from cocrea.tables.operations import AgreementContent, DutyContent, Hands
from tests.conftest import NOW
from tests.factories import agreements, tables
from tests.factories.accounts import grant, person, save
from tests.factories.history import actions, records
from tests.real import at_once

DUE = NOW + timedelta(days=10)


@pytest.fixture
def live(app):
    return tables.live_session()


def seated(session, number, **columns):
    return [tables.member(session.table, person(**columns)) for _ in range(number)]


def acts(session):
    found = [event for event in queries.events_since(session, 0) if event.kind is EventKind.AGREEMENT]
    assert all(set(event.payload) == {"act", "reference"} for event in found)
    return [event.payload["act"] for event in found]


def card(agreement, reader):
    cards, _left = queries.agreement_cards(reader, queries.room(reader, agreement.session))
    return next(found for found in cards if found.agreement is agreement)


def test_a_text_is_drafted_answered_reworked_and_adopted(live):
    session, facilitator = live
    one, two, three = seated(session, 3)
    text = agreements.drafted(session, facilitator, "Publicar los datos", DutyContent(one.name, DUE, "Reunirlos"))
    agreements.put(text, facilitator)
    agreements.answered(text, one, "agree")
    agreements.answered(text, two, "block", "Falta decir quién paga")
    assert card(text, three).bars is None and card(text, three).answered == 2
    agreements.closed(text, facilitator)
    assert text.step is AgreementStep.REJECTED
    assert agreeing.in_words(text) == "No se adoptó: hubo bloqueo (1 a favor, 1 bloqueo)"
    assert card(text, person()).reasons == [(two.name, "Falta decir quién paga")]
    again = agreements.reworked(text, facilitator, session)
    assert (again.text, again.duties[0].person_id, again.reworks_id) == (text.text, one.id, text.id)
    agreements.edited(
        again, facilitator, "Publicar los datos, a cargo del instituto", DutyContent("El instituto", DUE)
    )
    agreements.put(again, facilitator, quorum=50)
    for member, choice in ((one, "agree"), (two, "agree"), (three, "abstain")):
        agreements.answered(again, member, choice)
    agreements.counted(again, facilitator, disagree=0)
    agreements.closed(again, facilitator)
    assert again.is_adopted
    assert agreeing.in_words(again) == "Adoptado por consenso: 2 a favor, 1 abstención, ningún bloqueo"
    assert [bar.names for bar in card(again, person()).bars if bar.online] == [
        sorted([one.name, two.name]),
        [three.name],
    ]
    assert acts(session) == [
        *["drafted", "put", "answered", "answered", "rejected"],
        *["drafted", "changed", "put", "answered", "answered", "answered", "adopted"],
    ]
    assert actions(again.reference) == [
        "agreement.drafted",
        "agreement.changed",
        "agreement.put",
        "agreement.adopted",
    ]


def test_changing_the_text_ends_what_was_answered_and_keeps_it_to_be_read(live):
    session, facilitator = live
    one, two = seated(session, 2)
    text = agreements.put(agreements.drafted(session, facilitator, "Uno"), facilitator, AgreementTest.MAJORITY)
    agreements.answered(text, one, "block", "No dice cuándo")
    agreements.counted(text, facilitator, agree=1)
    assert [record.answers for record in queries.agreement_records(text)] == [[]]
    agreements.edited(text, facilitator, "Uno, en mayo")
    assert (text.step, text.version, text.in_person, text.put_at) == (AgreementStep.DRAFT, 2, {}, None)
    with pytest.raises(Denied):
        agreements.answered(text, two, "agree")
    agreements.put(text, facilitator)
    with pytest.raises(Denied):
        agreements.answered(text, two, "agree", version=1)
    agreements.answered(text, two, "agree")
    newest, first = queries.agreement_records(text)
    assert (newest.version.text, newest.answers) == ("Uno, en mayo", [])
    assert [(row.name, row.answer.reason) for row in first.answers] == [(one.name, "No dice cuándo")]
    agreements.closed(text, facilitator)
    assert text.is_adopted and text.result["answered"] == 1


def test_answers_are_told_to_nobody_before_it_closes(live, client):
    session, facilitator = live
    one = tables.member(session.table, person("Xóchitl Única"))
    text = agreements.put(agreements.drafted(session, facilitator, "Uno"), facilitator)
    agreements.answered(text, one, "block", "Razón reconocible")
    pages = [f"/sesiones/{session.reference}/paneles/agreement", f"/acuerdos/{text.reference}"]
    table = session.table.reference
    pages += [f"/sesiones/{session.reference}", f"/mesas/{table}/acuerdos", f"/mesas/{table}/acuerdos.json"]
    for reader in (None, facilitator):
        if reader:
            client.sign_in(reader)
        told = "".join(client.get(page).text for page in pages)
        assert "Razón reconocible" not in told and "bloqueo:" not in told
    assert {event.author_id for event in db.session.scalars(sa.select(LiveEvent))} == {facilitator.id}
    told = str(queries.events_payload(session, queries.events_since(session, 0)))
    assert "Xóchitl" not in told and "block" not in told
    agreements.closed(text, facilitator)
    for page in pages[:2]:
        assert "Razón reconocible" in client.get(page).text and "Xóchitl Única" in client.get(page).text
    kept = str(records(subject=text.reference))
    assert "reconocible" not in kept and one.public_id not in kept


def test_the_electorate_is_who_sat_there_when_it_was_put(live):
    session, facilitator = live
    member, observer, expert, unseated = person(), person(), person(), person()
    for someone in (member, observer, expert):
        tables.member(session.table, someone)
    for someone, role in ((observer, MemberRole.OBSERVER), (expert, MemberRole.EXPERT)):
        db.session.get_one(TableMember, (session.table_id, someone.id)).role = role
    db.session.commit()
    text = agreements.put(agreements.drafted(session, facilitator), facilitator, quorum=100)
    late = person()
    with transaction():
        operations.join(actor=late, table=session.table, now=NOW + timedelta(seconds=1))
    assert (text.members, text.sectors) == (1, {"civil_society": 1} if member.sector else {"": 1})
    for someone in (observer, expert, unseated, late, facilitator):
        with pytest.raises(Denied):
            agreements.answered(text, someone, "agree")
    agreements.answered(text, member, "agree")
    agreements.closed(text, facilitator)
    assert text.is_adopted


def test_quorum_counts_hands_in_the_room_and_is_told_in_words(live):
    session, facilitator = live
    members = seated(session, 12)
    first, second = (agreements.drafted(session, facilitator, words) for words in ("Uno", "Dos"))
    for text in (first, second):
        agreements.put(text, facilitator, quorum=55)
        for member in members[:3]:
            agreements.answered(text, member, "agree")
    agreements.counted(first, facilitator, agree=2)
    agreements.counted(second, facilitator, agree=3, abstain=1)
    for text in (first, second):
        agreements.closed(text, facilitator)
    assert agreeing.in_words(first) == "No se adoptó: no hubo quórum (5 de 12; hacían falta 7)"
    assert agreeing.in_words(second) == "Adoptado por consenso: 6 a favor, 1 abstención, ningún bloqueo"
    assert (second.result["counts"]["agree"], second.in_person) == (3, {"agree": 3, "abstain": 1})


def test_nobody_is_counted_twice_in_the_room(live):
    session, facilitator = live
    one, _two = seated(session, 2)
    text = agreements.put(agreements.drafted(session, facilitator), facilitator)
    agreements.answered(text, one, "agree")
    with pytest.raises(Conflict):
        agreements.counted(text, facilitator, agree=2)
    agreements.counted(text, facilitator, agree=1)
    agreements.answered(text, _two, "agree")
    with pytest.raises(Conflict):
        agreements.closed(text, facilitator)
    agreements.counted(text, facilitator)
    agreements.closed(text, facilitator)
    assert text.is_adopted and text.in_person == {}


def test_quorum_by_sector_shares_out_the_hands(live):
    session, facilitator = live
    academia = seated(session, 2, sector=Sector.ACADEMIA)
    seated(session, 2, sector=Sector.CIVIL_SOCIETY)
    text = agreements.drafted(session, facilitator)
    agreements.put(text, facilitator, quorum=50, by_sector=True)
    for member in academia:
        agreements.answered(text, member, "agree")
    with pytest.raises(Invalid):
        agreements.counted(text, facilitator, agree=1)
    short = agreements.put(agreements.drafted(session, facilitator, "Otro"), facilitator, quorum=50, by_sector=True)
    for member in academia:
        agreements.answered(short, member, "agree")
    agreements.closed(short, facilitator)
    assert agreeing.in_words(short) == ("No se adoptó: no hubo quórum de Sociedad civil (0 de 2; hacían falta 1)")
    agreements.counted(text, facilitator, agree=1, sectors={"civil_society": 1})
    agreements.closed(text, facilitator)
    assert text.is_adopted


@pytest.mark.parametrize("test", list(AgreementTest))
def test_a_block_without_its_reason_is_refused(live, test):
    session, facilitator = live
    one, _two = seated(session, 2)
    text = agreements.put(agreements.drafted(session, facilitator), facilitator, test)
    for refused in (
        lambda: agreements.answered(text, one, "block", " \u200b"),
        lambda: agreements.counted(text, facilitator, block=1),
    ):
        with pytest.raises(Invalid) as error:
            refused()
        assert error.value.field == "reason"
    agreements.counted(text, facilitator, block=1, reason="No alcanza el dinero")
    agreements.closed(text, facilitator)
    assert text.step is AgreementStep.REJECTED and text.in_person_reason == "No alcanza el dinero"


def test_only_whom_it_belongs_to_acts(live):
    session, facilitator = live
    reporter, member = person(), tables.member(session.table)
    grant(reporter, Role.RAPPORTEUR, session.table)
    text = agreements.drafted(session, reporter)
    agreements.edited(text, reporter, "Otro texto")
    for other in (member, person()):
        for act in (
            lambda other=other: agreements.drafted(session, other),
            lambda other=other: agreements.edited(text, other, "Mío"),
            lambda other=other: agreements.put(text, other),
            lambda other=other: agreements.withdrawn(text, other),
            lambda other=other: agreements.reworked(text, other, session),
        ):
            with pytest.raises(Denied):
                act()
    with pytest.raises(Denied):
        agreements.put(text, reporter)
    agreements.put(text, facilitator)
    for refused in (agreements.closed, agreements.counted):
        for other in (member, reporter):
            with pytest.raises(Denied):
                refused(text, other)


def test_nothing_is_done_out_of_its_time(live):
    session, facilitator = live
    (member,) = seated(session, 1)
    text = agreements.drafted(session, facilitator)
    for early in (lambda: agreements.answered(text, member, "agree"), lambda: agreements.closed(text, facilitator)):
        with pytest.raises(Denied):
            early()
    agreements.put(text, facilitator)
    agreements.closed(text, facilitator)
    left = agreements.drafted(session, facilitator, "Sin terminar")
    for late in (
        lambda: agreements.put(text, facilitator),
        lambda: agreements.edited(text, facilitator, "Otro"),
        lambda: agreements.answered(text, member, "agree"),
        lambda: agreements.counted(text, facilitator),
        lambda: agreements.closed(text, facilitator),
        lambda: agreements.withdrawn(text, facilitator),
        lambda: agreements.reworked(left, facilitator, session),
    ):
        with pytest.raises(Denied):
            late()
    with transaction():
        operations.end_session(actor=facilitator, session=session, now=NOW)
    for late in (
        lambda: agreements.drafted(session, facilitator),
        lambda: agreements.edited(left, facilitator, "Otro"),
        lambda: agreements.put(left, facilitator),
        lambda: agreements.reworked(text, facilitator, session),
    ):
        with pytest.raises(Denied):
            late()
    following = tables.session(session.table, facilitator)
    _cards, before = queries.agreement_cards(facilitator, queries.room(facilitator, following))
    assert before == [text, left]
    assert agreements.reworked(left, facilitator, following).text == "Sin terminar"
    with pytest.raises(Conflict):
        agreements.reworked(left, facilitator, following)


def test_a_closed_stage_takes_no_text_and_no_answer_and_lets_what_is_open_be_closed(live):
    session, facilitator = live
    (member,) = seated(session, 1)
    text = agreements.put(agreements.drafted(session, facilitator), facilitator)
    agreements.answered(text, member, "agree")
    for stage in session.cycle.stages:
        stage.ends_at = NOW
    db.session.commit()
    for refused in (
        lambda: agreements.drafted(session, facilitator),
        lambda: agreements.edited(text, facilitator, "Otro"),
        lambda: agreements.answered(text, member, "abstain"),
    ):
        with pytest.raises(Denied):
            refused()
    agreements.closed(text, facilitator)
    assert text.is_adopted


def test_what_is_open_when_the_session_ends_closes_with_it(live):
    session, facilitator = live
    one, _two = seated(session, 2)
    text = agreements.put(agreements.drafted(session, facilitator), facilitator, quorum=100)
    agreements.answered(text, one, "agree")
    with transaction():
        operations.end_session(actor=facilitator, session=session, now=NOW)
    assert text.step is AgreementStep.REJECTED and "quórum" in agreeing.in_words(text)
    assert [event.kind for event in queries.events_since(session, 0)][-2:] == [EventKind.AGREEMENT, EventKind.ENDED]


def test_two_who_write_at_once_lose_neither_text(live):
    session, facilitator = live
    text = agreements.drafted(session, facilitator, "Uno")
    agreements.edited(text, facilitator, "Dos", base=1)
    with pytest.raises(Conflict):
        agreements.edited(text, facilitator, "Tres", base=1)
    agreements.edited(text, facilitator, "Dos", base=1)
    assert (text.text, text.version) == ("Dos", 2)
    with pytest.raises(Conflict):
        agreements.put(text, facilitator, version=1)
    assert acts(session) == ["drafted", "changed"]


def test_the_same_twice_is_once(live):
    session, facilitator = live
    one, _two = seated(session, 2)
    assert agreements.drafted(session, facilitator, key="k1") is agreements.drafted(session, facilitator, key="k1")
    text = agreements.put(agreements.drafted(session, facilitator, "Otro"), facilitator)
    for _ in range(3):
        agreements.answered(text, one, "block", "No")
        agreements.counted(text, facilitator, agree=1)
    assert acts(session) == ["drafted", "drafted", "put", "answered", "counted"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AgreementAnswer)) == 1


def test_a_withdrawn_text_stays_with_its_reason(live):
    session, facilitator = live
    (one,) = seated(session, 1)
    text = agreements.put(agreements.drafted(session, facilitator), facilitator)
    agreements.answered(text, one, "disagree")
    with pytest.raises(Invalid):
        agreements.withdrawn(text, facilitator, " ")
    agreements.withdrawn(text, facilitator)
    assert (text.step, text.reason) == (AgreementStep.WITHDRAWN, "Ya no hace falta")
    (record,) = queries.agreement_records(text)
    assert [row.answer.choice for row in record.answers] == ["disagree"]
    assert actions(text.reference)[-1] == "agreement.withdrawn"


def test_what_was_answered_to_a_withdrawn_text_is_told_to_nobody(live, client):
    session, facilitator = live
    one = tables.member(session.table, person("Xóchitl Única"))
    text = agreements.put(agreements.drafted(session, facilitator), facilitator)
    agreements.answered(text, one, "block", "Razón reconocible")
    agreements.withdrawn(text, facilitator)
    for page in (f"/acuerdos/{text.reference}", f"/sesiones/{session.reference}/paneles/agreement"):
        told = client.get(page).text
        assert "Xóchitl" not in told and "reconocible" not in told
    assert "no se publica" in client.get(f"/acuerdos/{text.reference}").text


def test_more_answers_than_members_adopt_nothing_at_the_end(live):
    session, facilitator = live
    members = seated(session, 3)
    text = agreements.put(agreements.drafted(session, facilitator), facilitator)
    agreements.counted(text, facilitator, agree=3)
    for member in members:
        agreements.answered(text, member, "agree")
    with transaction():
        operations.end_session(actor=facilitator, session=session, now=NOW)
    assert (text.step, text.result["why"]) == (AgreementStep.REJECTED, agreeing.Why.TOO_MANY)
    assert "6 respuestas y solo podían contestar 3" in agreeing.in_words(text)


def test_whoever_owed_it_owes_it_still_after_leaving_or_meeting_a_namesake(live):
    session, facilitator = live
    ana, luz = (tables.member(session.table, person(name)) for name in ("Ana Única", "Luz Repetida"))
    owed = [DutyContent(ana.name, what="Reunir"), DutyContent(luz.name, what="Publicar")]
    text = agreements.drafted(session, facilitator, "Uno", *owed)
    with transaction():
        operations.leave(actor=ana, table=session.table, now=NOW)
    tables.member(session.table, person(luz.name))
    agreements.edited(text, facilitator, "Dos", *owed)
    assert [duty.person_id for duty in text.duties] == [ana.id, luz.id]
    agreements.withdrawn(text, facilitator)
    again = agreements.reworked(text, facilitator, session)
    assert [duty.person_id for duty in again.duties] == [ana.id, luz.id]
    agreements.edited(again, facilitator, "Tres", DutyContent("Quien sea", what="Reunir"))
    assert (again.duties[0].person_id, again.duties[0].responsible) == (None, "Quien sea")


def test_what_another_session_adopted_is_not_taken_up_again(live):
    session, facilitator = live
    (one,) = seated(session, 1)
    old = agreements.put(agreements.drafted(session, facilitator), facilitator)
    agreements.closed(old, facilitator)
    second, third = (tables.session(session.table, facilitator) for _ in range(2))

    def left(where):
        return queries.agreement_cards(facilitator, queries.room(facilitator, where))[1]

    assert left(second) == left(third) == [old]
    again = agreements.reworked(old, facilitator, second)
    assert left(third) == [again]
    agreements.put(again, facilitator)
    agreements.answered(again, one, "agree")
    agreements.closed(again, facilitator)
    assert again.is_adopted and left(third) == []
    with pytest.raises(Conflict):
        agreements.reworked(old, facilitator, third)


def test_a_key_of_something_else_is_refused_in_words(live):
    session, facilitator = live
    tables.said(session, facilitator, key="k1")
    old = agreements.drafted(session, facilitator)
    agreements.withdrawn(old, facilitator)
    for again in (
        lambda: agreements.drafted(session, facilitator, key="k1"),
        lambda: agreements.reworked(old, facilitator, session, key="k1"),
    ):
        with pytest.raises(Conflict):
            again()


def test_what_was_agreed_without_devices_is_judged_by_its_test(live):
    session, facilitator = live

    def noted(body, test, **people):
        with transaction():
            return operations.record_agreement(
                actor=facilitator,
                session=session,
                content=AgreementContent(body),
                test=test,
                hands=Hands(people, reason="No alcanza" if "block" in people else ""),
                now=NOW,
            )

    assert (
        agreeing.in_words(noted("a", AgreementTest.CONSENT)) == "Adoptado por consenso en la sala, sin contar manos"
    )
    adopted = noted("b", AgreementTest.TWO_THIRDS, agree=6, disagree=3)
    assert agreeing.in_words(adopted) == "Adoptado por dos tercios: 6 a favor, 3 en desacuerdo, ningún bloqueo"
    refused = noted("c", AgreementTest.CONSENT, agree=9, block=1)
    assert refused.step is AgreementStep.REJECTED and acts(session)[-1] == "rejected"
    with pytest.raises(Invalid):
        noted("d", AgreementTest.MAJORITY)


def test_whoever_is_named_owes_it(live):
    session, facilitator = live
    one = tables.member(session.table, person("Ana Única"))
    twins = [tables.member(session.table, person("Luz Repetida")) for _ in range(2)]
    institute = save(Organisation(slug="iaa", name="Instituto del Agua", short_name="IAA", sector=Sector.PUBLIC_BODY))
    owed = [DutyContent(name) for name in ("ana unica", "IAA", twins[0].name, "La señora de la esquina", "")]
    text = agreements.drafted(session, facilitator, "Uno", *owed)
    assert [(duty.person_id, duty.organisation_id, duty.responsible) for duty in text.duties] == [
        (one.id, None, ""),
        (None, institute.id, ""),
        (None, None, "Luz Repetida"),
        (None, None, "La señora de la esquina"),
        (None, None, ""),
    ]
    one.withdrawn_at = NOW
    assert str(text.duties[0].owed_by) == "Persona que se retiró"


@pytest.mark.slow
def test_twenty_at_once_count_twenty_and_one_twenty_times_counts_once(committed_app):
    session, facilitator = tables.live_session()
    people = [tables.member(session.table) for _ in range(20)]
    text = agreements.put(agreements.drafted(session, facilitator), facilitator)
    single = agreements.put(agreements.drafted(session, facilitator, "Otro"), facilitator)

    def answering(agreement, someone):
        def run():
            agreements.answered(
                db.session.get_one(Agreement, agreement), db.session.get_one(Person, someone), "agree"
            )

        return run

    assert at_once(committed_app, [answering(text.id, someone.id) for someone in people]) == [None] * 20
    assert at_once(committed_app, [answering(single.id, people[0].id)] * 20) == [None] * 20

    def closing():
        try:
            agreements.closed(db.session.get_one(Agreement, text_id), db.session.get_one(Person, by))
        except Denied:
            return "denied"
        return None

    text_id, by = text.id, facilitator.id
    assert sorted(at_once(committed_app, [closing] * 5), key=str) == [None, *["denied"] * 4]
    db.session.rollback()
    assert text.result["answered"] == 20
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AgreementAnswer)) == 21
    assert [event.seq for event in queries.events_since(session, 0)] == list(range(1, session.last_seq + 1))


def test_the_muted_answer_and_who_was_removed_does_not(live):
    session, facilitator = live
    muted, removed = seated(session, 2)
    text = agreements.put(agreements.drafted(session, facilitator), facilitator)
    for someone, kind in ((muted, RestrictionKind.MUTED), (removed, RestrictionKind.REMOVED)):
        with transaction():
            operations.restrict(
                actor=facilitator, session=session, person=someone, kind=kind, reason="Interrumpe", now=NOW
            )
    agreements.answered(text, muted, "block", "No se me escuchó")
    with pytest.raises(Denied):
        agreements.answered(text, removed, "agree")
