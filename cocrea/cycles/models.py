"""A cycle and its stages. Whether a stage is open follows from its dates alone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cocrea.accounts.models import Person
from cocrea.core.db import JSONText, UTCDateTime, enum_column
from cocrea.core.i18n import lazy as _l
from cocrea.core.windows import Window, WindowState
from cocrea.extensions import Model
from cocrea.forums.models import Forum, Space


class StageKind(StrEnum):
    PREPARATION = "preparation"
    CONSULTATION = "consultation"
    TABLES = "tables"
    PROPOSALS = "proposals"
    VOTING = "voting"
    DRAFTING = "drafting"
    PLAN_REVIEW = "plan_review"
    FOLLOW_UP = "follow_up"
    EVALUATION = "evaluation"

    @property
    def label(self) -> Any:
        return STAGE_LABELS[self]


STAGE_LABELS = {
    StageKind.PREPARATION: _l("Preparación"),
    StageKind.CONSULTATION: _l("Consulta"),
    StageKind.TABLES: _l("Mesas de cocreación"),
    StageKind.PROPOSALS: _l("Propuestas"),
    StageKind.VOTING: _l("Votación"),
    StageKind.DRAFTING: _l("Redacción de compromisos"),
    StageKind.PLAN_REVIEW: _l("Revisión del plan"),
    StageKind.FOLLOW_UP: _l("Seguimiento"),
    StageKind.EVALUATION: _l("Evaluación"),
}


class Action(StrEnum):
    """What a stage can open. Nothing is contributed unless an open stage of the cycle opens it."""

    PUBLISH_PROBLEM = "publish_problem"
    SUPPORT = "support"
    PROPOSE_STATEMENT = "propose_statement"
    ANSWER_STATEMENT = "answer_statement"
    COMMENT = "comment"
    JOIN_TABLE = "join_table"
    MEET = "meet"
    MEET_FORUM = "meet_forum"
    PUBLISH_PROPOSAL = "publish_proposal"
    SUPPORT_PROPOSAL = "support_proposal"
    REVIEW_PROPOSAL = "review_proposal"
    VOTE = "vote"
    DRAFT = "draft"
    SIGN = "sign"
    COMMENT_PLAN = "comment_plan"
    REPORT_PROGRESS = "report_progress"
    VERIFY = "verify"
    ASSESS = "assess"

    @property
    def label(self) -> Any:
        return ACTION_LABELS[self]


ACTION_LABELS = {
    Action.PUBLISH_PROBLEM: _l("publicar problemáticas"),
    Action.SUPPORT: _l("apoyar temas y problemáticas"),
    Action.PROPOSE_STATEMENT: _l("proponer afirmaciones"),
    Action.ANSWER_STATEMENT: _l("responder afirmaciones"),
    Action.COMMENT: _l("comentar"),
    Action.JOIN_TABLE: _l("tomar un asiento en las mesas"),
    Action.MEET: _l("sesionar"),
    Action.MEET_FORUM: _l("sesionar en el foro"),
    Action.PUBLISH_PROPOSAL: _l("publicar propuestas"),
    Action.SUPPORT_PROPOSAL: _l("apoyar propuestas"),
    Action.REVIEW_PROPOSAL: _l("revisar propuestas"),
    Action.VOTE: _l("votar"),
    Action.DRAFT: _l("redactar compromisos"),
    Action.SIGN: _l("firmar compromisos"),
    Action.COMMENT_PLAN: _l("comentar el plan"),
    Action.REPORT_PROGRESS: _l("reportar avances"),
    Action.VERIFY: _l("verificar avances"),
    Action.ASSESS: _l("evaluar"),
}

_OPENS: dict[StageKind, frozenset[Action]] = {
    StageKind.PREPARATION: frozenset(),
    StageKind.CONSULTATION: frozenset(
        {
            Action.PUBLISH_PROBLEM,
            Action.SUPPORT,
            Action.COMMENT,
            Action.PROPOSE_STATEMENT,
            Action.ANSWER_STATEMENT,
        }
    ),
    StageKind.TABLES: frozenset({Action.JOIN_TABLE, Action.MEET, Action.COMMENT}),
    StageKind.PROPOSALS: frozenset(
        {Action.PUBLISH_PROPOSAL, Action.SUPPORT_PROPOSAL, Action.REVIEW_PROPOSAL, Action.COMMENT}
    ),
    StageKind.VOTING: frozenset({Action.VOTE}),
    StageKind.DRAFTING: frozenset({Action.DRAFT, Action.SIGN, Action.COMMENT}),
    StageKind.PLAN_REVIEW: frozenset({Action.COMMENT_PLAN, Action.COMMENT}),
    StageKind.FOLLOW_UP: frozenset({Action.REPORT_PROGRESS, Action.VERIFY, Action.COMMENT}),
    StageKind.EVALUATION: frozenset({Action.ASSESS}),
}
# The forum that steers a cycle meets whatever the cycle is at.
OPENS = {kind: actions | {Action.MEET_FORUM} for kind, actions in _OPENS.items()}


class Cycle(Model):
    """One action plan, from preparation to evaluation. Drafts (`published_at` empty) are seen by stewards only.

    `source_note`: where its rows come from, if nobody contributed them here; every page of it says so.
    """

    __tablename__ = "cycles"

    id: Mapped[int] = mapped_column(primary_key=True)
    space_id: Mapped[int] = mapped_column(sa.ForeignKey(Space.id), index=True)
    forum_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Forum.id))
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    prefix: Mapped[str] = mapped_column(sa.String(8), unique=True)
    title: Mapped[str] = mapped_column(sa.String(160))
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    timezone: Mapped[str] = mapped_column(sa.String(40), default="America/Mexico_City")
    methodology: Mapped[str] = mapped_column(sa.String(40), default="")
    notice_days: Mapped[int] = mapped_column(default=14)
    source_note: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    space: Mapped[Space] = relationship(lazy="joined")
    forum: Mapped[Forum | None] = relationship()
    stages: Mapped[list[Stage]] = relationship(
        back_populates="cycle", order_by="Stage.position", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def scope(self) -> str:
        return f"cycle:{self.id}"

    def open_stages(self, now: datetime) -> list[Stage]:
        return [stage for stage in self.stages if stage.is_open(now)]

    def stage_that_opens(self, action: Action, now: datetime) -> Stage | None:
        """The open stage that allows the action now, if any."""
        return next((stage for stage in self.open_stages(now) if action in OPENS[stage.kind]), None)


class Stage(Model):
    """A window of a cycle with a purpose, an expected product and the actions its kind opens.

    The database refuses dates without purpose and product: a stage cannot open without saying what for.
    `rules` holds what the cycle decided for it (see `cycles.rules`). `notice_waiver` says why the stage starts with
    less notice than the cycle announces, when it does.
    """

    __tablename__ = "stages"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "position"),
        sa.CheckConstraint(
            "starts_at IS NULL OR (length(trim(purpose)) > 0 AND length(trim(product)) > 0)",
            name="purposeful",
        ),
        sa.CheckConstraint("ends_at IS NULL OR (starts_at IS NOT NULL AND starts_at < ends_at)", name="ordered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id), index=True)
    position: Mapped[int]
    kind: Mapped[StageKind] = mapped_column(enum_column(StageKind))
    title: Mapped[str] = mapped_column(sa.String(120))
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    product: Mapped[str] = mapped_column(sa.Text, default="")
    starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    notice_waiver: Mapped[str] = mapped_column(sa.String(500), default="")
    rules: Mapped[Any] = mapped_column(JSONText, default=dict)

    cycle: Mapped[Cycle] = relationship(back_populates="stages")
    report: Mapped[StageReport | None] = relationship(back_populates="stage", lazy="joined")

    @property
    def window(self) -> Window:
        return Window(self.starts_at, self.ends_at)

    def state(self, now: datetime) -> WindowState:
        return self.window.state(now)

    def is_open(self, now: datetime) -> bool:
        return self.window.is_open(now)

    def has_begun(self, now: datetime) -> bool:
        return self.starts_at is not None and self.starts_at <= now

    @property
    def opens(self) -> frozenset[Action]:
        return OPENS[self.kind]


class StageReport(Model):
    """What a closed stage produced; publishing it closes the stage for good.

    `figures` and `sections` are as they were at that moment (see `cycles.figures` and `cycles.report_sections`); the
    latter are loaded where they are read.
    """

    __tablename__ = "stage_reports"

    stage_id: Mapped[int] = mapped_column(sa.ForeignKey(Stage.id), primary_key=True)
    source: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    figures: Mapped[Any] = mapped_column(JSONText, default=dict)
    sections: Mapped[Any] = mapped_column(JSONText, default=dict, deferred=True)
    author_id: Mapped[int] = mapped_column(sa.ForeignKey(Person.id))
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)

    stage: Mapped[Stage] = relationship(back_populates="report")
    author: Mapped[Person] = relationship()


class Transition(StrEnum):
    OPENED = "opened"
    CLOSED = "closed"


class StageAnnouncement(Model):
    """That the opening or closing of a stage at a moment was put into the history: once, however often asked."""

    __tablename__ = "stage_announcements"

    stage_id: Mapped[int] = mapped_column(sa.ForeignKey(Stage.id, ondelete="CASCADE"), primary_key=True)
    transition: Mapped[Transition] = mapped_column(enum_column(Transition), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
