"""Spaces, organisations and cycles, with the stages of these and what they reported."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cocrea.accounts.models import Organisation
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Cycle, Stage, StageReport
from cocrea.forums.models import Space
from cocrea.opendata import words
from cocrea.opendata.datasets import Dataset, Rows


def _spaces() -> Rows:
    parent = aliased(Space)
    return sa.select(
        Space.slug, Space.code, Space.name, Space.level, parent.slug.label("parent")
    ).outerjoin(parent, parent.id == Space.parent_id)  # fmt: skip


def _organisations() -> Rows:
    return sa.select(Organisation.slug, Organisation.name, Organisation.short_name, Organisation.sector)


def _cycles() -> Rows:
    return (
        sa.select(
            Cycle.slug,
            Cycle.prefix,
            Cycle.title,
            Cycle.summary,
            Space.slug.label("space"),
            Cycle.methodology,
            Cycle.timezone,
            Cycle.notice_days,
            Cycle.published_at,
        )
        .join(Space, Space.id == Cycle.space_id)
        .where(Cycle.published_at.is_not(None))
    )


def _stages() -> Rows:
    return sa.select(
        Stage.position.label("number"),
        Stage.kind,
        Stage.title,
        Stage.purpose,
        Stage.product,
        Stage.starts_at,
        Stage.ends_at,
        Stage.notice_waiver,
    )


def _reports() -> Rows:
    return sa.select(
        Stage.position.label("stage"),
        Stage.title.label("stage_title"),
        StageReport.source.label("text"),
        StageReport.figures,
        StageReport.published_at,
    ).join(Stage, Stage.id == StageReport.stage_id)


SPACES = Dataset(
    "espacios",
    "spaces",
    _l("Espacios"),
    _l("Los países, entidades y municipios que tienen ciclos."),
    _spaces,
    (Space.id,),
    {
        "slug": _l("Nombre corto en las direcciones del sitio."),
        "code": _l("Clave ISO 3166 o, de un municipio, la del INEGI."),
        "name": _l("Nombre."),
        "level": _l("country (país), state (entidad federativa) o municipality (municipio)."),
        "parent": _l("Nombre corto del espacio que lo contiene."),
    },
    identity="slug",
)
ORGANISATIONS = Dataset(
    "organizaciones",
    "organisations",
    _l("Organizaciones e instituciones"),
    _l("Quiénes participan como organización o institución, y de qué sector son."),
    _organisations,
    (Organisation.id,),
    {
        "slug": _l("Nombre corto en las direcciones del sitio."),
        "name": _l("Nombre."),
        "short_name": _l("Siglas o nombre breve."),
        "sector": _l(
            "public_body (institución pública), civil_society (sociedad civil), academia, private_sector (sector "
            "privado) u oversight_body (organismo garante)."
        ),
    },
    identity="slug",
)
CYCLES = Dataset(
    "ciclos",
    "cycles",
    _l("Ciclos"),
    _l("Los ciclos de cocreación que son públicos."),
    _cycles,
    (Cycle.id,),
    {
        "slug": _l("Nombre corto en las direcciones del sitio."),
        "prefix": _l("Con lo que empiezan las claves de lo que hay en él."),
        "title": words.TITLE,
        "summary": _l("Resumen."),
        "space": _l("Nombre corto del espacio."),
        "methodology": _l("Metodología con que se creó."),
        "timezone": _l("Zona horaria en que valen sus fechas."),
        "notice_days": _l("Con cuántos días de aviso empieza una etapa."),
        "published_at": words.PUBLISHED,
    },
    moments=(Cycle.published_at,),
    identity="slug",
)
STAGES = Dataset(
    "etapas",
    "stages",
    _l("Etapas"),
    _l("El calendario: para qué es cada etapa, qué producirá, cuándo empieza y cuándo termina."),
    _stages,
    (Stage.id,),
    {
        "number": words.NUMBER,
        "kind": _l(
            "preparation (preparación), consultation (consulta), tables (mesas), proposals (propuestas), voting "
            "(votación), drafting (redacción), plan_review (revisión del plan), follow_up (seguimiento) o evaluation "
            "(evaluación)."
        ),
        "title": words.TITLE,
        "purpose": _l("Para qué es."),
        "product": _l("Qué tiene que producir."),
        "starts_at": words.STARTS,
        "ends_at": _l("Cuándo termina: hasta ese momento, sin incluirlo."),
        "notice_waiver": _l("Por qué empieza con menos aviso del que el ciclo anuncia."),
    },
    Stage.cycle_id,
)
REPORTS = Dataset(
    "informes",
    "stage-reports",
    _l("Informes de etapa"),
    _l("Lo que cada etapa produjo: el texto del informe y lo que llegó."),
    _reports,
    (StageReport.stage_id,),
    {
        "stage": _l("Número de la etapa."),
        "stage_title": _l("Título de la etapa."),
        "text": _l("El texto del informe."),
        "figures": _l("Cuánto llegó, por canal, sector, género y entidad; los grupos de menos de cinco van juntos."),
        "published_at": words.PUBLISHED,
    },
    Stage.cycle_id,
    moments=(StageReport.published_at,),
)
GLOBAL = (SPACES, ORGANISATIONS, CYCLES)
