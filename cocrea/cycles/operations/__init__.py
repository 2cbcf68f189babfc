"""Making cycles, moving their stages, closing them with a report, and announcing what opened and closed."""

from cocrea.cycles.operations.announcements import announce
from cocrea.cycles.operations.cycles import create_cycle, publish_cycle
from cocrea.cycles.operations.reports import publish_report
from cocrea.cycles.operations.stages import (
    StagePlan,
    add_stage,
    close_stage_now,
    edit_stage,
    move_stage_earlier,
    remove_stage,
    set_rules,
)

__all__ = [
    "StagePlan",
    "add_stage",
    "announce",
    "close_stage_now",
    "create_cycle",
    "edit_stage",
    "move_stage_earlier",
    "publish_cycle",
    "publish_report",
    "remove_stage",
    "set_rules",
]
