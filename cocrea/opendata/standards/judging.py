"""How each minimum requirement stands, by what was read and the thresholds: no queries here.

The requirements are those of the OGP Participation and Co-Creation Standards, approved on 24 November 2021, in force
since 1 January 2022 (opengovpartnership.org/ogp-participation-co-creation-standards); what each rule adds, and what of
it could not be checked at its source, is in docs/decisions/0026-standards.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from flask import url_for

from cocrea.core.i18n import lazy as _l
from cocrea.core.i18n import zone
from cocrea.core.windows import WindowState
from cocrea.cycles.models import Action, Cycle, Stage, StageKind
from cocrea.forums.models import Forum
from cocrea.opendata.standards.findings import Figure, Finding, Source, Status, Thresholds, Verdict
from cocrea.opendata.standards.reading import Answers, Deposits, Meeting, Outreach

GATHERS = {Action.PUBLISH_PROBLEM, Action.PROPOSE_STATEMENT, Action.PUBLISH_PROPOSAL, Action.COMMENT_PLAN}


@dataclass(frozen=True)
class Frame:
    """The cycle that is judged, by which numbers, and until when: now, or the end of a cycle that is over."""

    cycle: Cycle
    thresholds: Thresholds
    until: datetime

    @property
    def since(self) -> datetime:
        """When the year that counts began."""
        return self.until - timedelta(days=self.thresholds.year_days)

    @property
    def begun_at(self) -> datetime:
        """Since when the cycle is here for all."""
        return self.cycle.published_at or self.cycle.created_at

    def days(self, start: datetime, end: datetime) -> int:
        """From one day to another, by the calendar of the cycle's place."""
        here = zone(self.cycle.timezone)
        return (end.astimezone(here).date() - start.astimezone(here).date()).days

    def link(self, label: Any, endpoint: str, anchor: str | None = None) -> Source:
        return Source(label, url_for(endpoint, slug=self.cycle.slug, _anchor=anchor))


def end_of(cycle: Cycle, now: datetime) -> datetime:
    """Until when a cycle is judged: its own end once every stage is over, else now."""
    ends = [stage.ends_at for stage in cycle.stages]
    known = [end for end in ends if end is not None]
    return min(now, max(known)) if known and len(known) == len(ends) else now


def longest_gap_days(frame: Frame, meetings: Sequence[datetime]) -> int | None:
    """Between two meetings, one of which may lie before the cycle, and since the last; None without any."""
    if not meetings:
        return None
    earlier = [at for at in meetings if at <= frame.begun_at]
    within = [at for at in meetings if at > frame.begun_at]
    first = earlier[-1] if earlier else frame.begun_at
    return max(frame.days(start, end) for start, end in pairwise([first, *within, frame.until]))


def dialogue(frame: Frame, forums: Sequence[Forum], meetings: Sequence[datetime]) -> Finding:
    limit, gap = frame.thresholds.forum_gap_days, longest_gap_days(frame, meetings)
    has_rules = all(forum.rules_source for forum in forums) if forums else None
    return Finding(
        "1.1",
        _l("Un espacio de diálogo que se reúne y tiene reglas públicas"),
        _l(
            "Entre dos reuniones del foro pasan como mucho %(days)s días, también desde la última hasta la fecha de "
            "este informe, y sus reglas son públicas. Se cuenta por días de calendario desde que se publicó el ciclo.",
            days=limit,
        ),
        _dialogue(limit, gap, bool(forums), bool(has_rules)),
        (
            Figure("meetings", _l("Reuniones del foro que constan aquí"), len(meetings)),
            Figure("last_meeting_at", _l("Última reunión"), meetings[-1] if meetings else None),
            Figure(
                "days_since_last_meeting",
                _l("Días desde la última reunión"),
                frame.days(meetings[-1], frame.until) if meetings else None,
            ),
            Figure("longest_gap_days", _l("Días de la pausa más larga"), gap),
            Figure("rules_published", _l("Reglas publicadas"), has_rules),
        ),
        tuple(Source(forum.name, url_for("tables.forum", slug=forum.slug)) for forum in forums),
        ("forum_gap_days",),
    )


