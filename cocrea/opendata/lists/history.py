"""The public history, record by record; whoever wants to verify it downloads all of it (see /historial/comprobar)."""

from __future__ import annotations

import sqlalchemy as sa

from cocrea.audit.directory import directory
from cocrea.audit.models import HistoryRecord
from cocrea.core.i18n import lazy as _l
from cocrea.opendata.datasets import Dataset, Rows


def _records() -> Rows:
    scopes = directory.public_scopes()
    return sa.select(
        HistoryRecord.position.label("number"),
        HistoryRecord.at,
        HistoryRecord.actor,
        HistoryRecord.action,
        HistoryRecord.subject,
        HistoryRecord.scope,
        HistoryRecord.canonical,
        HistoryRecord.leaf_hash,
    ).join(scopes, HistoryRecord.scope == scopes.c.scope)


HISTORY = Dataset(
    "historial",
    "history",
    _l("Historial"),
    _l("Cada cambio que el público puede cuestionar, con el texto exacto que se comprueba."),
    _records,
    (HistoryRecord.id,),
    {
        "number": _l("Su lugar en el árbol; vacío hasta que se sella."),
        "at": _l("Cuándo pasó."),
        "actor": _l("Clave pública de quien lo hizo, o system."),
        "action": _l("Qué se hizo."),
        "subject": _l("Clave de aquello que cambió."),
        "scope": _l("Dónde: platform, space, cycle, table u organisation, con su número."),
        "canonical": _l("El texto exacto del registro, como se comprueba."),
        "leaf_hash": _l("Huella SHA-256 de ese texto en el árbol."),
    },
    scope=HistoryRecord.scope,
    moments=(HistoryRecord.at,),
)
