"""Which object of the demonstration each route of the access matrix is asked for, in the state the route is for.

A route asked for something on which nobody may act says nothing about who may: `complete` makes what the demonstration
lacks, and `ACTED_ON_BY_NOBODY` in the test names the routes that are left.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from werkzeug.routing import Rule

from cocrea.accounts.models import Grant, Invitation, Organisation, Person, Role, SignIn
from cocrea.accounts.queries import demo_person
from cocrea.audit.models import HistoryRecord
from cocrea.commitments.models import (
    AmendmentState,
    Commitment,
    CommitmentAmendment,
    Outcome,
    PlanAnswer,
    PlanAnswerText,
    PlanComment,
    PlanPart,
    PlanText,
    PlanVersion,
)
from cocrea.consultation.models import (
    Branch,
    PackItem,
    PackVersion,
    Problem,
    Statement,
    Topic,
    Workshop,
    WorkshopPhoto,
)
from cocrea.core import files
from cocrea.core.models import StoredFile
from cocrea.cycles.models import Cycle, Stage, StageKind, StageReport
from cocrea.discussion.models import Attachment, Coauthor, Comment, CommentVersion, Visibility
from cocrea.extensions import db
from cocrea.followup.models import (
    Activity,
    ActivityStatus,
    Assessment,
    Completion,
    EarlyResults,
    Evidence,
    EvidenceOffer,
    KeyAction,
    Potential,
)
from cocrea.forums.models import Forum, HolderKind, Seat, SeatHolder, Space
from cocrea.notifications import unsubscribing as stopping
from cocrea.notifications.models import Notice
from cocrea.opendata.lists import EVERY
from cocrea.proposals.models import (
    Amendment,
    AmendmentStatus,
    AnswerQuestion,
    Part,
    Proposal,
    ProposalStatus,
    Rearrangement,
    RearrangementState,
    Response,
    ResponseKind,
    ResponseVersion,
    Routing,
)
from cocrea.tables import calendars, unsubscribing
from cocrea.tables.models import (
    AgendaItem,
    Agreement,
    AgreementStep,
    AgreementTest,
    AgreementVersion,
    Breakout,
    BreakoutGroup,
    BreakoutSeat,
    CalendarKey,
    Correction,
    Deal,
    Entry,
    MemberRole,
    Message,
    Minutes,
    MinutesState,
    Poll,
    Removal,
    Restriction,
    RestrictionKind,
    SeatRequest,
    Session,
    SheetName,
    Table,
    TableMember,
    Task,
    Turn,
    TurnKind,
)
from cocrea.voting.models import (
    ActScan,
    Batch,
    Booth,
    BoothAct,
    Contest,
    ElectorateRule,
    Option,
    Paper,
    PaperCorrection,
    Reading,
    Shift,
    ShiftKind,
)
from tests.conftest import NOW
from tests.factories import consultation, cycles, discussion, proposals, workshops
from tests.factories.accounts import save

ARGUMENTS: dict[str, Any] = {
    "token": "no-such-token",
    "filename": "css/tokens.css",
    "section": "problema",
    "field": "problem",
    "party": "responsable",
    "name": "propuestas",
    "extension": "csv",
    "part": "received",
    "panel": "agenda",
    "reaction": "acuerdo",
    "by": "instituciones",
}
# What a request carries where the answer depends on it; all others come empty and stop at the checking of their input.
INPUT = {
    "discussion.react": {"reaction": "agree"},
    "discussion.take_reaction_back": {"reaction": "agree"},
    "notifications.follow": {"scope": "cycle:1"},
    "notifications.choose_letters": {"letters": "weekly"},
    "tables.use_agenda_template": {"template": "foro"},
    "tables.answer_agreement": {"choice": "agree", "version": "1"},
    "tables.answer_poll": {"choice": "agree"},
    "tables.post_message": {"body": "Buenas tardes.", "client_key": "k1"},
    "voting.print_ballots": {"number": "2"},
    "voting.cast": {"confirmed": "1", **{f"option_{position}": "yes" for position in range(1, 10)}},
}
# At booths it is asked of somebody on the roll.
OF_SOMEBODY = {"voting.mark", "voting.free"}
UNPUBLISHED = "BOR"
# What is asked of booths, among what is asked of voting.
AT_BOOTHS = tuple(
    f"voting.{name}"
    for name in (
        "back_to_booth",
        "booth",
        "booths",
        "create_booth",
        "change_booth",
        "annul_booth",
        "assign",
        "relieve",
        "ask_for_paper",
        "give_back",
        "look_up",
        "mark",
        "free",
        "sheet",
        "print_sheet",
        "enter_signatures",
        "print_ballots",
    )
)
BEFORE_IT_OPENS = {"voting.ask_for_paper", "voting.give_back"}
# What is asked of papers that are being read, among what is asked of voting.
AT_SCRUTINY = {
    f"voting.{name}"
    for name in (
        "progress",
        "tally",
        "write_act",
        "act_page",
        "capture",
        "register_batch",
        "take_batch",
        "read_batch",
        "hand_in",
        "decide_batch",
        "recount_batch",
        "confirm_correction",
        "dismiss_correction",
        "withdraw_batch",
    )
}
LISTED, UNCOUNTED, WITH_PAPERS = "OAX-VOT-9001", "OAX-VOT-9002", "OAX-VOT-9003"
_PUT = {"test": AgreementTest.CONSENT, "put_at": NOW, "members": 40}
TEXTS: dict[AgreementStep, dict[str, Any]] = {
    AgreementStep.DRAFT: {},
    AgreementStep.PUT: _PUT,
    AgreementStep.REJECTED: {**_PUT, "result": {"why": "nobody", "answered": 0, "needed": 0, "counts": {}}},
}
# What is asked of one workshop, among what is asked of the consultation.
WORKSHOPS = tuple(
    f"consultation.{name}"
    for name in (
        "workshop",
        "edit_workshop",
        "cancel_workshop",
        "count_people",
        "count_paper",
        "enter",
        "entry_worker",
        "entry_manifest",
        "entry_session",
        "send_entry",
        "workshop_sheets",
        "import_template",
        "import_entries",
        "photos",
        "photo",
        "photo_thumbnail",
        "remove_photo",
    )
)


# What is asked of a proposal by whoever writes it.
WRITTEN = tuple(
    f"proposals.{name}" for name in ("edit", "save_text", "drop_text", "attachments_of", "attachment", "detach")
)
# What is asked of the minutes of a session that ended.
MINUTES = tuple(
    f"tables.{name}"
    for name in (
        "minutes",
        "write_minutes",
        "correct_minutes",
        "decide_correction",
        "minutes_version",
        "printed_minutes",
        "download_minutes",
    )
)


# What is asked of a session whose small groups are at work.
PACKS = ("tables.edit_pack", "tables.pack_version", "tables.pack_document")
AMENDMENTS = tuple(
    f"commitments.{name}" for name in ("amendment", "adopt_amendment", "decline_amendment", "withdraw_amendment")
)
PACKS_OF_CONTESTS = ("voting.show_pack", "voting.edit_pack", "voting.pack_version", "voting.pack_document")
DIVIDED = tuple(
    f"tables.{name}"
    for name in ("enter_group", "extend_groups", "tell_groups", "move_person", "ask_for_results", "end_groups")
)


def complete() -> None:
    """What the demonstration lacks: the participant's own, an offer, a removal, a draft cycle, a due report."""
    participant = demo_person("participant")
    oaxaca, fifth = (db.session.scalars(sa.select(Cycle).filter_by(prefix=prefix)).one() for prefix in ("OAX", "5PD"))
    cycles.cycle(published=False, prefix=UNPUBLISHED, space_id=oaxaca.space_id)
    _amend(oaxaca, participant)
    _answer(oaxaca, participant)
    _rearrange(oaxaca, participant)
    _write_together(oaxaca, participant)
    consultation.problem(fifth, author=participant)
    _mend_a_comment(consultation.problem(fifth), participant)
    workshops.workshop(fifth)
    _photograph()
    _attach()
    consultation.statement(fifth)
    consultation.proposed(fifth, author=participant)
    save(SignIn(token_hash="0" * 64, person_id=participant.id, created_at=NOW, last_seen_at=NOW))
    _offer_a_role(oaxaca)
    _take_a_seat_away()
    _wait_for_a_seat(oaxaca, participant)
    _mute_someone(participant)
    _divide(participant)
    _give_a_task(participant)
    _minute()
    by = {"entered_by_id": demo_person("facilitator").id, "at": NOW}
    save(SheetName(session_id=int(_session(Session.id)), key="k1", name="Doña Ana", **by))
    save(CalendarKey(person_id=participant.id, made_at=NOW))
    _ask_for_the_floor(participant)
    _put_texts_to_the_table()
    _document_the_table()
    _plan_an_activity()
    _offer_evidence(participant)
    _assess(participant)
    _hold_a_seat()
    _await_a_list(oaxaca)
    _serve_at_a_booth()
    _read_papers(oaxaca)
    _present_the_plan()
    _review_the_plan(oaxaca, participant)
    report = sa.select(StageReport).join(Stage).where(Stage.cycle_id == oaxaca.id).order_by(Stage.position)
    db.session.delete(db.session.scalars(report).first())
    db.session.commit()


