"""Papers of booths of the votes that closed: read by two people, decided by a third, recounted, and counted or not."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from cocrea.demo.world import Scene
from cocrea.voting import operations, scrutiny
from cocrea.voting.models import Batch, Booth
from cocrea.voting.operations.acting import Scan
from cocrea.voting.queries import booths

PAGE = (620, 400)  # of the picture that stands for a signed act


def tell(scene: Scene, entry: dict[str, Any]) -> None:
    """Write into the script what is done with the papers from the close on, and the count where all were read."""
    closed = -entry["closes_day"]
    for number, told in enumerate(entry["booths"]):
        place = (scene, entry["key"], number)
        scene.script.ago(closed, _act, *place, told["act"])
        for at, batch in enumerate(told["batches"]):
            scene.script.ago(closed, _register, *place, told["act"]["by"], len(batch["readings"][0]["lines"]))
            for reading in batch["readings"]:
                scene.script.ago(closed, _read, *place, at, reading)
            if "decision" in batch:
                scene.script.ago(closed, _decide, *place, at, batch["decision"])
            if "recount" in batch:
                scene.script.ago(closed, _recount, *place, at, batch["recount"])
    if entry.get("counted"):
        scene.script.ago(closed, _tally, scene, entry["key"])


def _act(scene: Scene, contest: str, number: int, told: dict[str, Any], *, now: datetime) -> None:
    booth = _booth(scene, contest, number)
    figures = operations.Figures(**{name: told[name] for name in ("received", "spoiled", "left_over", "in_box")})
    operations.write_act(
        actor=scene.people[told["by"]],
        booth=booth,
        number=1,
        figures=figures,
        remarks=told["remarks"],
        pages=[_scan(booth, figures)],
        now=now,
    )


def _scan(booth: Booth, figures: operations.Figures) -> Scan:
    """A picture in place of the sheet that officers would sign."""
    said = [
        "DEMOSTRACION: ESTA ACTA ES INVENTADA",
        f"Casilla {booth.number}",
        f"Boletas recibidas: {figures.received}",
        f"Inutilizadas: {figures.spoiled}",
        f"Sobrantes: {figures.left_over}",
        f"Encontradas en la urna: {figures.in_box}",
        "Firmas: ________________   ________________",
    ]
    page = Image.new("L", PAGE, "white")
    ImageDraw.Draw(page).multiline_text((40, 40), "\n".join(said), fill="black", font_size=22, spacing=16)
    page.save(data := BytesIO(), "JPEG")
    return Scan(data.getvalue(), "image/jpeg")


def _register(scene: Scene, contest: str, number: int, who: str, size: int, *, now: datetime) -> None:
    booth = _booth(scene, contest, number)
    after = len(scrutiny.batches(booth)) + 1
    operations.register_batch(actor=scene.people[who], booth=booth, number=after, size=size, now=now)


def _read(scene: Scene, contest: str, number: int, at: int, told: dict[str, Any], *, now: datetime) -> None:
    batch, by = _batch(scene, contest, number, at), scene.people[told["by"]]
    operations.take(actor=by, batch=batch, now=now)
    operations.save_draft(actor=by, batch=batch, lines=told["lines"], now=now)
    operations.hand_in(actor=by, batch=batch, now=now)


def _decide(scene: Scene, contest: str, number: int, at: int, told: dict[str, Any], *, now: datetime) -> None:
    batch = _batch(scene, contest, number, at)
    operations.decide(actor=scene.people[told["by"]], batch=batch, lines=_lines(told), now=now)


def _recount(scene: Scene, contest: str, number: int, at: int, told: dict[str, Any], *, now: datetime) -> None:
    """One finds something else, and another confirms it."""
    batch = _batch(scene, contest, number, at)
    found = operations.recount(
        actor=scene.people[told["by"]], batch=batch, lines=_lines(told), reason=told["reason"], now=now
    )
    for correction in found:
        operations.confirm(actor=scene.people[told["confirmed_by"]], correction=correction, batch=batch, now=now)


def _tally(scene: Scene, contest: str, *, now: datetime) -> None:
    operations.tally(actor=scene.world.facilitator, contest=scene.contests[contest], now=now)


def _lines(told: dict[str, Any]) -> dict[int, str]:
    return {int(folio): line for folio, line in told["lines"].items()}


def _booth(scene: Scene, contest: str, number: int) -> Booth:
    return booths(scene.contests[contest])[number]


def _batch(scene: Scene, contest: str, number: int, at: int) -> Batch:
    return scrutiny.batches(_booth(scene, contest, number))[at]
