"""Contests and what they put to the vote. Of ballots nothing: they are published apart, with the count."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Contribution, Visibility
from cocrea.opendata import words
from cocrea.opendata.datasets import Dataset, Rows
from cocrea.voting.models import Contest, Option, RollEntry

CONTEST = _l("Clave de la votación.")
_of: Any = Contribution.__table__.alias("put_to_vote").c


def _contests() -> Rows:
    counted = Contest.counted_at.is_not(None)
    part = sa.select(sa.func.count()).where(RollEntry.contest_id == Contest.id, RollEntry.took_part)
    return sa.select(
        Contest.reference,
        Contest.question,
        Contest.explanation_source.label("explanation"),
        Contest.electorate,
        Contest.secrecy,
        Contest.rule,
        Contest.seats,
        Contest.budget,
        Contest.quorum_percent,
        Contest.sector_quorum_percent,
        Contest.threshold_percent,
        Contest.threshold_base,
        Contest.opens_at,
        Contest.closes_at,
        Contest.cancelled_at,
        Contest.cancel_reason,
        Contest.roll_fingerprint,
        sa.case((counted, Contest.roll_size)).label("roll_size"),
        sa.case((counted, part.scalar_subquery())).label("took_part"),
        Contest.counted_at,
        sa.type_coerce(sa.case((counted, Contest.result)), Contest.result.type).label("result"),
        sa.case((counted, Contest.ballots_root)).label("ballots_root"),
    )


def _options() -> Rows:
    return (
        sa.select(
            Contest.reference.label("contest"),
            Option.position.label("number"),
            Option.title,
            Option.cost,
            _of.reference.label("proposal"),
        )
        .join(Contest, Contest.id == Option.contest_id)
        .outerjoin(_of.id.table, sa.and_(_of.id == Option.proposal_id, _of.visibility != Visibility.DRAFT))
    )


CONTESTS = Dataset(
    "votaciones",
    "contests",
    _l("Votaciones"),
    _l("Qué se preguntó, a quién, con qué regla y, una vez contadas, con qué resultado."),
    _contests,
    (Contest.id,),
    {
        "reference": words.REFERENCE,
        "question": _l("Qué se pregunta."),
        "explanation": _l("Lo que se explica de la pregunta."),
        "electorate": _l(
            "Quién vota: verified (cuentas confirmadas), table (una mesa), forum (asientos de un foro) o "
            "uploaded (una lista)."
        ),
        "secrecy": _l("secret (secreta) u open (abierta)."),
        "rule": _l("Regla con que se cuenta; docs/counting.md las explica."),
        "seats": _l("Cuántas opciones se eligen."),
        "budget": _l("Presupuesto por repartir, en pesos."),
        "quorum_percent": _l("De cada cien personas del padrón, cuántas tienen que votar."),
        "sector_quorum_percent": _l("De cada cien de cada sector, cuántas tienen que votar."),
        "threshold_percent": _l("De cada cien votos, cuántos hacen falta."),
        "threshold_base": _l("De qué votos es ese umbral."),
        "opens_at": words.STARTS,
        "closes_at": words.ENDS,
        "cancelled_at": _l("Cuándo se canceló; vacío si no."),
        "cancel_reason": _l("Por qué se canceló."),
        "roll_fingerprint": _l("Huella SHA-256 del padrón; vacía hasta que se forma."),
        "roll_size": _l("Cuántas personas tiene el padrón; vacío hasta que se cuenta."),
        "took_part": _l("Cuántas personas votaron; vacío hasta que se cuenta."),
        "counted_at": _l("Cuándo se contó; vacío si no se ha contado."),
        "result": _l("El resultado y sus pasos; vacío hasta que se cuenta."),
        "ballots_root": _l("Huella de todas las boletas; vacía hasta que se cuentan."),
    },
    Contest.cycle_id,
    moments=(Contest.created_at, Contest.cancelled_at, Contest.counted_at),
    identity="reference",
)
OPTIONS = Dataset(
    "votaciones-opciones",
    "contest-options",
    _l("Opciones de las votaciones"),
    _l("Lo que se podía elegir en cada votación."),
    _options,
    (Option.id,),
    {
        "contest": CONTEST,
        "number": _l("Su lugar en la boleta."),
        "title": words.TITLE,
        "cost": _l("Lo que cuesta, en pesos."),
        "proposal": words.PROPOSAL,
    },
    Contest.cycle_id,
)
