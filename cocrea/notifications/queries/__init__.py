"""Reading what people follow, what they are told, and who is to be written to."""

from cocrea.notifications.queries.institutions import answers_of, led_by, visible_institution
from cocrea.notifications.queries.letters import Reader, due, letter_day, letter_reader, preference, taken
from cocrea.notifications.queries.notices import (
    Follower,
    Told,
    followed,
    followers,
    follows,
    how_many,
    is_anything_followed,
    notices,
    own_news,
)
from cocrea.notifications.queries.voters import VOTERS_AT_ONCE, called, calls_due, registered_untold

__all__ = [
    "VOTERS_AT_ONCE",
    "Follower",
    "Reader",
    "Told",
    "answers_of",
    "called",
    "calls_due",
    "due",
    "followed",
    "followers",
    "follows",
    "how_many",
    "is_anything_followed",
    "led_by",
    "letter_day",
    "letter_reader",
    "notices",
    "own_news",
    "preference",
    "registered_untold",
    "taken",
    "visible_institution",
]
