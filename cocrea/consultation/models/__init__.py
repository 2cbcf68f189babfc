"""What a consultation keeps."""

from cocrea.consultation.models.opinions import OpinionResult
from cocrea.consultation.models.problems import Problem, ProblemTarget
from cocrea.consultation.models.statements import Answer, Statement, StatementAnswer, StatementStatus, VisitorAnswer
from cocrea.consultation.models.topics import PackItem, PackVersion, PackVisit, Topic, TopicSupport
from cocrea.consultation.models.trees import Branch, BranchLine, Ground, Growth, Side
from cocrea.consultation.models.workshops import (
    Attendance,
    PaperAnswers,
    PaperSupports,
    Trait,
    Workshop,
    WorkshopEntry,
    WorkshopPhoto,
)

__all__ = [
    "Answer",
    "Attendance",
    "Branch",
    "BranchLine",
    "Ground",
    "Growth",
    "OpinionResult",
    "PackItem",
    "PackVersion",
    "PackVisit",
    "PaperAnswers",
    "PaperSupports",
    "Problem",
    "ProblemTarget",
    "Side",
    "Statement",
    "StatementAnswer",
    "StatementStatus",
    "Topic",
    "TopicSupport",
    "Trait",
    "VisitorAnswer",
    "Workshop",
    "WorkshopEntry",
    "WorkshopPhoto",
]