def _document_the_table() -> None:
    """A document in the first version of the pack of the table that is asked for."""
    table = _first(Table.id, Table.reference == _table())
    version = _first(PackVersion.id, PackVersion.about == f"table:{table}", PackVersion.number == 1)
    stored = _first(StoredFile.id)
    save(PackItem(version_id=version, position=FIRST, title="Estudio", file_id=stored))


def _await_a_list(cycle: Cycle) -> None:
    """A contest to come, whose roll is to be a list of addresses."""
    dates = {"opens_at": NOW + timedelta(days=1), "closes_at": NOW + timedelta(days=2), "created_at": NOW}
    save(Contest(reference=LISTED, cycle_id=cycle.id, question="¿?", electorate=ElectorateRule.UPLOADED, **dates))


def _present_the_plan() -> None:
    """Since its last version the published plan says who presents it."""
    published = PlanText.cycle_id.in_(sa.select(PlanVersion.cycle_id))
    db.session.scalars(sa.select(PlanText).where(published)).one().presented_by = "El foro"


def _review_the_plan(cycle: Cycle, participant: Person) -> None:
    """Two comments of the participant's on the draft: one waits, the other was answered by the facilitation."""
    cycles.stage(cycle, StageKind.PLAN_REVIEW)
    number = {"answered_by_id": demo_person("facilitator").id, "published_at": NOW}
    said = {"outcome": Outcome.PARTLY, "reasons": "Sí.", "changed": "La portada."}
    answer = save(PlanAnswer(cycle_id=cycle.id, **said, **number))
    save(
        PlanAnswerText(answer_id=answer.id, number=1, **said, written_by_id=number["answered_by_id"], created_at=NOW)
    )
    shared = {"cycle_id": cycle.id, "author_id": participant.id, "created_at": NOW, "published_at": NOW}
    for place, answered in (("OAX-CPL-9001", None), ("OAX-CPL-9002", answer.id)):
        save(PlanComment(reference=place, part=PlanPart.COVER, body_source="Falta.", answer_id=answered, **shared))


def _serve_at_a_booth() -> None:
    """The participant, at both things, at the first booth of a vote whose second booth is still to open."""
    booth, own = _booth_being_voted_at(), {"person_id": demo_person("participant").id}
    for kind in ShiftKind:
        times = {"starts_at": NOW - timedelta(hours=1), "ends_at": NOW + timedelta(hours=1)}
        save(Shift(booth_id=booth, kind=kind, **own, **times))


def _read_papers(cycle: Cycle) -> None:
    """A closed contest with a booth at which the participant counts: an act, a batch they read, and one recounted."""
    own, other = demo_person("participant").id, demo_person("facilitator").id
    dates = {"opens_at": NOW - timedelta(days=3), "closes_at": NOW - timedelta(days=1), "created_at": NOW}
    sealed = {"frozen_at": NOW, "sealed_at": NOW, "scrubbed_at": NOW, "electorate": ElectorateRule.VERIFIED}
    contest = save(Contest(reference=UNCOUNTED, cycle_id=cycle.id, question="¿?", **dates, **sealed))
    save(Option(contest_id=contest.id, position=1, title="Agua"))
    booth = save(Booth(contest_id=contest.id, number=1, place="Escuela", created_at=NOW))
    none = {"ballots": 0, "valid": 0, "blank": 0, "invalid": 0, "represented": 0, "quorum_reached": False}
    result = {**none, "winners": [], "rounds": [], "ties": [], "options": []}
    counted = {**dates, **sealed, "counted_at": NOW, "result": result}
    other_contest = save(Contest(reference=WITH_PAPERS, cycle_id=cycle.id, question="¿?", **counted))
    save(Booth(contest_id=other_contest.id, number=1, place="Escuela", created_at=NOW))
    shift = {"starts_at": NOW - timedelta(hours=1), "ends_at": NOW + timedelta(hours=1), "person_id": own}
    save(Shift(booth_id=booth.id, kind=ShiftKind.COUNT, **shift))
    figures = {"received": 1, "spoiled": 0, "left_over": 0, "in_box": 1}
    save(BoothAct(booth_id=booth.id, number=1, **figures, author_id=other, created_at=NOW))
    scan = files.keep(b"%PDF-1.4", "application/pdf", "acta.pdf", now=NOW)
    save(ActScan(booth_id=booth.id, act_number=1, position=1, file_id=scan.id))
    first, second = (save(Batch(booth_id=booth.id, number=n, size=1, created_at=NOW)) for n in (1, 2))
    save(Reading(batch_id=first.id, position=1, person_id=own, lines=["s"]))
    save(Paper(batch_id=second.id, folio=1, choices={"1": "yes"}))
    by = {"found_by_id": other, "created_at": NOW, "reason": "Pegada"}
    save(PaperCorrection(batch_id=second.id, folio=1, old={"1": "yes"}, new={"1": "no"}, **by))


