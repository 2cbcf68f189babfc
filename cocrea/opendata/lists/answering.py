"""Proposals and what they said before, what was proposed to change in them, who had to answer them, and what
institutions said, text by text."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cocrea.accounts.models import Organisation
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Contribution, Visibility
from cocrea.opendata import words
from cocrea.opendata.datasets import Dataset, Rows
from cocrea.proposals.models import (
    Amendment,
    Proposal,
    ProposalReview,
    ProposalVersion,
    Response,
    ResponseVersion,
    Routing,
)
from cocrea.proposals.queries import coauthor_count, tied_columns

_of: Any = Contribution.__table__.alias("of_proposal").c
SHARED = {
    "reference": words.PROPOSAL,
    "institution": words.INSTITUTION,
    "institution_name": words.INSTITUTION_NAME,
    "kind": _l(
        "Respuesta: accepted (aceptada), partly (en parte), not_accepted (no aceptada), already (ya se está haciendo), "
        "needs_info (hace falta más información)."
    ),
    "reasons": _l("Sus razones, como se escribieron."),
    "next_steps": _l("Qué sigue."),
    "feeds": _l("Claves de los compromisos que alimenta."),
    "published_at": words.PUBLISHED,
}
TEXT = {
    "title": words.TITLE,
    "what_to_do": _l("Qué hay que hacer."),
    "beneficiaries": _l("A quién beneficia."),
    "responsible": _l("Quién tendría que actuar."),
    "needs": _l("Qué hace falta."),
}


def _proposals() -> Rows:
    return sa.select(
        Proposal.reference,
        Proposal.title,
        Proposal.body_source.label("what_to_do"),
        Proposal.beneficiaries,
        Proposal.responsible,
        Proposal.needs,
        *(column.label(name) for name, column in tied_columns(Proposal.id).items()),
        Proposal.status,
        Proposal.status_reason,
        Proposal.version,
        Proposal.channel,
        Proposal.author_sector,
        coauthor_count.label("coauthor_count"),
        Proposal.support_count,
        Proposal.comment_count,
        Proposal.published_at,
        ProposalReview.findings.label("criteria"),
    ).outerjoin(ProposalReview, ProposalReview.proposal_id == Proposal.id)


def _rewritten() -> Any:
    newest = sa.select(sa.func.max(ProposalVersion.created_at, type_=Proposal.published_at.type))
    return newest.where(ProposalVersion.proposal_id == Proposal.id).scalar_subquery()


def _texts() -> Rows:
    return (
        sa.select(
            _of.reference.label("reference"),
            ProposalVersion.number.label("version"),
            ProposalVersion.title,
            ProposalVersion.body_source.label("what_to_do"),
            ProposalVersion.beneficiaries,
            ProposalVersion.responsible,
            ProposalVersion.needs,
            ProposalVersion.why,
            ProposalVersion.created_at.label("published_at"),
        )
        .join(_of.id.table, _of.id == ProposalVersion.proposal_id)
        .where(_public())
    )


def _amendments() -> Rows:
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
        .where(_public())
    )


def _routings() -> Rows:
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
        .where(_public())
    )


def _answers() -> Rows:
    return _said(Response, Response.published_at, Response.version, Response.corrected_at).where(
        Response.published_at.is_not(None)
    )


def _versions() -> Rows:
    return _said(
        ResponseVersion,
        ResponseVersion.created_at.label("published_at"),
        ResponseVersion.number.label("version"),
        ResponseVersion.why,
    )


def _said(text: Any, *more: Any) -> Rows:
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
    return statement.join(Organisation, Organisation.id == Response.organisation_id).where(_public())


def _public() -> sa.ColumnElement[bool]:
    """Of what is not there for all, nothing else is."""
    found: sa.ColumnElement[bool] = _of.visibility == Visibility.PUBLIC
    return found


PROPOSALS = Dataset(
    "propuestas",
    "proposals",
    _l("Propuestas"),
    _l("Su texto vigente, en qué quedó cada una y por qué."),
    _proposals,
    (Proposal.id,),
    {
        "reference": words.REFERENCE,
        **TEXT,
        "problems": _l("Claves de las problemáticas que atiende, con espacios entre ellas."),
        "targets": words.TARGETS,
        "files": _l("Direcciones de sus archivos, con espacios entre ellas."),
        "status": _l(
            "draft (borrador), published (publicada), admitted (admitida), not_admitted (no admitida), on_ballot (en "
            "votación), selected (seleccionada), not_selected (no seleccionada) o committed (en un compromiso)."
        ),
        "status_reason": _l("La razón con que se decidió."),
        "version": _l("Número de su texto vigente."),
        "channel": words.CHANNEL,
        "author_sector": words.AUTHOR_SECTOR,
        "coauthor_count": _l("Cuántas personas más la escriben."),
        "support_count": words.SUPPORTS,
        "comment_count": words.COMMENTS,
        "published_at": words.PUBLISHED,
        "criteria": _l("Lo que la revisión encontró, criterio por criterio."),
    },
    Proposal.cycle_id,
    Proposal,
    (Proposal.published_at, Proposal.visibility_at, _rewritten()),
    "reference",
)
TEXTS = Dataset(
    "propuestas-versiones",
    "proposal-versions",
    _l("Lo que dijeron las propuestas"),
    _l("Cada texto que ha tenido cada propuesta pública, con lo que se dijo del cambio."),
    _texts,
    (ProposalVersion.proposal_id, ProposalVersion.number),
    {
        "reference": words.PROPOSAL,
        "version": _l("Número del texto; 1 es con el que se publicó."),
        **TEXT,
        "why": _l("Por qué se cambió, según quien la escribe."),
        "published_at": words.PUBLISHED,
    },
    _of.cycle_id,
    moments=(ProposalVersion.created_at,),
)
AMENDMENTS = Dataset(
    "enmiendas",
    "amendments",
    _l("Enmiendas"),
    _l("Qué se propuso cambiar en cada propuesta, por qué, y si se aceptó."),
    _amendments,
    (Amendment.id,),
    {
        "reference": _l("Clave de la enmienda."),
        "proposal": words.PROPOSAL,
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
        "channel": words.CHANNEL,
        "author_sector": words.AUTHOR_SECTOR,
        "published_at": words.PUBLISHED,
        "decided_at": _l("Cuándo se decidió."),
    },
    _of.cycle_id,
    Amendment,
    (Amendment.published_at, Amendment.decided_at, Amendment.visibility_at),
    "reference",
)
ROUTINGS = Dataset(
    "turnos",
    "routings",
    _l("Turnos a instituciones"),
    _l("Qué institución tiene que responder cada propuesta, hasta cuándo, y cuándo respondió."),
    _routings,
    (Routing.id,),
    {
        **{name: SHARED[name] for name in ("reference", "institution", "institution_name")},
        "is_lead": _l("Si encabeza la respuesta; si no, participa con la suya."),
        "reason": _l("Por qué esta institución."),
        "routed_at": _l("Cuándo se le turnó."),
        "due_at": _l("Cuándo vence su plazo: el final del último día hábil."),
        "answered_at": _l("Cuándo respondió por primera vez; vacío si no ha respondido."),
    },
    _of.cycle_id,
    moments=(Routing.routed_at,),
)
ANSWERS = Dataset(
    "respuestas",
    "responses",
    _l("Respuestas de instituciones"),
    _l("Lo que cada institución dice hoy, con sus razones, y si lo corrigió."),
    _answers,
    (Response.id,),
    {
        **SHARED,
        "published_at": _l("Cuándo respondió por primera vez."),
        "version": _l("Cuántos textos ha tenido la respuesta."),
        "corrected_at": _l("Cuándo se corrigió por última vez; vacío si nunca."),
    },
    _of.cycle_id,
    moments=(Response.published_at, Response.corrected_at),
)
VERSIONS = Dataset(
    "respuestas-versiones",
    "response-versions",
    _l("Lo que dijeron las respuestas"),
    _l("Cada texto que ha tenido cada respuesta, también los de antes de una corrección."),
    _versions,
    (ResponseVersion.id,),
    {
        **SHARED,
        "version": _l("Número del texto; 1 es con el que respondió."),
        "why": _l("Por qué se corrigió; vacío en el primero."),
    },
    _of.cycle_id,
    moments=(ResponseVersion.created_at,),
)
