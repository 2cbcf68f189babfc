"""Lists by key and by index, figures, and what is expected of each person."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.accounts.models import Sector
from cocrea.consultation import figures, operations, queries
from cocrea.consultation.models import Problem, ProblemTarget
from cocrea.consultation.queries import EXPORTED, Filter, lists
from cocrea.consultation.rules import supports_per_person
from cocrea.core import sdg
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict
from cocrea.cycles.models import StageKind
from cocrea.discussion.lists import Sort
from cocrea.discussion.models import Channel, Contribution, Visibility
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import consultation, cycles, discussion, workshops
from tests.factories.accounts import person

SORTED = re.compile(r"sort\s+\(cost=\S+ rows=(\d+)")
FEW = 100


@pytest.fixture
def cycle(app):
    return consultation.open_cycle()


@pytest.fixture
def request_context(app):
    with app.test_request_context("/"):
        yield


def references(cycle, **chosen):
    return [row.reference for row in queries.listing(cycle, Filter(**chosen))]


def test_the_list_narrows_by_topic_territory_and_channel(cycle, request_context):
    online = consultation.problem(cycle)
    spoken = consultation.recorded(cycle, within=online.topic)
    elsewhere = consultation.problem(consultation.open_cycle())
    assert references(cycle) == [spoken.reference, online.reference]
    assert references(cycle, topic=online.topic, channel=Channel.IN_PERSON) == [spoken.reference]
    assert references(cycle, territory="MX-COL") == [spoken.reference, online.reference]
    assert references(cycle, territory="MX-OAX") == []
    assert references(elsewhere.cycle) == [elsewhere.reference]


def test_the_list_narrows_by_goal_sector_state_and_words(cycle, request_context):
    plain, author = consultation.problem(cycle), person()
    water = dataclasses.replace(consultation.CONTENT, title="Baches en la avenída", targets=("6.1",))
    other = consultation.problem(cycle, author=author, within=plain.topic, content=water)
    assert references(cycle, goal="16") == references(cycle, goal="16.6") == [plain.reference]
    assert references(cycle, goal="6") == references(cycle, words="BACHE avenidas") == [other.reference]
    assert (
        references(cycle, goal="1") == references(cycle, words="zapote") == references(cycle, words="«de la»") == []
    )
    assert references(cycle, sector=Sector.CIVIL_SOCIETY) == [other.reference, plain.reference]
    assert references(cycle, sector=Sector.ACADEMIA) == []
    discussion.withdraw(other, author)
    (row,) = queries.listing(cycle, Filter(state=Visibility.WITHDRAWN))
    assert (row.reference, row.title) == (other.reference, "")
    assert queries.count(cycle, Filter(state=Visibility.WITHDRAWN), []) == 1
    assert references(cycle, words="avenida") == references(cycle, words="avenida", state=Visibility.WITHDRAWN) == []


def test_each_order_is_read_page_by_page_and_back_without_gaps(app, many):
    expected = {
        Sort.NEWEST: lambda row: -row.id,
        Sort.SUPPORTED: lambda row: (-row.support_count, -row.id),
        Sort.DISCUSSED: lambda row: (-row.comment_count, -row.id),
        Sort.RANDOM: lambda row: (row.lot < 1500, row.lot, row.id),
    }
    chosen = Filter(topic=queries.topics(many)[1])
    for sort, key in expected.items():
        pages = list(_pages(app, "next_url", lambda s=sort: queries.listing(many, chosen, s, 1500)))
        rows = [row for page in pages for row in page]
        assert len(rows) == queries.count(many, dataclasses.replace(chosen, sector=Sector.CIVIL_SOCIETY), []) > 60
        assert rows == sorted(rows, key=key)
        back = list(
            _pages(app, "prev_url", lambda s=sort: queries.listing(many, chosen, s, 1500), pages[-1].prev_url)
        )
        assert [page.items for page in reversed(back)] == [page.items for page in pages[:-1]]
        assert pages[0].prev_url is None


def test_what_is_taken_along_is_the_list_whole_in_its_order(many, monkeypatch):
    monkeypatch.setattr(lists, "BATCH", 10)
    topics = queries.topics(many)
    taken = list(queries.taken_along(many, Filter(topic=topics[1]), topics, Sort.RANDOM, 1500))
    assert len(taken) == len({row[0] for row in taken}) > 60
    first = dict(zip(EXPORTED, taken[0], strict=True))
    assert (first["topic"], first["affected"]) == (topics[1].title, consultation.CONTENT.affected)
    assert first["sdg"] in {"3", "16 16.6"}


@pytest.mark.parametrize(("sort", "count"), [(Sort.SUPPORTED, "support_count"), (Sort.DISCUSSED, "comment_count")])
def test_what_moves_while_it_is_taken_along_is_neither_missed_nor_told_twice(many, monkeypatch, sort, count):
    monkeypatch.setattr(lists, "BATCH", 10)
    topics = queries.topics(many)
    chosen = Filter(topic=topics[1])
    expected = [row[0] for row in queries.taken_along(many, chosen, topics, sort)]
    taking = queries.taken_along(many, chosen, topics, sort)
    taken = [next(taking)[0] for _ in range(10)]
    risen, fallen, hidden = expected[-1], expected[5], expected[-2]
    _change(risen, **{count: 10_000})
    _change(fallen, **{count: 0})
    _change(hidden, visibility=Visibility.HIDDEN)
    taken += [row[0] for row in taking]
    assert taken == [reference for reference in expected if reference != hidden]


def _change(reference, **values):
    with transaction():
        db.session.execute(sa.update(Contribution).where(Contribution.reference == reference).values(**values))


def test_topics_come_axis_by_axis(cycle):
    made = [consultation.topic(cycle, axis=axis) for axis in ("Justicia", "Agua", "Justicia")]
    assert queries.topics(cycle) == [made[0], made[2], made[1]]


def test_what_is_withdrawn_or_hidden_is_in_no_list_and_only_counts_as_what_came_in(cycle, request_context):
    author = person()
    kept = consultation.problem(cycle)
    withdrawn = consultation.problem(cycle, author=author, within=kept.topic)
    hidden = consultation.problem(cycle, within=kept.topic)
    discussion.withdraw(withdrawn, author)
    discussion.hide(hidden)
    assert references(cycle) == references(cycle, topic=kept.topic) == [kept.reference]
    assert (queries.count(cycle, Filter(), queries.topics(cycle)), kept.topic.problem_count) == (1, 1)
    assert queries.count(cycle, Filter(channel=Channel.ONLINE), []) == 1
    assert figures.received(cycle, cycle.stages[0])["problem"]["channel"] == {"online": 3}  # what came in


FILTERS = [
    {},
    {"channel": Channel.PAPER},
    {"territory": True},
    {"topic": True},
    {"topic": True, "channel": Channel.PAPER},
    {"sector": Sector.CIVIL_SOCIETY},
    {"goal": "16"},
    {"goal": "16", "sector": Sector.CIVIL_SOCIETY, "territory": "MX-OAX"},
]


@pytest.fixture
def many(cycle, request_context):
    _fill(cycle, 3000)
    return cycle


@pytest.mark.parametrize("sort", Sort)
def test_pages_are_read_from_an_index_and_never_sorted(many, sort):
    """By time also with filters that few pass; in other orders PostgreSQL may rather find those few and sort them."""
    newest = sort is Sort.NEWEST
    named = {"topic": queries.topics(many)[1 if newest else 0], "territory": "MX-COL" if newest else "MX-OAX"}
    for chosen in FILTERS:
        given = {name: named[name] if value is True else value for name, value in chosen.items()}
        plan = _plan(many, Filter(**given), sort)
        said = f"{chosen}\n{plan}"
        assert "seq scan on contributions" not in plan and "scan contributions\n" not in plan, said
        assert "b-tree for order" not in plan, said
        assert all(int(rows) <= FEW for rows in SORTED.findall(plan)), said


def test_figures_count_what_came_in_while_the_stage_was_open_by_channel(cycle):
    problem = consultation.problem(cycle)
    consultation.recorded(cycle)
    discussion.comment(problem)
    discussion.support(problem)
    counted = figures.received(cycle, cycle.stages[0])
    assert {kind: cells["channel"] for kind, cells in counted.items()} == {
        "problem": {"online": 1, "in_person": 1},
        "comment": {"online": 1},
        "support": {"online": 1},
    }
    assert counted["problem"]["sector"] == {"civil_society": 1}
    assert counted["support"]["sector"] == {}  # who supports is shown nowhere: no sector of fewer than five
    later = cycles.stage(cycle, StageKind.CONSULTATION, start=NOW + timedelta(days=8), end=NOW + timedelta(days=9))
    assert figures.received(cycle, later) == {}
    assert figures.received(cycle, None) == counted


def test_comments_and_statements_that_are_not_public_any_more_count_without_a_sector(cycle):
    problem, statement = consultation.problem(cycle), consultation.statement(cycle)
    comment = discussion.comment(problem)
    for gone in (comment, statement):
        discussion.withdraw(gone, gone.author)
    counted = figures.received(cycle, None)
    assert [counted[kind]["channel"] for kind in ("comment", "statement")] == [{"online": 1}] * 2
    assert [counted[kind]["sector"] for kind in ("comment", "statement")] == [{}] * 2


def test_what_is_expected_goes_away_once_done(cycle, request_context, count_queries):
    topics = [consultation.topic(cycle) for _ in range(2)]
    actor = person()
    assert actor.is_verified and cycle.slug
    with count_queries() as log:
        todos = queries.todo(actor, NOW)
    assert (len(todos), len(log)) == (2, 1)
    assert todos[0].due == cycle.stages[0].ends_at
    for topic in topics:
        with transaction():
            operations.support_topic(actor=actor, topic=topic, now=NOW)
    consultation.problem(cycle, author=actor)
    assert [item.href for item in queries.todo(actor, NOW)] == [f"/ciclos/{cycle.slug}/temas"]
    assert queries.todo(person(verified=False), NOW) == []
    assert queries.todo(actor, cycle.stages[0].ends_at) == []


def test_of_several_consultations_the_open_one_says_how_many_topics_are_expected(cycle, request_context, clock):
    actor, topics = person(), [consultation.topic(cycle) for _ in range(3)]
    first = cycle.stages[0]
    second = cycles.stage(cycle, StageKind.CONSULTATION, start=first.ends_at, end=first.ends_at + timedelta(days=9))
    first.rules, second.rules = {"topic_supports": 3}, {"topic_supports": 1}
    db.session.commit()
    before, early, late, after = (
        first.starts_at - timedelta(days=1),
        NOW,
        second.starts_at + timedelta(days=1),
        second.ends_at + timedelta(days=1),
    )
    most = [supports_per_person(cycle.stages, moment) for moment in (before, early, late, after)]
    assert most == [3, 3, 1, 1]
    with transaction():
        operations.support_topic(actor=actor, topic=topics[0], now=late)
    with pytest.raises(Conflict), transaction():
        operations.support_topic(actor=actor, topic=topics[1], now=late)
    asked = f"/ciclos/{cycle.slug}/temas"
    assert asked not in [item.href for item in queries.todo(actor, late)]
    assert asked in [item.href for item in queries.todo(actor, early)]


def test_two_consultations_open_at_once_ask_once(cycle, request_context):
    consultation.topic(cycle)
    other = cycles.stage(cycle, StageKind.CONSULTATION, end=NOW + timedelta(days=20))
    todos = queries.todo(person(), NOW)
    assert [item.due for item in todos] == [other.ends_at] * 2


def test_the_facilitation_is_asked_to_prepare_workshops_and_to_write_them_down(cycle, request_context, count_queries):
    facilitator, topic = cycles.facilitator(cycle), consultation.topic(cycle)
    held, counted, entered, near, far, off = (
        workshops.workshop(cycle, by=facilitator, starts_at=NOW + timedelta(days=days))
        for days in (-1, -1, -1, 3, 4, 2)
    )
    near_title, held_title = near.title, held.title
    said = {
        "content": operations.Content("El pozo está seco", "Desde marzo", "A la colonia"),
        "key": "clave-01",
        "topic": topic,
    }
    with transaction():
        operations.count_people(actor=facilitator, workshop=counted, attended=9, counts={}, now=NOW)
        operations.enter(actor=facilitator, workshop=entered, now=NOW, **said)
        operations.cancel_workshop(actor=facilitator, workshop=off, reason="Llueve", now=NOW)
    assert facilitator.grants
    with count_queries() as log:
        todos = queries.todo(facilitator, NOW)
    assert len(log) == 2
    assert [str(item.title) for item in todos if "jornadas" in item.href] == [
        f"Registra lo que se dijo en «{held_title}»",
        f"Prepara la jornada «{near_title}»: imprime las hojas",
    ]
    assert not [item for item in queries.todo(person(), NOW) if "jornadas" in item.href]
    assert [item.is_everyones for item in queries.todo(person(), NOW)] == [True, True]
    assert far.reference not in str(todos)


def test_the_facilitation_is_told_how_many_statements_wait(cycle, request_context):
    for _ in range(2):
        consultation.proposed(cycle)
    (item,) = [item for item in queries.todo(cycles.facilitator(cycle), NOW) if "revision" in item.href]
    assert str(item.text) == f"2 en «{cycle.title}»"


def test_goals_and_targets_are_the_official_ones(request_context):
    assert [goal.number for goal in sdg.goals()] == list(range(1, 18))
    assert sum(len(goal.targets) for goal in sdg.goals()) == 169
    assert sdg.is_code("16.6") and not sdg.is_code("18")
    assert [chip.code for chip in sdg.chips(["16.6", "3", "nada"])] == ["3", "16.6"]


def _pages(app, link, listing, address="/"):
    """The pages that links lead through, one after the other."""
    while address:
        with app.test_request_context(address):
            yield (page := listing())
        address = getattr(page, link)


def _plan(cycle, chosen, sort):
    """How the database would read the page, in lower case."""
    seen = []

    def note(_conn, _cursor, statement, parameters, *_rest):
        seen.append((statement, parameters))

    sa.event.listen(db.engines[None], "before_cursor_execute", note)
    queries.listing(cycle, chosen, sort)
    sa.event.remove(db.engines[None], "before_cursor_execute", note)
    prefix = "EXPLAIN " if db.engines[None].dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    statement, parameters = seen[0]
    rows = db.session.connection().exec_driver_sql(prefix + statement, parameters)
    return "\n".join(" ".join(map(str, row)) for row in rows).lower() + "\n"


def _fill(cycle, number):
    """Many problems by plain inserts, in two topics, one of them and one channel and one territory rare."""
    common, rare = consultation.topic(cycle), consultation.topic(cycle)
    author = person()
    first = consultation.problem(cycle, within=common, author=author)
    shared, own = _row(Contribution, first.id), _row(Problem, first.id)
    ids = range(first.id + 1, first.id + number)
    channel = {True: Channel.PAPER, False: Channel.ONLINE}
    db.session.execute(
        sa.insert(Contribution.__table__),
        [
            {
                **shared,
                "id": n,
                "reference": f"X-{n}",
                "channel": channel[n % 50 == 0],
                "support_count": n % 7,
                "comment_count": n % 11,
                "lot": n * 7919 % 3001,
            }
            for n in ids
        ],
    )
    db.session.execute(
        sa.insert(Problem.__table__),
        [
            {
                **own,
                "id": n,
                "form_key": str(n),
                "topic_id": rare.id if n % 40 == 0 else common.id,
                "territory": "MX-COL" if n % 32 == 0 else "MX-OAX",
            }
            for n in ids
        ],
    )
    codes = [{"problem_id": n, "code": "16.6" if n % 2 else "3"} for n in ids]
    db.session.execute(sa.insert(ProblemTarget.__table__), codes)
    db.session.commit()
    db.session.execute(sa.text("ANALYZE"))
    db.session.commit()


def _row(kind, row_id):
    statement = sa.select(kind.__table__).where(kind.__table__.c.id == row_id)
    return dict(db.session.execute(statement).mappings().one())
