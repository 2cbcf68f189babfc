"""Files of commitments for tests; among them the thirteen of the Fourth Plan as they were published, with the roadmaps
that the demonstration invents for them."""

from __future__ import annotations

import csv
import itertools
import json
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import xlsxwriter

import cocrea.demo
from cocrea.accounts.models import Organisation, Sector
from cocrea.followup.exchange.fields import FORMAT
from tests.conftest import shared
from tests.factories.accounts import save

DEMO = json.loads((Path(cocrea.demo.__file__).parent / "data" / "fourth_plan.json").read_text("utf-8"))
_numbers = itertools.count(1)
TODAY = date(2026, 6, 1)


def registered(name: str, sector: Sector = Sector.PUBLIC_BODY) -> Organisation:
    slug = f"registrada-{next(_numbers)}"
    made: Organisation = save(Organisation(slug=slug, name=name, short_name="", sector=sector))
    return made


def fourth_plan() -> list[dict[str, Any]]:
    """The thirteen commitments, and the organisations they name registered."""
    published = json.loads(shared("ogp", "mx_plan4_2019_2021.json").read_text("utf-8"))
    named: dict[str, Sector] = {}
    contents = [
        _commitment(one, told["demo"], named)
        for one, told in zip(published["commitments"], DEMO["commitments"], strict=True)
    ]
    for name, sector in named.items():
        registered(name, sector)
    return contents


def _commitment(one: dict[str, Any], told: dict[str, Any], named: dict[str, Sector]) -> dict[str, Any]:
    partners = sorted({*(one["lead"] or ()), *(one.get("support") or ())})
    lead, counterpart = f"Institución {told['lead']}", f"Organización {told['counterpart']}"
    named.update(dict.fromkeys(partners, Sector.PUBLIC_BODY))
    named.update({lead: Sector.PUBLIC_BODY, counterpart: Sector.CIVIL_SOCIETY})
    return {
        "reference": one["id"],
        "number": one["n"],
        "title": one["title_es_plan"] or one["title_es_site"] or one["title_en"],
        "origin": "unknown",
        "problem": told["problem"],
        "causes": "",
        "body": told["what"],
        "solution": told["solution"],
        "objective": told["objective"],
        "scope_text": told["scope"],
        "indicator": told["indicator"]["name"],
        "baseline": str(told["indicator"]["baseline"] or ""),
        "goal": str(told["indicator"]["target"] or ""),
        "unit": told["indicator"]["unit"],
        "indicator_source": "",
        **{key: told[key] for key in ("transparency", "accountability", "participation", "inclusion", "budget")},
        "targets": sorted(told["sdg"]),
        "starts_on": _day(told["starts_day"]),
        "ends_on": _day(told["ends_day"]),
        "is_costless": False,
        "costless_reason": "",
        "budget_amount": None,
        "budget_source": "",
        "programme_key": "",
        "sources": f"https://www.opengovpartnership.org/members/mexico/commitments/{one['id']}/",
        "lead": lead,
        "counterpart": counterpart,
        "partners": partners,
        "other_actors": "",
        "roadmap": [_action(action, lead) for action in told["key_actions"]],
    }


def _action(action: dict[str, Any], lead: str) -> dict[str, Any]:
    steps = [
        {
            "title": step["title"],
            "responsible": lead,
            "starts_on": _day(step["start_day"]),
            "ends_on": _day(step["end_day"]),
            "means_of_verification": step["means_of_verification"],
        }
        for step in action["activities"]
    ]
    return {"title": action["title"], "weight": action["weight"], "activities": steps}


def _day(offset: int | None) -> str:
    return "" if offset is None else (TODAY + timedelta(days=offset)).isoformat()


def document(*contents: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"format": FORMAT, "commitments": list(contents), **more}).encode()


def table(*lines: dict[str, Any] | list[Any], separator: str = ",", encoding: str = "utf-8") -> bytes:
    """A CSV: the headings and then rows, or rows by heading, of which the first has all."""
    target = StringIO()
    head = list(lines[0])
    writer = csv.writer(target, delimiter=separator)
    writer.writerow(head)
    for line in lines if isinstance(lines[0], dict) else lines[1:]:
        writer.writerow([line.get(one, "") for one in head] if isinstance(line, dict) else line)
    return target.getvalue().encode(encoding)


def sheet(*sheets: list[list[Any]]) -> bytes:
    """A spreadsheet of lines of cells, sheet by sheet."""
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        for lines in sheets:
            page = book.add_worksheet()
            for number, line in enumerate(lines):
                page.write_row(number, 0, line)
    return target.getvalue()
