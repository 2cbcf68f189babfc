"""What is published of the answers: the same for the same answers, nothing of fewer than five, nobody in it."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from random import Random

import pytest
import sqlalchemy as sa
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from cocrea.accounts import operations as accounts
from cocrea.accounts.models import PLATFORM, Person, Role, Sector
from cocrea.consultation import operations, queries
from cocrea.consultation.jobs import compute_opinions
from cocrea.consultation.models import Answer, OpinionResult, Statement, StatementAnswer
from cocrea.consultation.opinions import published
from cocrea.core.db import transaction
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import consultation, discussion, workshops
from tests.factories.accounts import grant, save

SECTORS = (Sector.CIVIL_SOCIETY, Sector.ACADEMIA, None)
A, D, P = Answer.AGREE, Answer.DISAGREE, Answer.PASS


@pytest.fixture
def cycle(app):
    return consultation.open_cycle()


def people(number, **columns):
    made = [
        Person(
            name=f"Persona que respondió {at}",
            created_at=NOW,
            verified_at=NOW,
            **{"sector": SECTORS[at % len(SECTORS)], **columns},
        )
        for at in range(number)
    ]
    db.session.add_all(made)
    db.session.commit()
    return made


def given(person, statement, answer, at=NOW):
    return StatementAnswer(statement_id=statement.id, person_id=person.id, answer=answer, answered_at=at)


def two_camps(cycle, each=20, statements=8):
    """Everyone agrees with the first statement; on the others the two halves say the contrary of each other."""
    made, crowd = [consultation.statement(cycle) for _ in range(statements)], people(2 * each)
    for place, person in enumerate(crowd):
        for number, statement in enumerate(made):
            first = place < each
            said = A if number == 0 or first else D
            db.session.add(given(person, statement, said if (place + number) % 4 else P))
    db.session.commit()
    return made, crowd


def by_chance(cycle, number, statements=8):
    made, crowd, chance = [consultation.statement(cycle) for _ in range(statements)], people(number), Random(5)
    db.session.add_all(given(person, statement, chance.choice((A, D, P))) for person in crowd for statement in made)
    db.session.commit()
    return made, crowd


def computed(cycle):
    compute_opinions()
    db.session.expire_all()
    return db.session.get_one(OpinionResult, cycle.id)


def url(cycle):
    return f"/ciclos/{cycle.slug}/afirmaciones/opiniones"


def test_two_camps_are_told_with_what_divides_and_unites_them(client, cycle):
    made, crowd = two_camps(cycle)
    content = computed(cycle).content
    assert [group["people"] for group in content["groups"]] == [20, 20]
    assert (content["people"], content["enough"]) == (40, True)
    page = client.get(url(cycle)).text
    united, divided = page.split('id="dividen"')
    assert made[0].title in united
    assert made[1].title not in united
    assert made[1].title in divided
    assert "Grupo A" in page
    assert "Grupo B" in page
    assert not any(person.name in page or person.public_id in page for person in crowd)


def test_the_same_answers_give_the_same_bytes(cycle):
    two_camps(cycle)
    found = queries.conversation(cycle.id)
    assert json.dumps(operations.analysed(found)) == json.dumps(operations.analysed(queries.conversation(cycle.id)))


def test_no_group_is_invented_among_few_or_by_chance(client, cycle):
    two_camps(cycle, each=14)
    content = computed(cycle).content
    assert (content["groups"], content["enough"]) == ([], False)
    assert "al menos 30 personas" in client.get(url(cycle)).text
    other = consultation.open_cycle()
    by_chance(other, 60)
    content = computed(other).content
    assert (content["groups"], content["enough"]) == ([], True)
    page = client.get(url(other)).text
    assert "no forman grupos" in page
    assert "Academia" in page
    assert "Mapa de opinión" not in page


def test_nothing_is_told_of_fewer_than_five(client, cycle):
    made, crowd = two_camps(cycle)
    lonely = consultation.statement(cycle)
    db.session.add_all([given(person, lonely, D) for person in crowd[:4]])
    people_of_three = people(3, sector=Sector.OVERSIGHT_BODY)
    db.session.add_all([given(person, made[0], D) for person in people_of_three])
    db.session.commit()
    content = computed(cycle).content
    assert all(group["people"] >= 5 for group in content["groups"])
    assert all(number >= 5 for number in content["sectors"].values())
    assert "oversight_body" not in content["sectors"]
    alone = next(row for row in content["statements"] if row["id"] == lonely.id)
    assert (alone["agree"], alone["disagree"], alone["pass"]) == (None, None, None)
    assert set(content["by_group"][str(lonely.id)].values()) == {None}
    assert set(content["by_sector"][str(lonely.id)].values()) == {None}
    first = content["by_sector"][str(made[0].id)]
    assert set(first.values()) == {None}, "to say that nobody of a sector disagreed would say who did"
    assert "Organismo garante" not in client.get(url(cycle)).text.split('id="contenido"')[1]


def test_one_who_disagrees_is_not_found_by_subtraction():
    groups = {"A": (14, 1, 0), "B": (8, 0, 0), "C": (30, 0, 0)}
    assert published.withheld(groups, (52, 1, 0), is_known=False) == {"A", "B"}
    assert published.withheld(groups, (52, 1, 0), is_known=True) == {"A", "B", "C"}
    even = {"A": (20, 6, 0), "B": (5, 9, 0)}
    assert published.withheld(even, (25, 15, 0), is_known=True) == set()
    assert published.withheld(even, (25, 16, 0), is_known=True) == {"B"}, "one outside of all parts"


sides = st.tuples(*[st.integers(0, 9)] * 3)


@settings(max_examples=400, deadline=None)
@for_all(st.lists(sides, min_size=2, max_size=5), sides, st.booleans())
def test_nobody_computes_one_to_four_of_a_part(parts, outside, is_known):
    """Whoever knows all that is told exactly, and how many belong to each part, still cannot tell who is meant."""
    counts = {str(at): part for at, part in enumerate(parts)}
    whole = tuple(map(sum, zip(*parts, outside, strict=True)))
    held = published.withheld(counts, whole, is_known=is_known)
    assert not any(0 < number < 5 for name in set(counts) - held for number in counts[name])
    hidden = [(max(5, sum(counts[name])), counts[name]) for name in sorted(held)] + [(sum(outside), outside)]
    for side in range(3):
        left = sum(part[side] for _size, part in hidden)
        for size, part in hidden[:-1] if held else hidden:
            least = max(0, left - sum(other for other, _part in hidden) + size)
            is_computed = least == min(size, left)
            assert not (is_computed and 0 < part[side] < 5)


def test_shapes_have_no_edge_where_a_person_is(cycle):
    two_camps(cycle)
    for group in computed(cycle).content["groups"]:
        shape = group["shape"]
        assert set(shape) == {"x", "y", "rx", "ry", "turn"}
        assert min(shape["rx"], shape["ry"]) >= 6
        assert abs(shape["x"]) + shape["rx"] <= 101


def test_only_what_changed_is_computed_again(cycle, clock):
    made, crowd = two_camps(cycle)
    first = computed(cycle).computed_at
    assert queries.changed_conversations(clock()) == {}
    clock.advance(minutes=5)
    assert computed(cycle).computed_at == first
    with transaction():
        operations.answer_statement(actor=crowd[0], statement=made[0], answer=D, now=clock())
    assert computed(cycle).computed_at == clock()


def test_after_the_close_it_is_computed_once_more_and_answers_are_left_alone(cycle, clock, count_queries):
    made, crowd = two_camps(cycle)
    computed(cycle)
    clock.moment = end = cycle.stages[0].ends_at
    assert computed(cycle).computed_at == end, "also when nothing changed"
    clock.advance(minutes=5)
    assert computed(cycle).computed_at == clock(), "what it says is now the last word"
    clock.advance(days=1)
    with count_queries() as log:
        assert queries.changed_conversations(clock()) == {}
    assert "statement_answers" not in " ".join(log)
    crowd[0].suspended_at = clock()
    db.session.commit()
    clock.advance(minutes=5)
    assert computed(cycle).content["people"] == 39
    discussion.hide(made[1], "Señala a una persona", now=clock.advance(minutes=5))
    assert made[1].id not in [row["id"] for row in computed(cycle).content["statements"]]
    clock.advance(minutes=5)
    compute_opinions()
    assert queries.changed_conversations(clock()) == {}


def test_what_was_answered_before_the_close_and_committed_after_it_counts(cycle, clock):
    made, _crowd = two_camps(cycle)
    clock.moment = end = cycle.stages[0].ends_at
    assert computed(cycle).content["people"] == 40
    [late] = people(1)
    save(given(late, made[0], A, at=end - clock().resolution))
    clock.advance(minutes=5)
    assert computed(cycle).content["people"] == 41


def test_a_suspension_lifted_after_the_close_brings_the_answers_back(cycle, clock):
    _made, crowd = two_camps(cycle)
    administrator = grant(people(1)[0], Role.ADMINISTRATOR, PLATFORM)
    said = {"actor": administrator, "person": crowd[0], "reason": "Amenazas"}
    with transaction():
        accounts.suspend(**said, now=NOW)
    clock.moment = cycle.stages[0].ends_at + timedelta(days=1)
    assert computed(cycle).content["people"] == 39
    with transaction():
        accounts.reinstate(**said, now=clock.advance(days=1))
    clock.advance(minutes=5)
    assert computed(cycle).content["people"] == 40


def test_answers_are_read_without_objects(cycle, monkeypatch):
    two_camps(cycle)
    seen = []
    monkeypatch.setattr(sa.Enum, "result_processor", lambda *_: seen.append)
    found = queries.conversation(cycle.id)
    assert found.answers.values.shape == (40, 8)
    assert not seen


def test_hidden_statements_and_suspended_people_are_left_out_next_time(client, cycle, clock):
    made, crowd = two_camps(cycle)
    assert computed(cycle).content["people"] == 40
    hidden = made[1].title
    discussion.hide(made[1], "Señala a una persona")
    assert hidden not in client.get(url(cycle)).text, "also before the next computation"
    crowd[0].suspended_at = NOW
    db.session.commit()
    content = computed(cycle).content
    assert content["people"] == 39
    assert made[1].id not in [row["id"] for row in content["statements"]]
    crowd[0].suspended_at = None
    db.session.commit()
    assert computed(cycle).content["people"] == 40


def test_how_far_a_statement_sets_people_apart_helps_to_choose_the_next(cycle):
    made, crowd = two_camps(cycle)
    plain = consultation.statement(cycle)
    db.session.add_all([given(person, plain, A) for person in crowd])
    db.session.commit()
    computed(cycle)
    lengths = dict(db.session.execute(sa.select(Statement.id, Statement.extremity)).all())
    assert lengths[plain.id] == 0
    assert min(lengths[statement.id] for statement in made[1:]) > 0.1


def test_the_figures_are_taken_along_without_anybody_in_them(client, cycle):
    made, crowd = two_camps(cycle)
    computed(cycle)
    data = client.get(f"{url(cycle)}.json")
    items = json.loads(data.text)["items"]
    assert {item["among"] for item in items} == {"everyone", "group", "sector"}
    total = next(item for item in items if item["reference"] == made[0].reference and item["among"] == "everyone")
    assert total["agree"] + total["pass"] == 40
    rows = list(csv.DictReader(io.StringIO(client.get(f"{url(cycle)}.csv").text.lstrip("\ufeff"))))
    assert len(rows) == len(items)
    assert not any(person.public_id in data.text or person.name in data.text for person in crowd)
    assert client.get(f"{url(cycle)}.xml").status_code == 404


def test_a_stage_that_keeps_results_keeps_these_too(client, cycle, clock):
    cycle.stages[0].rules = {"hides_results": True}
    db.session.commit()
    made, _crowd = two_camps(cycle)
    computed(cycle)
    page = client.get(url(cycle))
    assert page.status_code == 200
    assert "cuando cierre la consulta" in page.text
    assert made[0].title not in page.text
    assert client.get(f"{url(cycle)}.json").status_code == 404
    clock.moment = cycle.stages[0].ends_at
    assert made[0].title in client.get(url(cycle)).text
    assert client.get(f"{url(cycle)}.json").status_code == 200


def test_a_closed_stage_invites_nobody_to_answer(client, cycle, clock):
    inviting = 'class="button button--primary"'
    assert inviting in client.get(url(cycle)).text
    clock.moment = cycle.stages[0].ends_at
    page = client.get(url(cycle)).text
    assert inviting not in page
    assert "cerró el" in page


def test_before_any_answer_the_page_says_so(client, cycle):
    assert "Todavía no hay resultados" in client.get(url(cycle)).text
    consultation.statement(cycle)
    compute_opinions()
    assert "Todavía no hay resultados" in client.get(url(cycle)).text


def test_an_erased_account_counts_without_its_sector(cycle):
    made, crowd = two_camps(cycle)
    before = computed(cycle).content["sectors"]
    crowd[0].sector, crowd[0].withdrawn_at = None, NOW
    save(given(crowd[0], consultation.statement(cycle), A))
    after = computed(cycle).content
    assert after["people"] == 40
    assert sum(after["sectors"].values()) == sum(before.values())
    assert made


def test_what_most_say_is_told_with_paper_also_where_parts_are_reserved(client, cycle):
    made, crowd = [consultation.statement(cycle, sentence=f"Afirmación {at}") for at in range(3)], people(12)
    for place, person in enumerate(crowd):
        db.session.add(given(person, made[0], A if place else D))
        db.session.add(given(person, made[1], A if place % 3 else D))
    facilitator = consultation.cycles.facilitator(cycle)
    held = workshops.workshop(cycle, by=facilitator)
    with transaction():
        operations.count_people(actor=facilitator, workshop=held, attended=8, counts={}, now=NOW)
        operations.count_paper(
            actor=facilitator, workshop=held, supports={}, answers={made[0].id: operations.Said(8, 0, 0)},
            based_on=queries.paper_version(held), now=NOW,
        )  # fmt: skip
    content = computed(cycle).content
    assert {cell for cells in content["by_sector"].values() for cell in map(str, cells.values())} == {"None"}
    united = client.get(url(cycle)).text.split('id="dividen"')[0]
    assert "sin exponer a menos de 5 personas" in united
    assert "95 % de acuerdo · 20 respuestas" in united  # 11 of 12 online and 8 of 8 on paper
    assert made[0].title in united


def test_what_most_reject_and_what_divides_is_told_as_such():
    counts = {
        1: {"agree": 1, "disagree": 8, "pass": 1},
        2: {"agree": 6, "disagree": 4, "pass": 0},
        3: {"agree": 2, "disagree": 2, "pass": 1},
        4: {"agree": 0, "disagree": 0, "pass": 0},
    }
    assert published.together(counts) == [(1, -80), (2, 60)]
    assert published.split(counts) == [2, 3]
