"""Pages of commitments: reading, writing by sections, signing, and the plan."""

from cocrea.commitments import words
from cocrea.commitments.views import drafting, reading
from cocrea.commitments.views.base import bp

__all__ = ["bp", "drafting", "reading", "words"]
