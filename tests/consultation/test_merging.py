"""Merging problems: every person counts once, nothing that was said is lost, and undoing restores it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocrea.accounts.models import Person
from cocrea.consultation import operations, queries
from cocrea.consultation.models import Problem, Topic
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict, Denied, Invalid
from cocrea.core.i18n import in_language
from cocrea.cycles.figures import gather
from cocrea.discussion import addressees
from cocrea.discussion.models import Support, Visibility
from cocrea.discussion.operations import comment, support, unsupport
from cocrea.extensions import db
from cocrea.moderation import operations as moderation
from tests.conftest import NOW
from tests.factories import consultation, cycles, discussion
from tests.factories.accounts import credential, person
from tests.factories.history import records
from tests.real import at_once

WHY = "Dicen lo mismo"


@pytest.fixture
def cycle(app):
    return consultation.open_cycle()


@pytest.fixture
def facilitator(cycle):
    return cycles.facilitator(cycle)


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def back(problem, *people):
    with transaction():
        for one in people:
            support(actor=one, contribution=problem, now=NOW)


def merge(actor, problems, into, reason=WHY):
    with transaction():
        return operations.merge_problems(actor=actor, problems=problems, into=into, reason=reason, now=NOW)


def undo(actor, problem, reason="No eran lo mismo"):
    with transaction():
        operations.undo_merge(actor=actor, problem=problem, reason=reason, now=NOW)


def supporters(problem):
    return set(db.session.scalars(sa.select(Support.person_id).filter_by(contribution_id=problem.id)))


def problems_of(cycle, number):
    topic = consultation.topic(cycle)
    return [consultation.problem(cycle, within=topic) for _ in range(number)]


def test_each_person_counts_once_and_the_author_of_the_source_too(cycle, facilitator):
    stays, goes = problems_of(cycle, 2)
    both, one, other = person(), person(), person()
    back(stays, both, one)
    back(goes, both, other, stays.author)
    merge(facilitator, [goes], stays)
    assert supporters(stays) == {both.id, one.id, other.id, goes.author_id}
    assert stays.support_count == 4
    assert (goes.visibility, goes.merged_into_id, goes.support_count) == (Visibility.MERGED, stays.id, 3)
    assert stays.topic.problem_count == 1


def test_undoing_restores_both_and_what_came_later_stays(cycle, facilitator):
    stays, goes = problems_of(cycle, 2)
    before, later = person(), person()
    back(goes, before)
    merge(facilitator, [goes], stays)
    back(stays, later)
    undo(facilitator, goes)
    assert (supporters(stays), stays.support_count) == ({later.id}, 1)
    assert (supporters(goes), goes.support_count, goes.visibility) == ({before.id}, 1, Visibility.PUBLIC)
    assert (goes.merged_into_id, goes.visibility_reason, goes.topic.problem_count) == (None, "", 2)


def test_who_is_behind_two_sources_goes_on_counting_when_one_leaves(cycle, facilitator):
    stays, first, second = problems_of(cycle, 3)
    twice = person()
    back(first, twice)
    back(second, twice)
    merge(facilitator, [first, second], stays)
    undo(facilitator, first)
    assert twice.id in supporters(stays)
    undo(facilitator, second)
    assert (supporters(stays), stays.support_count) == (set(), 0)


def test_a_chain_carries_everyone_and_is_undone_from_its_end(cycle, facilitator):
    first, second, third = problems_of(cycle, 3)
    back(first, one := person())
    merge(facilitator, [first], second)
    merge(facilitator, [second], third)
    assert supporters(third) == {one.id, first.author_id, second.author_id}
    with pytest.raises(Conflict):
        undo(facilitator, first)
    undo(facilitator, second)
    assert (supporters(third), supporters(second)) == (set(), {one.id, first.author_id})
    undo(facilitator, first)
    assert supporters(second) == set()


def test_a_synthesis_credits_all_and_goes_when_it_gathers_nothing(cycle, facilitator):
    problems = problems_of(cycle, 2)
    with transaction():
        made = operations.merge_into_synthesis(
            actor=facilitator, problems=problems, title="Juntas", body="Lo de ambas", affected="Todas",
            reason=WHY, now=NOW,
        )  # fmt: skip
    assert (made.support_count, made.topic.problem_count, made.codes) == (2, 1, problems[0].codes)
    assert queries.gathered(made) == problems
    for problem in problems:
        undo(facilitator, problem)
    assert (made.visibility, made.topic.problem_count) == (Visibility.WITHDRAWN, 2)


def test_what_cannot_be_merged(cycle, facilitator):
    stays, goes = problems_of(cycle, 2)
    other = consultation.problem()
    for said in ({"reason": " "}, {"problems": [other]}, {"problems": [stays]}):
        with pytest.raises(Invalid):
            merge(facilitator, **{"problems": [goes], "into": stays, **said})
    with pytest.raises(Denied):
        merge(person(), [goes], stays)
    merge(facilitator, [goes], stays)
    for problems, into in (([goes], stays), ([stays], goes)):
        with pytest.raises(Denied):
            merge(facilitator, problems, into)
    with pytest.raises(Conflict):
        undo(facilitator, stays)
    with pytest.raises(Denied):
        undo(person(), goes)


def test_the_history_tells_it_with_its_reason(cycle, facilitator):
    stays, goes = problems_of(cycle, 2)
    merge(facilitator, [goes], stays)
    undo(facilitator, goes)
    merged, unmerged = records(subject=goes.reference)[-2:]
    assert (merged["action"], unmerged["action"]) == ("contribution.merged", "contribution.unmerged")
    assert WHY in str(merged)


def test_everyone_behind_gets_one_letter_for_the_whole_merge(client, cycle, facilitator, outbox, monkeypatch):
    """Also who is behind several of them, and however many transactions the letters take."""
    monkeypatch.setattr(addressees, "LETTERS_AT_ONCE", 2)
    stays, *goes = problems_of(cycle, 4)
    both, english = person(), person(locale="en")
    for problem in goes:
        back(problem, both, english)
    people = [both, english, *(problem.author for problem in goes)]
    address = {one.id: credential(one).email for one in people}
    client.sign_in(facilitator)
    references = [problem.reference for problem in goes]
    said = {"con": references, "into": stays.reference, "reason": WHY}
    assert client.post(f"/problematicas/{stays.reference}/fusion", data=said).status_code == 303
    assert sorted(letter.to[0] for letter in outbox) == sorted(address.values())
    told = {letter.to[0]: letter.body for letter in outbox}
    assert all(reference in told[address[both.id]] for reference in references)
    assert references[1] not in told[address[goes[0].author_id]]
    assert "Your voice" in told[address[english.id]]
    outbox.clear()
    undone = client.post(f"/problematicas/{references[0]}/fusion/retiro", data={"reason": "No eran"})
    assert undone.status_code == 303
    assert sorted(letter.to[0] for letter in outbox) == sorted(
        address[one] for one in (both.id, english.id, goes[0].author_id)
    )


def test_statements_do_not_grow_with_supporters(cycle, facilitator, count_queries):
    counted = []
    for crowd in (1, 12):
        stays, goes, other = problems_of(cycle, 3)
        people = [person() for _ in range(crowd)]
        for problem in (goes, other):
            back(problem, *people)
        with transaction(), count_queries() as merging:
            operations.merge_problems(actor=facilitator, problems=[goes, other], into=stays, reason=WHY, now=NOW)
        with transaction(), count_queries() as undoing:
            operations.undo_merge(actor=facilitator, problem=goes, reason="No eran lo mismo", now=NOW)
        assert supporters(stays) == {*(one.id for one in people), other.author_id}
        counted.append((len(merging), len(undoing)))
    assert counted[0] == counted[1]


def test_what_is_stored_does_not_speak_the_language_of_who_did_it(cycle, facilitator):
    problems = problems_of(cycle, 2)
    with in_language("en"):
        with transaction():
            made = operations.merge_into_synthesis(
                actor=facilitator, problems=problems, title="Juntas", body="Lo de ambas", affected="Todas",
                reason=WHY, now=NOW,
            )  # fmt: skip
        for problem in problems:
            undo(facilitator, problem)
    assert made.attribution == "Síntesis de la facilitación"
    assert made.visibility_reason == "Se deshizo la fusión que la había creado."


def test_it_came_in_all_the_same_and_its_supports_count_once(cycle, facilitator):
    """Figures tell what came in, as they do of proposals: who wrote what was merged took part too."""
    stays, goes = problems_of(cycle, 2)
    both = person()
    back(stays, both)
    back(goes, both)
    merge(facilitator, [goes], stays)
    counted = gather(cycle)
    assert counted["problem"]["channel"] == {"online": 2}
    assert counted["support"]["channel"] == {"online": 2}


@pytest.mark.parametrize("state", [Visibility.WITHDRAWN, Visibility.HIDDEN])
def test_a_merged_text_can_still_be_taken_from_view(client, cycle, facilitator, state):
    """By its author or a moderator; its supports go on counting, its page points on, and it can still be undone."""
    stays, goes = problems_of(cycle, 2)
    back(goes, one := person())
    merge(facilitator, [goes], stays)
    assert "Leer lo que decía" in client.get(f"/problematicas/{goes.reference}").text
    if state is Visibility.HIDDEN:
        discussion.hide(goes)
    else:
        discussion.withdraw(goes, by=goes.author)
    assert (goes.visibility, goes.merged_into_id) == (state, stays.id)
    assert supporters(stays) == {one.id, goes.author_id}
    page = client.get(f"/problematicas/{goes.reference}").text
    assert stays.reference in page
    assert "Leer lo que decía" not in page
    assert goes.reference not in client.get(f"/problematicas/{stays.reference}").text
    undo(facilitator, goes)
    assert (goes.visibility, goes.merged_into_id, stays.gathered_count) == (state, None, 0)
    assert supporters(stays) == set()


def test_what_was_hidden_while_merged_is_restored_as_merged(cycle, facilitator):
    stays, goes = problems_of(cycle, 2)
    merge(facilitator, [goes], stays)
    moderator = discussion.hide(goes)
    with transaction():
        moderation.restore(actor=moderator, contribution=goes, reason="Se aclaró", now=NOW)
    assert (goes.visibility, stays.topic.problem_count) == (Visibility.MERGED, 1)
    discussion.hide(stays)
    assert queries.survivor(goes).title == ""


def test_what_gathers_others_is_not_withdrawn_by_one_alone(cycle, facilitator):
    stays, goes, other = problems_of(cycle, 3)
    merge(facilitator, [goes], stays)
    with transaction():
        made = operations.merge_into_synthesis(
            actor=facilitator, problems=[stays, other], title="Juntas", body="Lo de ambas", affected="Todas",
            reason=WHY, now=NOW,
        )  # fmt: skip
    for problem, by in ((stays, stays.author), (made, facilitator)):
        with pytest.raises(Denied) as refused:
            discussion.withdraw(problem, by=by)
        assert "Reúne otras" in str(refused.value.message)
    undo(facilitator, other)
    undo(facilitator, stays)
    undo(facilitator, goes)
    discussion.withdraw(stays, by=stays.author)
    assert (stays.visibility, made.visibility) == (Visibility.WITHDRAWN, Visibility.WITHDRAWN)


def test_from_the_problem_to_the_merge_and_back(client, cycle, facilitator):
    stays, goes = problems_of(cycle, 2)
    with transaction():
        comment(actor=person(), subject=goes, body="Aquí también", now=NOW)
    client.sign_in(facilitator)
    address = f"/problematicas/{goes.reference}"
    assert f"{address}/fusion" in client.get(address).text
    choice = client.get(f"{address}/fusion").text
    assert stays.reference in choice
    side = client.get(f"{address}/fusion?con={stays.reference}").text
    assert "Ninguna: escribo una síntesis" in side
    said = {"con": stays.reference, "into": stays.reference, "reason": ""}
    refused = client.post(f"{address}/fusion", data=said)
    assert refused.status_code == 422
    answer = client.post(f"{address}/fusion", data={**said, "reason": WHY})
    assert answer.location.endswith(stays.reference)
    assert goes.reference in client.get(answer.location).text
    page = client.get(address).text
    for shown in (WHY, stays.reference, "Leer lo que decía", "Aquí también", f"{address}/fusion/retiro"):
        assert shown in page
    assert goes.reference not in client.get(f"/ciclos/{cycle.slug}/problematicas").text
    assert client.post(f"{address}/fusion/retiro", data={"reason": "No eran"}).status_code == 303
    assert goes.reference in client.get(f"/ciclos/{cycle.slug}/problematicas").text


def test_who_undoes_second_is_told_that_it_was_undone(client, cycle, facilitator):
    stays, goes = problems_of(cycle, 2)
    merge(facilitator, [goes], stays)
    undo(facilitator, goes)
    client.sign_in(facilitator)
    address = f"/problematicas/{goes.reference}"
    answer = client.post(f"{address}/fusion/retiro", data={"reason": "No eran lo mismo"})
    assert (answer.status_code, answer.location) == (303, address)
    assert "alguien ya deshizo la fusión" in client.get(address).text


def test_a_synthesis_from_the_page_keeps_what_was_typed(client, cycle, facilitator):
    first, second = problems_of(cycle, 2)
    client.sign_in(facilitator)
    address = f"/problematicas/{first.reference}/fusion"
    said = {
        "con": second.reference,
        "into": "sintesis",
        "reason": WHY,
        "title": "Juntas",
        "body": "",
        "affected": "x",
    }
    refused = client.post(address, data=said)
    assert refused.status_code == 422
    assert 'value="Juntas"' in refused.text
    answer = client.post(address, data={**said, "body": "Las dos"})
    page = client.get(answer.location).text
    assert "Síntesis de la facilitación" in page
    assert "Reúne lo que plantearon" in page


def test_what_does_not_exist_is_said(client, cycle, facilitator):
    (first,) = problems_of(cycle, 1)
    client.sign_in(facilitator)
    answer = client.get(f"/problematicas/{first.reference}/fusion?folios=C1-PRB-9999")
    assert answer.status_code == 422
    assert "No encontramos: C1-PRB-9999" in answer.text


def test_one_that_does_not_exist_is_named_beside_those_that_do(client, cycle, facilitator):
    first, second = problems_of(cycle, 2)
    client.sign_in(facilitator)
    page = client.get(f"/problematicas/{first.reference}/fusion?folios={second.reference}+C1-PRB-9999")
    assert page.status_code == 200
    assert "No encontramos: C1-PRB-9999" in page.text
    assert "(opcional)" not in page.text


def test_choosing_none_is_said(client, cycle, facilitator):
    (first,) = problems_of(cycle, 1)
    client.sign_in(facilitator)
    address = f"/problematicas/{first.reference}/fusion"
    assert "No elegiste ninguna" not in client.get(address).text
    for sent in ("", first.reference):
        answer = client.get(f"{address}?folios={sent}")
        assert answer.status_code == 422
        assert "No elegiste ninguna" in answer.text


def test_what_gathers_says_why_and_leads_the_facilitation_to_undoing(client, cycle, facilitator):
    stays, goes = problems_of(cycle, 2)
    merge(facilitator, [goes], stays)
    address, undoing = f"/problematicas/{stays.reference}", f"/problematicas/{goes.reference}/fusion/retiro"
    page = client.get(address).text
    assert WHY in page
    assert "Se fusionó el" in page
    assert undoing not in page
    assert undoing in client.sign_in(facilitator).get(address).text


def test_the_history_is_one_step_away(client, cycle, facilitator):
    stays, goes = problems_of(cycle, 2)
    merge(facilitator, [goes], stays)
    for problem in (stays, goes):
        assert f"/historial?folio={problem.reference}" in client.get(f"/problematicas/{problem.reference}").text


ACTS = st.lists(
    st.tuples(st.sampled_from(("merge", "undo", "support", "unsupport")), st.integers(0, 3), st.integers(0, 3)),
    max_size=14,
)


@given(acts=ACTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_counts_are_those_of_distinct_people(app, acts):
    """Any order of merges, undoings, supports: stored counts are rows, and when all is undone, what people gave."""
    cycle = consultation.open_cycle()
    facilitator, people = cycles.facilitator(cycle), [person() for _ in range(4)]
    problems = problems_of(cycle, 4)
    given_by_hand = {problem.id: set() for problem in problems}
    for act, first, second in acts:
        one, other, someone = problems[first], problems[second], people[second]
        try:
            if act == "merge":
                merge(facilitator, [one], other)
            elif act == "undo":
                undo(facilitator, one)
            else:
                with transaction():
                    (support if act == "support" else unsupport)(actor=someone, contribution=one, now=NOW)
                own = given_by_hand[one.id]
                (own.add if act == "support" else own.discard)(someone.id)
        except CocreaError:
            continue
        for problem in problems:
            assert problem.support_count == len(supporters(problem))
            assert problem.author_id not in supporters(problem)
            assert problem.gathered_count == sum(other.merged_into_id == problem.id for other in problems)
    left = [problem for problem in problems if problem.visibility is Visibility.MERGED]
    while left:
        for problem in list(left):
            try:
                undo(facilitator, problem)
                left.remove(problem)
            except Conflict:
                continue
    for problem in problems:
        rows = db.session.scalars(sa.select(Support).filter_by(contribution_id=problem.id)).all()
        assert {row.person_id for row in rows} <= given_by_hand[problem.id]
        assert all(row.carried_from_id is None for row in rows)
        assert problem.topic.problem_count == 4


@pytest.mark.slow
def test_two_facilitators_at_once_merge_once(committed_app):
    cycle = consultation.open_cycle()
    one, other = (problem.id for problem in problems_of(cycle, 2))
    actors = [cycles.facilitator(cycle).id for _ in range(2)]

    def merging(actor, goes, stays):
        def call():
            problems = [db.session.get_one(Problem, found) for found in (goes, stays)]
            merge(db.session.get_one(Person, actor), problems[:1], problems[1])

        return call

    answers = at_once(committed_app, [merging(actors[0], one, other), merging(actors[1], other, one)])
    db.session.rollback()
    assert sorted(type(answer).__name__ for answer in answers) == ["Denied", "NoneType"]
    merged = db.session.scalars(sa.select(Problem).filter_by(visibility=Visibility.MERGED)).all()
    assert len(merged) == 1


@pytest.mark.slow
def test_opposite_merges_across_two_topics_block_nobody(committed_app):
    """Facilitators choose problems in whatever order, some write a synthesis, and people go on publishing."""
    cycle = consultation.open_cycle()
    topics = [consultation.topic(cycle) for _ in range(2)]
    pairs = [[consultation.problem(cycle, within=topic).id for topic in topics[::turn]] for turn in (1, -1) * 4]
    stays, actor = consultation.problem(cycle).id, cycles.facilitator(cycle).id
    authors, ids = [person().id for _ in range(4)], [topic.id for topic in topics]

    def gathering(pair, *, is_synthesis):
        def call():
            by, *found = db.session.get_one(Person, actor), *(db.session.get_one(Problem, one) for one in pair)
            if not is_synthesis:
                merge(by, found, db.session.get_one(Problem, stays))
                return
            said = {"title": "Síntesis", "body": "Lo de ambas", "affected": "A todas", "reason": WHY, "now": NOW}
            with transaction():
                operations.merge_into_synthesis(actor=by, problems=found, **said)

        return call

    def publishing(author, topic):
        def call():
            within = db.session.get_one(Topic, topic)
            consultation.problem(within.cycle, within=within, author=db.session.get_one(Person, author))

        return call

    calls = [gathering(pair, is_synthesis=number > 3) for number, pair in enumerate(pairs)]
    calls += [publishing(author, ids[number % 2]) for number, author in enumerate(authors)]
    assert at_once(committed_app, calls) == [None] * len(calls)
    db.session.rollback()
    assert [db.session.get_one(Topic, found).problem_count for found in ids] == [4, 4]


@pytest.mark.slow
def test_supports_given_while_problems_are_merged_are_never_lost(committed_app):
    """Whoever was told that their support counts is behind the survivor, once; the counts are those of the rows."""
    cycle = consultation.open_cycle()
    goes, stays = problems_of(cycle, 2)
    ids, crowd = (goes.id, stays.id), [person().id for _ in range(20)]
    actor, author = cycles.facilitator(cycle).id, goes.author_id

    def supporting(person_id, problem_id):
        def call():
            with transaction():
                found = db.session.get_one(Problem, problem_id)
                return support(actor=db.session.get_one(Person, person_id), contribution=found, now=NOW) and person_id

        return call

    def merging():
        problems = [db.session.get_one(Problem, found) for found in ids]
        merge(db.session.get_one(Person, actor), problems[:1], problems[1])

    calls = [supporting(person_id, ids[number % 2]) for number, person_id in enumerate(crowd)]
    answers = at_once(committed_app, [*calls[:10], merging, *calls[10:]])
    db.session.rollback()
    told = {answer for answer in answers if isinstance(answer, int)}
    assert all(isinstance(answer, int | Denied | None) for answer in answers), answers
    stayed = db.session.get_one(Problem, ids[1])
    assert supporters(stayed) == told | {author}
    assert stayed.support_count == len(told) + 1


@pytest.mark.slow
def test_people_who_act_on_both_while_they_are_merged_block_nobody(committed_app):
    """Supporters of one tap the other, come and go, and authors comment: all wait their turn, no one for ever."""
    cycle = consultation.open_cycle()
    goes, stays = problems_of(cycle, 2)
    crowd = [person() for _ in range(20)]
    back(goes, *crowd[::2])
    back(stays, *crowd[1::2])
    ids, people = (goes.id, stays.id), [one.id for one in crowd]
    actor, authors = cycles.facilitator(cycle).id, (goes.author_id, stays.author_id)

    def acting(act, person_id, problem_id, **said):
        def call():
            with transaction():
                found = db.session.get_one(Problem, problem_id)
                act(actor=db.session.get_one(Person, person_id), now=NOW, **said, **{SUBJECT[act]: found})

        return call

    def merging():
        problems = [db.session.get_one(Problem, found) for found in ids]
        merge(db.session.get_one(Person, actor), problems[:1], problems[1])

    calls = [acting(support, one, ids[1 - number % 2]) for number, one in enumerate(people)]
    calls += [acting(unsupport, one, ids[1]) for one in people[1:8:2]]
    calls += [acting(comment, author, found, body="Sigue igual") for author in authors for found in ids]
    answers = at_once(committed_app, [*calls[:14], merging, *calls[14:]])
    db.session.rollback()
    assert all(isinstance(answer, Denied | None) for answer in answers), answers
    stayed = db.session.get_one(Problem, ids[1])
    assert stayed.visibility is Visibility.PUBLIC
    assert db.session.get_one(Problem, ids[0]).merged_into_id == ids[1]
    assert stayed.support_count == len(supporters(stayed))
    assert supporters(stayed) >= {*people[::2], authors[0]}


SUBJECT = {support: "contribution", unsupport: "contribution", comment: "subject"}
