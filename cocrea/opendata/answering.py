"""What was proposed to change in proposals, who had to answer them, and what institutions said, text by text."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cocrea.accounts.models import Organisation
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Contribution, Visibility
from cocrea.opendata.datasets import Dataset, Rows
from cocrea.proposals.models import Amendment, Response, ResponseVersion, Routing

_of: Any = Contribution.__table__.alias("of_proposal").c
SHARED = {
    "reference": _l("Clave de la propuesta."),
    "institution": _l("Nombre corto de la institución en las direcciones del sitio."),
    "institution_name": _l("Nombre de la institución."),
    "kind": _l(
        "Respuesta: accepted (aceptada), partly (en parte), not_accepted (no aceptada), already (ya se está haciendo), "
        "needs_info (hace falta más información)."
    ),
    "reasons": _l("Sus razones, como se escribieron."),
    "next_steps": _l("Qué sigue."),
    "feeds": _l("Claves de los compromisos que alimenta."),
    "published_at": _l("Cuándo se publicó."),
}


def _amendments(cycle_id: int) -> Rows:
    promoted = aliased(Contribution.__table__)
    return (
        sa.select(
            Amendment.reference,
            _of.reference.label("proposal"),
            Amendment.part,
            Amendment.base,
            Amendment.body_source.label("proposed_text"),
            Amendment.why,
            Amendment.status,
            Amendment.status_reason,
            Amendment.result,
            Amendment.with_edits,
            promoted.c.reference.label("became"),
            Amendment.channel,
            Amendment.author_sector,
            Amendment.published_at,
            Amendment.decided_at,
        )
        .join(_of.id.table, _of.id == Amendment.proposal_id)
        .outerjoin(
            promoted, sa.and_(promoted.c.id == Amendment.promoted_id, promoted.c.visibility == Visibility.PUBLIC)
        )
        .where(Amendment.visibility == Visibility.PUBLIC, *_public(cycle_id))
    )


def _routings(cycle_id: int) -> Rows:
    answered = sa.and_(
        Response.proposal_id == Routing.proposal_id, Response.organisation_id == Routing.organisation_id
    )
    return (
        sa.select(
            _of.reference.label("reference"),
            Organisation.slug.label("institution"),
            Organisation.name.label("institution_name"),
            Routing.is_lead,
            Routing.reason,
            Routing.routed_at,
            Routing.due_at,
            Response.published_at.label("answered_at"),
        )
        .join(_of.id.table, _of.id == Routing.proposal_id)
        .join(Organisation, Organisation.id == Routing.organisation_id)
        .outerjoin(Response, answered)
        .where(*_public(cycle_id))
    )


def _answers(cycle_id: int) -> Rows:
    return _said(cycle_id, Response, Response.published_at, Response.version, Response.corrected_at).where(
        Response.published_at.is_not(None)
    )


def _versions(cycle_id: int) -> Rows:
    return _said(
        cycle_id,
        ResponseVersion,
        ResponseVersion.created_at.label("published_at"),
        ResponseVersion.number.label("version"),
        ResponseVersion.why,
    )


def _said(cycle_id: int, text: Any, *more: Any) -> Rows:
    """What an answer or a version of it says, by whom and to what."""
    statement = sa.select(
        _of.reference.label("reference"),
        Organisation.slug.label("institution"),
        Organisation.name.label("institution_name"),
        text.kind,
        text.reasons_source.label("reasons"),
        text.next_source.label("next_steps"),
        text.feeds,
        *more,
    ).select_from(text)
    if text is not Response:
        statement = statement.join(Response, Response.id == text.response_id)
    statement = statement.join(_of.id.table, _of.id == Response.proposal_id)
    return statement.join(Organisation, Organisation.id == Response.organisation_id).where(*_public(cycle_id))


def _public(cycle_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (_of.cycle_id == cycle_id, _of.visibility == Visibility.PUBLIC)


AMENDMENTS = Dataset(
    "enmiendas",
    _l("Enmiendas"),
    _l("Qué se propuso cambiar en cada propuesta, por qué, y si se aceptó."),
    _amendments,
    Amendment.id,
    {
        "reference": _l("Clave de la enmienda."),
        "proposal": _l("Clave de la propuesta."),
        "part": _l(
            "Parte del texto: title (título), body (qué hay que hacer), beneficiaries (a quién beneficia), "
            "responsible (quién tendría que actuar), needs (qué hace falta)."
        ),
        "base": _l("Número de la versión desde la que se propuso."),
        "proposed_text": _l("Lo que esa parte diría."),
        "why": _l("Por qué, según quien la propuso."),
        "status": _l("evaluating (por responder), accepted (aceptada), rejected (rechazada)."),
        "status_reason": _l("La razón con que se decidió."),
        "result": _l("Número de la versión que resultó, si se aceptó."),
        "with_edits": _l("Si se aceptó con cambios."),
        "became": _l("Clave de la propuesta que nació de ella, si se rechazó y su autora o autor la propuso aparte."),
        "channel": _l("Cómo llegó: en línea, en papel o en persona."),
        "author_sector": _l("Sector que declaró quien la propuso."),
        "published_at": _l("Cuándo se publicó."),
        "decided_at": _l("Cuándo se decidió."),
    },
)
ROUTINGS = Dataset(
    "turnos",
    _l("Turnos a instituciones"),
    _l("Qué institución tiene que responder cada propuesta, hasta cuándo, y cuándo respondió."),
    _routings,
    Routing.id,
    {
        **{name: SHARED[name] for name in ("reference", "institution", "institution_name")},
        "is_lead": _l("Si encabeza la respuesta; si no, participa con la suya."),
        "reason": _l("Por qué esta institución."),
        "routed_at": _l("Cuándo se le turnó."),
        "due_at": _l("Cuándo vence su plazo: el final del último día hábil."),
        "answered_at": _l("Cuándo respondió por primera vez; vacío si no ha respondido."),
    },
)
ANSWERS = Dataset(
    "respuestas",
    _l("Respuestas de instituciones"),
    _l("Lo que cada institución dice hoy, con sus razones, y si lo corrigió."),
    _answers,
    Response.id,
    {
        **SHARED,
        "published_at": _l("Cuándo respondió por primera vez."),
        "version": _l("Cuántos textos ha tenido la respuesta."),
        "corrected_at": _l("Cuándo se corrigió por última vez; vacío si nunca."),
    },
)
VERSIONS = Dataset(
    "respuestas-versiones",
    _l("Lo que dijeron las respuestas"),
    _l("Cada texto que ha tenido cada respuesta, también los de antes de una corrección."),
    _versions,
    ResponseVersion.id,
    {
        **SHARED,
        "version": _l("Número del texto; 1 es con el que respondió."),
        "why": _l("Por qué se corrigió; vacío en el primero."),
    },
)
