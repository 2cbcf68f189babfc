"""How the public history speaks of commitments and plans."""

from __future__ import annotations

from cocrea.audit import words
from cocrea.commitments.models import Origin, Outcome, Party, PlanPart
from cocrea.core.i18n import lazy as _l

FIGURES = {"commitments": _l("Compromisos")}

words.extend(
    actions={
        "commitment.drafted": _l("Empezó a redactarse un compromiso"),
        "commitment.revised": _l("Cambió el texto de un compromiso"),
        "commitment.signed": _l("Una de las partes firmó el compromiso"),
        "commitment.signature_voided": _l("Una firma quedó sin efecto porque el texto cambió"),
        "commitment.sealed": _l("Firmaron las dos partes: el texto ya no cambia"),
        "commitment.endorsed": _l("Se registró que el foro avala el compromiso"),
        "commitment.endorsement_voided": _l("El aval del foro quedó sin efecto porque el texto cambió"),
        "commitment.left_out": _l("El compromiso quedó fuera del plan"),
        "commitment.amendment_proposed": _l("Una parte propuso y firmó una enmienda"),
        "commitment.amended": _l("Firmaron las dos partes una enmienda"),
        "commitment.amendment_declined": _l("La otra parte no aceptó una enmienda"),
        "commitment.amendment_withdrawn": _l("Se retiró una enmienda"),
        "plan_comment.published": _l("Se comentó el borrador del plan"),
        "plan_comment.answered": _l("Se respondió un comentario al plan"),
        "plan_comment.answer_corrected": _l("Se corrigió la respuesta a un comentario al plan"),
        "plan.written": _l("Cambiaron la portada, la introducción o el orden del plan"),
        "plan.published": _l("Se publicó el plan de acción"),
        "plan.version_published": _l("Se publicó otra versión del plan de acción"),
    },
    fields={
        "origin": _l("Origen"),
        "commitment.decision": _l("Decisión del foro"),
        "party": _l("Parte"),
        "section": _l("Sección"),
        "text": _l("Huella del texto"),
        "plan_comment.part": _l("Parte del plan"),
        "plan_comment.outcome": _l("Respuesta"),
        "plan.commitments": _l("Compromisos"),
    },
    values={
        "commitment.origin": Origin,
        "commitment.party": Party,
        "plan_comment.part": PlanPart,
        "plan_comment.outcome": Outcome,
    },
)
