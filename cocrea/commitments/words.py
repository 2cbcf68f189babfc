"""How the public history speaks of commitments and plans."""

from __future__ import annotations

from cocrea.audit import words
from cocrea.commitments.models import Origin, Party
from cocrea.core.i18n import lazy as _l

FIGURES = {"commitments": _l("Compromisos")}

words.extend(
    actions={
        "commitment.drafted": _l("Empezó a redactarse un compromiso"),
        "commitment.revised": _l("Cambió el texto de un compromiso"),
        "commitment.signed": _l("Una de las partes firmó el compromiso"),
        "commitment.signature_voided": _l("Una firma quedó sin efecto porque el texto cambió"),
        "commitment.sealed": _l("Firmaron las dos partes: el texto ya no cambia"),
        "commitment.left_out": _l("El compromiso quedó fuera del plan"),
        "plan.published": _l("Se publicó el plan de acción"),
    },
    fields={
        "origin": _l("Origen"),
        "party": _l("Parte"),
        "section": _l("Sección"),
        "text": _l("Huella del texto"),
        "plan.commitments": _l("Compromisos"),
    },
    values={"commitment.origin": Origin, "commitment.party": Party},
)
