"""How the public history tells what happened at the tables."""

from __future__ import annotations

from cocrea.audit import words
from cocrea.core.i18n import lazy as _l
from cocrea.tables.models import MemberRole, SessionMode

words.extend(
    actions={
        "table.created": _l("Se convocó la mesa"),
        "table.member_removed": _l("Se dio de baja a alguien de la mesa"),
        "table.member_readmitted": _l("Se permitió volver a quien se había dado de baja de la mesa"),
        "problem.assigned": _l("Se llevó la problemática a una mesa"),
        "problem.unassigned": _l("Se quitó la problemática de su mesa"),
        "session.scheduled": _l("Se convocó la sesión"),
        "session.opened": _l("Se abrió la sesión"),
        "session.ended": _l("Terminó la sesión"),
        "message.hidden": _l("La facilitación ocultó un mensaje"),
        "agreement.adopted": _l("Se tomó un acuerdo"),
    },
    fields={
        "table.text": _l("Huella del texto"),
        "table.seat": _l("Asiento"),
        "problem.table": _l("Mesa"),
        "session.table": _l("Mesa"),
        "session.mode": _l("Modalidad"),
        "session.events": _l("Último número de la sala"),
        "agreement.session": _l("Sesión"),
        "agreement.event": _l("Número en la sala"),
        "agreement.due_at": _l("Plazo"),
        "agreement.text": _l("Huella del texto"),
    },
    values={"session.mode": SessionMode, "table.seat": MemberRole},
)
