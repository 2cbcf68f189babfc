"""The report of a cycle: its figures read in seven statements and judged, all at the moment somebody asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle
from cocrea.forums.models import Forum
from cocrea.opendata.standards import judging, reading
from cocrea.opendata.standards.findings import Finding, Report, Status, Thresholds, Verdict

GENERATED = Verdict(
    Status.UNKNOWN, _l("Las filas de este ciclo se generaron, no se aportaron: no dicen cómo fue el proceso.")
)


def of(cycle: Cycle, thresholds: Thresholds, now: datetime) -> Report:
    """How the cycle, which was loaded with the forums of its space, stands."""
    frame = judging.Frame(cycle, thresholds, judging.end_of(cycle, now))
    until, forums = frame.until, _forums(cycle)
    findings: tuple[Finding, ...] = (
        judging.dialogue(frame, forums, reading.forum_meetings(forums, until)),
        judging.site(frame),
        judging.repository(frame, reading.deposits(cycle, frame.since, until)),
        judging.timeline(frame, reading.announcements(cycle)),
        judging.reach(frame, reading.outreach(cycle, until)),
        judging.inputs(frame, reading.contributions(cycle)),
        judging.feedback(frame, reading.answers(cycle)),
        judging.results(frame, reading.meetings(cycle, until)),
    )
    if cycle.source_note:
        findings = tuple(_withheld(finding) for finding in findings)
    return Report(cycle, until, thresholds, findings)


def _forums(cycle: Cycle) -> list[Forum]:
    """The forum that steers the cycle, else those of its space; none whose rows nobody contributed."""
    known = [forum for forum in cycle.space.forums if not forum.source_note]
    return [forum for forum in known if cycle.forum_id in {None, forum.id}]


def _withheld(finding: Finding) -> Finding:
    """What generated rows would say of how things were is said by nobody."""
    return replace(finding, verdict=GENERATED, figures=(), sources=())
