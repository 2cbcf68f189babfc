"""Loading the demonstration."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from cocrea.cycles.models import Cycle
from cocrea.demo import (
    answers,
    assessing,
    comments,
    cycles,
    drafting,
    following,
    forums,
    fourth_plan,
    packs,
    people,
    problems,
    progress,
    proposals,
    statements,
    tables,
    voting,
    workshops,
)
from cocrea.demo.script import Script, read
from cocrea.demo.world import Scene, World
from cocrea.extensions import db
from cocrea.forums.models import Space
from cocrea.forums.operations import add_mexico

FIRST_PREFIX = "4PA"


def load(*, now: datetime) -> bool:
    """Load the demonstration into an empty database. Returns False, changing nothing, when it is already there.

    Everything happens in order of time through the operations that people use, each with the moment it is said to have
    happened: history, versions, references and counts are as real as those of any cycle.
    """
    if db.session.scalar(sa.select(Cycle.id).where(Cycle.prefix == FIRST_PREFIX)):
        return False
    add_mexico()
    spaces = {space.code: space for space in db.session.scalars(sa.select(Space))}
    world = World(Script(now), spaces=spaces)
    people.introduce(world)
    _tell_fourth_plan(world)
    _tell_consultation(world)
    _tell_local_plan(world)
    world.script.play()
    return True


def _tell_fourth_plan(world: World) -> None:
    scene = Scene(world, read("fourth_plan"))
    for part in (cycles, fourth_plan, progress, assessing):
        part.tell(scene)


def _tell_consultation(world: World) -> None:
    scene = Scene(world, read("consultation_cycle"))
    for part in (cycles, packs, workshops, problems, comments, statements):
        part.tell(scene)


def _tell_local_plan(world: World) -> None:
    scene = Scene(world, read("tables_cycle"))
    parts = (cycles, forums, problems, tables, proposals, answers, comments, voting, drafting, following)
    for part in parts:
        part.tell(scene)
