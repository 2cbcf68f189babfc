"""Every field of the template says how to write it."""

from __future__ import annotations

import pytest

from cocrea.commitments import operations, sections
from cocrea.commitments.guide import GUIDES
from cocrea.core.db import transaction
from cocrea.core.errors import Invalid
from tests.factories import commitments, cycles

KEYS = [key for section in sections.SECTIONS for key in section.keys]


@pytest.fixture
def cycle(app):
    return commitments.drafting_cycle()


def test_every_field_has_its_guide_and_its_label(app):
    assert set(KEYS) == set(GUIDES) == set(sections.LABELS)
    assert all(str(part).strip() for guide in GUIDES.values() for part in guide)


@pytest.mark.parametrize("section", sections.SECTIONS, ids=lambda section: section.slug)
def test_a_section_shows_the_guides_of_its_fields(client, cycle, section):
    facilitator = cycles.facilitator(cycle)
    commitment = commitments.draft(cycle, facilitator)
    page = client.sign_in(facilitator).get(f"/compromisos/{commitment.reference}/secciones/{section.slug}").text
    assert page.count("Sirve menos:") == len(section.keys)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"is_costless": True, "costless_reason": "Ya se hace.", "budget_amount": 5}, "is_costless"),
        ({"is_costless": True, "costless_reason": " ", "budget_amount": None}, "costless_reason"),
        ({"budget_amount": -1}, "budget_amount"),
    ],
)
def test_it_costs_or_it_says_why_not(cycle, now, content, field):
    facilitator = cycles.facilitator(cycle)
    commitment = commitments.draft(cycle, facilitator)
    section = sections.BY_SLUG["recursos"]
    with pytest.raises(Invalid) as refusal, transaction():
        operations.revise(
            actor=facilitator, commitment=commitment, section=section, content=content,
            base=sections.fingerprint(commitment, section), now=now,
        )  # fmt: skip
    assert refusal.value.field == field


def test_what_it_costs_is_read_in_words(client, cycle):
    commitment, of = commitments.complete(cycle)
    assert "1,850,000 pesos" in client.get(f"/compromisos/{commitment.reference}").text
    free = {"is_costless": True, "costless_reason": "Con la gente que ya está.", "budget_amount": None, "budget": ""}
    commitments.write(commitment, "recursos", of.official, **free)
    page = client.get(f"/compromisos/{commitment.reference}").text
    assert "No necesita dinero adicional." in page and "Con la gente que ya está." in page
