"""What the public history calls the acts of steering a cycle."""

from __future__ import annotations

from cocrea.audit import words
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import StageKind

words.extend(
    actions={
        "cycle.created": _l("Se creó el ciclo"),
        "cycle.published": _l("Se publicó el calendario del ciclo"),
        "stage.added": _l("Se agregó una etapa"),
        "stage.rules_set": _l("Se decidieron las reglas de una etapa"),
        "stage.reworded": _l("Cambió el texto de una etapa"),
        "stage.rescheduled": _l("Se movieron las fechas de una etapa"),
        "stage.moved": _l("Cambió el orden de las etapas"),
        "stage.removed": _l("Se quitó una etapa"),
        "stage.reported": _l("Se publicó el informe de una etapa"),
        "stage.opened": _l("Abrió una etapa"),
        "stage.closed": _l("Cerró una etapa"),
    },
    fields={
        "cycle.stages": _l("Etapas"),
        "cycle.methodology": _l("Metodología"),
        "cycle.kind": _l("Tipo de etapa"),
        "stage.kind": _l("Tipo de etapa"),
        "stage.position": _l("Lugar en el calendario"),
        "stage.moment": _l("Momento"),
        "stage.figures": _l("Aportaciones recibidas"),
        "stage.notice_waiver": _l("Por qué hay menos días de aviso"),
        "stage.text": _l("Huella del texto"),
    },
    values={"cycle.kind": StageKind, "stage.kind": StageKind},
)
