"""The conversation about a contribution, as the address of its page asks for it: for the pages of every domain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import request

from cocrea.core import finding
from cocrea.core.access import Decision
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import Page
from cocrea.cycles.policies import is_facilitator
from cocrea.discussion import policies, queries
from cocrea.discussion.models import STANCED, Alike, Comment, Contribution, Stance
from cocrea.discussion.queries import CommentSort, Narrowed, Thread, Voice
from cocrea.discussion.voices import Voices, voices

ANCHOR = "#comentarios"
FEW = 2  # replies that need no unfolding
STANCES = {"favor": Stance.FOR, "contra": Stance.AGAINST, "neutra": Stance.NEUTRAL}


@dataclass(frozen=True)
class Conversation:
    """A page of comments, how it was asked for, and what the reader may do there.

    `marked` is the reference of the comment that was looked for.
    """

    subject: Contribution
    page: Page[Thread]
    may_comment: Decision
    moderates: bool = False
    reader_id: int | None = None
    marked: str = ""
    sort: CommentSort = CommentSort.OLDEST
    asked: dict[str, str] = field(default_factory=dict)

    @property
    def voices(self) -> Voices:
        return voices(Alike.told(key, number) for key, number in (self.subject.comment_tally or {}).items())

    @property
    def is_narrowed(self) -> bool:
        return bool({"postura", "voz"} & set(self.asked))

    @property
    def takes_stances(self) -> bool:
        return self.subject.kind in STANCED

    @property
    def sorts(self) -> list[CommentSort]:
        return list(CommentSort)

    @property
    def choices(self) -> list[dict[str, Any]]:
        """The fields of the form that narrows, each with what it offers."""
        stances = [(value, stance.label) for value, stance in STANCES.items()]
        offered = [
            *([("postura", _l("Postura"), _l("Todas"), stances)] if self.takes_stances else []),
            ("voz", _l("Quién habla"), _l("Personas e instituciones"), finding.members(Voice)),
        ]
        return [dict(zip(("name", "label", "all", "options"), each, strict=True)) for each in offered]

    def is_own(self, comment: Comment) -> bool:
        return self.reader_id is not None and comment.author_id == self.reader_id

    def takes_reactions(self, comment: Comment) -> bool:
        """Whether the reader may react to it: as `policies.can_react`, which judges what is done."""
        return bool(self.may_comment) and comment.is_public and not self.is_own(comment)

    def takes_replies(self, comment: Comment) -> bool:
        return bool(self.may_comment) and comment.is_public

    def opens(self, thread: Thread) -> bool:
        """Whether the replies under a comment are shown at once: few, or among them the one that was looked for."""
        found = [comment.reference for comment in thread][1:]
        return len(found) <= FEW or self.marked in found


def conversation(actor: Any, subject: Contribution, now: Any) -> Conversation:
    """The comments on something in the order and with the filters that the address says: two statements."""
    names = ("postura", "voz") if subject.kind in STANCED else ("voz",)
    asked = finding.asked(names)
    narrowed = Narrowed(finding.one_of(STANCES, asked.get("postura")), finding.member(Voice, asked.get("voz")))
    sort, _start = finding.ordering(CommentSort, asked, subject.reference)
    page = _anchored(queries.conversation(actor, subject, narrowed, sort, asked))
    return _of_reader(actor, subject, page, now, sort=sort, asked=asked)


def replies_to(actor: Any, comment: Comment, now: Any) -> Conversation:
    """The replies to one comment, as a conversation of their own."""
    return _of_reader(actor, comment.subject, queries.replies(actor, comment), now)


def _of_reader(actor: Any, subject: Contribution, page: Page[Thread], now: Any, **more: Any) -> Conversation:
    return Conversation(
        subject,
        page,
        policies.can_comment(actor, subject, now),
        moderates=bool(actor.is_authenticated) and is_facilitator(actor, subject.cycle),
        reader_id=actor.id,
        marked=request.args.get("marca", ""),
        **more,
    )


def _anchored(page: Page[Thread]) -> Page[Thread]:
    """Its neighbours open where the comments begin, not at the top of a long page."""
    page.next_url = page.next_url and page.next_url + ANCHOR
    page.prev_url = page.prev_url and page.prev_url + ANCHOR
    return page
