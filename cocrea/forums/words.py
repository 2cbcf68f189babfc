"""What the public history calls the acts of steering a space."""

from __future__ import annotations

from cocrea.accounts.models import Sector
from cocrea.audit import words
from cocrea.core.i18n import lazy as _l
from cocrea.forums.models import HolderKind

words.extend(
    actions={
        "space.added": _l("Se abrió un espacio"),
        "spaces.installed": _l("Se abrieron espacios"),
        "forum.installed": _l("Se instaló un foro"),
        "forum.ruled": _l("Cambiaron las reglas de un foro"),
        "forum.quorum_set": _l("Cambió el quórum de un foro"),
        "seat.added": _l("Se dio un asiento en el foro"),
        "seat.held": _l("Una persona ocupa un asiento del foro"),
        "seat.offer_withdrawn": _l("Se retiró una invitación a ocupar un asiento del foro"),
        "seat.relieved": _l("Se relevó a quien ocupaba un asiento del foro"),
    },
    fields={
        "space.code": _l("Clave"),
        "spaces.spaces": _l("Espacios"),
        "forum.rules": _l("Huella de las reglas"),
        "forum.installed_on": _l("Instalado el"),
        "forum.quorum_seats": _l("Asientos que hacen quórum"),
        "forum.quorum_each": _l("Asientos de cada sector"),
        "seat.organisation": _l("Organización"),
        "seat.kind": _l("Lugar"),
        "seat.person": _l("Persona"),
        "seat.sector": _l("Sector"),
    },
    values={"seat.sector": Sector, "seat.kind": HolderKind},
)