def _hold_a_seat() -> None:
    """As alternate, in the forum that is asked for; and an older offer of that place."""
    forum = _first(Forum.id, Forum.slug == _first(Forum.slug))
    held = sa.select(SeatHolder.person_id)
    own = {"seat_id": _first(Seat.id, Seat.forum_id == forum), "forum_id": forum, "kind": HolderKind.ALTERNATE}
    if db.session.get(SeatHolder, (own["seat_id"], own["kind"])) is None:
        save(SeatHolder(**own, person_id=_first(Person.id, Person.id.not_in(held)), since=NOW))
    by = {"email": "nadie@demo.example", "invited_by_id": demo_person("steward").id, "invited_at": NOW}
    save(Invitation(role=Role.ALTERNATE, scope=f"seat:{own['seat_id']}", within=[], place="Foro", **by))


def _amend(cycle: Cycle, participant: Person) -> None:
    """A proposal of the participant's that somebody amends; of what they proposed to another, one waits and one was
    rejected."""
    own, other = proposals.published(cycle, author=participant), proposals.published(cycle)
    for number, (amended, author, state) in enumerate(
        (
            (own, other.author_id, AmendmentStatus.EVALUATING),
            (other, participant.id, AmendmentStatus.EVALUATING),
            (other, participant.id, AmendmentStatus.REJECTED),
        )
    ):
        said = {"part": Part.NEEDS, "body_source": "Dos personas.", "why": "Hace falta.", "status": state}
        place = {"cycle_id": cycle.id, "proposal_id": amended.id, "base": 1, "author_id": author}
        save(Amendment(reference=f"OAX-ENM-900{number}", created_at=NOW, published_at=NOW, **place, **said))


def _write_together(cycle: Cycle, participant: Person) -> None:
    """A proposal of somebody else's that the participant writes too, and to which nobody else answered yet."""
    shared = proposals.published(cycle)
    save(Coauthor(contribution_id=shared.id, person_id=participant.id, joined_at=NOW))
    by = {"email": "nadie@demo.example", "invited_by_id": participant.id, "invited_at": NOW}
    save(Invitation(role=Role.COAUTHOR, scope=shared.scope, within=[], place=shared.title, **by))


def _written_together() -> str:
    offered = _first(Invitation.scope, Invitation.role == Role.COAUTHOR, Invitation.email == "nadie@demo.example")
    return str(offered).partition(":")[2]


def _mend_a_comment(problem: Problem, participant: Person) -> None:
    """One that the participant just wrote and mended, and may mend again."""
    save(mended := discussion.comment(problem, "Pasa los lunes.", author=participant))
    earlier = {"number": 1, "author_id": participant.id, "body_source": "Pasa a veces.", "written_at": NOW}
    save(CommentVersion(comment_id=mended.id, stance=mended.stance, **earlier))
    mended.version = 2


def _photograph() -> None:
    """The sheets of the workshop that is asked for."""
    workshop = db.session.scalars(sa.select(Workshop).filter_by(reference=_workshop())).one()
    workshops.photo(workshop, by=demo_person("facilitator"))


def _attach() -> None:
    """A file beside the proposal that is asked for, of the participant's own."""
    own = db.session.scalars(sa.select(Proposal).filter_by(reference=_own(Proposal, "OAX"))).one()
    stored = files.keep(b"Plano", "text/plain", "plano.txt", now=NOW)
    said = {"name": stored.name, "media_type": stored.media_type, "size": stored.size, "created_at": NOW}
    about = {"contribution_id": own.id, "author_id": own.author_id, "description": "Plano"}
    save(Attachment(**about, **said, digest=stored.sha256, file_id=stored.id))


def _offer_a_role(cycle: Cycle) -> None:
    around = f"space:{cycle.space_id}"
    by = {"email": "participant@demo.example", "invited_by_id": demo_person("steward").id, "invited_at": NOW}
    save(Invitation(role=Role.RAPPORTEUR, scope=cycle.scope, within=[around], place=cycle.title, **by))
    save(Invitation(role=Role.STEWARD, scope=around, within=[], place=cycle.space.name, **by))


def _take_a_seat_away() -> None:
    table = _first(Table.id)
    person = _first(TableMember.person_id, TableMember.table_id != table)
    save(Removal(table_id=table, person_id=person, reason="Interrumpió a otras.", removed_at=NOW))


def _wait_for_a_seat(cycle: Cycle, participant: Person) -> None:
    """At a table of its own by request: somebody who asks; at another, the participant, who may stop waiting."""
    asked = {"reason": "Conozco el tema.", "asked_at": NOW}
    for number in (1, 2):
        text = {"name": "Mesa por solicitud", "purpose": "Acordar.", "entry": Entry.REQUEST}
        table = save(Table(reference=f"OAX-MES-900{number}", cycle_id=cycle.id, created_at=NOW, **text))
        person = participant.id if number == 2 else _first(Person.id, Person.id != participant.id)
        save(SeatRequest(table_id=table.id, person_id=person, **asked))
    by = {"email": "nadie@demo.example", "invited_by_id": demo_person("steward").id, "invited_at": NOW}
    save(
        Invitation(
            role=Role.MEMBER,
            scope=table.scope,
            within=[cycle.scope, f"space:{cycle.space_id}"],
            place=table.name,
            **by,
        )
    )


def _mute_someone(but: Person) -> None:
    """In the session that is asked for; not whoever asks in it."""
    session, table = int(_session(Session.id)), int(_session(Session.table_id))
    others = TableMember.table_id == table, TableMember.person_id != but.id, TableMember.role == MemberRole.MEMBER
    kept = {"kind": RestrictionKind.MUTED, "reason": "Interrumpió a otras.", "imposed_at": NOW}
    save(Restriction(session_id=session, person_id=_first(TableMember.person_id, *others), **kept))


