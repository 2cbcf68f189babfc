"""Comments and supports, and what the pages of other domains need to show them."""

from cocrea.discussion import words
from cocrea.discussion.views import comments, mending
from cocrea.discussion.views.base import bp

__all__ = ["bp", "comments", "mending", "words"]
