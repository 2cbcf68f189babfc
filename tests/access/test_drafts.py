"""A draft answers as if it did not exist, at every address that takes a reference, to everyone but its author."""

from __future__ import annotations

import pytest
from werkzeug.routing import Rule

from cocrea.accounts.models import PLATFORM, Person, Role
from cocrea.core.db import transaction
from cocrea.discussion.models import Coauthor
from cocrea.extensions import db
from cocrea.proposals import operations
from tests.access.asking import answered
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import credential, grant, organisation, person, save

UNKNOWN = "XX-PRO-9999"
WHO = {
    "visitor": lambda _cycle: None,
    "participant": lambda _cycle: person(),
    "facilitator": cycles.facilitator,
    "official": lambda _cycle: grant(person(), Role.OFFICIAL, organisation()),
    "steward": cycles.steward,
    "administrator": lambda _cycle: grant(person(), Role.ADMINISTRATOR, PLATFORM),
}
OTHERS = {
    "seq": 1,
    "person": "p-0000000000",
    "evidence_id": 1,
    "offer_id": 1,
    "section": "problem",
    "party": "lead",
    "position": 1,
}


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


@pytest.mark.parametrize("made", [proposals.draft, proposals.published])
def test_a_coauthor_is_answered_as_the_author_everywhere(app, client, made):
    author, coauthor = person(), person()
    proposal = made(proposals.working_cycle(), author=author)
    save(Coauthor(contribution_id=proposal.id, person_id=coauthor.id, joined_at=NOW))
    with app.test_request_context():
        addresses = _addresses(app, proposal.reference)
    statuses = [_statuses(client, addresses, who) for who in [one.id for one in (author, coauthor)]]
    assert [pair for pair in zip(addresses, *statuses, strict=True) if pair[1] != pair[2]] == []
    assert statuses[0].count(200) > 1


def test_whoever_is_invited_reads_the_draft_and_nothing_more(app, client):
    author, invited, other = person(), person(), person()
    draft = proposals.draft(proposals.working_cycle(), author=author)
    credential(invited, "invitada@example.org")
    with transaction():
        operations.invite_coauthor(actor=author, proposal=draft, email="invitada@example.org", now=NOW)
    with app.test_request_context():
        addresses = _addresses(app, draft.reference)
    page = f"/propuestas/{draft.reference}"
    statuses = [_statuses(client, addresses, who) for who in [one.id for one in (invited, other)]]
    answers = zip(addresses, *statuses, strict=True)
    assert [address for address, own, its in answers if own not in {its, 403}] == [("GET", page)]


def _statuses(client, addresses, who):
    """What each address answers this person, nothing of it lasting."""

    def ask(method, address):
        client.sign_in(db.session.get_one(Person, who))
        return client.open(address, method=method).status_code

    return [answered(ask, *found) for found in addresses]


def test_its_author_reads_it(client, app):
    cycle, author = proposals.working_cycle(), person()
    draft = proposals.draft(cycle, author=author)
    assert client.sign_in(author).get(f"/propuestas/{draft.reference}").status_code == 200
