"""Pages of contests: the list, the calling, the ballot, the receipt, the result."""

from cocrea.voting import words
from cocrea.voting.views import attending, booths, calling, capture, casting, packs, results, roll, scrutiny
from cocrea.voting.views.base import bp

__all__ = [
    "attending",
    "booths",
    "bp",
    "calling",
    "capture",
    "casting",
    "packs",
    "results",
    "roll",
    "scrutiny",
    "words",
]
