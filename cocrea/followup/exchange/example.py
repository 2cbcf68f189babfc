"""A whole commitment of our own to begin a file from: the examples that the drafting room gives, and a roadmap."""

from __future__ import annotations

from datetime import date
from typing import Any

from cocrea.commitments.guide import GUIDES
from cocrea.commitments.models import Origin
from cocrea.followup.exchange.fields import COMMITMENT, Kind

OWN: dict[str, Any] = {
    "reference": "",
    "number": None,
    "origin": Origin.PROACTIVE.value,
    "targets": ["6.1", "16.6"],
    "partners": [],
    "other_actors": "",
    "is_costless": False,
    "costless_reason": "",
    "budget_amount": 1_850_000,
}
STEPS = (
    ("Calendario publicado", 60, (("Instalar medidores en 18 sectores", 1, 6, "Acta de entrega"),
                                  ("Publicar cada día el agua que llegó", 7, 12, "Página con el calendario"))),
    ("Vigilancia vecinal", 40, (("Formar el comité que revisa el calendario", 2, 4, "Acta de instalación"),)),
)  # fmt: skip


def content(lead: str, counterpart: str, today: date) -> dict[str, Any]:
    """The example, of next year, answered for and verified by organisations that are registered."""
    year = today.year + 1
    said = {of.key: str(GUIDES[of.key].good) for of in COMMITMENT if of.key in GUIDES and of.kind is not Kind.DAY}
    return {
        **said,
        **OWN,
        "lead": lead,
        "counterpart": counterpart,
        "starts_on": date(year, 1, 1).isoformat(),
        "ends_on": date(year, 12, 31).isoformat(),
        "roadmap": [
            {
                "title": title,
                "weight": weight,
                "activities": [
                    {
                        "title": step,
                        "responsible": lead,
                        "starts_on": date(year, begins, 1).isoformat(),
                        "ends_on": date(year, ends, 28).isoformat(),
                        "means_of_verification": proof,
                    }
                    for step, begins, ends, proof in steps
                ],
            }
            for title, weight, steps in STEPS
        ],
    }
