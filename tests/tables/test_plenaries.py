"""A forum meets at a table of its own: opened once, with exactly those who hold its seats, in any open stage."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cocrea.accounts.models import Gender, Role, Sector
from cocrea.core import live
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.cycles.models import OPENS, Action, StageKind
from cocrea.extensions import db
from cocrea.forums.models import HolderKind
from cocrea.tables import figures, operations, policies, queries
from cocrea.tables.models import (
    Convening,
    MemberRole,
    NoticeKind,
    Plenary,
    SessionMode,
    Sitting,
    SittingKind,
    TableMember,
)
from cocrea.tables.offices import Staff
from tests.conftest import NOW
from tests.factories import agreements, cycles, forums, tables
from tests.factories.accounts import credential, grant, person
from tests.factories.history import records

TITULAR, ALTERNATE = HolderKind


@pytest.fixture
def cut_off(monkeypatch):
    """The rooms whose connections were cut."""
    rooms = []
    monkeypatch.setattr(live, "disconnect", rooms.append)
    return rooms


def sitting(chamber, kind, title="Arranque", *, starts=timedelta(days=10)):
    begins = NOW + starts
    plan = operations.SessionPlan(title, SessionMode.ONLINE, begins, begins + timedelta(hours=2), sitting=kind)
    with transaction():
        return operations.schedule_session(actor=chamber.facilitator, table=chamber.table, plan=plan, now=NOW)


def seated(chamber):
    members = db.session.query(TableMember).filter_by(table_id=chamber.table.id).all()
    return {member.person_id: member for member in members}


def test_a_forum_gets_one_table_in_a_cycle_however_often_it_is_called(app):
    chamber = forums.chamber()
    assert forums.convened(chamber.cycle, chamber.forum, chamber.steward).id == chamber.table.id
    assert db.session.query(Plenary).count() == 1
    assert len(records("table.plenary_opened")) == 1
    other = cycles.cycle(StageKind.FOLLOW_UP, space_id=chamber.cycle.space_id)
    assert forums.convened(other, chamber.forum, chamber.steward).id != chamber.table.id
    assert chamber.table.is_plenary
    assert not tables.table().is_plenary


def test_only_who_facilitates_or_answers_for_the_cycle_calls_a_forum_of_its_space(app):
    chamber = forums.chamber()
    foreign, closed = cycles.forum(cycles.space()), cycles.cycle(space_id=chamber.cycle.space_id)
    for actor, forum, cycle in (
        (person(), chamber.forum, chamber.cycle),
        (chamber.titulars[0], chamber.forum, chamber.cycle),
        (chamber.facilitator, foreign, chamber.cycle),
        (chamber.steward, chamber.forum, closed),
    ):
        with pytest.raises(Denied):
            forums.convened(cycle, forum, actor)


def test_those_who_hold_seats_sit_there_and_nobody_else(app):
    chamber = forums.chamber()
    members = seated(chamber)
    assert set(members) == {*(each.id for each in chamber.titulars), chamber.alternate.id}
    roles = {chamber.titulars[0].id: MemberRole.MEMBER, chamber.titulars[6].id: MemberRole.OFFICIAL}
    assert {who: members[who].role for who in roles} == roles
    assert members[chamber.titulars[3].id].sector is Sector.ACADEMIA
    assert members[chamber.alternate.id].is_alternate
    assert members[chamber.alternate.id].voice == members[chamber.titulars[0].id].voice


def test_who_is_suspended_keeps_the_place_and_has_it_back(app):
    chamber = forums.chamber()
    ana = chamber.titulars[0]
    ana.suspended_at = NOW
    db.session.commit()
    forums.relieve(chamber.seats[1], chamber.steward, TITULAR)
    assert ana.id in seated(chamber)
    assert ana.id in {holder.person_id for holder in queries.holders_at(chamber.table)}
    assert chamber.titulars[1].id not in seated(chamber)


def test_only_functions_that_seat_or_serve_are_given_at_a_plenary(app):
    chamber, table = forums.chamber(), tables.table()
    plenary, usual = (
        {office.post.role for office in Staff(own.cycle, [own]).offices() if office.post.scope == own.scope}
        for own in (chamber.table, table)
    )
    assert plenary == {Role.FACILITATOR, Role.COFACILITATOR, Role.RAPPORTEUR}
    assert usual == plenary | {Role.EXPERT, Role.OBSERVER}


def test_nobody_joins_asks_is_invited_leaves_or_is_removed_otherwise(app):
    chamber = forums.chamber(StageKind.TABLES)
    table, newcomer = chamber.table, person()
    place = queries.place(newcomer, table)
    for refused in (policies.can_join(newcomer, place, NOW), policies.can_request(newcomer, place, NOW)):
        assert "asiento" in str(refused.reason)
    assert not policies.can_invite(chamber.facilitator, table, NOW)
    assert not policies.can_arrange(chamber.facilitator, table, NOW)
    assert not policies.can_leave(chamber.titulars[0], queries.place(chamber.titulars[0], table), NOW)
    assert not policies.can_remove(chamber.facilitator, seated(chamber)[chamber.titulars[0].id], NOW)
    grant(newcomer, Role.EXPERT, table)
    with pytest.raises(Denied):
        tables.member(table, newcomer)


def test_naming_and_relieving_changes_who_sits_at_once(app, cut_off):
    chamber = forums.chamber()
    seat, first = chamber.seats[1], chamber.titulars[1]
    forums.relieve(seat, chamber.steward, TITULAR)
    assert first.id not in seated(chamber)
    assert f"seat:{chamber.table.id}:{first.id}" in cut_off
    assert f"person:{first.id}" in cut_off
    second = forums.hold(seat, chamber.steward, TITULAR, person())
    assert seated(chamber)[second.id].seat_id == seat.id
    forums.relieve(chamber.seats[0], chamber.steward, TITULAR)
    forums.relieve(chamber.seats[0], chamber.steward, ALTERNATE)
    forums.hold(chamber.seats[0], chamber.steward, TITULAR, chamber.alternate)
    assert not seated(chamber)[chamber.alternate.id].is_alternate


def test_who_is_relieved_speaks_no_more(app):
    chamber = forums.chamber()
    session = chamber.session()
    tables.said(session, chamber.titulars[1])
    forums.relieve(chamber.seats[1], chamber.steward, TITULAR)
    with pytest.raises(Denied):
        tables.said(session, chamber.titulars[1])


def test_a_role_that_changes_keeps_the_capacity_of_the_seat(app):
    chamber = forums.chamber()
    official, member = chamber.titulars[6], chamber.titulars[0]
    for who in (official, member):
        grant(who, Role.OBSERVER, chamber.cycle)
        with transaction():
            operations.reseat(person=who)
    assert seated(chamber)[official.id].role is MemberRole.OFFICIAL
    assert seated(chamber)[member.id].role is MemberRole.MEMBER


@pytest.mark.parametrize("kind", list(StageKind))
def test_a_forum_meets_in_any_open_stage(app, kind):
    assert Action.MEET_FORUM in OPENS[kind]
    chamber = forums.chamber(kind)
    session = chamber.session()
    tables.said(session, chamber.titulars[0])


def test_a_forum_does_not_meet_while_no_stage_is_open(app):
    chamber = forums.chamber()
    for stage in chamber.cycle.stages:
        stage.ends_at = NOW
    db.session.commit()
    with pytest.raises(Denied) as refusal:
        chamber.session()
    assert "sesionar en el foro" in str(refusal.value.message)


def test_sessions_are_numbered_by_kind_and_forum_over_the_cycles(app):
    chamber = forums.chamber()
    titles = [
        sitting(chamber, kind).title
        for kind in (None, SittingKind.ORDINARY, SittingKind.EXTRAORDINARY, SittingKind.ORDINARY)
    ]
    assert titles == [
        "1.ª sesión ordinaria: Arranque",
        "2.ª sesión ordinaria: Arranque",
        "1.ª sesión extraordinaria: Arranque",
        "3.ª sesión ordinaria: Arranque",
    ]
    other = cycles.cycle(StageKind.FOLLOW_UP, space_id=chamber.cycle.space_id)
    table = forums.convened(other, chamber.forum, chamber.steward)
    assert tables.session(table, chamber.steward, live=False).title.startswith("4.ª sesión ordinaria")
    with pytest.raises(Invalid):
        sitting(chamber, SittingKind.ORDINARY, "x" * 150)
    assert db.session.query(Sitting).count() == 5
    ordinary = tables.live_session()[0]
    assert ordinary.title == "Primera sesión"
    assert queries.sitting_of(ordinary) is None


def test_a_title_keeps_saying_which_session_it_is(app):
    chamber = forums.chamber()
    session = sitting(chamber, SittingKind.ORDINARY)
    plan = operations.SessionPlan("Otro asunto", session.mode, session.starts_at, session.ends_at)
    for _twice in range(2):
        with transaction():
            operations.edit_session(
                actor=chamber.facilitator, session=session, plan=plan, reason="Cambió el asunto.", now=NOW
            )
        assert session.title == "1.ª sesión ordinaria: Otro asunto"
        plan = operations.SessionPlan(session.title, session.mode, session.starts_at, session.ends_at)


def test_an_extraordinary_session_is_called_with_less_notice(app):
    chamber = forums.chamber()
    three = timedelta(days=3)
    assert sitting(chamber, SittingKind.ORDINARY, starts=three).is_short_notice
    assert not sitting(chamber, SittingKind.EXTRAORDINARY, starts=three).is_short_notice
    stage = cycles.stage(chamber.cycle, StageKind.TABLES)
    stage.rules = {"urgent_notice": 5}
    db.session.commit()
    assert sitting(chamber, SittingKind.EXTRAORDINARY, starts=three).is_short_notice


def test_other_lists_of_tables_do_not_show_it(app):
    chamber = forums.chamber(StageKind.TABLES)
    made = tables.table(chamber.cycle, facilitator=chamber.facilitator)
    assert [card.table.id for card in queries.tables_of(chamber.cycle, NOW)] == [made.id]
    assert "seat" not in figures.received(chamber.cycle, None)


def test_its_sessions_are_in_calendars_and_told_by_e_mail(app):
    chamber = forums.chamber()
    credential(chamber.titulars[2])
    app.extensions["mailman"].outbox = outbox = []
    session = sitting(chamber, SittingKind.ORDINARY)
    assert queries.calendar_of(chamber.cycle) == [session]
    assert [room.session for room in queries.own_calendar(chamber.alternate)] == [session]
    with transaction():
        operations.tell_members(session=session, kind=NoticeKind.CALLED, now=NOW)
    (letter,) = outbox
    assert letter.subject == "Se convocó una sesión de tu foro"
    assert f"El foro «{chamber.forum.name}» convocó una sesión:" in letter.body


def test_the_forum_is_called_from_its_page_and_that_of_the_cycle(client, app):
    chamber = forums.chamber()
    db.session.query(TableMember).delete()
    db.session.query(Plenary).delete()
    db.session.commit()
    client.sign_in(chamber.facilitator)
    call = f"/foros/{chamber.forum.slug}/convocatorias/{chamber.cycle.slug}"
    for page in (f"/foros/{chamber.forum.slug}", f"/ciclos/{chamber.cycle.slug}"):
        assert call in client.get(page).text
    form = client.post(call).location
    assert client.post(call).location == form
    shown = client.get(form).text
    assert "Qué sesión del foro es" in shown
    assert "bastan 2 días" in shown
    times = {"starts_at": "2026-06-20T12:00", "ends_at": "2026-06-20T14:00", "mode": "online"}
    made = client.post(form, data={"title": "Arranque", "sitting": "extraordinary", **times})
    room = client.get(made.location).text
    assert "1.ª sesión extraordinaria: Arranque" in room
    assert '<option value="foro" selected>' in room
    edited = client.get(f"{made.location}/edicion").text
    assert 'name="sitting"' not in edited
    client.sign_in(person())
    assert client.post(call).status_code == 403
    assert call not in client.get(f"/ciclos/{chamber.cycle.slug}").text


def test_the_public_page_of_a_forum_tells_its_sessions_and_who_sits(client, app):
    chamber = forums.chamber()
    coming, past = sitting(chamber, SittingKind.ORDINARY, "Lo que viene"), chamber.session(title="Lo que fue")
    with transaction():
        operations.draft_minutes(actor=chamber.facilitator, session=past, now=NOW)
        operations.end_session(actor=chamber.facilitator, session=past, now=NOW)
    page = client.get(f"/foros/{chamber.forum.slug}").text
    assert page.index(coming.title) < page.index(past.title)
    assert f"/sesiones/{past.reference}/minuta" in page
    for words in (chamber.titulars[0].name, chamber.alternate.name, "Para decidir hacen falta 4 de 7 asientos"):
        assert words in page
    draft = cycles.cycle(StageKind.PREPARATION, published=False, space_id=chamber.cycle.space_id)
    assert draft.title not in page


def test_the_table_of_a_forum_says_what_it_is(client, app):
    chamber = forums.chamber()
    url = f"/mesas/{chamber.table.reference}"
    page = client.get(url).text
    assert "En el foro se sientan las organizaciones" in page
    assert "Unirme" not in page
    client.sign_in(chamber.facilitator)
    assert "El foro no tiene sesión próxima" in client.get(url).text
    session = chamber.session()
    client.sign_in(chamber.alternate)
    page = client.get(url).text
    assert "contesta por tu asiento si su titular no lo hace" in page
    assert session.title in client.get("/").text


def test_convening_is_judged_by_the_pair(app):
    chamber = forums.chamber()
    convening = Convening(chamber.forum, chamber.cycle)
    assert policies.can_convene_forum(chamber.steward, convening, NOW)
    assert queries.convenable(chamber.steward, chamber.forum, NOW) == [convening]
    assert queries.convenable(person(), chamber.forum, NOW) == []


def test_the_pages_of_a_forum_cost_the_same_whatever_it_holds(client, app, count_queries):
    chamber = forums.chamber()
    urls = [f"/foros/{chamber.forum.slug}", f"/mesas/{chamber.table.reference}", f"/ciclos/{chamber.cycle.slug}"]
    client.sign_in(chamber.facilitator)
    costs = []
    for _twice in range(2):
        session = chamber.session()
        agreement = agreements.put(agreements.drafted(session, chamber.facilitator), chamber.facilitator)
        for titular in chamber.titulars[::2]:
            agreements.answered(agreement, titular, "agree")
        agreements.closed(agreement, chamber.facilitator)
        found = []
        for url in urls:
            with count_queries() as log:
                assert client.get(url).status_code == 200
            found.append(len(log))
        costs.append(found)
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 10, costs


def test_what_a_forum_agreed_is_followed_on_its_page(client, app):
    chamber = forums.chamber()
    session = chamber.session()
    owed = [
        operations.DutyContent("Secretaría", NOW - timedelta(days=1), "Publicar el acta"),
        operations.DutyContent("Comité", NOW + timedelta(days=9), "Convocar a la mesa"),
    ]
    for number, duty in enumerate(owed):
        text = agreements.drafted(session, chamber.facilitator, f"Texto {number}", duty)
        agreements.put(text, chamber.facilitator)
        for titular in chamber.titulars[::2]:
            agreements.answered(text, titular, "agree")
        agreements.closed(text, chamber.facilitator)
        assert text.is_adopted
    url = f"/foros/{chamber.forum.slug}"
    page = client.get(url).text
    assert "Publicar el acta" in page and "Convocar a la mesa" in page
    overdue = client.get(f"{url}?estado=vencido").text
    assert "Publicar el acta" in overdue and "Convocar a la mesa" not in overdue
    assert "Nada de lo acordado está así." in client.get(f"{url}?estado=cumplido").text
    refused = agreements.put(agreements.drafted(session, chamber.facilitator, "Sin quórum"), chamber.facilitator)
    agreements.closed(refused, chamber.facilitator)
    assert "Sin quórum" not in client.get(url).text


def test_who_holds_a_seat_is_told_of_its_sessions_and_of_what_its_organisation_owes(client, app):
    chamber = forums.chamber()
    holder, other = chamber.titulars[3], chamber.titulars[4]
    coming, session = sitting(chamber, SittingKind.ORDINARY, "Lo que viene"), chamber.session()
    name = chamber.seats[3].organisation.name
    owed = operations.DutyContent(name, NOW + timedelta(days=5), "Revisar los datos")
    text = agreements.put(agreements.drafted(session, chamber.facilitator, "Se revisa", owed), chamber.facilitator)
    for titular in chamber.titulars[::2]:
        agreements.answered(text, titular, "agree")
    agreements.closed(text, chamber.facilitator)
    (duty,) = text.duties
    assert policies.can_fulfil(holder, duty, NOW)
    assert not policies.can_fulfil(other, duty, NOW)
    assert queries.responsible_people(duty) == [holder]
    with app.test_request_context():
        for who, is_theirs in ((holder, True), (other, False)):
            told = [(str(item.title), item.text) for item in queries.todo(who, NOW)]
            assert ("Tu foro sesiona pronto: lee antes el orden del día", coming.title) in told
            assert (("Cumple lo que te toca de un acuerdo", "Revisar los datos") in told) is is_theirs
        assert not any("Tu foro" in str(item.title) for item in queries.todo(chamber.facilitator, NOW))
    client.sign_in(holder)
    assert "Darlo por cumplido" in client.get(f"/foros/{chamber.forum.slug}").text
    done = f"/acuerdos/{text.reference}/cumplimiento/1"
    assert client.post(done, data={"outcome": "Se publicaron."}).status_code == 303


def _gather(chamber, genders):
    """A session to which so many of each gender come, all of them in the hall."""
    session = sitting(chamber, SittingKind.ORDINARY, starts=timedelta())
    came = dict(zip(chamber.titulars, genders, strict=True))
    for someone, gender in came.items():
        someone.gender = gender
    db.session.commit()
    facts = {"actor": chamber.facilitator, "session": session, "now": NOW}
    with transaction():
        operations.open_session(**facts)
        operations.tick_members(people=[someone.public_id for someone in came], **facts)
    return session, facts


def test_a_forum_tells_the_genders_of_who_came_only_of_a_session_that_is_over(client, app):
    chamber = forums.chamber()
    page = f"/foros/{chamber.forum.slug}"
    _session, facts = _gather(chamber, [Gender.WOMAN] * 7)
    for told in ("¿Cómo se reparten los asientos?", "Se cuenta cuando termina una sesión"):
        assert told in client.get(page).text
    assert "Mujer" not in client.get(page).text
    with transaction():
        operations.end_session(**facts)
    told = client.get(page).text.partition('id="equilibrio"')[2]
    assert "<dt>Mujer" in told
    assert "7" in told.partition("<dt>Mujer")[2].partition("</dd>")[0]


def test_small_groups_of_who_came_are_not_told_by_gender(client, app):
    chamber = forums.chamber()
    _session, facts = _gather(chamber, [Gender.WOMAN] * 5 + [Gender.MAN] * 2)
    with transaction():
        operations.end_session(**facts)
    told = client.get(f"/foros/{chamber.forum.slug}").text.partition('id="equilibrio"')[2]
    assert "hay grupos de menos de 5 personas" in told
    assert "Mujer" not in told
