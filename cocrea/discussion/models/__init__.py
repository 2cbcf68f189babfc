"""Contributions of every kind, comments on them, and what the search index holds."""

from cocrea.discussion.models.comments import (
    STANCED,
    Alike,
    Comment,
    CommentReaction,
    CommentVersion,
    Stance,
)
from cocrea.discussion.models.contributions import (
    READABLE,
    Attachment,
    Channel,
    Coauthor,
    Contribution,
    ContributionKind,
    Counter,
    Support,
    Visibility,
    text_columns,
)
from cocrea.discussion.models.reactions import Reaction
from cocrea.discussion.models.search_texts import SEARCH_POSTGRESQL, SEARCH_SQLITE, SearchText

__all__ = [
    "READABLE",
    "SEARCH_POSTGRESQL",
    "SEARCH_SQLITE",
    "STANCED",
    "Alike",
    "Attachment",
    "Channel",
    "Coauthor",
    "Comment",
    "CommentReaction",
    "CommentVersion",
    "Contribution",
    "ContributionKind",
    "Counter",
    "Reaction",
    "SearchText",
    "Stance",
    "Support",
    "Visibility",
    "text_columns",
]
