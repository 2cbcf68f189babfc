"""How the public history speaks of activities and their evidence."""

from __future__ import annotations

from cocrea.audit import words
from cocrea.core.i18n import lazy as _l
from cocrea.followup.models import ActivityStatus

words.extend(
    actions={
        "activity.not_started": _l("La actividad volvió a «Por iniciar»"),
        "activity.started": _l("La actividad está en proceso"),
        "activity.complete": _l("La institución reporta la actividad como completa"),
        "activity.verified": _l("La contraparte verificó la actividad"),
        "activity.disputed": _l("La contraparte objetó la actividad"),
        "activity.evidence_added": _l("Se agregó evidencia"),
    },
    fields={"activity.evidence": _l("Huella de la evidencia")},
    values={"activity.status": ActivityStatus},
)
