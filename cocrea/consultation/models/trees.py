"""The problem tree of a topic: what its editors wrote over the causes and effects that people gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.consultation.models.topics import Topic
from cocrea.core.db import enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.extensions import Model


class Side(StrEnum):
    """Effects are drawn as the crown of the tree, causes as its roots."""

    EFFECT = "effect"
    CAUSE = "cause"

    @property
    def label(self) -> Any:
        return {Side.EFFECT: _l("Efectos"), Side.CAUSE: _l("Causas")}[self]


class Branch(Model):
    """A cause or effect in the words of who edits the tree, under which lines of problems are put."""

    __tablename__ = "tree_branches"
    __table_args__ = (sa.Index(None, "topic_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey(Topic.id))
    side: Mapped[Side] = mapped_column(enum_column(Side))
    title: Mapped[str] = mapped_column(sa.String(200))

    topic: Mapped[Topic] = relationship()
    lines: Mapped[list[BranchLine]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def keys(self) -> list[str]:
        return [line.key for line in self.lines]


class BranchLine(Model):
    """That what some problems say, in much the same words, belongs to a branch. `key` tells lines apart by their words,
    so that a line that is withdrawn with its problem leaves no text behind."""

    __tablename__ = "tree_lines"

    branch_id: Mapped[int] = mapped_column(sa.ForeignKey(Branch.id), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)


@dataclass(frozen=True)
class Ground:
    """Where a tree grows: its topic, and the scopes of the groups that work on it."""

    topic: Topic
    groups: Sequence[str]


@dataclass(frozen=True)
class Growth:
    """A branch with the ground of its tree."""

    branch: Branch
    ground: Ground
