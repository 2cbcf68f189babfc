"""Background work of commitments and plans."""

from __future__ import annotations

from cocrea.commitments import notices
from cocrea.core.db import after_commit, transaction
from cocrea.core.jobs import job


@job
def tell_of_answer(answer_id: int, number: int, after: int = 0) -> None:
    """Write to whoever commented what an answer is to, some people in each transaction."""
    with transaction():
        last = notices.tell_of_answer(answer_id=answer_id, number=number, after=after)
        if last is not None:
            after_commit(tell_of_answer, answer_id, number, last)