def _divide(participant: Person) -> None:
    """Another live session of the same table is divided; the participant is in its group."""
    opener, ends = demo_person("facilitator").id, NOW + timedelta(minutes=10)
    moments = {"starts_at": NOW, "opened_at": NOW, "convened_at": NOW, "changed_at": NOW, "ends_at": ends}
    own = {"table_id": int(_session(Session.table_id)), "title": "Sesión", **moments}
    whole = save(Session(reference="OAX-SES-9010", ruled_seq=1, **own))
    group = save(Session(reference="OAX-SES-9010-G1", parent_id=whole.id, ended_at=ends, ruled_seq=1, **own))
    told = {"number": 1, "deal": Deal.MIXED, "seed": "5e", "opened_by_id": opener}
    round_ = save(Breakout(session_id=whole.id, starts_at=NOW, ends_at=ends, **told))
    save(BreakoutGroup(session_id=group.id, breakout_id=round_.id, number=1, question="¿Qué?", result="Medir."))
    save(BreakoutSeat(breakout_id=round_.id, person_id=participant.id, group_id=group.id, seated_at=NOW))


def _give_a_task(participant: Person) -> None:
    """To the participant, at the table that is asked for."""
    table = _first(Table.id, Table.reference == _table())
    asked = {"text": "Pedir el padrón.", "client_key": "k1", "given_at": NOW, "due_at": NOW + timedelta(days=9)}
    save(Task(reference="OAX-TAR-9001", table_id=table, assignee_id=participant.id, **asked))


def _minute() -> None:
    """Minutes to be opened to corrections, minutes whose time for them has passed, and a correction in its time."""
    open_ones = int(_first(Minutes.session_id))
    table = _first(Session.table_id, Session.id == open_ones)
    participant, hour = demo_person("participant").id, timedelta(hours=1)
    if not db.session.get(TableMember, (table, participant)):
        save(TableMember(table_id=table, person_id=participant, joined_at=NOW - hour))
    save(Correction(session_id=open_ones, author_id=participant, key="k1", body="Fueron doce.", asked_at=NOW))
    for number, (state, until) in enumerate(((MinutesState.DRAFTING, None), (MinutesState.CORRECTION, NOW - hour))):
        moments = {"starts_at": NOW - 3 * hour, "ends_at": NOW - 2 * hour, "convened_at": NOW, "changed_at": NOW}
        done = {"opened_at": moments["starts_at"], "ended_at": moments["ends_at"]}
        held = save(Session(reference=f"OAX-SES-900{number}", table_id=table, title="Sesión", **moments, **done))
        text = {"source": "Se acordó.", "html": "<p>Se acordó.</p>", "version": 1, "saved_at": NOW}
        save(Minutes(session_id=held.id, state=state, correction_until=until, **text))


def _ask_for_the_floor(person: Person) -> None:
    """What the participant may withdraw; and a turn in pause, beside the one under way."""
    asked = {"session_id": int(_session(Session.id)), "kind": TurnKind.QUESTION, "requested_at": NOW}
    save(Turn(person_id=person.id, **asked))
    save(Turn(name="Fila 3", started_at=NOW, **asked))


def _put_texts_to_the_table() -> None:
    """In the live session a text that is drafted, one that is being decided, and one that was not adopted."""
    own = {"session_id": int(_session(Session.id)), "text": "Texto.", "created_at": NOW}
    own |= {"drafted_by_id": demo_person("facilitator").id}
    for number, (step, more) in enumerate(TEXTS.items()):
        made = save(Agreement(reference=f"OAX-ACU-900{number}", step=step, **own, **more))
        save(
            AgreementVersion(
                agreement_id=made.id, number=1, text="Texto.", author_id=made.drafted_by_id, saved_at=NOW
            )
        )


def _plan_an_activity() -> None:
    """In the commitment of Oaxaca that is being drafted; the one key action it may lack as well."""
    commitment = _first(Commitment.id, Commitment.reference == _of_cycle(Commitment, "OAX"))
    action = db.session.scalars(sa.select(KeyAction).filter_by(commitment_id=commitment)).first()
    action = action or save(KeyAction(commitment_id=commitment, position=9, title="Preparar", weight=10))
    today = NOW.date()
    dates = {"starts_on": today, "ends_on": today + timedelta(days=30)}
    save(Activity(reference="OAX-ACT-9999", key_action_id=action.id, position=99, title="Preparar", **dates))


def _offer_evidence(participant: Person) -> None:
    """A file of the participant, for an activity that is under way and followed up now."""
    reference = _activity(ActivityStatus.STARTED)()
    of = {"activity_id": _first(Activity.id, Activity.reference == reference), "author_id": participant.id}
    save(EvidenceOffer(title="Foto", digest="0" * 64, file_id=_first(StoredFile.id), created_at=NOW, **of))


def _assess(author: Person) -> None:
    """With a report, a commitment of the plan that is followed up, in which a stage for it is open."""
    cycles.stage(db.session.scalars(sa.select(Cycle).filter_by(prefix="4PA")).one(), StageKind.EVALUATION)
    report = files.keep(b"%PDF-1.4", "application/pdf", "informe.pdf", now=NOW)
    codes = {
        "potential": Potential.MODEST,
        "completion": Completion.LIMITED,
        "early_results": EarlyResults.NO_NOTABLE,
    }
    codes |= {"is_verifiable": True, "has_open_government_lens": True, "reasons": "Se vio."}
    by = {"evaluator_id": author.id, "assessed_at": NOW, "report_id": report.id}
    save(Assessment(commitment_id=_followed_up(), number=9, **by, **codes))


def _followed_up() -> int:
    return int(_first(Commitment.id, Commitment.reference == _of_cycle(Commitment, "4PA")))


def _first(column: Any, *conditions: Any) -> Any:
    """The lowest value of a column among the rows that fulfil the conditions; the world must have one."""
    return db.session.scalars(sa.select(column).where(*conditions).order_by(column).limit(1)).one()


def _of_cycle(kind: type[Any], prefix: str, *conditions: Any, visibility: Visibility = Visibility.PUBLIC) -> str:
    cycle = _first(Cycle.id, Cycle.prefix == prefix)
    return str(_first(kind.reference, kind.cycle_id == cycle, kind.visibility == visibility, *conditions))


def _own(kind: type[Any], prefix: str, visibility: Visibility = Visibility.PUBLIC) -> str:
    return _of_cycle(kind, prefix, kind.author_id == demo_person("participant").id, visibility=visibility)


