"""E-mail addresses from a pasted text or a file: read line by line, judged, nothing kept yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from email_validator import EmailNotValidError, validate_email

from cocrea.accounts.queries import normal_email
from cocrea.core import sheets
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l

MOST_BYTES = 10 * 1024 * 1024
MOST_ADDRESSES = 20_000
MOST_LINES = 2 * MOST_ADDRESSES
MOST_SHOWN = 50  # of the lines to correct
LONGEST = 254
BETWEEN = re.compile(r"[\s,;<>]+")


@dataclass(frozen=True)
class Reading:
    """What a text or file holds: the addresses, each once; how often one came again; what is wrong in which line."""

    addresses: Sequence[str]
    repeated: int
    errors: Sequence[tuple[int, Any]]


def from_text(pasted: str) -> Reading:
    """Addresses between lines, commas, semicolons or blanks; «Ana <ana@ejemplo.mx>» too."""
    return _read([line] for line in pasted.splitlines())


def from_file(data: bytes) -> Reading:
    """Addresses in any column of a CSV, XLSX or ODS file. Raises `Invalid` for what is none."""
    return _read(sheets.lines(data, rows=MOST_LINES, most_bytes=MOST_BYTES))


def _read(lines: Iterable[Sequence[str]]) -> Reading:
    found, errors = list[str](), list[tuple[int, Any]]()
    for place, line in enumerate(lines, 1):
        said = " ".join(line).strip()
        marked = [word for word in BETWEEN.split(said) if "@" in word]
        if len(found) + len(errors) + len(marked) > MOST_ADDRESSES:
            raise Invalid(_l("Da como máximo %(most)s direcciones.", most=MOST_ADDRESSES), "addresses")
        if said and not marked and place > 1:  # the first line may be that of the titles
            errors.append((place, _l("No hay ninguna dirección en esta línea.")))
        for address in map(normal_email, marked):
            if _is_address(address):
                found.append(address)
            else:
                errors.append((place, _l("«%(said)s» no es una dirección de correo.", said=address[:80])))
    each = list(dict.fromkeys(found))
    return Reading(each, len(found) - len(each), errors)


def _is_address(text: str) -> bool:
    try:
        return len(text) <= LONGEST and bool(validate_email(text, check_deliverability=False))
    except EmailNotValidError:
        return False
