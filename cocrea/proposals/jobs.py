"""Background work of proposals."""

from __future__ import annotations

from cocrea.core.db import after_commit, transaction
from cocrea.core.jobs import job
from cocrea.proposals.operations import notices


@job
def tell_of_answers(responses: list[int], after: int = 0) -> None:
    """Write to who is behind what was answered, some people in each transaction."""
    with transaction():
        last = notices.tell_of_answers(responses=responses, after=after)
        if last is not None:
            after_commit(tell_of_answers, responses, last)