def _with_status(status: ProposalStatus) -> Callable[[], str]:
    return lambda: _of_cycle(Proposal, "OAX", Proposal.status == status)


def _activity(status: ActivityStatus) -> Callable[[], str]:
    return lambda: str(_first(Activity.reference, Activity.status == status))


def _to_judge() -> str:
    """An activity reported as complete, of a commitment that the demonstration's counterpart verifies."""
    watched = demo_person("counterpart").organisation_ids(Role.COUNTERPART)
    of_theirs = sa.select(KeyAction.id).join(Commitment).where(Commitment.counterpart_id.in_(watched))
    complete = Activity.status == ActivityStatus.COMPLETE
    return str(_first(Activity.reference, complete, Activity.key_action_id.in_(of_theirs)))


def _table() -> str:
    return str(_first(Table.reference, Table.cycle_id == _first(Cycle.id, Cycle.prefix == "OAX")))


def _session(column: Any, *, live: bool = True) -> str:
    opened = Session.opened_at.is_not(None) if live else Session.opened_at.is_(None)
    return str(_first(column, opened, Session.ended_at.is_(None)))


def _contest(*, sealed: bool) -> Callable[[], str]:
    state = Contest.sealed_at.is_not(None) if sealed else Contest.sealed_at.is_(None)
    return lambda: str(_first(Contest.reference, state, Contest.reference.not_in({LISTED, UNCOUNTED, WITH_PAPERS})))


def _voted_at_booths() -> str:
    """The contest that people vote in these days, at booths too."""
    return str(_first(Contest.reference, Contest.sealed_at.is_(None), Contest.id.in_(sa.select(Booth.contest_id))))


def _booth_being_voted_at() -> int:
    contest = sa.select(Contest.id).where(Contest.reference == _voted_at_booths())
    return int(_first(Booth.id, Booth.number == FIRST, Booth.contest_id == contest.scalar_subquery()))


def _shift_of_now() -> int:
    return int(_first(Shift.id, Shift.booth_id == _booth_being_voted_at(), Shift.ends_at > NOW))


def _workshop(*, begun: bool = True) -> str:
    moment = Workshop.starts_at <= NOW if begun else Workshop.starts_at > NOW
    return str(_first(Workshop.reference, Workshop.cancelled_at.is_(None), moment))


def _minuted(state: MinutesState, *, is_over: bool = False) -> str:
    over = Minutes.correction_until <= NOW
    known = _first(Minutes.session_id, Minutes.state == state, over if is_over else sa.or_(~over, over.is_(None)))
    return str(_first(Session.reference, Session.id == known))


def _drafted() -> str:
    return _of_cycle(Commitment, "OAX")


def _amended(state: AmendmentState = AmendmentState.ADOPTED) -> str:
    known = sa.select(CommitmentAmendment.commitment_id).where(CommitmentAmendment.state == state)
    return _of_cycle(Commitment, "4PA", Commitment.id.in_(known))


