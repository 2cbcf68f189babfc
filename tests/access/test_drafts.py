"""A draft answers as if it did not exist, at every address that takes a reference, to everyone but its author."""

from __future__ import annotations

import pytest
from werkzeug.routing import Rule

from cocrea.accounts.models import PLATFORM, Role
from tests.factories import cycles, proposals
from tests.factories.accounts import grant, organisation, person

UNKNOWN = "XX-PRO-9999"
WHO = {
    "visitor": lambda _cycle: None,
    "participant": lambda _cycle: person(),
    "facilitator": cycles.facilitator,
    "official": lambda _cycle: grant(person(), Role.OFFICIAL, organisation()),
    "steward": cycles.steward,
    "administrator": lambda _cycle: grant(person(), Role.ADMINISTRATOR, PLATFORM),
}
OTHERS = {"seq": 1, "person": "p-0000000000", "evidence_id": 1, "section": "problem", "party": "lead", "position": 1}


def _addresses(app, reference) -> list[tuple[str, str]]:
    rules = [rule for rule in app.url_map.iter_rules() if "reference" in rule.arguments]
    assert len(rules) > 40
    return [(method, _built(rule, reference)) for rule in rules for method in sorted(rule.methods & {"GET", "POST"})]


def _built(rule: Rule, reference: str) -> str:
    given = {name: OTHERS.get(name, "1") for name in rule.arguments} | {"reference": reference}
    built = rule.build(given)
    assert built is not None, rule
    return built[1]


@pytest.mark.parametrize("who", WHO)
def test_a_draft_is_told_apart_from_nothing_by_nobody_else(app, client, who):
    cycle = proposals.working_cycle()
    draft = proposals.draft(cycle)
    actor = WHO[who](cycle)
    if actor is not None:
        client.sign_in(actor)
    with app.test_request_context():
        pairs = zip(_addresses(app, draft.reference), _addresses(app, UNKNOWN), strict=True)
    differ = []
    for (method, address), (_, unknown) in pairs:
        answers = [client.open(found, method=method) for found in (address, unknown)]
        if answers[0].status_code != answers[1].status_code or draft.title in answers[0].text:
            differ.append((method, address, answers[0].status_code, answers[1].status_code))
    assert differ == []


def test_its_author_reads_it(client, app):
    cycle, author = proposals.working_cycle(), person()
    draft = proposals.draft(cycle, author=author)
    assert client.sign_in(author).get(f"/propuestas/{draft.reference}").status_code == 200
