"""Reading contributions of any kind, and the comments on them."""

from cocrea.discussion.queries.comments import (
    CommentSort,
    Narrowed,
    Thread,
    Voice,
    comment_on,
    conversation,
    institutions_of,
    parent_of,
    past_of,
    place_of,
    replies,
    visible_comment,
    visible_past,
)
from cocrea.discussion.queries.contributions import (
    by_author,
    coauthored_ids,
    headings,
    supported_ids,
    visible_contribution,
    with_authors,
)
from cocrea.discussion.queries.exports import COMMENT_COLUMNS, comments_of, taken_along

__all__ = [
    "COMMENT_COLUMNS",
    "CommentSort",
    "Narrowed",
    "Thread",
    "Voice",
    "by_author",
    "coauthored_ids",
    "comment_on",
    "comments_of",
    "conversation",
    "headings",
    "institutions_of",
    "parent_of",
    "past_of",
    "place_of",
    "replies",
    "supported_ids",
    "taken_along",
    "visible_comment",
    "visible_contribution",
    "visible_past",
    "with_authors",
]