REFERENCES: dict[str, Callable[[], str]] = {
    "commitments.plan_comment": lambda: "OAX-CPL-9001",
    "commitments.draft": _with_status(ProposalStatus.SELECTED),
    "commitments": _drafted,
    "commitments.amendments": _amended,
    "commitments.propose_amendment": _amended,
    **dict.fromkeys(AMENDMENTS, lambda: _amended(AmendmentState.PROPOSED)),
    "consultation.undo_merge": lambda: _of_cycle(Problem, "5PD", visibility=Visibility.MERGED),
    "consultation.edit_problem": lambda: _own(Problem, "5PD"),
    **dict.fromkeys(WORKSHOPS, _workshop),
    "consultation.cancel_workshop": lambda: _workshop(begun=False),
    "consultation.answer_statement": lambda: _of_cycle(Statement, "5PD"),
    "consultation.statement": lambda: _of_cycle(Statement, "5PD"),
    "consultation.edit_statement": lambda: _own(Statement, "5PD", Visibility.DRAFT),
    "consultation.take_back_statement": lambda: _own(Statement, "5PD", Visibility.DRAFT),
    "consultation.admit_statement": lambda: _own(Statement, "5PD", Visibility.DRAFT),
    "consultation.decline_statement": lambda: _own(Statement, "5PD", Visibility.DRAFT),
    "consultation": lambda: _of_cycle(Problem, "5PD"),
    "discussion.past": lambda: _own(Comment, "5PD"),
    "discussion.edit": lambda: _own(Comment, "5PD"),
    **dict.fromkeys(
        (
            "discussion.show",
            "discussion.place",
            "discussion.reply",
            "discussion.react",
            "discussion.take_reaction_back",
        ),
        lambda: _of_cycle(Comment, "5PD"),
    ),
    "discussion.withdraw": lambda: _own(Problem, "5PD"),
    "discussion": lambda: _of_cycle(Problem, "5PD"),
    "moderation.restore": lambda: _of_cycle(Problem, "5PD", visibility=Visibility.HIDDEN),
    "moderation": lambda: _of_cycle(Problem, "5PD"),
    "followup.roadmap": _drafted,
    "followup.create_action": _drafted,
    "followup.take_commitment": _drafted,
    "followup.create_activity": _drafted,
    "followup.edit_action": _drafted,
    "followup.remove_action": _drafted,
    "followup.edit_activity": lambda: "OAX-ACT-9999",
    "followup.remove_activity": lambda: "OAX-ACT-9999",
    "followup.judge": _to_judge,
    **dict.fromkeys(
        tuple(
            f"followup.{name}"
            for name in (
                "sheet",
                "commitment_card",
                "commitment_dates",
                "commitment_feed",
                "assess",
                "assessment_report",
                "whole_reports",
                "report_whole",
            )
        ),
        lambda: _of_cycle(Commitment, "4PA"),
    ),
    "followup": _activity(ActivityStatus.STARTED),
    "opendata": lambda: _of_cycle(Commitment, "4PA"),
    "opendata.thread": lambda: _of_cycle(Problem, "5PD"),
    "proposals.amendment": lambda: "OAX-ENM-9000",
    "proposals.accept_amendment": lambda: "OAX-ENM-9000",
    "proposals.decline_amendment": lambda: "OAX-ENM-9000",
    "proposals.take_back_amendment": lambda: "OAX-ENM-9001",
    "proposals.promote_amendment": lambda: "OAX-ENM-9002",
    "proposals.coauthors": _written_together,
    "proposals.withdraw_coauthor_offer": _written_together,
    "proposals.leave": _written_together,
    "proposals.edit": lambda: _own(Proposal, "OAX"),
    **dict.fromkeys(WRITTEN, lambda: _own(Proposal, "OAX")),
    "proposals.withdraw": lambda: _own(Proposal, "OAX"),
    "proposals.publish": lambda: _own(Proposal, "OAX", Visibility.DRAFT),
    **dict.fromkeys(
        ("proposals.routing", "proposals.route", "proposals.unroute"),
        lambda: _first(Proposal.reference, Proposal.id.in_(_turned(Routing.proposal_id))),
    ),
    "proposals": _with_status(ProposalStatus.PUBLISHED),
    "tables.show": _table,
    "tables.agreements": _table,
    "tables.agreement": lambda: _text(AgreementStep.ADOPTED),
    "tables.download_agreements": _table,
    "tables.fulfil_duty": lambda: _text(AgreementStep.ADOPTED),
    "tables.join": _table,
    "tables.leave": _table,
    "tables.schedule": _table,
    "tables.remove": _table,
    "tables.readmit": _table,
    "tables.entry": _table,
    "tables.arrange": _table,
    **dict.fromkeys(PACKS, _table),
    "tables.tasks": _table,
    "tables.give_task": _table,
    "tables.finish_task": lambda: "OAX-TAR-9001",
    "tables.reassign_task": lambda: "OAX-TAR-9001",
    "tables.return_task": lambda: "OAX-TAR-9001",
    "tables.withdraw_task": lambda: "OAX-TAR-9001",
    "tables.ask_for_seat": lambda: "OAX-MES-9001",
    "tables.withdraw_request": lambda: "OAX-MES-9002",
    "tables.withdraw_offer": lambda: "OAX-MES-9002",
    "tables.accept_request": lambda: "OAX-MES-9001",
    "tables.decline_request": lambda: "OAX-MES-9001",
    **dict.fromkeys(MINUTES, lambda: _minuted(MinutesState.CORRECTION)),
    "tables.ask_for_corrections": lambda: _minuted(MinutesState.DRAFTING),
    "tables.approve_minutes": lambda: _minuted(MinutesState.CORRECTION, is_over=True),
    "tables.draft_minutes": lambda: _session(Session.reference),
    "tables.open_session": lambda: _session(Session.reference, live=False),
    "tables.cancel_session": lambda: _session(Session.reference, live=False),
    **dict.fromkeys(DIVIDED, lambda: "OAX-SES-9010"),
    "tables.save_result": lambda: "OAX-SES-9010-G1",
    "tables": lambda: _session(Session.reference),
    "voting.ballots": _contest(sealed=True),
    "voting.download": _contest(sealed=True),
    "voting.download_table": _contest(sealed=True),
    "voting.find": _contest(sealed=True),
    "voting.list_addresses": lambda: LISTED,
    "voting.empty_list": lambda: LISTED,
    **dict.fromkeys(AT_BOOTHS, _voted_at_booths),
    **dict.fromkeys(AT_SCRUTINY, lambda: UNCOUNTED),
    "voting.download_channels": lambda: WITH_PAPERS,
    **dict.fromkeys(PACKS_OF_CONTESTS, lambda: str(_first(Contest.reference, _has_pack("contest", Contest.id)))),
    "voting": _contest(sealed=False),
}
CYCLES = {
    **{
        f"commitments.{name}": "4PA"
        for name in ("plan_version", "plan_version_file", "printed_plan", "publish_plan_version")
    },
    "consultation": "5PD",
    "followup.import_commitments": "OAX",
    "followup.import_example": "OAX",
    "followup": "4PA",
    "opendata": "4PA",
    "cycles.publish": UNPUBLISHED,
}
# Stages of Oaxaca: 1 lacks its report (see `complete`), 3 is open, from 7 on they have not begun.
POSITIONS = {
    "consultation.pack_document": 2,
    "cycles.report": 2,
    "cycles.download_report": 2,
    "cycles.download_whole_report": 2,
    "cycles.printed_report": 2,
    "cycles.publish_report": 1,
    "cycles.close_stage": 3,
    "voting.pack_document": 2,
}
PLANNED, FIRST = 8, 1


def arguments_of(rule: Rule) -> dict[str, Any]:
    """Values for the rule's arguments, of objects that exist and are in the state the route is for."""
    domain = rule.endpoint.partition(".")[0]
    if domain == "api":
        return _told_by_the_api(rule)
    given = {name: ARGUMENTS[name] for name in rule.arguments & set(ARGUMENTS)}
    if "reference" in rule.arguments:
        given["reference"] = REFERENCES.get(rule.endpoint, REFERENCES.get(domain, str))()
    if "slug" in rule.arguments:
        given["slug"] = _slug(rule, domain)
    if "space_slug" in rule.arguments:
        given["space_slug"] = _steered_space()
    if "position" in rule.arguments:
        given["position"] = POSITIONS.get(rule.endpoint, PLANNED if domain == "cycles" else FIRST)
    for name, find in FINDERS.items():
        if name in rule.arguments:
            given |= find(rule, given)
    return given


def _told_by_the_api(rule: Rule) -> dict[str, Any]:
    """The name of one row of the list."""
    if not rule.arguments:
        return {}
    dataset = next(one for one in EVERY if rule.rule.startswith(f"/api/v1/{one.resource}/"))
    items, _place = dataset.page(after=None, limit=1)
    return {"reference": items[0][dataset.identity]}


def _slug(rule: Rule, domain: str) -> str:
    if rule.endpoint == "tables.convene_forum":
        space = sa.select(Cycle.space_id).where(Cycle.prefix == "OAX").scalar_subquery()
        return str(_first(Forum.slug, Forum.space_id == space))
    if rule.rule.startswith("/foros"):
        return str(_first(Forum.slug))
    if rule.endpoint == "forums.add_municipality":
        return "oaxaca"
    if domain == "forums" or rule.rule.startswith("/espacios"):
        return _steered_space()
    if rule.rule.startswith("/instituciones"):
        served = demo_person("official").organisation_ids(Role.OFFICIAL)
        return str(_first(Organisation.slug, Organisation.id.in_(served)))
    if domain == "accounts":
        return str(_first(Organisation.slug))
    prefix = CYCLES.get(rule.endpoint, CYCLES.get(domain, "OAX"))
    return str(_first(Cycle.slug, Cycle.prefix == prefix))


def _steered_space() -> str:
    """A space that the demonstration's steward answers for."""
    scopes = [grant.scope for grant in demo_person("steward").all_grants if grant.role is Role.STEWARD]
    return str(_first(Space.slug, Space.id.in_([int(scope.removeprefix("space:")) for scope in scopes])))


