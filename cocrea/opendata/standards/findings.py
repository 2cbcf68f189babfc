"""What the report of standards says of each requirement, and by which thresholds it was judged."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cocrea.config import Settings
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle


class Status(StrEnum):
    """Unknown is what is not recorded here, or cannot be told yet: never a guess."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"

    @property
    def label(self) -> Any:
        return {
            Status.MET: _l("Se cumple"),
            Status.NOT_MET: _l("No se cumple"),
            Status.UNKNOWN: _l("Sin dato"),
        }[self]

    @property
    def look(self) -> str:
        """The kind of mark that a page puts beside the label."""
        return {Status.MET: "success", Status.NOT_MET: "danger", Status.UNKNOWN: "neutral"}[self]


@dataclass(frozen=True)
class Thresholds:
    """The numbers that the requirements are judged by; see `Settings` for what each is."""

    year_days: int
    forum_gap_days: int
    notice_days: int
    repository_updates_per_year: int
    meetings_per_year: int
    outreach_activities: int
    contributions: int
    answered_percent: int

    @classmethod
    def of(cls, settings: Settings) -> Thresholds:
        return cls(**{name: getattr(settings, f"standards_{name}") for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Figure:
    """A figure of the evidence; None where there is none. `name` is its name for programs, with its unit."""

    name: str
    label: Any
    value: int | bool | datetime | None


@dataclass(frozen=True)
class Source:
    """Where the evidence is read."""

    label: Any
    url: str


@dataclass(frozen=True)
class Verdict:
    """How a requirement stands and why, in a sentence; `remedy` says what would make it met, where it is not."""

    status: Status
    why: Any
    remedy: Any = ""


@dataclass(frozen=True)
class Finding:
    """A requirement: its OGP number, what it asks, the rule that was applied, how it stands, by which evidence.

    `thresholds`: those of `Thresholds` that the rule applies.
    """

    number: str
    title: Any
    rule: Any
    verdict: Verdict
    figures: tuple[Figure, ...]
    sources: tuple[Source, ...]
    thresholds: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        return self.verdict.status


@dataclass(frozen=True)
class Report:
    """All requirements of a cycle as they stand `until` then: now, or the end of a cycle that is over."""

    cycle: Cycle
    until: datetime
    thresholds: Thresholds
    findings: tuple[Finding, ...]

    def count(self, status: Status) -> int:
        return Counter(finding.status for finding in self.findings)[status]

    @property
    def met(self) -> int:
        return self.count(Status.MET)

    @property
    def unknown(self) -> int:
        return self.count(Status.UNKNOWN)

    def rows(self) -> list[tuple[Any, ...]]:
        """For the file: a requirement each, in the order of `COLUMNS`."""
        numbers = asdict(self.thresholds)
        return [
            (
                finding.number,
                str(finding.title),
                finding.status.value,
                str(finding.verdict.why),
                {figure.name: _plain(figure.value) for figure in finding.figures},
                str(finding.rule),
                {name: numbers[name] for name in finding.thresholds},
                str(finding.verdict.remedy),
                [source.url for source in finding.sources],
            )
            for finding in self.findings
        ]


COLUMNS = ["requirement", "title", "status", "why", "figures", "rule", "thresholds", "remedy", "evidence"]


def _plain(value: int | bool | datetime | None) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
