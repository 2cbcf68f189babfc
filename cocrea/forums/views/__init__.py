"""The pages of spaces and their forums."""

from cocrea.forums.views import seats, spaces
from cocrea.forums.views.base import bp

__all__ = ["bp", "seats", "spaces"]
