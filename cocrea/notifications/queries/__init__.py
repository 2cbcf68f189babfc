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

__all__ = [
    "Follower",
    "Reader",
    "Told",
    "answers_of",
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
    "taken",
    "visible_institution",
]
