"""The time zones of Mexico, by the words people use for them."""

from __future__ import annotations

from typing import Any

from cocrea.core.i18n import lazy as _l

TIMEZONES = {
    "America/Mexico_City": _l("hora del centro de México"),
    "America/Cancun": _l("hora de Quintana Roo"),
    "America/Mazatlan": _l("hora del Pacífico (Baja California Sur, Nayarit, Sinaloa)"),
    "America/Hermosillo": _l("hora de Sonora"),
    "America/Chihuahua": _l("hora de Chihuahua"),
    "America/Ciudad_Juarez": _l("hora de Ciudad Juárez"),
    "America/Matamoros": _l("hora de la frontera noreste"),
    "America/Tijuana": _l("hora de Baja California"),
}


def timezone_label(name: str) -> Any:
    return TIMEZONES.get(name, name)