def _dialogue(limit: int, gap: int | None, has_forum: bool, has_rules: bool) -> Verdict:
    if not has_forum:
        remedy = _l("Registrar el foro en su espacio, con sus reglas, y convocar aquí sus sesiones.")
        return Verdict(Status.UNKNOWN, _l("El espacio no tiene foro aquí."), remedy)
    if gap is None:
        why = _l("Aquí no consta ninguna reunión del foro.")
        return Verdict(Status.UNKNOWN, why, _l("Convocar aquí las sesiones del foro."))
    if gap > limit:
        why = _l("El foro pasó %(days)s días sin reunirse.", days=gap)
        remedy = _l(
            "Que entre reuniones no pasen más de %(days)s días. La pausa que ya hubo no se borra.", days=limit
        )
        return Verdict(Status.NOT_MET, why, remedy)
    if not has_rules:
        why = _l("El foro se reúne a tiempo, pero sus reglas no están publicadas aquí.")
        return Verdict(Status.NOT_MET, why, _l("Publicar las reglas del foro en la página de su espacio."))
    return Verdict(Status.MET, _l("El foro se reúne a tiempo y sus reglas son públicas."))


def site(frame: Frame) -> Finding:
    published = frame.cycle.published_at
    verdict = (
        Verdict(Status.MET, _l("Cualquier persona lee este ciclo, sin cuenta."))
        if published
        else Verdict(
            Status.NOT_MET, _l("El ciclo es un borrador: nadie más lo ve."), _l("Publicar el calendario del ciclo.")
        )
    )
    return Finding(
        "2.1",
        _l("Un sitio público del proceso"),
        _l("El ciclo está publicado y se lee sin cuenta."),
        verdict,
        (Figure("published_at", _l("Publicado"), published),),
        (frame.link(_l("La página del ciclo"), "cycles.show"),),
    )


def repository(frame: Frame, found: Deposits) -> Finding:
    needed = frame.thresholds.repository_updates_per_year
    here = zone(frame.cycle.timezone)
    updates = len({moment.astimezone(here).date() for moment in found.moments})
    return Finding(
        "2.2",
        _l("Un repositorio público que se actualiza"),
        _l(
            "En los últimos %(year)s días se añadió algo en %(days)s días distintos o más. Cuentan la evidencia de los "
            "compromisos públicos, los informes de etapa y las minutas aprobadas.",
            year=frame.thresholds.year_days,
            days=needed,
        ),
        _repository(frame, found, updates),
        (
            Figure("update_days_in_year", _l("Días distintos con algo nuevo, en el año"), updates),
            Figure("documents_in_year", _l("Documentos añadidos en el año"), len(found.moments)),
            Figure("last_update_at", _l("Lo último"), found.moments[-1] if found.moments else found.before),
        ),
        (
            frame.link(_l("El tablero, con la evidencia"), "followup.board"),
            frame.link(_l("Los datos abiertos"), "opendata.datasets"),
        ),
        ("repository_updates_per_year", "year_days"),
    )


def _repository(frame: Frame, found: Deposits, updates: int) -> Verdict:
    if updates >= frame.thresholds.repository_updates_per_year:
        return Verdict(Status.MET, _l("El repositorio se actualizó las veces que hacen falta."))
    remedy = _l("Publicar evidencia, informes de etapa o minutas, en días distintos.")
    if not found.moments and found.before is None:
        return Verdict(Status.UNKNOWN, _l("Aquí todavía no consta ningún documento."), remedy)
    if frame.begun_at > frame.since:
        why = _l("Todavía no pasa un año desde que se publicó el ciclo: aún no se puede saber.")
        return Verdict(Status.UNKNOWN, why, remedy)
    return Verdict(Status.NOT_MET, _l("En el año se actualizó menos veces de las que hacen falta."), remedy)


def timeline(frame: Frame, announced: Mapping[str, datetime]) -> Finding:
    notices = _notices(frame.cycle, announced)
    return Finding(
        "3.1",
        _l("Fechas y oportunidades para participar, publicadas con tiempo"),
        _l(
            "Cada etapa con fechas se anunció %(days)s días completos, o más, antes de abrir. El aviso se cuenta desde "
            "que se publicó su apertura; abrir después de lo anunciado no lo acorta. La preparación no necesita aviso.",
            days=frame.thresholds.notice_days,
        ),
        _timeline(frame, notices),
        tuple(
            Figure(
                f"stage_{stage.position}_notice_days",
                _l("Días de aviso: «%(stage)s»", stage=stage.title),
                max(0, notice.days),
            )
            for stage, notice in notices
        ),
        (frame.link(_l("El camino del ciclo"), "cycles.show", anchor="etapas"), _history(frame.cycle)),
        ("notice_days",),
    )


def _history(cycle: Cycle) -> Source:
    return Source(_l("El historial, con cada fecha que se movió"), url_for("audit.index", ambito=cycle.scope))