def _name(rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    """A name on the attendance sheet of the session that is asked for, or of a list of the whole platform."""
    if rule.endpoint == "opendata.download_for_all":
        return {"name": "espacios"}
    return {"name": _first(SheetName.id)} if rule.endpoint == "tables.erase_name" else given


def _calendar(rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    """The secret address of the participant's calendar, or of an e-mail to them: whoever has it is let in."""
    if rule.endpoint == "tables.unsubscribe":
        return {"token": unsubscribing.address(demo_person("participant").id).rpartition("/")[2]}
    if rule.endpoint == "notifications.unsubscribe":
        return {"token": stopping.address(demo_person("participant").id).rpartition("/")[2]}
    if rule.endpoint != "tables.own_calendar":
        return given
    return {"token": calendars.token(db.session.scalars(sa.select(CalendarKey)).one())}


def _person(rule: Rule, _given: dict[str, Any]) -> dict[str, Any]:
    """Whose seat, or removed seat, it is at the table that the routes ask for; who is muted in the session; or any
    member's account."""
    if rule.endpoint in {"tables.accept_request", "tables.decline_request"}:
        table = _first(Table.id, Table.reference == "OAX-MES-9001")
        asking = _first(SeatRequest.person_id, SeatRequest.table_id == table)
        return {"person": _first(Person.public_id, Person.id == asking)}
    if rule.endpoint in {"tables.restrict", "tables.lift_restriction"}:
        muted = sa.select(Restriction.person_id).where(Restriction.session_id == int(_session(Session.id)))
        return {"person": str(_first(Person.public_id, Person.id.in_(muted)))}
    seat: Any = Removal if rule.endpoint == "tables.readmit" else TableMember
    table = _first(Table.id, Table.reference == _table())
    return {"person": str(_first(Person.public_id, Person.id == _first(seat.person_id, seat.table_id == table)))}


def _branch(_rule: Rule, _given: dict[str, Any]) -> dict[str, Any]:
    """A branch of a topic's problem tree."""
    return {"topic": topic_with_branches().slug, "branch": _first(Branch.id)}


def topic_with_branches() -> Topic:
    """The topic of the first branch there is."""
    return db.session.get_one(Topic, _first(Branch.topic_id, Branch.id == _first(Branch.id)))


def _item(rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    """The point under way of a session's agenda, to be ended; else one that has not begun."""
    session = _first(Session.id, Session.reference == given["reference"])
    begun = AgendaItem.started_at.is_not(None) & AgendaItem.ended_at.is_(None)
    state = begun if rule.endpoint == "tables.end_item" else AgendaItem.started_at.is_(None)
    return {"item": _first(AgendaItem.id, AgendaItem.session_id == session, state)}


def _correction(_rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    return {"correction": _first(Correction.id)}


def _poll(_rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    """The open one of a session."""
    session = _first(Session.id, Session.reference == given["reference"])
    return {"poll": _first(Poll.id, Poll.session_id == session, Poll.closed_at.is_(None))}


def _text(step: AgreementStep) -> str:
    return str(_first(Agreement.reference, Agreement.step == step))


def _agreement(rule: Rule, _given: dict[str, Any]) -> dict[str, Any]:
    """The text of the live session that a route acts on: a draft, unless it is one to be answered or taken up again."""
    steps = dict.fromkeys(("answer_agreement", "count_agreement", "close_agreement"), AgreementStep.PUT)
    steps["rework_agreement"] = AgreementStep.REJECTED
    return {"agreement": _text(steps.get(rule.endpoint.removeprefix("tables."), AgreementStep.DRAFT))}


def _turn(rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    """The turn under way, the one in pause, or the participant's own that waits."""
    states = {
        "tables.pause_turn": Turn.resumed_at.is_not(None),
        "tables.end_turn": Turn.resumed_at.is_not(None),
        "tables.resume_turn": Turn.name == "Fila 3",
    }
    own = (Turn.person_id == demo_person("participant").id) & Turn.started_at.is_(None)
    session = _first(Session.id, Session.reference == given["reference"])
    return {"turn": _first(Turn.id, Turn.session_id == session, states.get(rule.endpoint, own))}


def _attachment(_rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    of = _first(Proposal.id, Proposal.reference == given["reference"])
    return {"attachment": _first(Attachment.id, Attachment.contribution_id == of)}


def _photo(_rule: Rule, _given: dict[str, Any]) -> dict[str, Any]:
    return {"photo": _first(WorkshopPhoto.id)}


def _topic(_rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    return {"topic": _first(Topic.slug, Topic.cycle_id == _first(Cycle.id, Cycle.slug == given["slug"]))}


def _numbered(rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    """An assessment with its report, a booth, or a version of a pack."""
    if rule.endpoint == "followup.assessment_report":
        return {"number": 9}
    if rule.endpoint in AT_BOOTHS:
        return {"number": 2 if rule.endpoint in BEFORE_IT_OPENS else 1}
    return _pack(rule, given)


def _numbered_there(rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    """The booth whose papers are read, or what else has a number."""
    return {"number": 1} if rule.endpoint in AT_SCRUTINY else _numbered(rule, given)


def _batch(rule: Rule, _given: dict[str, Any]) -> dict[str, Any]:
    """The batch that was recounted, or the one being read."""
    return {"batch": 2 if "correction" in rule.arguments else 1}


def _correction_there(rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    if rule.endpoint in AT_SCRUTINY:
        recounted = sa.select(Batch.id).join(Booth).join(Contest).where(Contest.reference == UNCOUNTED)
        return {"correction": _first(PaperCorrection.id, PaperCorrection.batch_id.in_(recounted))}
    return _correction(rule, given)


def _pack(rule: Rule, _given: dict[str, Any]) -> dict[str, Any]:
    """The first version of a topic's pack, with a link and a document; else that of what was asked for."""
    if not rule.endpoint.startswith("consultation."):
        return {"number": 1}
    return {"topic": _first(Topic.slug, _has_pack("topic", Topic.id)), "number": 1}


def _has_pack(kind: str, key: Any) -> Any:
    """Whether what is of a kind and has a key has an information pack."""
    known = sa.select(PackVersion.about).where(PackVersion.about.startswith(f"{kind}:"))
    return sa.literal(f"{kind}:").concat(key).in_(known)


def _grant(rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    if rule.endpoint.startswith("accounts."):
        return {"grant_id": _first(Grant.id, Grant.role == Role.OFFICIAL)}
    scope = f"cycle:{_first(Cycle.id, Cycle.slug == given['slug'])}"
    return {"grant_id": _first(Grant.id, Grant.scope == scope, Grant.role == Role.FACILITATOR)}


def _invitation(rule: Rule, _given: dict[str, Any]) -> dict[str, Any]:
    if rule.endpoint == "tables.withdraw_offer":
        return {"invitation_id": _first(Invitation.id, Invitation.role == Role.MEMBER)}
    if rule.endpoint == "proposals.withdraw_coauthor_offer":
        return {"invitation_id": _first(Invitation.id, Invitation.scope == f"proposal:{_written_together()}")}
    if rule.endpoint == "forums.withdraw_offer":
        return {"invitation_id": _first(Invitation.id, Invitation.role == Role.ALTERNATE)}
    outside = rule.endpoint == "accounts.withdraw_invitation"
    return {"invitation_id": _first(Invitation.id, Invitation.role == (Role.STEWARD if outside else Role.RAPPORTEUR))}


def _evidence(_rule: Rule, _given: dict[str, Any]) -> dict[str, Any]:
    evidence = _first(Evidence.id, Evidence.file_id.is_not(None))
    owner = sa.select(Activity.reference).join(Evidence).where(Evidence.id == evidence)
    return {"evidence_id": evidence, "reference": db.session.scalars(owner).one()}


def _offer(_rule: Rule, _given: dict[str, Any]) -> dict[str, Any]:
    offer = _first(EvidenceOffer.id, EvidenceOffer.title == "Foto")  # the participant's own
    owner = sa.select(Activity.reference).join(EvidenceOffer).where(EvidenceOffer.id == offer)
    return {"offer_id": offer, "reference": db.session.scalars(owner).one()}


def _message(rule: Rule, _given: dict[str, Any]) -> dict[str, Any]:
    """A message of the session; a question where an answer to it is marked."""
    asked = Message.is_question if rule.endpoint.startswith("tables.mark_") else sa.true()
    return {"seq": _first(Message.seq, Message.session_id == int(_session(Session.id)), asked)}


def _answer(cycle: Cycle, author: Person) -> None:
    """Two proposals of the participant's, answered by the institution of the official; about one they asked back."""
    institution = _first(
        Organisation.id, Organisation.id.in_(demo_person("official").organisation_ids(Role.OFFICIAL))
    )
    text = {"kind": ResponseKind.PARTLY, "reasons_source": "Sí.", "reasons_html": "<p>Sí.</p>"}
    by = {"author_id": demo_person("official").id, "created_at": NOW}
    for asked in (False, True):
        proposal = proposals.admitted(cycle, author=author)
        made = save(Response(proposal_id=proposal.id, organisation_id=institution, **text, **by, published_at=NOW))
        save(ResponseVersion(response_id=made.id, number=1, **text, **by))
        if asked:
            save(AnswerQuestion(response_id=made.id, body="¿Por qué?", author_id=author.id, asked_at=NOW))


def _rearrange(cycle: Cycle, author: Person) -> None:
    """A merge that waits for the participant's consent, and a split that took effect with it."""
    facilitator = cycles.facilitator(cycle)
    own = [proposals.published(cycle, author=author) for _ in range(2)]
    proposals.merging(facilitator, [own[0], proposals.published(cycle)])
    proposals.consented(proposals.splitting(facilitator, own[1]))


def _rearrangement(rule: Rule, _given: dict[str, Any]) -> dict[str, Any]:
    """What is under way; what is done where it is undone."""
    done = rule.endpoint == "proposals.undo_rearrangement"
    state = RearrangementState.DONE if done else RearrangementState.PROPOSED
    return {"rearrangement_id": _first(Rearrangement.id, Rearrangement.state == state)}


def _response(rule: Rule, _given: dict[str, Any]) -> dict[str, Any]:
    """An answer to a proposal of the participant's, about which they asked back where it is to be replied to."""
    own = sa.select(Proposal.id).where(Proposal.author_id == demo_person("participant").id)
    asked = Response.id.in_(sa.select(AnswerQuestion.response_id))
    state = asked if rule.endpoint == "proposals.reply" else ~asked
    return {"response_id": _first(Response.id, Response.proposal_id.in_(own), state)}


def _routing(_rule: Rule, _given: dict[str, Any]) -> dict[str, Any]:
    """What the demonstration's official is still to answer."""
    served = Routing.organisation_id.in_(demo_person("official").organisation_ids(Role.OFFICIAL))
    return {"routing_id": _first(Routing.id, served, Routing.id.in_(_turned(Routing.id)))}


def _turned(column: Any) -> Any:
    """Of what institutions are still to answer."""
    answered = sa.exists().where(
        Response.proposal_id == Routing.proposal_id, Response.organisation_id == Routing.organisation_id
    )
    return sa.select(column).where(~answered)


def _seat(_rule: Rule, given: dict[str, Any]) -> dict[str, Any]:
    """The first seat of the forum, in the place that somebody holds."""
    forum = _first(Forum.id, Forum.slug == given["slug"])
    return {"seat": _first(Seat.id, Seat.forum_id == forum), "kind": HolderKind.ALTERNATE.slug}


FINDERS: dict[str, Callable[[Rule, dict[str, Any]], dict[str, Any]]] = {
    "person": _person,
    "attachment": _attachment,
    "photo": _photo,
    "news": lambda _rule, _given: {"news": _first(Notice.news_id, Notice.person_id == demo_person("participant").id)},
    "topic": _topic,
    "number": _numbered_there,
    "shift": lambda _rule, _given: {"shift": _shift_of_now()},
    "branch": _branch,
    "item": _item,
    "seat": _seat,
    "cycle": lambda _rule, _given: {"cycle": _first(Cycle.slug, Cycle.prefix == "OAX")},
    "correction": _correction_there,
    "batch": _batch,
    "act": lambda _rule, _given: {"act": 1},
    "page": lambda _rule, _given: {"page": 1},
    "poll": _poll,
    "agreement": _agreement,
    "turn": _turn,
    "grant_id": _grant,
    "routing_id": _routing,
    "rearrangement_id": _rearrangement,
    "response_id": _response,
    "evidence_id": _evidence,
    "offer_id": _offer,
    "answer_id": lambda _rule, _given: {"answer_id": _first(PlanAnswer.id)},
    "invitation_id": _invitation,
    "token": _calendar,
    "name": _name,
    "record_id": lambda _rule, _given: {"record_id": _first(HistoryRecord.id)},
    "sign_in_id": lambda _rule, _given: {
        "sign_in_id": _first(SignIn.id, SignIn.person_id == demo_person("participant").id)
    },
    "seq": _message,
}


def given(endpoint: str) -> dict[str, str] | None:
    """What a request to this route carries."""
    return {"person": demo_person("counterpart").public_id} if endpoint in OF_SOMEBODY else INPUT.get(endpoint)
