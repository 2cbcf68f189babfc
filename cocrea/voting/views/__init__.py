"""Pages of contests: the list, the calling, the ballot, the receipt, the result."""

from cocrea.voting import words
from cocrea.voting.views import calling, casting, results, roll
from cocrea.voting.views.base import bp

__all__ = ["bp", "calling", "casting", "results", "roll", "words"]