def _notices(cycle: Cycle, announced: Mapping[str, datetime]) -> list[tuple[Stage, timedelta]]:
    """The stages that need notice and have dates, with how long before they open it was given; none of a draft."""
    published = cycle.published_at
    if published is None:
        return []
    return [
        (stage, stage.starts_at - max(published, announced.get(f"{cycle.prefix}-E{stage.id}", published)))
        for stage in cycle.stages
        if stage.starts_at is not None and stage.kind is not StageKind.PREPARATION
    ]


def _timeline(frame: Frame, notices: Sequence[tuple[Stage, timedelta]]) -> Verdict:
    needed = frame.thresholds.notice_days
    short = [stage for stage, notice in notices if notice < timedelta(days=needed)]
    remedy = _l("Anunciar cada etapa con %(days)s días o más. El aviso que ya faltó no se recupera.", days=needed)
    if not notices:
        return Verdict(Status.UNKNOWN, _l("Ninguna etapa que necesite aviso tiene fechas públicas."), remedy)
    if short:
        why = _l("Etapas que se anunciaron con menos aviso: %(number)s.", number=len(short))
        return Verdict(Status.NOT_MET, why, remedy)
    return Verdict(Status.MET, _l("Todas las etapas con fechas se anunciaron a tiempo."))


def reach(frame: Frame, found: Outreach) -> Finding:
    return Finding(
        "3.2",
        _l("Difusión para que la gente conozca el proceso"),
        _l(
            "Jornadas realizadas que hacen falta: %(number)s. Lo que se difunda fuera de la plataforma no consta aquí.",
            number=frame.thresholds.outreach_activities,
        ),
        _reach(frame, found),
        (
            Figure("workshops_held", _l("Jornadas realizadas"), found.held),
            Figure("workshops_planned", _l("Jornadas por venir"), found.planned),
            Figure("workshops_cancelled", _l("Jornadas canceladas"), found.cancelled),
            Figure("people_counted", _l("Personas contadas en ellas"), found.attended if found.held else None),
        ),
        (frame.link(_l("Las jornadas"), "consultation.workshops"),),
        ("outreach_activities",),
    )


def _reach(frame: Frame, found: Outreach) -> Verdict:
    if found.held >= frame.thresholds.outreach_activities:
        return Verdict(Status.MET, _l("Se realizaron jornadas para dar a conocer el proceso."))
    remedy = _l("Realizar jornadas y registrarlas aquí.")
    if found.planned:
        return Verdict(Status.UNKNOWN, _l("Hay jornadas por venir: aún no se puede saber."), remedy)
    if not found.held and not found.cancelled:
        return Verdict(Status.UNKNOWN, _l("Aquí no consta ninguna jornada."), remedy)
    return Verdict(Status.NOT_MET, _l("Se realizaron menos jornadas de las que hacen falta."), remedy)


def inputs(frame: Frame, contributions: int) -> Finding:
    stages = [stage for stage in frame.cycle.stages if stage.opens & GATHERS]
    opened = [stage.starts_at for stage in stages if stage.starts_at is not None]
    closed = [stage.ends_at for stage in stages if stage.ends_at is not None]
    return Finding(
        "3.3",
        _l("Un mecanismo para recibir aportaciones"),
        _l(
            "Aportaciones públicas que hacen falta: %(number)s, entre problemáticas, afirmaciones, propuestas, "
            "enmiendas y comentarios. Cuánto tiempo es adecuado no tiene número oficial: se dice y no se juzga.",
            number=frame.thresholds.contributions,
        ),
        _inputs(frame, stages, contributions),
        (
            Figure("contributions", _l("Aportaciones públicas"), contributions),
            Figure("first_opens_at", _l("Se reciben desde"), min(opened, default=None)),
            Figure("last_closes_at", _l("Se reciben hasta"), max(closed, default=None)),
        ),
        (
            frame.link(_l("Las problemáticas"), "consultation.problems"),
            frame.link(_l("Las propuestas"), "proposals.index"),
        ),
        ("contributions",),
    )


def _inputs(frame: Frame, stages: Sequence[Stage], contributions: int) -> Verdict:
    if contributions >= frame.thresholds.contributions:
        return Verdict(Status.MET, _l("Se reciben aportaciones y cualquiera las lee."))
    remedy = _l("Abrir una etapa que reciba aportaciones e invitar a participar.")
    # judged at the end of the cycle, at which its last stage is just over
    if not stages or any(stage.state(frame.until) is not WindowState.CLOSED for stage in stages):
        why = _l("Las etapas que reciben aportaciones no han terminado: aún no se puede saber.")
        return Verdict(Status.UNKNOWN, why, remedy)
    return Verdict(Status.NOT_MET, _l("Las etapas terminaron con menos aportaciones de las que hacen falta."), remedy)


