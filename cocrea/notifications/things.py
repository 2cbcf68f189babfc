"""What can be followed and what news are about, by scope: what everyone may see of it now, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cocrea.accounts.models import PUBLIC_SECTORS, Organisation
from cocrea.commitments.models import Commitment
from cocrea.core.i18n import lazy as _l
from cocrea.core.pagination import HIGHEST
from cocrea.cycles.models import Cycle
from cocrea.cycles.publicity import scopes as named
from cocrea.discussion.models import Contribution, ContributionKind, Visibility
from cocrea.extensions import db
from cocrea.followup.models import Activity, KeyAction
from cocrea.tables.models import Agreement, AgreementStep, Session, Table
from cocrea.tables.queries.whole import is_whole
from cocrea.voting.models import Contest

AT_ONCE = 500
SHOWN = 200  # characters of what has no title of its own
PATHS = {
    "problem": "/problematicas/",
    "proposal": "/propuestas/",
    "commitment": "/compromisos/",
    "table": "/mesas/",
    "session": "/sesiones/",
    "agreement": "/acuerdos/",
    "activity": "/actividades/",
    "contest": "/votaciones/",
    "organisation": "/instituciones/",
    "cycle": "/ciclos/",
}
# What one is told of each kind that can be followed.
PROMISES = {
    "problem": _l("Te avisamos de las propuestas que la atiendan y de lo que pase con ellas, hasta que se cumplan."),
    "proposal": _l(
        "Te avisamos de sus cambios, de lo que se decida y se le responda, y del compromiso que salga de ella."
    ),
    "commitment": _l("Te avisamos de sus firmas, y de cada avance, evidencia, verificación y evaluación."),
    "table": _l("Te avisamos de sus sesiones y acuerdos, y de lo que pase con sus propuestas."),
    "organisation": _l("Te avisamos de lo que responda y de los compromisos que encabece."),
    "cycle": _l("Te avisamos de sus votaciones y resultados, y de cuando se publique su plan."),
}
KINDS = {
    "problem": _l("Problemática"),
    "proposal": _l("Propuesta"),
    "commitment": _l("Compromiso"),
    "table": _l("Mesa"),
    "organisation": _l("Institución"),
    "cycle": _l("Ciclo de cocreación"),
}
NAMED = frozenset({"organisation", "cycle"})


@dataclass(frozen=True)
class Thing:
    """One thing as everyone may see it now. `title`: its name, or what became of it where its text is gone."""

    scope: str
    kind: str
    reference: str
    title: Any

    @property
    def path(self) -> str:
        """Its page. Written out, because jobs have no request to make addresses from."""
        return PATHS[self.kind] + self.reference

    @property
    def folio(self) -> str:
        """What is written beside its title to ask for it by; nothing where its address is made of its name."""
        return "" if self.kind in NAMED else self.reference

    @property
    def can_be_followed(self) -> bool:
        return self.kind in PROMISES

    @property
    def promise(self) -> Any:
        return PROMISES[self.kind]

    @property
    def kind_label(self) -> Any:
        return KINDS[self.kind]


def scope_of(subject: Any) -> str:
    """What a contribution, table, organisation or cycle is followed as."""
    scope: str = f"contribution:{subject.id}" if isinstance(subject, Contribution) else subject.scope
    return scope


def promise(subject: Any) -> Any:
    """What whoever follows it is told."""
    return PROMISES[subject.kind.value if isinstance(subject, Contribution) else scope_of(subject).partition(":")[0]]


def things(scopes: Collection[str]) -> dict[str, Thing]:
    """Those of these scopes that everyone may see, by scope. One statement for each `AT_ONCE`."""
    wanted, found = sorted(set(scopes)), {}
    for start in range(0, len(wanted), AT_ONCE):
        for row in db.session.execute(sa.union_all(*_statements(wanted[start : start + AT_ONCE]))):
            state = Visibility(row.state)
            title = row.title if state is Visibility.PUBLIC else state.label
            found[row.scope] = Thing(row.scope, row.kind, row.reference, title)
    return found


def thing(scope: str) -> Thing | None:
    return things([scope]).get(scope) if is_scope(scope) else None


def is_scope(written: str) -> bool:
    """Whether a text that came from outside names something of a kind we know."""
    kind, _colon, number = written.partition(":")
    return (
        kind in _READERS and number.isascii() and number.isdecimal() and len(number) <= 10 and int(number) <= HIGHEST
    )


def _statements(wanted: Collection[str]) -> list[sa.Select[Any]]:
    ids = defaultdict(list)
    for scope in wanted:
        kind, _colon, number = scope.partition(":")
        ids[kind].append(int(number))
    return [_READERS[kind](numbers) for kind, numbers in ids.items()]


def _rows(scope: str, key: Any, title: Any, reference: Any, kind: Any = None, state: Any = None) -> sa.Select[Any]:
    return named(scope, key, title).add_columns(
        (sa.literal(scope) if kind is None else sa.type_coerce(kind, sa.String)).label("kind"),
        reference.label("reference"),
        (sa.literal(Visibility.PUBLIC.value) if state is None else sa.type_coerce(state, sa.String)).label("state"),
    )


_shared = Contribution.__table__.c
_followable = (ContributionKind.PROBLEM, ContributionKind.PROPOSAL, ContributionKind.COMMITMENT)
_published = Cycle.published_at.is_not(None)


def _contributions(ids: list[int]) -> sa.Select[Any]:
    rows = _rows("contribution", _shared.id, _shared.title, _shared.reference, _shared.kind, _shared.visibility)
    shown = (_shared.visibility != Visibility.DRAFT, _shared.kind.in_(_followable), _published)
    return rows.join(Cycle, Cycle.id == _shared.cycle_id).where(_shared.id.in_(ids), *shown)


def _tables(ids: list[int]) -> sa.Select[Any]:
    return (
        _rows("table", Table.id, Table.name, Table.reference).join(Table.cycle).where(Table.id.in_(ids), _published)
    )


def _sessions(ids: list[int]) -> sa.Select[Any]:
    """Without the small groups that a session divides into: those are for its table."""
    rows = _rows("session", Session.id, Session.title, Session.reference).join(Session.table).join(Table.cycle)
    return rows.where(Session.id.in_(ids), is_whole(), _published)


def _agreements(ids: list[int]) -> sa.Select[Any]:
    words = sa.func.substr(Agreement.text, 1, SHOWN)
    rows = _rows("agreement", Agreement.id, words, Agreement.reference).join(Agreement.session).join(Session.table)
    taken = Agreement.step == AgreementStep.ADOPTED
    return rows.join(Table.cycle).where(Agreement.id.in_(ids), taken, is_whole(), _published)


def _activities(ids: list[int]) -> sa.Select[Any]:
    """Of commitments whose text can be read."""
    rows = _rows("activity", Activity.id, Activity.title, Activity.reference).join(Activity.key_action)
    rows = rows.join(Commitment.__table__, Commitment.__table__.c.id == KeyAction.commitment_id)
    rows = rows.join(Contribution.__table__, _shared.id == KeyAction.commitment_id).join(
        Cycle, Cycle.id == _shared.cycle_id
    )
    return rows.where(Activity.id.in_(ids), _shared.visibility == Visibility.PUBLIC, _published)


def _contests(ids: list[int]) -> sa.Select[Any]:
    rows = _rows("contest", Contest.id, Contest.question, Contest.reference).join(Contest.cycle)
    return rows.where(Contest.id.in_(ids), _published)


def _organisations(ids: list[int]) -> sa.Select[Any]:
    """Those that have a page: public institutions."""
    rows = _rows("organisation", Organisation.id, Organisation.name, Organisation.slug)
    return rows.where(Organisation.id.in_(ids), Organisation.sector.in_(PUBLIC_SECTORS))


def _cycles(ids: list[int]) -> sa.Select[Any]:
    return _rows("cycle", Cycle.id, Cycle.title, Cycle.slug).where(Cycle.id.in_(ids), _published)


_READERS = {
    "contribution": _contributions,
    "table": _tables,
    "session": _sessions,
    "agreement": _agreements,
    "activity": _activities,
    "contest": _contests,
    "organisation": _organisations,
    "cycle": _cycles,
}
