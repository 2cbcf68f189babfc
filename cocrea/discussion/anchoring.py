"""Comments on a passage of what they are about: whether its words still stand there. The texts belong to higher
domains, which provide them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from cocrea.core import passages
from cocrea.core.passages import Passage
from cocrea.discussion import pages
from cocrea.discussion.models import Comment, Contribution, ContributionKind

Texts = Callable[[Any, str], tuple[Any, str]]
_texts: dict[ContributionKind, Texts] = {}


@dataclass(frozen=True)
class Anchored:
    """The passage that a comment quotes, what the field is called that held it, and where it is read now: nowhere
    once it changed."""

    passage: Passage
    label: Any
    href: str = ""


def provide(kind: ContributionKind, texts: Texts) -> None:
    """Say of a kind what a field is called and holds now: `texts(subject, key)`."""
    _texts[kind] = texts


def anchored(comment: Comment) -> Anchored | None:
    """The passage a comment is on, if it is on one, as it stands when this is read."""
    if comment.passage is None:
        return None
    passage, subject = Passage.of(comment.passage), comment.subject
    label, present = _texts[subject.kind](subject, passage.key)
    stands = subject.is_public and passages.locate(present, passage) is not None
    return Anchored(passage, label, _address(subject, passage) if stands else "")


def anchor(key: str) -> str:
    """The id of a field where its text is read."""
    return f"texto-{key}"


def _address(subject: Contribution, passage: Passage) -> str:
    """The field on the page; browsers that can also find the words and mark them."""
    words = quote(" ".join(passage.exact.split()), safe="").replace("-", "%2D")
    return f"{pages.address(subject)}#{anchor(passage.key)}:~:text={words}"