def feedback(frame: Frame, found: Answers) -> Finding:
    return Finding(
        "4.1",
        _l("Respuesta con razones a quienes aportaron"),
        _l(
            "Al menos el %(percent)s %% de las propuestas públicas tiene respuesta publicada de una institución, o "
            "la razón por la que no se admitió. Las que se fusionaron o dividieron se responden con lo que salió de "
            "ellas.",
            percent=frame.thresholds.answered_percent,
        ),
        _feedback(frame, found),
        (
            Figure("proposals", _l("Propuestas públicas"), found.proposals),
            Figure("answered", _l("Con respuesta y razones"), found.answered),
            Figure(
                "answered_percent",
                _l("Por ciento respondido, sin redondear hacia arriba"),
                found.answered * 100 // found.proposals if found.proposals else None,
            ),
        ),
        (
            frame.link(_l("Cómo responden las instituciones"), "proposals.promptness"),
            frame.link(_l("Las propuestas"), "proposals.index"),
        ),
        ("answered_percent",),
    )


def _feedback(frame: Frame, found: Answers) -> Verdict:
    if not found.proposals:
        why = _l("Todavía no hay propuestas públicas que responder.")
        return Verdict(Status.UNKNOWN, why, _l("Responder con razones las propuestas que lleguen."))
    if found.answered * 100 >= frame.thresholds.answered_percent * found.proposals:
        return Verdict(Status.MET, _l("Las propuestas tienen respuesta con razones."))
    why = _l("Propuestas sin respuesta con razones: %(number)s.", number=found.proposals - found.answered)
    return Verdict(Status.NOT_MET, why, _l("Publicar la respuesta, con sus razones, de las que faltan."))


def results(frame: Frame, meetings: Sequence[Meeting]) -> Finding:
    stages = [stage for stage in frame.cycle.stages if stage.kind is StageKind.FOLLOW_UP]
    during = [meeting for meeting in meetings if any(stage.is_open(meeting.at) for stage in stages)]
    in_year = [meeting for meeting in during if meeting.at >= frame.since]
    civil = sum(meeting.with_civil_society is True for meeting in in_year)
    unclear = sum(meeting.with_civil_society is None for meeting in in_year)
    begun = [stage.starts_at for stage in stages if stage.starts_at is not None and stage.starts_at <= frame.until]
    return Finding(
        "5.1",
        _l("Reuniones sobre los resultados, con sociedad civil"),
        _l(
            "En los últimos %(year)s días hubo %(number)s sesiones o más, del foro o de las mesas, durante el "
            "seguimiento y con alguien de sociedad civil.",
            year=frame.thresholds.year_days,
            number=frame.thresholds.meetings_per_year,
        ),
        _results(frame, min(begun, default=None), bool(during), civil, unclear),
        (
            Figure("meetings_in_year", _l("Sesiones durante el seguimiento, en el año"), len(in_year)),
            Figure("meetings_with_civil_society_in_year", _l("De ellas, con sociedad civil"), civil),
            Figure(
                "meetings_of_unknown_attendance_in_year", _l("Sin que conste de qué sectores asistieron"), unclear
            ),
            Figure("last_meeting_at", _l("La última"), during[-1].at if during else None),
        ),
        (frame.link(_l("Las mesas y sus sesiones"), "tables.index"),),
        ("meetings_per_year", "year_days"),
    )


def _results(frame: Frame, begun: datetime | None, has_met: bool, civil: int, unclear: int) -> Verdict:
    needed = frame.thresholds.meetings_per_year
    remedy = _l("Sesionar aquí sobre los resultados, con sociedad civil, y registrar quién asistió.")
    if begun is None:
        return Verdict(Status.UNKNOWN, _l("El seguimiento no ha empezado."), remedy)
    if civil >= needed:
        return Verdict(Status.MET, _l("Hubo las sesiones que hacen falta, con sociedad civil."))
    if not has_met:
        return Verdict(Status.UNKNOWN, _l("Aquí no consta ninguna sesión durante el seguimiento."), remedy)
    if civil + unclear >= needed:
        return Verdict(Status.UNKNOWN, _l("No consta si asistió alguien de sociedad civil."), remedy)
    if begun > frame.since:
        why = _l("Todavía no pasa un año desde que empezó el seguimiento: aún no se puede saber.")
        return Verdict(Status.UNKNOWN, why, remedy)
    return Verdict(Status.NOT_MET, _l("Hubo menos sesiones con sociedad civil de las que hacen falta."), remedy)
