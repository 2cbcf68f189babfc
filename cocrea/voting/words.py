"""How the public history tells what happened to contests; of single ballots it tells nothing."""

from __future__ import annotations

from cocrea.audit import words
from cocrea.core.i18n import lazy as _l
from cocrea.voting.models import ElectorateRule

words.extend(
    actions={
        "contest.called": _l("Se convocó la votación"),
        "contest.opened": _l("Se formó el padrón"),
        "contest.counted": _l("Se selló la urna y se contó"),
    },
    fields={
        "contest.electorate": _l("Quién vota"),
        "contest.quorum_percent": _l("Quórum, en porcentaje del padrón"),
        "contest.threshold_percent": _l("Umbral, en porcentaje de síes"),
        "contest.options": _l("Propuestas"),
        "contest.roll": _l("Personas en el padrón"),
        "contest.fingerprint": _l("Huella del padrón"),
        "contest.root": _l("Raíz de las boletas"),
        "contest.result": _l("Resultado"),
        "contest.ballots": _l("Boletas"),
        "contest.quorum_reached": _l("Hubo quórum"),
        "contest.position": _l("Opción"),
        "contest.yes": _l("Síes"),
        "contest.no": _l("Noes"),
        "contest.abstain": _l("Abstenciones"),
        "contest.passes": _l("Se aprueba"),
    },
    values={"contest.electorate": ElectorateRule},
)
