"""The code of a hall: shown there, good for a few minutes, so that nobody registers from home with it weeks later.

It shows that somebody with that account had the code while it was good. Not that they stayed, nor that nobody in the
hall passed it on.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cocrea.accounts.models import Gender, Sector
from cocrea.core.settings import current_settings
from cocrea.cycles.figures import REST, withhold_small
from cocrea.discussion.models import Channel
from cocrea.tables.models import Session

WINDOW = timedelta(minutes=10)
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is read as something else
LENGTH = 8


def hall_code(session: Session, now: datetime) -> str:
    """The code to show in the hall now. It is good for this window of ten minutes and the next."""
    return _code(session, _window(now))


def is_hall_code(session: Session, code: str, now: datetime) -> bool:
    said = code.strip().upper().encode()
    return any(hmac.compare_digest(said, _code(session, _window(now) - ago).encode()) for ago in (0, 1))


def _window(now: datetime) -> int:
    return int(now.timestamp() // WINDOW.total_seconds())


def _code(session: Session, window: int) -> str:
    message = f"hall:{session.id}:{session.reference}:{window}".encode()
    digest = int.from_bytes(hmac.digest(current_settings().secret_key.encode(), message, "sha256"), "big")
    letters = []
    for _position in range(LENGTH):
        digest, index = divmod(digest, len(ALPHABET))
        letters.append(ALPHABET[index])
    return "".join(letters)


@dataclass(frozen=True)
class Attendance:
    """How many came to a session: `by_sector` with accounts and, on paper, by name on the sheet; `unnamed`
    who were only counted in the hall."""

    by_sector: Mapping[tuple[Sector | None, Channel], int]
    genders: Mapping[Gender, int] = field(default_factory=dict)
    unnamed: int = 0
    unnamed_sectors: Mapping[Sector, int] = field(default_factory=dict)
    unnamed_genders: Mapping[Gender, int] = field(default_factory=dict)

    def by_channel(self) -> dict[Channel, int]:
        counts = dict.fromkeys(Channel, 0)
        for (_sector, channel), number in self.by_sector.items():
            counts[channel] += number
        counts[Channel.IN_PERSON] += self.unnamed
        return {channel: number for channel, number in counts.items() if number}

    @property
    def total(self) -> int:
        return sum(self.by_channel().values())

    def sectors(self) -> dict[tuple[Sector | None, Channel], int]:
        """Everyone by sector and channel, also who was only counted."""
        counts = dict(self.by_sector)
        unsaid = self.unnamed - sum(self.unnamed_sectors.values())
        told: list[tuple[Sector | None, int]] = [*self.unnamed_sectors.items(), (None, unsaid)]
        for sector, number in told:
            key = (sector, Channel.IN_PERSON)
            if number:
                counts[key] = counts.get(key, 0) + number
        return counts

    def public_genders(self) -> dict[str, int]:
        """By gender: no group of fewer than five is told apart, nor by subtraction; `REST` is everyone else."""
        counts = Counter({gender.value: number for gender, number in self.genders.items()})
        counts.update({gender.value: number for gender, number in self.unnamed_genders.items()})
        silent = self.total - sum(counts.values())
        found = withhold_small(counts | Counter({"": silent}) if silent else counts)
        rest = found.pop("", 0) + found.pop(REST, 0)
        return {**found, **({REST: rest} if rest and found else {})}
