"""How the history speaks: each domain says here what its actions, fields and values are called on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from cocrea.core.i18n import in_words
from cocrea.core.i18n import lazy as _l

ACTIONS: dict[str, Any] = {}
FIELDS: dict[str, Any] = {
    "state": _l("Estado"),
    "status": _l("Estado"),
    "title": _l("Título"),
    "name": _l("Nombre"),
    "person": _l("Persona"),
    "reason": _l("Razón"),
    "role": _l("Papel"),
    "starts_at": _l("Inicio"),
    "ends_at": _l("Fin"),
    "opens_at": _l("Apertura"),
    "closes_at": _l("Cierre"),
    "published_at": _l("Publicación"),
    "fingerprint": _l("Huella del texto"),
    "version": _l("Versión"),
}
VALUES: dict[str, Mapping[str, Any]] = {}
FINGERPRINT_LENGTH = 64


def extend(
    actions: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
    values: Mapping[str, type[StrEnum] | Mapping[str, Any]] | None = None,
) -> None:
    """Add words. Called when a domain is imported.

    `actions` maps `proposal.admitted` to a lazy sentence; `fields` the keys of `old`/`new` to their names; `values` a
    field to the names of its values, or to the StrEnum whose `.label` names them. A field may be qualified
    (`proposal.state`) where domains use one key differently.
    """
    ACTIONS.update(actions or {})
    FIELDS.update(fields or {})
    for field, kind in (values or {}).items():
        VALUES[field] = kind if isinstance(kind, Mapping) else _labels(kind)


def _labels(kind: type[StrEnum]) -> dict[str, Any]:
    return {member.value: member.label for member in kind}  # type: ignore[attr-defined]


def action(name: str) -> Any:
    return ACTIONS.get(name, name)


def field(domain: str, key: str) -> Any:
    return FIELDS.get(f"{domain}.{key}", FIELDS.get(key, key))


def value(domain: str, key: str, found: Any, names: Mapping[str, Any] | None = None) -> str:
    """A recorded value as a person reads it: labels, names, dates, yes and no, lists, shortened fingerprints."""
    if found is None or found in ("", [], {}):
        return "—"
    if isinstance(found, bool):
        return str(_("Sí") if found else _("No"))
    if isinstance(found, list):
        return ", ".join(value(domain, key, item, names) for item in found)
    if isinstance(found, dict):
        return ", ".join(f"{field(domain, k)}: {value(domain, k, v, names)}" for k, v in found.items())
    if isinstance(found, str):
        return _text(VALUES.get(f"{domain}.{key}", VALUES.get(key, {})), names or {}, found)
    return str(found)


def _text(labels: Mapping[str, Any], names: Mapping[str, Any], found: str) -> str:
    known = labels.get(found, names.get(found))
    if known is not None:
        return str(known)
    if len(found) == FINGERPRINT_LENGTH and set(found) <= set("0123456789abcdef"):
        return str(_("huella %(start)s…", start=found[:12]))
    return _moment(found) or found


def _moment(found: str) -> str | None:
    try:
        moment = datetime.fromisoformat(found)
    except ValueError:
        return None
    return in_words(moment) if moment.tzinfo else None
