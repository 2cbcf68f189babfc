"""Thematic tables, their sessions, and what was agreed in them."""

from __future__ import annotations

import sqlalchemy as sa

from cocrea.accounts.models import Organisation
from cocrea.consultation.models import Topic
from cocrea.core.i18n import lazy as _l
from cocrea.opendata import words
from cocrea.opendata.datasets import Dataset, Rows
from cocrea.tables.models import Agreement, AgreementStep, Duty, Session, Table, TableMember
from cocrea.tables.queries import is_whole

TABLE, SESSION = _l("Clave de la mesa."), _l("Clave de la sesión.")


def _tables() -> Rows:
    members = sa.select(sa.func.count()).where(TableMember.table_id == Table.id).scalar_subquery()
    return sa.select(
        Table.reference,
        Table.name,
        Topic.title.label("topic"),
        Table.purpose,
        Table.entry,
        members.label("member_count"),
        Table.created_at,
    ).outerjoin(Topic, Topic.id == Table.topic_id)


def _sessions() -> Rows:
    return (
        sa.select(
            Session.reference,
            Table.reference.label("table"),
            Session.title,
            Session.mode,
            Session.place,
            Session.starts_at,
            Session.ends_at,
            Session.convened_at,
            Session.is_short_notice,
            Session.opened_at,
            Session.ended_at,
            Session.cancelled_at,
            Session.cancel_reason,
            Session.minutes_state,
        )
        .join(Table, Table.id == Session.table_id)
        .where(is_whole())
    )


def _agreements() -> Rows:
    return _adopted(
        sa.select(
            Agreement.reference,
            Table.reference.label("table"),
            Session.reference.label("session"),
            Agreement.text,
            Agreement.test,
            Agreement.put_at,
            Agreement.closed_at,
        ).where(is_whole())
    )


def _duties() -> Rows:
    statement = sa.select(
        Agreement.reference.label("agreement"),
        Duty.position.label("number"),
        Duty.what,
        Organisation.name.label("institution_name"),
        Duty.due_at,
        Duty.done_at,
        Duty.outcome,
    )
    return _adopted(statement.join(Agreement, Agreement.id == Duty.agreement_id)).outerjoin(
        Organisation, Organisation.id == Duty.organisation_id
    )


def _adopted(statement: Rows) -> Rows:
    """Of whole sessions: what a small group drafts is put to all of them."""
    joined = statement.join(Session, Session.id == Agreement.session_id).join(Table, Table.id == Session.table_id)
    return joined.where(Agreement.step == AgreementStep.ADOPTED, is_whole())


TABLES = Dataset(
    "mesas",
    "tables",
    _l("Mesas"),
    _l("Los grupos de trabajo: de qué tratan, para qué son y cuántas personas se sientan en ellos."),
    _tables,
    (Table.id,),
    {
        "reference": words.REFERENCE,
        "name": _l("Nombre."),
        "topic": _l("Tema de la consulta."),
        "purpose": _l("Para qué es."),
        "entry": _l("open (puerta abierta), request (por solicitud) o invitation (por invitación)."),
        "member_count": _l("Cuántas personas se sientan en ella."),
        "created_at": _l("Cuándo se convocó."),
    },
    Table.cycle_id,
    moments=(Table.created_at,),
    identity="reference",
)
SESSIONS = Dataset(
    "sesiones",
    "sessions",
    _l("Sesiones"),
    _l("Cuándo se reunió o se reunirá cada mesa, y si su minuta está aprobada."),
    _sessions,
    (Session.id,),
    {
        "reference": words.REFERENCE,
        "table": TABLE,
        "title": words.TITLE,
        "mode": _l("online (en línea), in_person (en persona) o hybrid (híbrida)."),
        "place": _l("Dónde."),
        "starts_at": words.STARTS,
        "ends_at": words.ENDS,
        "convened_at": _l("Cuándo se convocó."),
        "is_short_notice": _l("Si se anunció con menos aviso del que el ciclo pide."),
        "opened_at": _l("Cuándo se abrió la sala; vacío si no se ha abierto."),
        "ended_at": _l("Cuándo terminó; vacío si no ha terminado."),
        "cancelled_at": _l("Cuándo se canceló; vacío si no."),
        "cancel_reason": _l("Por qué se canceló."),
        "minutes_state": _l("drafting (en borrador), correction (en corrección) o approved (aprobada)."),
    },
    Table.cycle_id,
    moments=(Session.convened_at, Session.changed_at, Session.ended_at),
    identity="reference",
)
AGREEMENTS = Dataset(
    "acuerdos",
    "agreements",
    _l("Acuerdos"),
    _l("Lo que las mesas adoptaron, en qué sesión y con qué prueba."),
    _agreements,
    (Agreement.id,),
    {
        "reference": words.REFERENCE,
        "table": TABLE,
        "session": SESSION,
        "text": _l("Lo que se acordó."),
        "test": _l(
            "unanimity (unanimidad), consent (consenso), majority (mayoría simple) o two_thirds (dos tercios)."
        ),
        "put_at": _l("Cuándo se puso a decisión."),
        "closed_at": _l("Cuándo se adoptó."),
    },
    Table.cycle_id,
    moments=(Agreement.closed_at,),
    identity="reference",
)
DUTIES = Dataset(
    "encargos",
    "agreement-duties",
    _l("Lo que toca hacer por cada acuerdo"),
    _l("Qué se debe, hasta cuándo, y si se hizo. No incluye nombres de personas."),
    _duties,
    (Duty.id,),
    {
        "agreement": _l("Clave del acuerdo."),
        "number": words.NUMBER,
        "what": _l("Qué hay que hacer; vacío si es el acuerdo mismo."),
        "institution_name": _l("Institución a la que le toca; vacío si le toca a una persona."),
        "due_at": _l("Hasta cuándo."),
        "done_at": _l("Cuándo se cumplió; vacío si no."),
        "outcome": _l("Qué se hizo."),
    },
    Table.cycle_id,
    moments=(Agreement.closed_at, Duty.done_at),
)
