"""How the public history tells of people and their functions."""

from __future__ import annotations

from cocrea.accounts.models import Role, Sector
from cocrea.audit import words
from cocrea.core.i18n import lazy as _l

words.extend(
    actions={
        "role.granted": _l("Se dio una función"),
        "role.revoked": _l("Se quitó una función"),
        "person.suspended": _l("Se suspendió una cuenta"),
        "person.reinstated": _l("Se levantó la suspensión de una cuenta"),
        "organisation.added": _l("Se agregó una organización"),
        "organisation.renamed": _l("Se corrigió el nombre de una organización"),
        "person.assisted": _l("Se registró a una persona sin correo"),
    },
    fields={
        "role": _l("Función"),
        "scope": _l("Dónde"),
        "short_name": _l("Siglas"),
        "organisation.sector": _l("Sector"),
    },
    values={"role.role": Role, "organisation.sector": Sector},
)
