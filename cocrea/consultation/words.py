"""How the public history tells what happened in a consultation."""

from __future__ import annotations

from cocrea.accounts.models import Gender, Sector
from cocrea.audit import words
from cocrea.consultation.models import Side
from cocrea.core import territories
from cocrea.core.i18n import lazy as _l

words.extend(
    actions={
        "topic.added": _l("Se agregó un tema a la consulta"),
        "topic.corrected": _l("Se corrigió cómo se plantea un tema"),
        "topic.pack_published": _l("Se publicó una versión de la carpeta informativa de un tema"),
        "problem.synthesised": _l("La facilitación escribió una síntesis de varias problemáticas"),
        "branch.added": _l("Se agregó una rama al árbol de problemas"),
        "branch.edited": _l("Cambió una rama del árbol de problemas"),
        "branch.removed": _l("Se quitó una rama del árbol de problemas"),
        "problem.published": _l("Se publicó una problemática"),
        "problem.edited": _l("Quien la escribió corrigió la problemática"),
        "statement.admitted": _l("Se admitió una afirmación"),
        "statement.declined": _l("No se admitió una afirmación"),
        "workshop.planned": _l("Se convocó una jornada"),
        "workshop.edited": _l("Cambió lo anunciado de la jornada"),
        "workshop.cancelled": _l("Se canceló la jornada"),
        "workshop.counted": _l("Se anotó cuántas personas fueron a la jornada"),
        "workshop.photo_added": _l("Se guardó una foto de las hojas de la jornada"),
        "workshop.photo_removed": _l("Se quitó una foto de las hojas de la jornada"),
        "workshop.paper_counted": _l("Se contaron los apoyos y respuestas en papel de la jornada"),
    },
    fields={
        "topic": _l("Tema"),
        "gathers": _l("Reúne"),
        "text": _l("Huella del texto"),
        "problem.territory": _l("Territorio"),
        "problem.municipality": _l("Huella del municipio"),
        "problem.targets": _l("Objetivos de Desarrollo Sostenible"),
        "branch.side": _l("Lado"),
        "branch.lines": _l("Líneas que reúne"),
        "workshop.fingerprint": _l("Huella de la foto"),
        "workshop.territory": _l("Territorio"),
        "workshop.attended": _l("Asistentes"),
        "workshop.supports": _l("Apoyos a temas en papel"),
        "workshop.answers": _l("Respuestas a afirmaciones en papel"),
        "workshop.sector": _l("Sectores"),
        "workshop.gender": _l("Géneros"),
        "workshop.undeclared": _l("No lo dijeron"),
        "workshop.rest": _l("Otros o no lo dijeron"),
        **{f"workshop.{trait.value}": trait.label for trait in (*Sector, *Gender)},
    },
    values={
        "branch.side": Side,
        "problem.territory": territories.NAMES,
        "workshop.territory": territories.NAMES,
    },
)
