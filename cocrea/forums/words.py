"""What the public history calls the acts of steering a space."""

from __future__ import annotations

from cocrea.accounts.models import Sector
from cocrea.audit import words
from cocrea.core.i18n import lazy as _l

words.extend(
    actions={
        "space.added": _l("Se abrió un espacio"),
        "spaces.installed": _l("Se abrieron espacios"),
        "forum.installed": _l("Se instaló un foro"),
        "forum.ruled": _l("Cambiaron las reglas de un foro"),
        "seat.added": _l("Se dio un asiento en el foro"),
    },
    fields={
        "space.code": _l("Clave"),
        "spaces.spaces": _l("Espacios"),
        "forum.rules": _l("Huella de las reglas"),
        "forum.installed_on": _l("Instalado el"),
        "seat.organisation": _l("Organización"),
        "seat.sector": _l("Sector"),
    },
    values={"seat.sector": Sector},
)
