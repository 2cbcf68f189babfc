"""What a proposal is tied to, as its form asks, its page shows and the history tells."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from io import StringIO

import pytest

from cocrea.consultation.models import ProblemTarget
from cocrea.consultation.queries import causes_of
from cocrea.core.db import transaction
from cocrea.core.errors import Invalid
from cocrea.proposals import operations, queries
from cocrea.proposals.models import Proposal
from tests.conftest import NOW
from tests.factories import discussion, proposals
from tests.factories.accounts import person, save
from tests.factories.history import records

CAUSES = "- Nadie publica el recorrido.\n- La pipa se descompone."


@pytest.fixture
def cycle(app):
    return proposals.working_cycle()


@pytest.fixture
def author(app):
    return person("Autora 01")


@pytest.fixture
def problem(cycle):
    made = proposals.problem(cycle, "No se sabe cuándo llega la pipa")
    with transaction():
        made.causes = CAUSES
        made.targets = [ProblemTarget(code="6.1")]
    return made


def keys(problem):
    return {words: key for key, words in causes_of([problem]).items()}


def form_of(problem, **changes):
    return {
        "title": "Avisar por radio",
        "body": "Cada domingo.",
        "problems": problem.reference,
        "key": "k1",
        **changes,
    }


def new_url(cycle):
    return f"/ciclos/{cycle.slug}/propuestas/nueva"


def told(proposal):
    return records("proposal.tied", subject=proposal.reference)


def test_causes_and_goals_of_the_chosen_problem_are_offered_without_scripts(client, cycle, author, problem):
    client.sign_in(author)
    first = client.get(new_url(cycle)).text
    assert "Nadie publica el recorrido" not in first
    page = client.post(new_url(cycle), data=form_of(problem, causes_of="1"))
    assert page.status_code == 200
    for shown in ("Nadie publica el recorrido.", "La pipa se descompone.", "Cada domingo.", "6.1"):
        assert shown in page.text
    assert not re.search(r'value="6.1" checked', page.text)
    marked = client.post(new_url(cycle), data=form_of(problem, goals_of="1", targets=["16.6"])).text
    assert all(re.search(rf'value="{code}" checked', marked) for code in ("6.1", "16.6"))
    assert Proposal.query.count() == 0


def test_what_was_chosen_is_on_its_page_in_its_file_and_side_by_side(client, cycle, author, problem):
    client.sign_in(author)
    chosen = form_of(problem, causes=[keys(problem)["Nadie publica el recorrido."], "0" * 64], targets=["16.6"])
    place = client.post(new_url(cycle), data=chosen).location
    client.post(f"{place}/publicacion")
    made = Proposal.query.one()
    for path in (place, f"/ciclos/{cycle.slug}/propuestas/comparacion?p={made.reference}"):
        page = client.get(path).text
        assert "Nadie publica el recorrido." in page
        assert "La pipa se descompone." not in page
        assert "16.6" in page and "6.1<" not in page
    row = next(csv.DictReader(StringIO(client.get(f"/ciclos/{cycle.slug}/propuestas.csv").data.decode("utf-8-sig"))))
    told = (row["problems"], row["targets"], row["causes"])
    assert told == (problem.reference, "16.6", "Nadie publica el recorrido.")
    assert made.reference in client.get(f"/ciclos/{cycle.slug}/propuestas?ods=16").text
    assert made.reference not in client.get(f"/ciclos/{cycle.slug}/propuestas?ods=6").text


def test_another_tie_is_one_record_and_no_new_version(client, cycle, author, problem):
    made = proposals.published(cycle, author=author)
    old = made.problems[0].reference
    sent = {"title": made.title, "body": made.body_source, "beneficiaries": made.beneficiaries, "base": made.edition}
    ties = {"problems": problem.reference, "targets": ["6.1"], "causes": list(keys(problem).values())}
    client.sign_in(author).post(f"/propuestas/{made.reference}/edicion", data=sent | ties)
    assert (made.version, [p.reference for p in made.problems]) == (1, [problem.reference])
    record = told(made)[0]
    assert (record["old"]["problems"], record["new"]["problems"]) == ([old], [problem.reference])
    assert (record["old"]["targets"], record["new"]["targets"]) == ([], ["6.1"])
    assert not any(words in json.dumps(record, ensure_ascii=False) for words in ("recorrido", "pipa"))


def test_saying_the_same_again_leaves_no_record(app, cycle, author):
    made = proposals.published(cycle, author=author)
    proposals.revised(made)
    assert (told(made), made.version) == ([], 1)


def test_two_who_change_ties_at_once_see_each_other(client, cycle, author, problem):
    made = proposals.published(cycle, author=author)
    base = made.edition
    sent = {"title": made.title, "body": made.body_source, "base": base, "problems": made.problems[0].reference}
    url = f"/propuestas/{made.reference}/edicion"
    client.sign_in(author)
    assert client.post(url, data=sent | {"targets": ["16"]}).status_code == 303
    assert client.post(url, data=sent | {"targets": ["3"]}).status_code == 422
    assert made.codes == ["16"]


@pytest.mark.parametrize("codes", [("99",), ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11")])
def test_goals_are_of_the_list_and_few(app, cycle, author, codes):
    with pytest.raises(Invalid):
        proposals.draft(cycle, author=author, content=replace(proposals.CONTENT, targets=codes))


def test_a_cause_goes_with_the_text_of_its_problem(client, cycle, author, problem):
    made = proposals.draft(cycle, author=author)
    with transaction():
        operations.revise(
            actor=author,
            proposal=made,
            content=replace(proposals.CONTENT, causes=tuple(keys(problem).values())),
            problems=[problem],
            base=made.edition,
            now=NOW,
        )
        operations.publish(actor=author, proposal=made, now=NOW)
    assert len(queries.causes(made)) == 2
    discussion.hide(problem)
    page = client.get(f"/propuestas/{made.reference}").text
    assert "Nadie publica" not in page


def test_a_problem_that_is_gone_stays_when_the_rest_changes(app, cycle, author, problem):
    made = proposals.published(cycle, author=author)
    gone = made.problems[0]
    discussion.hide(gone)
    for chosen in ([problem], []):
        with transaction():
            operations.revise(
                actor=author,
                proposal=made,
                content=proposals.CONTENT,
                problems=chosen,
                base=made.edition,
                now=NOW,
            )
        assert set(made.problems) == {gone, *chosen}


def test_every_field_has_its_guide(client, cycle, author, problem):
    page = client.sign_in(author).get(f"{new_url(cycle)}?problematica={problem.reference}").text
    for name in ("title", "problems", "body", "beneficiaries", "responsible", "needs", "causes", "targets"):
        assert f'id="{name}-guide"' in page
        assert re.search(rf'aria-describedby="[^"]*\b{name}-guide\b', page), name


def test_a_preview_shows_what_is_typed_and_keeps_nothing(client, cycle, author, problem):
    client.sign_in(author)
    cause = keys(problem)["La pipa se descompone."]
    page = client.post(
        new_url(cycle), data=form_of(problem, body="**Cada domingo** <script>x</script>", causes=[cause], preview="1")
    ).text
    shown = page[page.index("vista-previa") : page.index("<form", page.index("vista-previa"))]
    assert "<strong>Cada domingo</strong>" in shown
    assert "<script>x" not in page
    assert "La pipa se descompone." in shown and "Nadie publica" not in shown
    assert Proposal.query.count() == 0
    made = proposals.published(cycle, author=author)
    kept = made.title
    sent = {"title": "Otro título", "body": "x", "problems": problem.reference, "preview": "1", "base": made.edition}
    assert "Otro título" in client.post(f"/propuestas/{made.reference}/edicion", data=sent).text
    assert save(made).title == kept
