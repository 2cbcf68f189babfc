"""The quorum of a forum in words: what it takes, who is there and what is lacking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext

from cocrea.accounts.models import Sector
from cocrea.forums.models import Quorum


def rule(quorum: Quorum) -> str:
    """«Para decidir hacen falta 5 de 9 asientos, y al menos uno de cada sector.»"""
    if not quorum.total:
        return str(_("El foro todavía no tiene asientos: sin ellos no decide."))
    words = ngettext(
        "Para decidir hace falta %(num)s de %(total)s asientos",
        "Para decidir hacen falta %(num)s de %(total)s asientos",
        quorum.least,
        total=quorum.total,
    )
    if not quorum.of_each:
        return f"{words}."
    each = ngettext("al menos uno de cada sector", "al menos %(num)s de cada sector", quorum.of_each)
    return str(_("%(seats)s, y %(each)s.", seats=words, each=each))


def standing(quorum: Quorum, there: Mapping[str, int]) -> str:
    """«Hay 3 de 9 asientos: 2 de Sociedad civil y 1 de Academia. Faltan 2 asientos, entre ellos uno de Institución
    pública.»; nothing where the forum has no seats."""
    return f"{_there(quorum, there)} {lacking(quorum, there)}" if quorum.total else ""


def _there(quorum: Quorum, there: Mapping[str, int]) -> str:
    seats = sum(there.values())
    parts = [_of(number, sector) for sector, number in there.items() if number]
    if not parts:
        return str(_("Todavía no hay ningún asiento de %(total)s.", total=quorum.total))
    told = {"total": quorum.total, "sectors": _listed(parts)}
    words = ngettext(
        "Hay %(num)s asiento de %(total)s: %(sectors)s.",
        "Hay %(num)s asientos de %(total)s: %(sectors)s.",
        seats,
        **told,
    )
    return str(words)


def lacking(quorum: Quorum, there: Mapping[str, int]) -> str:
    """«Faltan 2 asientos, entre ellos uno de Academia.»: those of sectors are among all that are lacking, or more."""
    if quorum.is_met(there):
        return str(_("Hay quórum."))
    of_sectors = quorum.lacking_of(there)
    least, named = quorum.lacking(there), sum(of_sectors.values())
    if not named:
        return str(ngettext("Falta %(num)s asiento.", "Faltan %(num)s asientos.", least))
    told = {"sectors": _listed([_of(seats, sector) for sector, seats in of_sectors.items()])}
    if least <= named:
        return str(
            ngettext("Falta %(num)s asiento: %(sectors)s.", "Faltan %(num)s asientos: %(sectors)s.", named, **told)
        )
    return str(_("Faltan %(number)s asientos, entre ellos %(sectors)s.", number=least, **told))


def _of(seats: int, sector: str) -> str:
    name = Sector(sector).label if sector else _("Sin sector declarado")
    return str(ngettext("uno de %(sector)s", "%(num)s de %(sector)s", seats, sector=name))


def _listed(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return str(_("%(first)s y %(last)s", first=", ".join(parts[:-1]), last=parts[-1]))
