"""The review of plans: what was commented part by part, and what was answered, text by text."""

from __future__ import annotations

import sqlalchemy as sa

from cocrea.accounts.models import Organisation
from cocrea.commitments.models import PlanAnswer, PlanAnswerText, PlanComment
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Contribution
from cocrea.opendata import words
from cocrea.opendata.datasets import Dataset, Rows

_on = Contribution.__table__.alias("on_commitment").c
NUMBER = _l("Número de la respuesta; varios comentarios pueden tener la misma.")


def _comments() -> Rows:
    return (
        sa.select(
            PlanComment.reference,
            PlanComment.part,
            _on.reference.label("commitment"),
            PlanComment.body_source.label("text"),
            PlanComment.channel,
            PlanComment.author_sector,
            PlanComment.published_at,
            PlanComment.answer_id.label("answer"),
            PlanAnswer.outcome,
            PlanAnswer.published_at.label("answered_at"),
        )
        .outerjoin(_on.id.table, _on.id == PlanComment.commitment_id)
        .outerjoin(PlanAnswer, PlanAnswer.id == PlanComment.answer_id)
    )


def _answers() -> Rows:
    return (
        sa.select(
            PlanAnswerText.answer_id.label("answer"),
            PlanAnswerText.number.label("version"),
            PlanAnswerText.outcome,
            PlanAnswerText.reasons,
            PlanAnswerText.changed,
            PlanAnswerText.why,
            Organisation.name.label("institution_name"),
            PlanAnswerText.created_at.label("published_at"),
        )
        .join(PlanAnswer, PlanAnswer.id == PlanAnswerText.answer_id)
        .outerjoin(Organisation, Organisation.id == PlanAnswer.organisation_id)
    )


ALL = (
    Dataset(
        "comentarios-al-plan",
        "plan-comments",
        _l("Comentarios al plan"),
        _l("Lo que se comentó del borrador del plan, parte por parte, y en qué quedó."),
        _comments,
        (PlanComment.id,),
        {
            "reference": words.REFERENCE,
            "part": _l(
                "Parte del plan: plan (el plan completo), cover (portada), introduction (introducción), process (cómo "
                "se hizo), commitment (un compromiso), annexes (anexos)."
            ),
            "commitment": _l("Clave del compromiso, si comenta uno."),
            "text": _l("Lo que dice."),
            "channel": words.CHANNEL,
            "author_sector": words.AUTHOR_SECTOR,
            "published_at": words.PUBLISHED,
            "answer": NUMBER,
            "outcome": _l(
                "Qué se le responde: accepted (aceptado), partly (en parte), not_accepted (no aceptado); vacío si "
                "espera respuesta."
            ),
            "answered_at": _l("Cuándo se respondió por primera vez."),
        },
        PlanComment.cycle_id,
        PlanComment,
        (PlanComment.published_at, PlanAnswer.published_at, PlanAnswer.corrected_at, PlanComment.visibility_at),
        "reference",
    ),
    Dataset(
        "respuestas-al-plan",
        "plan-answers",
        _l("Respuestas a los comentarios al plan"),
        _l("Cada texto que ha tenido cada respuesta, también los de antes de una corrección."),
        _answers,
        (PlanAnswerText.answer_id, PlanAnswerText.number),
        {
            "answer": NUMBER,
            "version": _l("Número del texto; 1 es con el que se respondió."),
            "outcome": _l("accepted (aceptado), partly (en parte) o not_accepted (no aceptado)."),
            "reasons": _l("Sus razones, como se escribieron."),
            "changed": _l("Qué cambió en el plan."),
            "why": _l("Por qué se corrigió; vacío en el primero."),
            "institution_name": _l("Institución que responde; vacío si responde la facilitación."),
            "published_at": words.PUBLISHED,
        },
        PlanAnswer.cycle_id,
        moments=(PlanAnswerText.created_at,),
    ),
)
