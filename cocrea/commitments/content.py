"""Putting what someone wrote into a commitment's columns: cleaned, and refused where it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import PUBLIC_SECTORS, Organisation, Sector
from cocrea.commitments.models import Commitment, CommitmentPartner, CommitmentTarget
from cocrea.core import sdg, text
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import db

LEADS = PUBLIC_SECTORS
COUNTERPARTS = frozenset(Sector) - LEADS
_LINES = frozenset({"title", "baseline", "goal", "unit", "budget_source", "programme_key"})
MOST_PESOS = 10**15


def apply(commitment: Commitment, content: Mapping[str, Any]) -> None:
    """Set each key of `content`. Raises `Invalid` naming the field that cannot be."""
    for key, value in content.items():
        _SETTERS.get(key, _set_text)(commitment, key, value)
    _check_period(commitment)
    _check_cost(commitment, content)


def _set_text(commitment: Commitment, key: str, value: str | None) -> None:
    setattr(commitment, key, text.plain(value) if key in _LINES else text.block(value))


def _set_body(commitment: Commitment, _key: str, value: str | None) -> None:
    commitment.body_source = text.block(value)
    commitment.body_html = text.to_html(commitment.body_source)


def _set_date(commitment: Commitment, key: str, value: date | None) -> None:
    setattr(commitment, key, value)


def _set_flag(commitment: Commitment, key: str, value: bool | None) -> None:
    setattr(commitment, key, bool(value))


def _set_amount(commitment: Commitment, key: str, value: int | None) -> None:
    if value is not None and not 0 <= value <= MOST_PESOS:
        raise Invalid(_l("Escribe el monto en pesos completos, sin signos."), key)
    setattr(commitment, key, value)


def _set_targets(commitment: Commitment, key: str, codes: Iterable[str] | None) -> None:
    wanted = set(codes or ())
    if not all(sdg.is_code(code) for code in wanted):
        raise Invalid(_l("Elige objetivos de la lista."), key)
    commitment.targets = [CommitmentTarget(commitment_id=commitment.id, code=code) for code in sorted(wanted)]


def _set_party(commitment: Commitment, key: str, organisation_id: int | None) -> None:
    allowed = LEADS if key == "lead" else COUNTERPARTS
    found = db.session.get(Organisation, organisation_id) if organisation_id else None
    if organisation_id and (found is None or found.sector not in allowed):
        raise Invalid(_l("Elige una organización de la lista."), key)
    setattr(commitment, f"{key}_id", found.id if found else None)


def _set_partners(commitment: Commitment, key: str, ids: Iterable[int] | None) -> None:
    wanted = set(ids or ())
    known = (
        set(db.session.scalars(sa.select(Organisation.id).where(Organisation.id.in_(wanted)))) if wanted else set()
    )
    if known != wanted:
        raise Invalid(_l("Elige organizaciones de la lista."), key)
    commitment.partners = [CommitmentPartner(commitment_id=commitment.id, organisation_id=i) for i in sorted(wanted)]


def _check_period(commitment: Commitment) -> None:
    starts, ends = commitment.starts_on, commitment.ends_on
    if starts and ends and ends <= starts:
        raise Invalid(_l("La fecha de término tiene que ser posterior al inicio."), "ends_on")


def _check_cost(commitment: Commitment, content: Mapping[str, Any]) -> None:
    """Either it costs nothing, and one says why, or it costs."""
    if not commitment.is_costless or "is_costless" not in content:
        return
    if commitment.budget_amount:
        raise Invalid(
            _l("Dices que no necesita dinero y también un monto. Deja una de las dos cosas."), "is_costless"
        )
    if not commitment.costless_reason:
        raise Invalid(
            _l("Di por qué no cuesta: con qué personas y medios que ya existen se hará."), "costless_reason"
        )


_SETTERS: dict[str, Callable[[Commitment, str, Any], None]] = {
    "body": _set_body,
    "starts_on": _set_date,
    "ends_on": _set_date,
    "is_costless": _set_flag,
    "budget_amount": _set_amount,
    "targets": _set_targets,
    "lead": _set_party,
    "counterpart": _set_party,
    "partners": _set_partners,
}
