"""The order of topics: by supports when everyone may know them, by chance and silent while the stage hides them."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import urldefrag, urljoin
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from cocrea.accounts.models import Person, Sector, Visitor
from cocrea.audit.queries import history_of
from cocrea.consultation import operations, queries, rules
from cocrea.consultation.models import Topic, TopicSupport
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.cycles.figures import withhold_small
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import consultation, cycles
from tests.factories.accounts import person
from tests.real import at_once

CHANGING = re.compile(r'nonce="[^"]*"|name="(key|csrf_token)"[^>]*>|"generated_at": ?"[^"]*"')
PAGES = 120


@pytest.fixture
def cycle(app):
    return consultation.open_cycle()


@pytest.fixture
def secretive(cycle):
    """A cycle whose open consultation hides its results."""
    cycle.stages[0].rules = {"hides_results": True}
    db.session.commit()
    return cycle


def give(topic, *people):
    for one in people:
        with transaction():
            operations.support_topic(actor=one, topic=topic, now=NOW)


def sectored(sector):
    found = person()
    found.sector = sector
    db.session.commit()
    return found


def ranked(cycle, now=NOW):
    return queries.ranking(cycle, queries.topics(cycle), now)


def order_on(page):
    return re.findall(r'class="card" id="([^"]+)"', page)


def test_topics_are_ranked_by_their_supports_channel_and_sector_told(cycle):
    few, many, other = (consultation.topic(cycle) for _ in range(3))
    give(many, sectored(Sector.ACADEMIA), sectored(Sector.ACADEMIA), sectored(None))
    give(few, person())
    give(other, person())
    found = ranked(cycle)
    assert [(standing.topic, standing.place, standing.total) for standing in found] == [
        (many, 1, 3), (few, 2, 1), (other, 2, 1),
    ]  # fmt: skip
    assert dict(found[0].sectors) == {"rest": 3}
    assert found[0].channels[Channel.ONLINE] == 3


def test_the_page_shows_the_ranking_with_its_table(client, cycle):
    topic = consultation.topic(cycle)
    give(topic, sectored(Sector.ACADEMIA), person())
    page = client.get(f"/ciclos/{cycle.slug}/temas").text
    assert "¿Qué temas importan más?" in page
    assert "2 apoyos" in page
    assert re.search(r'data-label="Academia"[^>]*>—<', page)


@settings(max_examples=200, deadline=None)
@for_all(st.dictionaries(st.sampled_from([*Sector, "none"]), st.integers(0, 12), min_size=1))
def test_sectors_of_fewer_than_five_are_never_told_alone(counts):
    told = withhold_small(counts)
    assert all(number >= 5 for number in told.values())
    joined = [name for name in counts if counts[name] and name not in told]
    assert len(joined) != 1 or sum(counts.values()) < 5


def test_a_small_sector_is_joined_with_the_next_smallest(client, cycle):
    topic = consultation.topic(cycle)
    crowd = [Sector.ACADEMIA] * 7 + [Sector.CIVIL_SOCIETY] * 5 + [Sector.PRIVATE_SECTOR] * 2
    give(topic, *map(sectored, crowd))
    assert dict(ranked(cycle)[0].sectors) == {"academia": 7, "rest": 7}
    for address in (f"/ciclos/{cycle.slug}/temas", f"/ciclos/{cycle.slug}/temas/{topic.slug}"):
        page = client.get(address).text
        assert "Otros sectores (menos de cinco)" in page
        assert not re.search(r">\s*[25]\s*</(td|dd)>", page)


def test_supports_of_suspended_accounts_wait_until_that_is_lifted(cycle, count_queries):
    topic, gone = consultation.topic(cycle), sectored(Sector.ACADEMIA)
    give(topic, gone, *(sectored(Sector.ACADEMIA) for _ in range(5)))
    gone.suspended_at = NOW
    db.session.commit()
    assert (ranked(cycle)[0].total, dict(ranked(cycle)[0].sectors)) == (5, {"academia": 5})
    gone.suspended_at = None
    db.session.commit()
    assert ranked(cycle)[0].total == 6


def test_the_ranking_takes_one_statement_for_any_number_of_topics(cycle, count_queries):
    for _ in range(12):
        consultation.topic(cycle)
    found = queries.topics(cycle)
    hidden = rules.hides_results(cycle, NOW)  # loads the stages
    with count_queries() as log:
        queries.ranking(cycle, found, NOW)
    assert (hidden, len(log)) == (False, 1)


def test_hidden_until_the_stage_closes_and_shown_from_then_on(secretive):
    give(consultation.topic(secretive), person())
    end = secretive.stages[0].ends_at
    assert ranked(secretive, end - timedelta(microseconds=1)) is None
    assert ranked(secretive, end)[0].total == 1


def test_another_stage_that_still_hides_keeps_them_hidden(secretive):
    later = cycles.stage(
        secretive, StageKind.CONSULTATION, start=NOW + timedelta(days=20), end=NOW + timedelta(days=30)
    )
    later.rules = {"hides_results": True}
    db.session.commit()
    assert ranked(secretive, NOW + timedelta(days=10)) is None


def test_the_order_is_by_chance_and_always_the_same_for_a_person(client, secretive):
    for _ in range(8):
        consultation.topic(secretive)
    address = f"/ciclos/{secretive.slug}/temas"
    orders = []
    for one in (person(), person()):
        client.sign_in(one)
        orders.append([order_on(client.get(address).text) for _ in range(2)])
    assert all(first == again for first, again in orders)
    assert orders[0][0] != orders[1][0]
    assert sorted(orders[0][0]) == sorted(orders[1][0])


def test_visitors_share_an_order_for_a_day_of_the_cycle(secretive):
    found = [consultation.topic(secretive) for _ in range(8)]
    morning = NOW.replace(hour=15)  # nine in the morning in the middle of Mexico
    orders = [
        [topic.slug for topic in queries.in_fair_order(Visitor(), secretive, found, moment)]
        for moment in (morning, morning + timedelta(hours=12), morning + timedelta(days=1))
    ]
    assert orders[0] == orders[1] != orders[2]


def test_an_axis_stays_together(secretive):
    found = [consultation.topic(secretive, axis=axis) for axis in ("A", "B") * 4]
    axes = [topic.axis for topic in queries.in_fair_order(Visitor(), secretive, found, NOW)]
    assert axes in (["A"] * 4 + ["B"] * 4, ["B"] * 4 + ["A"] * 4)


def test_a_new_topic_leaves_the_others_in_their_order(secretive):
    found = [consultation.topic(secretive) for _ in range(8)]
    before = queries.in_fair_order(Visitor(), secretive, found[:7], NOW)
    after = queries.in_fair_order(Visitor(), secretive, found, NOW)
    assert [topic for topic in after if topic is not found[7]] == before


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "a" and named.get("href"):
            self.found.append(named["href"])


def as_read(answer):
    """The text of an answer, that of all files if it is an archive; of others only the status."""
    if answer.mimetype == "application/zip":
        with ZipFile(BytesIO(answer.data)) as archive:
            return "\n".join(archive.read(name).decode() for name in archive.namelist() if name != "SHA256SUMS")
    is_text = answer.status_code == 200 and answer.mimetype.startswith(("text/", "application/json"))
    return answer.text if is_text else str(answer.status_code)


def everything(client, start):
    """Each page and download that can be reached, as read; what differs each time taken out."""
    waiting, read = [*start], {}
    while waiting and len(read) < PAGES:
        path = waiting.pop(0)
        if path in read:
            continue
        answer = client.get(path, buffered=True)
        read[path] = CHANGING.sub("", as_read(answer))
        if answer.mimetype == "text/html":
            links = Links()
            links.feed(answer.text)
            found = (urldefrag(urljoin(path, link))[0] for link in links.found)
            waiting += [link for link in found if link.startswith("/")]
    return read


@pytest.mark.parametrize("role", ["visitor", "participant", "facilitator", "steward"])
def test_no_page_nor_download_changes_by_a_hidden_support(client, secretive, role):
    """Whatever can be reached is the same, byte by byte, before and after others support a topic."""
    first, second = consultation.topic(secretive), consultation.topic(secretive)
    consultation.problem(secretive, within=first)
    crowd = [sectored(sector) for sector in [*Sector, None]]
    reader = {"facilitator": cycles.facilitator, "steward": cycles.steward, "participant": lambda _: person()}.get(
        role
    )
    if reader:
        client.sign_in(reader(secretive))
    section = f"/ciclos/{secretive.slug}"
    start = ["/", f"{section}/temas", f"{section}/problematicas", f"{section}/etapas/1/informe", "/historial"]
    start += [f"{section}/datos", f"{section}/datos/problematicas.csv", f"{section}/datos/problematicas.json"]
    before = everything(client, start)
    give(first, *crowd[:4])
    give(second, *crowd)
    after = everything(client, start)
    assert len(before) > 10
    assert {path for path in before if before[path] != after.get(path)} == set()


@pytest.mark.slow
def test_a_hundred_people_supporting_and_moving_at_once_are_all_counted(committed_app):
    cycle = consultation.open_cycle()
    topics, people = [consultation.topic(cycle).id for _ in range(5)], [person().id for _ in range(100)]

    def moving(number, person_id):
        """Support three topics, take the first back and give it to another."""
        first, second, third, fourth = (topics[(number + step) % 5] for step in range(4))

        def act(operation, topic_id):
            with transaction():
                topic, actor = db.session.get_one(Topic, topic_id), db.session.get_one(Person, person_id)
                return operation(actor=actor, topic=topic, now=NOW)

        def call():
            done = [act(operations.support_topic, topic_id) for topic_id in (first, second, third)]
            return [*done, act(operations.unsupport_topic, first), act(operations.support_topic, fourth)]

        return call

    answers = at_once(committed_app, [moving(number, person_id) for number, person_id in enumerate(people)])
    db.session.rollback()
    assert [answer for answer in answers if answer != [True] * 5] == []
    counted = dict(
        db.session.execute(sa.select(TopicSupport.topic_id, sa.func.count()).group_by(TopicSupport.topic_id)).all()
    )
    assert counted == dict.fromkeys(topics, 60)


def correct(topic, by, **said):
    fields = {"axis": topic.axis, "title": topic.title, "summary": "De qué trata.", "reason": "Se entendía mal"}
    fields["read"] = topic.fingerprint
    with transaction():
        return operations.correct_topic(actor=by, topic=topic, now=NOW, **{**fields, **said})


def test_a_corrected_topic_keeps_its_address_and_its_supports_and_says_why(cycle):
    by, topic = cycles.facilitator(cycle), consultation.topic(cycle)
    slug = topic.slug
    give(topic, person())
    correct(topic, by, title="Agua limpia", axis="Vida digna", summary="Que **llegue**.")
    assert (topic.slug, topic.title, topic.axis, consultation.supports(topic)) == (
        slug,
        "Agua limpia",
        "Vida digna",
        1,
    )
    assert "<strong>llegue</strong>" in topic.summary_html
    [entry] = history_of(topic.reference)
    assert (str(entry.what), entry.reason) == ("Se corrigió cómo se plantea un tema", "Se entendía mal")
    correct(topic, by, title="Agua limpia", axis="Vida digna", summary="Que **llegue**.")
    assert len(history_of(topic.reference)) == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"title": ""}, "title"),
        ({"title": "OTRO"}, "title"),
        ({"summary": " "}, "summary"),
    ],
)
def test_a_topic_is_not_corrected_without_reason_nor_into_another(cycle, said, field):
    topic = consultation.topic(cycle)
    consultation.topic(cycle, title="Otro")
    with pytest.raises(Invalid) as refused:
        correct(topic, cycles.facilitator(cycle), **said)
    assert refused.value.field == field


def test_of_two_corrections_the_second_is_told(cycle):
    by, topic = cycles.facilitator(cycle), consultation.topic(cycle)
    read = topic.fingerprint
    correct(topic, by, title="Agua limpia")
    with pytest.raises(Conflict):
        correct(topic, by, title="Agua para todos", read=read)
    assert topic.title == "Agua limpia"


def test_a_title_that_a_correction_left_can_be_used_and_a_title_in_use_cannot(cycle):
    by = cycles.facilitator(cycle)
    said = {"actor": by, "cycle": cycle, "axis": "Vida", "summary": "De qué trata.", "now": NOW}
    with transaction():
        first = operations.add_topic(title="Agua", **said)
    correct(first, by, title="Agua limpia")
    with transaction():
        second = operations.add_topic(title="Agua", **said)
    assert (first.slug, second.slug) == ("agua", "agua-2")
    with pytest.raises(Invalid), transaction():
        operations.add_topic(title="AGUA LIMPIA", **said)


def test_only_the_facilitation_corrects_a_topic(cycle):
    with pytest.raises(Denied):
        correct(consultation.topic(cycle), person(), title="Otra cosa")


def test_the_page_of_a_topic_leads_to_correcting_it_and_shows_the_history(client, cycle):
    topic = consultation.topic(cycle, title="Agua", summary_source="Llega poca.")
    address = f"/ciclos/{cycle.slug}/temas/{topic.slug}"
    client.sign_in(cycles.facilitator(cycle))
    assert f"{address}/edicion" in client.get(address).text
    assert "Llega poca." in client.get(f"{address}/edicion").text
    sent = {"axis": "Bienestar", "title": "Agua para todos", "summary": "Llega poca.", "reason": ""}
    sent["read"] = topic.fingerprint
    refused = client.post(f"{address}/edicion", data=sent)
    assert refused.status_code == 422 and 'value="Agua para todos"' in refused.text
    assert client.post(f"{address}/edicion", data=sent | {"reason": "Más claro"}).location == address
    page = client.get(address).text
    for shown in ("La facilitación corrigió este tema", "Más claro", "Cómo decía antes"):
        assert shown in page
    assert "Agua para todos" in page and f"/historial?folio={topic.reference}" in page
    assert "Más claro" in client.get(f"/historial?folio={topic.reference}").text
