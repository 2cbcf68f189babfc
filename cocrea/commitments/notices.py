"""Letters about what was answered to comments on a plan. Written by jobs, a batch at a time."""

from __future__ import annotations

from cocrea.commitments.models import PlanAnswer
from cocrea.core.i18n import in_language
from cocrea.core.i18n import lazy as _l
from cocrea.core.mail import send_later
from cocrea.discussion.addressees import behind, next_after
from cocrea.extensions import db


def tell_of_answer(*, answer_id: int, number: int, after: int = 0) -> int | None:
    """One letter to each person whose comments an answer is to, of its text `number`: the first, or a correction.

    Whose ids come after `after`, as many as one transaction should write; the last one's id while there may be more.
    What is hidden or withdrawn meanwhile is not written about, nor a text that another has overtaken.
    """
    answer = db.session.get_one(PlanAnswer, answer_id)
    comments = {comment.id: comment for comment in answer.comments if comment.is_public}
    if answer.version != number or not comments:
        return None
    subject = _l("Respondieron lo que comentaste del plan")
    if number > 1:
        subject = _l("Corrigieron la respuesta a lo que comentaste del plan")
    people = behind(list(comments), after)
    for person in people:
        theirs = [comment for number_, comment in comments.items() if number_ in person.theirs]
        with in_language(person.locale):
            send_later(
                to=person.email,
                subject=str(subject),
                template="commitments/plan_answered.txt",
                answer=answer,
                why=answer.texts[number - 1].why,
                comments=theirs,
            )
    return next_after(people)
