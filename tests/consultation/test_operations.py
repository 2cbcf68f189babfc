"""Topics and problems: the limit of supports, one problem per form, text corrected only while nobody relies on it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Person
from cocrea.audit.models import HistoryRecord
from cocrea.audit.queries import history_of
from cocrea.consultation import operations
from cocrea.consultation.models import Problem, Topic, TopicSupport
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.text import fingerprint
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Channel, Visibility
from cocrea.discussion.operations import Repeated
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import consultation, cycles, discussion
from tests.factories.accounts import person
from tests.factories.consultation import CONTENT
from tests.real import at_once


@pytest.fixture
def cycle(app):
    return consultation.open_cycle()


def number_of(table):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def give(topic, actor):
    with transaction():
        return operations.support_topic(actor=actor, topic=topic, now=NOW)


def take(topic, actor):
    with transaction():
        return operations.unsupport_topic(actor=actor, topic=topic, now=NOW)


def edit(problem, actor, content=CONTENT, topic=None):
    with transaction():
        return operations.edit_problem(
            actor=actor, problem=problem, topic=topic or problem.topic, content=content, now=NOW
        )


def test_a_person_supports_three_topics_and_moves_one(cycle):
    actor = person()
    topics = [consultation.topic(cycle) for _ in range(4)]
    assert [give(topic, actor) for topic in topics[:-1]] == [True] * 3
    assert give(topics[0], actor) is False
    with pytest.raises(Conflict):
        give(topics[-1], actor)
    assert (take(topics[0], actor), take(topics[0], actor)) == (True, False)
    assert give(topics[-1], actor) is True
    assert [consultation.supports(topic) for topic in topics] == [0, 1, 1, 1]


def test_supports_of_one_cycle_do_not_use_up_those_of_another(cycle):
    actor = person()
    for _ in range(3):
        give(consultation.topic(cycle), actor)
    assert give(consultation.topic(consultation.open_cycle()), actor)


def test_a_cycle_decides_how_many_topics_each_person_supports(cycle):
    cycle.stages[0].rules = {"topic_supports": 1}
    db.session.commit()
    actor, first, second = person(), consultation.topic(cycle), consultation.topic(cycle)
    assert give(first, actor)
    with pytest.raises(Conflict) as full:
        give(second, actor)
    assert "1" in str(full.value.message)


def test_topics_are_supported_while_the_stage_is_open(cycle, clock):
    topic, actor = consultation.topic(cycle), person()
    end = cycle.stages[0].ends_at
    with transaction():
        operations.support_topic(actor=actor, topic=topic, now=end.replace(microsecond=0) - clock().resolution)
    with pytest.raises(Denied), transaction():
        operations.unsupport_topic(actor=actor, topic=topic, now=end)
    assert consultation.supports(topic) == 1


def test_publishing_keeps_everything_that_was_said(cycle):
    problem = consultation.problem(cycle)
    assert (problem.reference, problem.visibility) == (f"{cycle.prefix}-PRB-0001", Visibility.PUBLIC)
    assert (problem.codes, problem.territory, problem.topic.problem_count) == (["3", "16.6"], "MX-COL", 1)
    record = db.session.scalar(sa.select(HistoryRecord).filter_by(subject=problem.reference))
    assert problem.fingerprint in record.canonical
    assert "madrugada" not in record.canonical


def test_a_form_sent_twice_makes_one_problem(cycle):
    author = person()
    topic = consultation.topic(cycle)
    made = {consultation.problem(cycle, author=author, within=topic, form_key="k").id for _ in range(2)}
    assert (len(made), topic.problem_count) == (1, 1)


def test_nobody_publishes_the_same_words_again(cycle):
    author, topic = person(), consultation.topic(cycle)
    made = consultation.problem(cycle, author=author, within=topic)
    same = replace(CONTENT, title=f"{CONTENT.title.upper()}  ", body=CONTENT.body.replace("hay", "háy\r\n"))
    with pytest.raises(Repeated) as refused:
        consultation.problem(cycle, author=author, within=consultation.topic(cycle), content=same)
    assert (refused.value.field, refused.value.reference) == ("title", made.reference)
    assert consultation.problem(cycle, author=author, within=topic, content=replace(CONTENT, body="Otra cosa."))
    assert consultation.problem(cycle, within=topic)
    assert consultation.problem(author=author)
    discussion.withdraw(made, author)
    assert consultation.problem(cycle, author=author, within=topic)


def test_who_records_several_people_may_write_the_same_words_again(cycle):
    assert len({consultation.recorded(cycle).id for _ in range(2)}) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " \u200b "}, "title"),
        ({"body": ""}, "body"),
        ({"affected": "\n"}, "affected"),
        ({"territory": "US-CA"}, "territory"),
        ({"territory": "", "municipality": "Comala"}, "territory"),
        ({"municipality": "x" * 81}, "municipality"),
        ({"targets": ("99.9",)}, "targets"),
        ({"targets": tuple(str(n) for n in range(1, 12))}, "targets"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(cycle, change, field):
    with pytest.raises(Invalid) as invalid:
        consultation.problem(cycle, content=replace(CONTENT, **change))
    assert invalid.value.field == field
    db.session.rollback()
    assert number_of(Problem) == 0


def test_a_topic_of_another_cycle_is_refused(cycle):
    with pytest.raises(Invalid):
        consultation.problem(cycle, within=consultation.topic(consultation.open_cycle()))


def test_the_end_of_the_stage_is_outside(cycle, clock):
    end = cycle.stages[0].ends_at
    consultation.problem(cycle, now=end - clock().resolution)
    with pytest.raises(Denied) as denied:
        consultation.problem(cycle, now=end)
    assert "cerró" in str(denied.value.message)


@pytest.mark.parametrize("kind", [StageKind.TABLES, StageKind.PROPOSALS, StageKind.FOLLOW_UP])
def test_other_stages_do_not_open_problems(app, kind):
    with pytest.raises(Denied):
        consultation.problem(cycles.cycle(kind))


def test_a_facilitator_records_what_was_said_in_person_and_it_counts_equally(cycle):
    problem = consultation.recorded(cycle)
    assert (problem.author_id, problem.byline, problem.channel) == (None, "Asamblea en Comala", Channel.IN_PERSON)
    assert problem.recorded_by_id
    discussion.support(problem)
    assert (problem.support_count, problem.topic.problem_count) == (1, 1)


def test_only_facilitators_record_for_others(cycle):
    with pytest.raises(Denied):
        consultation.problem(cycle, channel=Channel.PAPER, attribution="Alguien")
    with pytest.raises(Invalid):
        consultation.problem(cycle, author=cycles.facilitator(cycle), channel=Channel.PAPER)
    with pytest.raises(Invalid):
        consultation.problem(cycle, attribution="Me hago pasar por la asamblea")


def test_an_author_corrects_until_someone_relies_on_the_text(cycle):
    author, other = person(), consultation.topic(cycle)
    problem = consultation.problem(cycle, author=author)
    before, first = problem.fingerprint, problem.topic
    edit(problem, author, replace(CONTENT, title="Otro título", targets=("4",)), other)
    assert (problem.title, problem.codes) == ("Otro título", ["4"])
    assert (first.problem_count, other.problem_count) == (0, 1)
    record = db.session.scalar(sa.select(HistoryRecord).filter_by(action="problem.edited"))
    assert before in record.canonical
    assert problem.fingerprint in record.canonical
    with pytest.raises(Denied):
        edit(problem, person())
    discussion.support(problem)
    with pytest.raises(Denied) as denied:
        edit(problem, author)
    assert "apoyos" in str(denied.value.message)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"territory": "MX-JAL"}, {"Territorio": ("Colima", "Jalisco")}),
        ({"targets": ("4",)}, {"Objetivos de Desarrollo Sostenible": ("3, 16.6", "4")}),
        ({"municipality": "Comala"}, {"Huella del municipio": ("—", f"huella {fingerprint('Comala')[:12]}…")}),
        ({}, None),
    ],
)
def test_the_history_tells_whatever_else_an_author_corrects_and_nothing_that_stayed(cycle, change, told):
    author = person()
    problem = consultation.problem(cycle, author=author)
    edit(problem, author, replace(CONTENT, **change))
    [*edited, _published] = history_of(problem.reference)
    changes = [{str(one.field): (one.old, one.new) for one in entry.changes} for entry in edited]
    assert changes == ([told] if told else [])
    assert not any("Comala" in entry.canonical for entry in edited)


def test_withdrawing_takes_the_text_away_and_leaves_the_answers(cycle):
    author = person()
    problem = consultation.problem(cycle, author=author)
    discussion.comment(problem)
    discussion.withdraw(problem, author)
    assert (problem.title, problem.affected, problem.causes, problem.comment_count) == ("", "", "", 1)
    assert problem.topic.problem_count == 0


def test_a_facilitator_adds_a_topic_once(cycle):
    facilitator = cycles.facilitator(cycle)
    said = {"axis": "Bienestar", "title": "Salud cerca", "summary": "Qué pasa en las clínicas", "now": NOW}
    with transaction():
        operations.add_topic(actor=facilitator, cycle=cycle, **said)
    with pytest.raises(Invalid) as invalid, transaction():
        operations.add_topic(actor=facilitator, cycle=cycle, **said)
    assert invalid.value.field == "title"
    with pytest.raises(Denied), transaction():
        operations.add_topic(actor=person(), cycle=cycle, **said)
    assert number_of(Topic) == 1


@pytest.mark.slow
def test_twenty_requests_at_once_give_three_supports(committed_app):
    cycle = consultation.open_cycle()
    topics, actor_id = [consultation.topic(cycle).id for _ in range(20)], person().id

    def giving(topic_id):
        def call():
            topic, actor = db.session.get_one(Topic, topic_id), db.session.get_one(Person, actor_id)
            return give(topic, actor)

        return call

    answers = at_once(committed_app, [giving(topic_id) for topic_id in topics])
    db.session.rollback()
    assert sum(answer is True for answer in answers) == 3
    assert all(isinstance(answer, Conflict) for answer in answers if answer is not True)
    assert number_of(TopicSupport) == 3


@pytest.mark.slow
def test_a_form_sent_twenty_times_at_once_makes_one_problem(committed_app):
    cycle = consultation.open_cycle()
    topic_id, author_id = consultation.topic(cycle).id, person().id

    def send():
        topic, author = db.session.get_one(Topic, topic_id), db.session.get_one(Person, author_id)
        return consultation.problem(topic.cycle, author=author, within=topic, form_key="k").reference

    assert len(set(at_once(committed_app, [send] * 20))) == 1
    db.session.rollback()
    assert (number_of(Problem), db.session.get_one(Topic, topic_id).problem_count) == (1, 1)


@pytest.mark.slow
def test_opposite_moves_between_two_topics_block_nobody(committed_app):
    cycle = consultation.open_cycle()
    topics = [consultation.topic(cycle) for _ in range(2)]
    made = [consultation.problem(cycle, within=topics[number % 2]) for number in range(8)]
    ids = [topic.id for topic in topics]

    def moving(problem_id, author_id, to):
        def call():
            problem, author = db.session.get_one(Problem, problem_id), db.session.get_one(Person, author_id)
            edit(problem, author, topic=db.session.get_one(Topic, to))

        return call

    calls = [moving(problem.id, problem.author_id, ids[1 - number % 2]) for number, problem in enumerate(made)]
    assert at_once(committed_app, calls) == [None] * 8
    db.session.rollback()
    assert [db.session.get_one(Topic, found).problem_count for found in ids] == [4, 4]
