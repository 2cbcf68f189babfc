"""The minutes of a session: drafted, written, corrected, approved."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Role, Sector
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.extensions import db
from cocrea.forums.models import HolderKind
from cocrea.tables import operations, queries
from cocrea.tables.models import Correction, EventKind, MinutesState, PollElectorate, PollKind, Reaction
from cocrea.tables.operations import AgreementContent, DutyContent
from cocrea.tables.queries.counted import SHOWN
from tests.conftest import NOW
from tests.factories import forums, polls, tables
from tests.factories.accounts import grant, person
from tests.factories.history import records

DAYS = 5
AFTER = NOW + timedelta(days=DAYS)


@pytest.fixture
def live(app):
    return tables.live_session()


@pytest.fixture
def held(live):
    """A session that ended, with its minutes drafted."""
    session, facilitator = live
    tables.said(session, facilitator)
    run(
        operations.record_agreement,
        facilitator,
        session=session,
        content=AgreementContent("Publicar los datos", [DutyContent("El instituto")]),
    )
    run(operations.end_session, facilitator, session=session)
    return run(operations.draft_minutes, facilitator, session=session), facilitator


def run(operation, actor, now=NOW, **said):
    with transaction():
        return operation(actor=actor, now=now, **said)


def save(minutes, by, source, base=None):
    run(operations.save_minutes, by, minutes=minutes, source=source, base=base or minutes.version)


def opened(minutes, facilitator):
    run(operations.ask_for_corrections, facilitator, minutes=minutes, days=DAYS)


def corrected(minutes, by, body="Fueron doce", key="k1"):
    return run(operations.correct_minutes, by, minutes=minutes, body=body, key=key)


def test_the_draft_tells_what_the_platform_knows(held):
    minutes, _facilitator = held
    for told in (
        "## Sesión",
        "Intervenciones, por sector y canal",
        "1 en línea",
        "Publicar los datos",
        "El instituto",
        "ACU-0001",
    ):
        assert told in minutes.source
    assert (minutes.version, minutes.state) == (1, MinutesState.DRAFTING)
    assert "Buenas tardes" not in minutes.source


def test_the_draft_tells_closed_polls_by_their_figures(live):
    session, facilitator = live
    asked = polls.opened(session, facilitator, PollKind.SINGLE, question="¿Por *dónde*?", options=["Río", "Pozo"])
    polls.answered(asked, tables.member(session.table), "1")
    polls.counted(asked, facilitator, _2=4)
    polls.closed(asked, facilitator)
    thumbs = polls.opened(session, facilitator, question="¿Así?", is_named=True)
    blocks = tables.member(session.table)
    polls.answered(thumbs, blocks, "block", reason="Faltan datos")
    polls.closed(thumbs, facilitator)
    polls.opened(session, facilitator, question="¿Sigue abierto?")
    source = run(operations.draft_minutes, facilitator, session=session).source
    told = source[source.index("## Sondeos") :]
    for line in (
        "- **¿Por \\*dónde\\*?** Contestaron 5 personas, 4 en la sala.",
        "  - Río: 1",
        "  - Pozo: 0, y en la sala 4",
    ):
        assert f"{line}\n" in told
    assert told.index("dónde") < told.index("¿Así?"), "in the order in which they were asked"
    assert "Se bloquea porque: Faltan datos" in told and "  - Lo bloqueo: 1\n" in told
    assert blocks.name not in source and "Sigue abierto" not in source


def test_it_is_begun_once_and_the_room_hears_of_each_version(live):
    session, facilitator = live
    one, two = (run(operations.draft_minutes, facilitator, session=session) for _ in range(2))
    assert one is two
    save(one, facilitator, "Otra cosa")
    save(one, facilitator, "Otra cosa")  # what says the same is no version
    kinds = [event.payload for event in queries.events_since(session, 0) if event.kind is EventKind.MINUTES]
    assert kinds == [{"act": "saved", "version": 1}, {"act": "saved", "version": 2}]


def test_of_two_who_write_neither_loses_their_text(held):
    minutes, facilitator = held
    save(minutes, facilitator, "La primera", base=1)
    with pytest.raises(Conflict):
        save(minutes, facilitator, "La segunda", base=1)
    assert (minutes.source, minutes.version) == ("La primera", 2)
    save(minutes, facilitator, "Las dos", base=2)
    assert [version.source for version in queries.versions(minutes)][:2] == ["Las dos", "La primera"]


def test_rapporteurs_write_and_others_read(held):
    minutes, _facilitator = held
    table = minutes.session.table
    rapporteur = grant(person(), Role.RAPPORTEUR, table)
    save(minutes, rapporteur, "De la relatoría")
    for other in (person(), tables.member(table)):
        with pytest.raises(Denied):
            save(minutes, other, "De otra")
    with pytest.raises(Denied):
        run(operations.approve_minutes, rapporteur, now=AFTER, minutes=minutes)


def test_corrections_are_asked_for_in_their_days_by_those_who_sit_there(held):
    minutes, facilitator = held
    member = tables.member(minutes.session.table)
    with pytest.raises(Denied):
        corrected(minutes, member)
    opened(minutes, facilitator)
    with pytest.raises(Denied):
        opened(minutes, facilitator)
    assert corrected(minutes, member) is corrected(minutes, member)
    with pytest.raises(Denied):
        corrected(minutes, person())
    run(
        operations.correct_minutes,
        member,
        now=AFTER - timedelta(seconds=1),
        minutes=minutes,
        body="A tiempo",
        key="k2",
    )
    with pytest.raises(Denied):
        run(operations.correct_minutes, member, now=AFTER, minutes=minutes, body="Tarde", key="k3")
    assert [one.body for one in queries.corrections(minutes)] == ["Fueron doce", "A tiempo"]


def test_it_is_approved_after_its_days_with_every_correction_decided(held):
    minutes, facilitator = held
    with pytest.raises(Denied):
        run(operations.approve_minutes, facilitator, minutes=minutes)
    opened(minutes, facilitator)
    correction = corrected(minutes, tables.member(minutes.session.table))
    with pytest.raises(Denied):
        run(operations.approve_minutes, facilitator, minutes=minutes, now=AFTER - timedelta(seconds=1))
    with pytest.raises(Conflict):
        run(operations.approve_minutes, facilitator, minutes=minutes, now=AFTER)
    with pytest.raises(Invalid):
        run(operations.decide_correction, facilitator, correction=correction, accepted=True, reason=" ")
    run(operations.decide_correction, facilitator, correction=correction, accepted=True, reason="Así fue")
    with pytest.raises(Denied):
        run(operations.decide_correction, facilitator, correction=correction, accepted=False, reason="No")
    run(operations.approve_minutes, facilitator, minutes=minutes, now=AFTER)
    with pytest.raises(Denied):
        save(minutes, facilitator, "Después")
    kept = [record for record in records() if record["action"].startswith("minutes.")]
    assert [record["action"] for record in kept] == [
        "minutes.corrections", "minutes.correction_decided", "minutes.approved",
    ]  # fmt: skip
    assert "doce" not in str(kept) and "Publicar" not in str(kept)


def test_it_stays_closed_to_corrections_until_the_session_ended(live):
    session, facilitator = live
    minutes = run(operations.draft_minutes, facilitator, session=session)
    with pytest.raises(Denied):
        opened(minutes, facilitator)


@pytest.mark.parametrize("days", [0, 31])
def test_days_have_their_limits(held, days):
    minutes, facilitator = held
    with pytest.raises(Invalid):
        run(operations.ask_for_corrections, facilitator, minutes=minutes, days=days)


def test_from_the_room_to_the_approved_text(client, clock, live):
    session, facilitator = live
    member = tables.member(session.table)
    run(operations.end_session, facilitator, session=session)
    address = f"/sesiones/{session.reference}/minuta"
    assert client.get(address).status_code == 404
    client.sign_in(facilitator)
    assert "Empezar la minuta" in client.get(f"/sesiones/{session.reference}").text
    assert client.post(f"{address}/borrador").location == f"{address}/edicion"
    written = {"source": "Se acordó **publicar** <script>alert(1)</script>", "base": "1"}
    assert client.post(f"{address}/edicion", data=written).status_code == 303
    refused = client.post(f"{address}/edicion", data={"source": "De otra pestaña", "base": "1"})
    assert refused.status_code == 422
    for told in ("De otra pestaña", "Los dos textos", "<del>", 'name="base" type="hidden" value="2"'):
        assert told in refused.text, told
    assert client.post(f"{address}/correcciones/apertura", data={"days": "5"}).status_code == 303
    client.sign_in(member)
    asked = {"body": "Fueron doce personas", "client_key": "k1"}
    assert client.post(f"{address}/correcciones", data=asked).status_code == 303
    assert client.post(f"{address}/correcciones", data={"body": ""}).status_code == 422
    client.sign_in(facilitator)
    correction = db.session.scalars(sa.select(Correction)).one()
    decision = f"{address}/correcciones/{correction.id}"
    assert "Fueron doce personas" in client.get(decision).text
    assert client.post(decision, data={"accepted": "yes", "reason": ""}).status_code == 422
    assert client.post(decision, data={"accepted": "yes", "reason": "Así fue"}).status_code == 303
    clock.advance(days=6)
    assert "Aprobar la minuta" in client.get(address).text
    assert client.post(f"{address}/aprobacion").status_code == 303
    page = client.sign_out().get(address).text if hasattr(client, "sign_out") else client.get(address).text
    for told in ("<strong>publicar</strong>", "Fueron doce personas", "Así fue", "Aprobada"):
        assert told in page
    assert "alert(1)" not in page or "<script>alert" not in page
    assert "<del>" in client.get(f"{address}/versiones/2").text
    assert client.get(f"{address}/versiones/3").status_code == 404
    assert client.get(f"{address}.json").json
    assert client.get(f"{address}.txt").status_code == 404


def test_hands_alone_are_people_who_answered(live):
    session, facilitator = live
    hands = polls.opened(session, facilitator, question="¿Seguimos?")
    polls.counted(hands, facilitator, agree=12)
    several = polls.opened(session, facilitator, PollKind.MULTIPLE, question="¿Cuáles?", options=["Río", "Pozo"])
    polls.answered(several, tables.member(session.table), "1", "2")
    polls.counted(several, facilitator, _1=3, _2=2)
    run(operations.end_session, facilitator, session=session)
    source = run(operations.draft_minutes, facilitator, session=session).source
    assert "**¿Seguimos?** Contestaron 12 personas, 12 en la sala." in source
    assert "**¿Cuáles?** Contestó 1 persona. En la sala: 5 respuestas." in source


def test_in_a_forum_seats_answer_what_is_asked_of_them(client):
    chamber = forums.chamber()
    session = chamber.session()
    seats = polls.opened(session, chamber.facilitator, question="¿Por asiento?")
    polls.answered(seats, chamber.titulars[0], "agree")
    everyone = polls.opened(
        session, chamber.facilitator, question="¿Por persona?", electorate=PollElectorate.EVERYONE
    )
    polls.answered(everyone, chamber.titulars[0], "agree")
    page = client.get(f"/sesiones/{session.reference}").text
    assert "Contestó 1 asiento." in page
    assert "Contestó 1 persona." in page
    polls.counted(seats, chamber.facilitator, agree=2)
    run(operations.end_session, chamber.facilitator, session=session)
    source = run(operations.draft_minutes, chamber.facilitator, session=session).source
    assert "**¿Por asiento?** Contestaron 3 asientos, 2 en la sala." in source
    assert "**¿Por persona?** Contestó 1 persona." in source


@pytest.fixture
def chamber(app):
    return forums.chamber()


def flat(page):
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def printed(client, address):
    """The document that becomes the PDF, as it reads."""
    with patch("cocrea.tables.views.minutes.pdf.render", side_effect=lambda page, **_paper: page.encode()):
        return client.get(f"{address}.pdf").text


def test_the_quorum_of_a_forum_stays_that_of_the_day(client, chamber):
    session = chamber.session()
    here = [*chamber.titulars[:2], chamber.titulars[3], chamber.titulars[5]]
    for someone in here:
        tables.said(session, someone)
    tables.said(session, chamber.alternate)
    now = queries.standing_of(session)
    assert (now.present, now.rule.least, now.is_met, now.is_over) == (4, 4, True, False)
    run(operations.end_session, chamber.facilitator, session=session)
    forums.relieve(chamber.seats[3], chamber.steward, HolderKind.TITULAR)
    forums.seat(chamber.forum, Sector.PRIVATE_SECTOR)
    kept = queries.standing_of(session)
    assert (kept.there, kept.rule, kept.is_met) == (now.there, now.rule, True)
    assert kept.by_sector == [
        (Sector.PUBLIC_BODY, 2, 1, 1),
        (Sector.CIVIL_SOCIETY, 3, 1, 2),
        (Sector.ACADEMIA, 2, 1, 1),
    ]
    run(operations.draft_minutes, chamber.facilitator, session=session)
    address = f"/sesiones/{session.reference}/minuta"
    for page in (client.get(address).text, printed(client, address)):
        assert "Hubo quórum." in page
        assert "Asientos que estuvieron: 4 de 7; hacían falta 4. Y al menos uno de cada sector." in flat(page)
    (told,) = client.get(f"{address}.json").json["items"]
    assert told["quorum"]["is_met"]
    assert told["quorum"]["there"] == {"civil_society": 2, "academia": 1, "public_body": 1}
    assert '""least"": 4' in client.get(f"{address}.csv").text


def test_who_is_written_down_after_the_session_counts_for_its_quorum(chamber):
    session = chamber.session()
    for someone in chamber.titulars[:2]:
        tables.said(session, someone)
    run(operations.end_session, chamber.facilitator, session=session)
    forums.relieve(chamber.seats[0], chamber.steward, HolderKind.TITULAR)
    forums.relieve(chamber.seats[0], chamber.steward, HolderKind.ALTERNATE)
    assert queries.standing_of(session).there == {"civil_society": 2}
    ticked = [one.public_id for one in chamber.titulars[2:4]]
    for people, there in ((ticked, {"academia": 1, "civil_society": 3}), (ticked[:1], {"civil_society": 3})):
        run(operations.tick_members, chamber.facilitator, session=session, people=people)
        assert queries.standing_of(session).there == there
    assert not queries.standing_of(session).is_met


def test_a_table_has_no_quorum_to_tell_and_a_forum_without_one_says_so(client, held, chamber):
    minutes, _facilitator = held
    assert "Quórum" not in client.get(f"/sesiones/{minutes.session.reference}/minuta").text
    session = chamber.session()
    run(operations.draft_minutes, chamber.facilitator, session=session)
    address = f"/sesiones/{session.reference}/minuta"
    assert "Hasta ahora no hay quórum." in client.get(address).text
    run(operations.end_session, chamber.facilitator, session=session)
    assert "No hubo quórum." in client.get(address).text


def test_reactions_are_told_by_the_intervention_they_were_given_to(client, live):
    session, facilitator = live
    members = [tables.member(session.table) for _ in range(3)]
    said = [tables.said(session, facilitator, f"Idea {number}") for number in range(4)]
    for message, reaction, people in (
        (said[0], Reaction.THANKS, members[:1]),
        (said[1], Reaction.AGREE, members),
        (said[1], Reaction.DOUBT, members[:1]),
        (said[2], Reaction.AGREE, members),
    ):
        for member in people:
            run(operations.react, member, message=message, reaction=reaction, on=True)
    run(operations.hide_message, facilitator, message=said[2], reason="Insulta.")
    run(operations.end_session, facilitator, session=session)
    run(operations.draft_minutes, facilitator, session=session)
    address = f"/sesiones/{session.reference}/minuta"
    for page in (client.get(address).text, printed(client, address)):
        assert "2 intervenciones recibieron reacciones. De acuerdo: 3; Tengo duda: 1; Gracias: 1." in flat(page)
        most, least = f"#m{said[1].seq}", f"#m{said[0].seq}"
        assert page.index(most) < page.index(least)
        assert f"#m{said[2].seq}" not in page
        assert members[0].name not in page
    (told,) = client.get(f"{address}.json").json["items"]
    assert told["reactions"] == [
        {"message": said[0].seq, "sector": "civil_society", "agree": 0, "doubt": 0, "thanks": 1},
        {"message": said[1].seq, "sector": "civil_society", "agree": 3, "doubt": 1, "thanks": 0},
    ]
    assert '""agree"": 3' in client.get(f"{address}.csv").text


def test_the_minutes_show_those_with_most_reactions_at_the_same_cost(client, live, count_queries):
    session, facilitator = live
    member = tables.member(session.table)

    def react(times):
        for number in range(times):
            message = tables.said(session, facilitator, f"Idea {number}")
            run(operations.react, member, message=message, reaction=Reaction.AGREE, on=True)

    react(2)
    run(operations.draft_minutes, facilitator, session=session)
    address = f"/sesiones/{session.reference}/minuta"
    costs = []
    for _turn in range(2):
        db.session.expunge_all()
        with count_queries() as log:
            page = client.get(address).text
        costs.append(len(log))
        session = db.session.merge(session)
        facilitator, member = db.session.merge(facilitator), db.session.merge(member)
        react(SHOWN)
    assert costs[0] == costs[1]
    page = client.get(address).text
    assert f"Aquí están las {SHOWN} con más reacciones" in page
    assert page.count("Intervención ") == SHOWN
    assert len(client.get(f"{address}.json").json["items"][0]["reactions"]) == 2 + 2 * SHOWN
