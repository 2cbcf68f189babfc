"""What a table's page says is expected of whoever reads it next, from plain values alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cocrea.core.access import Decision
from cocrea.core.i18n import in_words
from cocrea.core.i18n import lazy as _l
from cocrea.tables.models import (
    Agreement,
    AgreementState,
    Entry,
    MemberRole,
    Place,
    Session,
    SessionState,
    Table,
    Task,
)

ENTER_LIVE = _l("Entrar a la sesión en vivo")


@dataclass(frozen=True)
class Step:
    """One sentence, and where one does it: a page, or with `is_act` an act of its own. Without `label` one waits.

    `reference` is of what the page is about, where that is not the table.
    """

    sentence: Any
    label: Any = ""
    endpoint: str = ""
    is_act: bool = False
    reference: str = ""


@dataclass(frozen=True)
class Standing:
    """How someone stands to a table now, and how the table itself stands. All its tasks are there."""

    place: Place
    sessions: Sequence[Session]
    facilitates: bool
    is_invited: bool
    may_join: Decision
    may_request: Decision
    may_run: Decision
    agreements: Sequence[Agreement] = ()
    tasks: Sequence[Task] = ()
    actor_id: int | None = None

    @property
    def live(self) -> Session | None:
        return next((session for session in self.sessions if session.is_live), None)

    @property
    def next(self) -> Session | None:
        """The session that comes next, also when its hour has passed and nobody opened it yet."""
        waiting = [session for session in self.sessions if session.state is SessionState.SCHEDULED]
        return min(waiting, key=lambda session: session.starts_at, default=None)

    @property
    def coming(self) -> list[Session]:
        """What is live, then what is to come, the soonest first."""
        waiting = [s for s in self.sessions if not s.is_cancelled and s.ended_at is None]
        return sorted(waiting, key=lambda session: (not session.is_live, session.starts_at))

    @property
    def held(self) -> list[Session]:
        """What is over, the latest first."""
        return [session for session in self.sessions if session.ended_at is not None]

    @property
    def cancelled(self) -> list[Session]:
        return [session for session in self.sessions if session.is_cancelled]

    @property
    def owes_task(self) -> bool:
        return any(task.assignee_id == self.actor_id and task.is_open for task in self.tasks)

    def upcoming(self, now: datetime) -> Session | None:
        """The session that members may still wait for: not one that nobody opened in its time."""
        waiting = [s for s in self.sessions if s.state is SessionState.SCHEDULED and s.ends_at > now]
        return min(waiting, key=lambda session: session.starts_at, default=None)

    def corrected(self, now: datetime) -> Session | None:
        """A session whose minutes are open to corrections."""
        asked = (session for session in self.sessions if session.state is SessionState.CORRECTION)
        return next((s for s in asked if s.correction_until and now < s.correction_until), None)


def expected(standing: Standing, now: datetime) -> Step:
    """What comes first for this person; there is always something to say."""
    if standing.facilitates:
        return next(_of_facilitation(standing, now))
    return next(_of_seat(standing, now) if standing.place.member else _of_visit(standing))


def _of_facilitation(standing: Standing, now: datetime) -> Iterator[Step]:
    table, live, following = standing.place.table, standing.live, standing.next
    if live:
        late = live.ends_at <= now
        words = (
            _l("La sesión sigue abierta y ya pasó su hora: termínala.")
            if late
            else _said(
                table, _l("La mesa está en sesión y tú la conduces."), _l("El foro está en sesión y tú la conduces.")
            )
        )
        yield _to_session(words, ENTER_LIVE, live)
    if standing.place.waiting:
        yield Step(_l("Hay quien pide un lugar y espera tu respuesta."), _l("Responder solicitudes"), "tables.entry")
    if not standing.may_run and table.is_plenary:
        yield Step(standing.may_run.reason)
    if not standing.may_run:
        yield Step(standing.may_run.reason, _l("Preparar la entrada y los lugares"), "tables.arrange")
    if following and following.starts_at <= now:
        yield _to_session(_l("Ya es la hora de la sesión: ábrela."), _l("Ir a la sesión"), following)
    if any(agreement.state(now) is AgreementState.OVERDUE for agreement in standing.agreements):
        yield Step(_l("Hay acuerdos vencidos: pregunta qué pasó."), _l("Ver los acuerdos"), "tables.agreements")
    if following:
        when = _when(following, table)
        words = _said(
            table,
            _l("La mesa se reúne el %(when)s: prepara su orden del día.", when=when),
            _l("El foro se reúne el %(when)s: prepara su orden del día.", when=when),
        )
        yield _to_session(words, _l("Preparar la sesión"), following)
    words = _said(
        table, _l("La mesa no tiene sesión próxima: convócala."), _l("El foro no tiene sesión próxima: convócalo.")
    )
    yield Step(words, _l("Convocar una sesión"), "tables.schedule")


def _of_seat(standing: Standing, now: datetime) -> Iterator[Step]:
    table, live, following, corrected = (
        standing.place.table,
        standing.live,
        standing.upcoming(now),
        standing.corrected(now),
    )
    if live:
        yield _to_session(_in_session(standing.place), ENTER_LIVE, live)
    if standing.owes_task:
        yield Step(_l("Tienes una tarea por hacer."), _l("Ver mis tareas"), "tables.tasks")
    if corrected:
        words = _l("Lee la minuta de «%(title)s» y pide correcciones si algo no fue así.", title=corrected.title)
        yield Step(words, _l("Leer la minuta"), "tables.minutes", reference=corrected.reference)
    if following:
        when = _when(following, table)
        words = _said(
            table,
            _l("La mesa se reúne el %(when)s: lee antes el orden del día.", when=when),
            _l("El foro se reúne el %(when)s: lee antes el orden del día.", when=when),
        )
        yield _to_session(words, _l("Ver la sesión"), following)
    if standing.sessions:
        yield Step(
            _l("No hay otra sesión convocada. Mira qué se acordó."), _l("Ver los acuerdos"), "tables.agreements"
        )
    yield Step(_l("Tienes tu asiento. Cuando se convoque la primera sesión, te la anunciamos aquí."))


def _said(table: Table, of_table: Any, of_forum: Any) -> Any:
    return of_forum if table.is_plenary else of_table


def _in_session(place: Place) -> Any:
    if place.member and place.table.is_plenary:
        alternate = _l("El foro está en sesión: entra, y contesta por tu asiento si su titular no lo hace.")
        return (
            alternate if place.member.is_alternate else _l("El foro está en sesión: entra y contesta por tu asiento.")
        )
    role = place.member.role if place.member else None
    if role is MemberRole.OBSERVER:
        return _l("La mesa está en sesión: puedes leerla mientras ocurre.")
    if role is MemberRole.EXPERT:
        return _l("La mesa está en sesión: entra y aporta lo que sabes. Los sondeos los contestan sus integrantes.")
    if role is MemberRole.RAPPORTEUR:
        return _l("La mesa está en sesión: entra a escribir la minuta.")
    return _l("La mesa está en sesión: entra y di lo que piensas.")


def _of_visit(standing: Standing) -> Iterator[Step]:
    """Of whoever has no seat: how to come by one, else what there is to read."""
    place, may_join, may_request = standing.place, standing.may_join, standing.may_request
    if may_join:
        words = (
            _l("La facilitación te invita a esta mesa: acepta y toma tu asiento.")
            if standing.is_invited
            else _l("Toma tu asiento: con él hablas y decides en sus sesiones.")
        )
        label = _l("Aceptar la invitación y unirme") if standing.is_invited else _l("Unirme a esta mesa")
        yield Step(words, label, "tables.join", is_act=True)
    if may_request:
        yield Step(_before_asking(standing), _l("Pedir un lugar"), "tables.ask_for_seat")
    if may_join.needs_account:
        yield Step(_with_account(place.table.entry), _l("Entrar para unirme"), "accounts.sign_in")
    words = may_request.reason if place.request else may_join.reason
    if standing.live:
        yield _to_session(words, ENTER_LIVE, standing.live)
    if standing.sessions:
        yield Step(words, _l("Leer qué se acordó"), "tables.agreements")
    yield Step(words)


def _before_asking(standing: Standing) -> Any:
    place = standing.place
    if place.request:
        return _l("La facilitación respondió que no: «%(why)s». Puedes pedirlo de nuevo.", why=place.request.answer)
    if place.table.entry is Entry.REQUEST:
        return _l("A esta mesa se entra por solicitud: di en una frase por qué quieres un lugar.")
    return standing.may_join.reason


def _with_account(entry: Entry) -> Any:
    words = {
        Entry.OPEN: _l("Cualquiera puede sentarse a esta mesa: entra con tu cuenta, o abre una."),
        Entry.REQUEST: _l("A esta mesa se entra por solicitud: entra con tu cuenta y pide un lugar."),
        Entry.INVITATION: _l(
            "A esta mesa se entra por invitación: si tienes una, entra con la cuenta de ese correo."
        ),
    }
    return words[entry]


def _to_session(words: Any, label: Any, session: Session) -> Step:
    return Step(words, label, "tables.session", reference=session.reference)


def _when(session: Session, table: Any) -> str:
    return in_words(session.starts_at, table.cycle.timezone)
