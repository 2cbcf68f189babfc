"""How the public history speaks of activities and their evidence."""

from __future__ import annotations

from cocrea.audit import words
from cocrea.core.i18n import lazy as _l
from cocrea.followup.models import ActivityStatus, Completion, EarlyResults, Potential, ReportKind

words.extend(
    actions={
        "activity.not_started": _l("La actividad volvió a «Por iniciar»"),
        "activity.started": _l("La actividad está en proceso"),
        "activity.complete": _l("La institución reporta la actividad como completa"),
        "activity.verified": _l("La contraparte verificó la actividad"),
        "activity.disputed": _l("La contraparte objetó la actividad"),
        "activity.evidence_added": _l("Se agregó evidencia"),
        "activity.told": _l("La institución contó cómo va la actividad"),
        "activity.spent": _l("La institución dijo cuánto ha gastado"),
        "activity.offer_declined": _l("La facilitación no aceptó evidencia que se ofreció"),
        "commitment.reported": _l("La institución publicó un informe del compromiso"),
        "commitment.assessed": _l("Se publicó una evaluación independiente"),
    },
    fields={
        "activity.evidence": _l("Huella de la evidencia"),
        "activity.spent": _l("Gasto hasta ese día, en pesos"),
        "commitment.report_kind": _l("Informe"),
        "commitment.period": _l("Periodo"),
        "commitment.is_verifiable": _l("Verificable"),
        "commitment.has_open_government_lens": _l("Perspectiva de gobierno abierto"),
        "commitment.potential": _l("Potencial de resultados"),
        "commitment.completion": _l("Cumplimiento"),
        "commitment.early_results": _l("Primeros resultados"),
        "commitment.reasons": _l("Huella de las razones"),
        "commitment.report": _l("Huella del informe"),
    },
    values={
        "activity.status": ActivityStatus,
        "commitment.report_kind": ReportKind,
        "commitment.potential": Potential,
        "commitment.completion": Completion,
        "commitment.early_results": EarlyResults,
    },
)
