"""What the platform writes into the report of a consultation, what it keeps, and how it is taken along."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Gender, Sector
from cocrea.audit.models import HistoryRecord
from cocrea.consultation import figures, operations, queries, report_sections
from cocrea.consultation.models import OpinionResult, Trait
from cocrea.consultation.rules import HIDES_RESULTS
from cocrea.core import pdf
from cocrea.core.db import transaction
from cocrea.cycles import operations as cycle_operations
from cocrea.cycles import report_sections as sections
from cocrea.cycles.models import StageKind
from cocrea.discussion import operations as discussion_operations
from cocrea.extensions import db
from cocrea.tables import operations as table_operations
from tests.conftest import NOW
from tests.factories import consultation, cycles, tables, workshops
from tests.factories.accounts import person, save

SCRIPT = "<script>alert(1)</script>"
DAY = timedelta(days=1)
LATER = NOW + 30 * DAY


@pytest.fixture
def cycle(app):
    return consultation.open_cycle()


@pytest.fixture
def facilitator(cycle):
    return cycles.facilitator(cycle)


@pytest.fixture
def stage(cycle):
    return cycle.stages[0]


def computed(stage, now=LATER):
    return sections.gather(stage, now)


def published(stage, actor, now=LATER, source="Se recibieron tres."):
    with transaction():
        return cycle_operations.publish_report(actor=actor, stage=stage, source=source, now=now)


def support(problem, times=1):
    for _ in range(times):
        with transaction():
            discussion_operations.support(actor=person(), contribution=problem, now=NOW)


def merged(cycle, facilitator, into=None, why="Dicen lo mismo"):
    into, source = into or consultation.problem(cycle), consultation.problem(cycle)
    with transaction():
        operations.merge_problems(actor=facilitator, problems=[source], into=into, reason=why, now=NOW)
    return source, into


def url(stage, path=""):
    return f"/ciclos/{stage.cycle.slug}/etapas/{stage.position}/informe{path}"


def test_every_day_is_told_in_the_zone_of_the_cycle(cycle, stage):
    consultation.problem(cycle, now=NOW)
    consultation.problem(cycle, now=NOW - DAY)
    consultation.problem(cycle, now=(NOW - DAY).replace(hour=5))  # 23:00 of the day before in Mexico City
    consultation.statement(cycle)
    days = computed(stage)["days"]
    assert [row[1:] for row in days] == [[1, 0, 0], [1, 0, 0], [1, 0, 1]]
    assert days[-1][0] == NOW.date().isoformat()


def test_what_is_merged_into_a_synthesis_counts_as_it_came_in(cycle, stage, facilitator):
    topic = consultation.topic(cycle)
    sources = [consultation.problem(cycle, within=topic) for _ in range(3)]
    with transaction():
        operations.merge_into_synthesis(
            actor=facilitator,
            problems=sources,
            title="Las tres",
            body="Juntas.",
            affected="Todos",
            reason="Lo mismo",
            now=NOW,
        )
    told = computed(stage)
    assert told["days"] == [[NOW.date().isoformat(), 3, 0, 0]]
    assert figures.received(cycle, stage)["problem"]["channel"] == {"online": 3}
    assert [row[1] for row in told["problems"]] == [1]


def test_what_came_outside_the_stage_is_not_of_its_report(cycle, stage):
    consultation.problem(cycle)
    stage.starts_at = NOW + DAY
    db.session.commit()
    told = computed(stage)
    assert (told["days"], told["problems"]) == ([], [])


def test_topics_stand_in_the_order_of_their_supports(cycle, stage):
    little, much = (consultation.topic(cycle, title=title) for title in ("Poco", "Mucho"))
    for topic, number in ((little, 1), (much, 3)):
        for _ in range(number):
            with transaction():
                operations.support_topic(actor=person(), topic=topic, now=NOW)
    assert [row[:4] for row in computed(stage)["topics"]] == [
        ["Mucho", 1, "Bienestar", 3],
        ["Poco", 2, "Bienestar", 1],
    ]


def test_hidden_results_are_withheld_and_said_to_be(client, cycle, stage, facilitator, clock):
    two = cycles.stage(cycle, StageKind.CONSULTATION, end=LATER + DAY)
    two.rules = {HIDES_RESULTS.key: True}
    consultation.topic(cycle)
    db.session.commit()
    told = computed(stage)
    assert (told["topics"], told["opinions"]) == (None, None)
    published(stage, facilitator)
    clock.moment = LATER + 2 * DAY  # the results are no secret any more: the report is what it was
    page = client.get(url(stage)).text
    assert "seguían ocultos cuando se publicó" in page
    assert "«Los temas, en orden de apoyos»" in page
    assert client.get(url(stage, "/topics.csv")).status_code == 404


def test_of_each_topic_the_problems_with_most_support_are_named(cycle, stage):
    topic = consultation.topic(cycle, title="Agua")
    made = [consultation.problem(cycle, within=topic) for _ in range(7)]
    support(made[6], 2)
    support(made[3])
    rows = computed(stage)["problems"]
    assert len(rows) == report_sections.MOST_OF_TOPIC
    assert [row[:2] for row in rows] == [["Agua", 7]] * 5
    assert [row[2:] for row in rows[:3]] == [[made[6].reference, 2], [made[3].reference, 1], [made[0].reference, 0]]


def test_merges_are_told_with_their_reason(cycle, stage, facilitator):
    source, into = merged(cycle, facilitator)
    assert computed(stage)["merges"] == [[source.reference, into.reference, NOW.date().isoformat(), "Dicen lo mismo"]]


def test_workshops_are_told_with_their_headcount_and_no_small_gender(cycle, stage, facilitator):
    held = workshops.workshop(cycle, by=facilitator)
    cancelled = workshops.workshop(cycle, by=facilitator, starts_at=NOW + DAY)
    counts = {
        Trait.SECTOR: {Sector.ACADEMIA.value: 12},
        Trait.GENDER: {Gender.WOMAN.value: 8, Gender.MAN.value: 3, Gender.NONBINARY.value: 1},
    }
    with transaction():
        operations.count_people(actor=facilitator, workshop=held, attended=12, counts=counts, now=NOW)
        operations.cancel_workshop(actor=facilitator, workshop=cancelled, reason="Llueve", now=NOW)
    told = computed(stage)
    assert [(row[0], row[4], row[5]) for row in told["workshops"]] == [(held.reference, 12, 0)]
    assert [row[2:] for row in told["attendance"]] == [["sector", "academia", 12], ["gender", "rest", 12]]


def test_a_workshop_held_before_the_stage_is_told_where_its_sheets_are_taken_in(cycle, stage, facilitator):
    topic, two = consultation.topic(cycle), cycles.stage(cycle, StageKind.CONSULTATION, end=LATER + DAY)
    stage.starts_at, two.starts_at = NOW - DAY, NOW + DAY
    db.session.commit()
    held, _told_nothing = (workshops.workshop(cycle, by=facilitator, starts_at=NOW - 2 * DAY) for _ in range(2))
    with transaction():
        operations.count_people(actor=facilitator, workshop=held, attended=3, counts={}, now=NOW)
        based_on = queries.paper_version(held)
        operations.count_paper(
            actor=facilitator, workshop=held, supports={topic.id: 3}, answers={}, based_on=based_on, now=NOW
        )
    assert [row[0] for row in computed(stage)["workshops"]] == [held.reference]
    assert computed(two)["workshops"] == []


def test_opinions_tell_consensus_and_division(cycle, stage):
    united, divided = consultation.statement(cycle), consultation.statement(cycle)
    assert computed(stage)["opinions"] == []  # not computed yet
    counts = {"agree": 40, "disagree": 8, "pass": 2}
    content = {
        "groups": [],
        "statements": [{"id": united.id, **counts}, {"id": divided.id, **dict.fromkeys(counts)}],
        "by_sector": {
            str(united.id): {"academia": [80, 10], "government": [70, 5]},
            str(divided.id): {"academia": [90, 5], "government": [10, 85], "citizen": None},
        },
    }
    save(OpinionResult(cycle_id=cycle.id, mark="", content=content, computed_at=NOW))
    assert computed(stage)["opinions"] == [
        ["agreed", united.reference, 40, 8, 2, 70, 80],
        ["dividing", divided.reference, None, None, None, 10, 90],
    ]


def test_the_tables_say_what_they_received(cycle, stage, facilitator):
    table = tables.table(cycle)
    problem = consultation.problem(cycle)
    assert [row[3] for row in computed(stage)["tables"]] == [None]
    with transaction():
        table_operations.assign_problems(
            actor=facilitator, cycle=cycle, table=table, problems=[problem], reason="Es su tema", now=NOW
        )
    assert [(row[0], row[3], row[4]) for row in computed(stage)["tables"]] == [
        (table.reference, problem.reference, "Es su tema")
    ]


def test_a_report_keeps_its_tables_whatever_happens_later(client, cycle, stage, facilitator, clock):
    problem = consultation.problem(cycle)
    report = published(stage, facilitator)
    kept = json.dumps(report.sections, sort_keys=True)
    support(problem, 3)
    merged(cycle, facilitator, into=problem)
    db.session.expire_all()
    assert json.dumps(stage.report.sections, sort_keys=True) == kept
    assert computed(stage)["problems"] != stage.report.sections["problems"]
    record = db.session.scalars(sa.select(HistoryRecord).filter_by(action="stage.reported")).one()
    assert len(json.loads(record.canonical)["new"]["tables"]) == 64
    clock.moment = LATER
    row = csv_of(client.get(url(stage, "/problems.csv")))[0]
    assert (row["problem"], row["supports"]) == (problem.reference, "0")


def test_what_is_withdrawn_after_the_report_leaves_no_text_in_it(client, cycle, stage, facilitator, clock):
    problem = consultation.problem(cycle)
    report = published(stage, facilitator)
    assert problem.title not in json.dumps(report.sections, ensure_ascii=False)
    title = problem.title
    clock.moment = LATER
    paths = ("", "/problems.csv", "/problems.json", ".json")
    assert all(title in client.get(url(stage, path)).text for path in paths)
    with transaction():
        discussion_operations.withdraw(actor=problem.author, contribution=problem, reason="Ya no", now=LATER)
    for path in paths:
        answer = client.get(url(stage, path)).text
        assert title not in answer
        assert "Retirada por quien la escribió" in answer


def test_the_draft_is_of_those_who_publish_it(client, cycle, stage, facilitator, clock):
    _source, into = merged(cycle, facilitator, why=f"Dicen lo mismo {SCRIPT}")
    clock.moment = LATER
    assert 'id="merges"' not in client.get(url(stage)).text
    assert 'id="merges"' not in client.sign_in(person()).get(url(stage)).text
    client.sign_in(facilitator)
    page = client.get(url(stage)).text
    assert "Borrador del informe" in page and 'id="merges"' in page
    assert into.title in page and SCRIPT not in page
    assert {client.get(url(stage, path)).status_code for path in (".pdf", ".json", "/merges.csv")} == {404}
    assert client.post(url(stage), data={"source": "Así fue."}).status_code == 303
    page = client.get(url(stage)).text
    assert 'id="merges"' in page and "Borrador" not in page


def test_an_open_stage_shows_no_draft(client, cycle, stage, facilitator):
    merged(cycle, facilitator)
    assert 'id="merges"' not in client.sign_in(facilitator).get(url(stage)).text


def csv_of(answer):
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def test_tables_are_taken_along_as_data(client, cycle, stage, facilitator, clock):
    source, into = merged(cycle, facilitator, why="=1+1")
    published(stage, facilitator)
    clock.moment = LATER
    [row] = csv_of(client.get(url(stage, "/merges.csv")))
    assert (row["problem"], row["into"], row["reason"]) == (source.reference, into.reference, "'=1+1")
    assert (row["problem_title"], row["into_title"]) == ("Fusionada con otra", into.title)
    [item] = client.get(url(stage, "/merges.json")).json["items"]
    assert item["reason"] == "=1+1"
    received = csv_of(client.get(url(stage, "/received.csv")))
    assert {
        "contribution": "problem",
        "by": "channel",
        "group": "online",
        "number": "2",
    } in received  # merged ones too
    whole = {item["part"]: item["content"] for item in client.get(url(stage, ".json")).json["items"]}
    assert whole["text"] == "Se recibieron tres."
    assert whole["merges"] == [item]
    assert {"text", "received", "days", "problems", "merges"} <= set(whole)


@pytest.mark.parametrize("path", ["/merges.csv", "/nothing.csv", "/days.xlsx", ".pdf?papel=a5"])
def test_what_the_report_does_not_have_is_not_found(client, cycle, stage, facilitator, clock, path):
    consultation.problem(cycle)
    published(stage, facilitator)
    clock.moment = LATER
    assert client.get(url(stage, path)).status_code == 404


@pytest.mark.parametrize("paper", ["carta", "a4"])
def test_the_report_is_printed(client, cycle, stage, facilitator, clock, paper):
    merged(cycle, facilitator)
    published(stage, facilitator, source=f"## Qué se recibió\n\n{SCRIPT}")
    clock.moment = LATER
    answer = client.get(url(stage, f".pdf?papel={paper}"))
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-1.7")


def test_without_the_library_it_says_so(client, stage, facilitator, clock, monkeypatch):
    published(stage, facilitator)
    clock.moment = LATER
    monkeypatch.setattr(pdf, "import_module", lambda _name: (_ for _ in ()).throw(OSError("no pango")))
    assert client.get(url(stage, ".pdf")).status_code == 503


def _filled(number):
    made = consultation.open_cycle()
    facilitator = cycles.facilitator(made)
    for _ in range(number):
        merged(made, facilitator)
        workshops.workshop(made, by=facilitator)
        consultation.statement(made)
        tables.table(made)
    return made.stages[0], facilitator


def _cost(client, count_queries, path):
    db.session.expire_all()
    with count_queries() as log:
        assert client.get(path).status_code == 200
    return len(log)


def test_pages_cost_the_same_whatever_they_hold(client, count_queries, app, clock):
    drafts, reports = [], []
    stages = [_filled(number) for number in (1, 3)]
    clock.moment = LATER
    for stage, facilitator in stages:
        client.sign_in(facilitator)
        path = url(stage)
        drafts.append(_cost(client, count_queries, path))
        published(stage, facilitator)
        reports.append(_cost(client, count_queries, path))
    assert drafts[0] == drafts[1]
    assert reports[0] == reports[1] <= 10


def test_a_long_table_is_cut_on_the_page_and_whole_in_the_download(client, cycle, stage, facilitator, clock):
    report = published(stage, facilitator)
    report.sections = {"days": [[f"2026-01-{day % 28 + 1:02}", 1, 0, 0] for day in range(57)]}
    db.session.commit()
    clock.moment = LATER
    page = client.get(url(stage)).text
    assert "Hay 7 filas más en la descarga" in page
    assert len(csv_of(client.get(url(stage, "/days.csv")))) == 57
