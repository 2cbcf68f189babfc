"""Comments: stance, replies, mending, reactions, who speaks; their counts are always those of the rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocrea.accounts.models import Person, Role, Sector
from cocrea.accounts.privacy import personal_data
from cocrea.audit.models import HistoryRecord
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Conflict, Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.discussion import operations, queries
from cocrea.discussion.models import (
    Alike,
    Comment,
    CommentReaction,
    CommentVersion,
    Contribution,
    Reaction,
    Stance,
    Visibility,
)
from cocrea.discussion.operations import Repeated
from cocrea.discussion.rules import EDIT_MINUTES
from cocrea.discussion.voices import voices
from cocrea.extensions import db
from cocrea.moderation import operations as moderation
from tests.conftest import NOW
from tests.factories import consultation, cycles, discussion, proposals
from tests.factories.accounts import grant, organisation, person
from tests.real import at_once


@pytest.fixture
def proposal(app):
    return proposals.published(cycles.cycle(StageKind.PROPOSALS))


def named(name):
    found = organisation()
    found.name = name
    db.session.commit()
    return found


def official(served):
    return grant(person(), Role.OFFICIAL, served)


def told(subject):
    return voices(Alike.told(*each) for each in (subject.comment_tally or {}).items())


def react(comment, reaction=Reaction.AGREE, by=None, on=True):
    with transaction():
        return operations.react(actor=by or person(), comment=comment, reaction=reaction, on=on, now=NOW)


def edit(comment, body, at=NOW, stance=Stance.NEUTRAL, base=None, by=None):
    with transaction():
        operations.edit(
            actor=by or comment.author,
            comment=comment,
            body=body,
            stance=stance,
            base=base or comment.version,
            now=at,
        )


def test_a_stance_is_taken_on_proposals_at_the_top_alone(proposal):
    against = discussion.comment(proposal, "Cuesta demasiado", stance=Stance.AGAINST)
    assert against.stance is Stance.AGAINST
    assert discussion.comment(proposal, "¿Y quién paga?").stance is Stance.NEUTRAL
    with pytest.raises(Invalid):
        discussion.comment(proposal, "No", parent=against, stance=Stance.FOR)
    with pytest.raises(Invalid):
        discussion.comment(consultation.problem(), "No", stance=Stance.FOR)


def test_an_official_speaks_for_the_institution_as_it_was_called(proposal):
    served = named("Secretaría del Agua")
    said = discussion.comment(proposal, "Ya lo hacemos", author=official(served))
    served.name = "Secretaría de Otra Cosa"
    db.session.commit()
    assert said.institution == "Secretaría del Agua"
    assert discussion.comment(proposal).institution == ""


def test_an_official_of_several_says_for_which(proposal):
    one, other = named("Agua"), named("Bosques")
    speaker = official(one)
    grant(speaker, Role.OFFICIAL, other)
    with pytest.raises(Invalid) as refused:
        discussion.comment(proposal, "Sí", author=speaker)
    assert refused.value.field == "institution"
    with pytest.raises(Invalid):
        discussion.comment(proposal, "Sí", author=speaker, institution_id=organisation().id)
    assert discussion.comment(proposal, "Sí", author=speaker, institution_id=other.id).institution == "Bosques"


def test_mending_keeps_what_it_said_and_says_so_in_the_history(proposal):
    said = discussion.comment(proposal, "Texto irrepetible uno", stance=Stance.FOR)
    edit(said, "Texto irrepetible dos", stance=Stance.AGAINST, at=NOW + timedelta(minutes=1))
    edit(said, "Texto irrepetible tres", stance=Stance.AGAINST, at=NOW + timedelta(minutes=2))
    assert (said.body_html, said.version, said.stance) == ("<p>Texto irrepetible tres</p>\n", 3, Stance.AGAINST)
    kept = [(each.number, each.body_source, each.stance) for each in queries.past_of(said)]
    assert kept == [(1, "Texto irrepetible uno", Stance.FOR), (2, "Texto irrepetible dos", Stance.AGAINST)]
    assert [each.written_at for each in queries.past_of(said)] == [NOW, NOW + timedelta(minutes=1)]
    records = list(
        db.session.scalars(sa.select(HistoryRecord.canonical).where(HistoryRecord.action == "comment.edited"))
    )
    assert len(records) == 2
    assert not any("irrepetible" in record for record in records)


def test_the_same_text_again_is_no_version(proposal):
    said = discussion.comment(proposal, "Igual")
    edit(said, " Igual ")
    assert (said.version, queries.past_of(said)) == (1, [])


def test_it_is_mended_until_the_minute_and_by_its_author_alone(proposal):
    said = discussion.comment(proposal, "Uno")
    edit(said, "Dos", at=NOW + timedelta(minutes=15) - timedelta(microseconds=1))
    with pytest.raises(Denied) as late:
        edit(said, "Tres", at=NOW + timedelta(minutes=15))
    assert "hasta el viernes 5 de junio de 2026, 12:15" in str(late.value.message)
    with pytest.raises(Denied):
        edit(discussion.comment(proposal, "De otra"), "Mío", by=person())


def test_nothing_is_mended_from_an_old_window_or_without_text(proposal):
    said = discussion.comment(proposal, "Uno")
    edit(said, "Dos")
    with pytest.raises(Conflict):
        edit(said, "Tres", base=1)
    with pytest.raises(Invalid):
        edit(said, " \u200b ")
    assert said.body_source == "Dos"


def test_the_cycle_says_for_how_long(proposal):
    stage = proposal.cycle.stages[0]
    stage.rules = {EDIT_MINUTES.key: 0}
    db.session.commit()
    with pytest.raises(Denied) as refused:
        edit(discussion.comment(proposal), "Otra cosa")
    assert "no se corrigen" in str(refused.value.message)
    stage.rules = {EDIT_MINUTES.key: 60}
    db.session.commit()
    edit(discussion.comment(proposal), "Otra cosa", at=NOW + timedelta(minutes=59))


def test_a_closed_stage_ends_the_mending_too(proposal):
    said = discussion.comment(proposal, "Uno")
    proposal.cycle.stages[0].ends_at = NOW + timedelta(minutes=5)
    db.session.commit()
    with pytest.raises(Denied) as refused:
        edit(said, "Dos", at=NOW + timedelta(minutes=5))
    assert "cerró" in str(refused.value.message)


def test_what_is_hidden_is_neither_mended_nor_reacted_to_nor_answered(proposal):
    said = discussion.comment(proposal, "Uno")
    discussion.hide(said)
    for refused in (
        lambda: edit(said, "Dos"),
        lambda: react(said),
        lambda: discussion.comment(proposal, parent=said),
    ):
        with pytest.raises(CocreaError):
            refused()


def test_earlier_texts_never_change(proposal):
    said = discussion.comment(proposal, "Uno")
    edit(said, "Dos")
    queries.past_of(said)[0].body_source = "Nunca lo dijo"
    with pytest.raises(RuntimeError):
        db.session.flush()
    db.session.rollback()


def test_a_reaction_counts_once_and_is_taken_back_once(proposal):
    said, reader = discussion.comment(proposal), person()
    assert [react(said, by=reader), react(said, by=reader)] == [True, False]
    react(said, Reaction.THANKS, by=reader)
    assert said.reactions == {Reaction.AGREE: 1, Reaction.DOUBT: 0, Reaction.THANKS: 1}
    assert [react(said, by=reader, on=False) for _ in range(2)] == [True, False]
    assert said.reactions[Reaction.AGREE] == 0
    with pytest.raises(Denied):
        react(said, by=said.author)
    with pytest.raises(Denied):
        react(said, by=person(verified=False))


def test_the_database_itself_refuses_what_makes_no_sense(proposal):
    said = discussion.comment(proposal)
    answer = discussion.comment(proposal, "Sí", parent=said)
    for broken in ({"stance": "for"}, {"root_id": None}):
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            db.session.execute(
                sa.update(Comment.__table__).where(Comment.__table__.c.id == answer.id).values(**broken)
            )


def test_own_data_holds_reactions_and_earlier_texts(proposal):
    reader = person()
    said = discussion.comment(proposal, "Uno", author=reader)
    edit(said, "Dos")
    react(discussion.comment(proposal), by=reader)
    data = personal_data(reader)
    assert [row["body_source"] for row in data["comment_versions"]] == ["Uno"]
    assert [row["reaction"] for row in data["comment_reactions"]] == ["agree"]
    assert data["comments"][0]["stance"] == "neutral"


def test_who_speaks_is_told_without_small_groups(proposal):
    for _ in range(6):
        discussion.comment(proposal, author=person(sector=Sector.ACADEMIA), stance=Stance.FOR)
    for _ in range(5):
        first = discussion.comment(proposal, author=person(sector=Sector.CIVIL_SOCIETY), stance=Stance.AGAINST)
    discussion.comment(proposal, "Sí", author=person(sector=Sector.PRIVATE_SECTOR), parent=first)
    found = told(proposal)
    assert [(each.key, each.number) for each in found.stances] == [("for", 6), ("against", 5)]
    assert [(each.key, each.number) for each in found.sectors] == [("academia", 6), ("rest", 6)]
    assert [(each.key, each.number) for each in found.offices] == [("people", 12)]
    assert not told(consultation.problem())


ACTS = ("comment", "reply", "react", "unreact", "hide", "restore", "withdraw", "edit")


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 50), st.integers(0, 2)), min_size=5, max_size=40))
def test_counts_are_those_of_the_rows_whatever_happens(app, steps):
    proposal = proposals.published(cycles.cycle(StageKind.PROPOSALS))
    moderator = cycles.facilitator(proposal.cycle)
    people = [person(sector=sector) for sector in (Sector.ACADEMIA, None, Sector.PRIVATE_SECTOR)]
    said: list[int] = []
    for number, (act, pick, who) in enumerate(steps):
        target = db.session.get(Comment, said[pick % len(said)], populate_existing=True) if said else None
        made = _carry_out(
            act, proposal, target, people[who], moderator, list(Stance)[who], list(Reaction)[pick % 3], number
        )
        said += [made.id] if made is not None else []
    _assert_counts(proposal)


def _carry_out(act, proposal, target, actor, moderator, stance, reaction, number):
    """One step; what the rules refuse changes nothing."""
    try:
        with transaction():
            if act == "comment" or target is None:
                return operations.comment(
                    actor=actor, subject=proposal, body=f"Texto {number}", stance=stance, now=NOW
                )
            if act == "reply":
                return operations.comment(
                    actor=actor, subject=proposal, body=f"Texto {number}", parent=target, now=NOW
                )
            if act in {"react", "unreact"}:
                operations.react(actor=actor, comment=target, reaction=reaction, on=act == "react", now=NOW)
            elif act == "edit":
                body = f"Corregido {number}"
                operations.edit(
                    actor=target.author, comment=target, body=body, stance=stance, base=target.version, now=NOW
                )
            elif act == "withdraw":
                operations.withdraw(actor=target.author, contribution=target, now=NOW)
            else:
                judge = moderation.hide if act == "hide" else moderation.restore
                judge(actor=moderator, contribution=target, reason="Porque sí", now=NOW)
    except CocreaError:
        return None
    return None


def _assert_counts(proposal):
    db.session.expire_all()
    rows = list(db.session.scalars(sa.select(Comment).where(Comment.subject_id == proposal.id)))
    public = [row for row in rows if row.visibility is Visibility.PUBLIC]
    assert proposal.comment_count == len(public)
    given_now = db.session.execute(sa.select(CommentReaction.comment_id, CommentReaction.reaction)).all()
    for row in rows:
        assert row.reply_count == sum(row.id in (each.parent_id, each.root_id) for each in public)
        counts = (row.agree_count, row.doubt_count, row.thanks_count)
        assert counts == tuple(given_now.count((row.id, reaction)) for reaction in Reaction)
        assert row.version == 1 + db.session.query(CommentVersion).filter_by(comment_id=row.id).count()
    alike = [
        (row.author_sector or "", row.stance, row.parent_id is not None, bool(row.institution)) for row in public
    ]
    kept = [Alike.told(*each) for each in (proposal.comment_tally or {}).items()]
    assert {(each.sector, each.stance, each.is_reply, each.is_official): each.number for each in kept} == {
        key: alike.count(key) for key in alike
    }


@pytest.mark.slow
def test_a_reaction_twenty_times_at_once_is_one(committed_app):
    comment_id, person_id = discussion.comment(consultation.problem()).id, person().id

    def click():
        with transaction():
            return operations.react(
                actor=db.session.get_one(Person, person_id),
                comment=db.session.get_one(Comment, comment_id),
                reaction=Reaction.AGREE,
                on=True,
                now=NOW,
            )

    answers = at_once(committed_app, [click] * 20)
    assert sorted(map(str, answers)) == ["False"] * 19 + ["True"]
    db.session.rollback()
    assert db.session.get_one(Comment, comment_id).agree_count == 1
    assert db.session.query(CommentReaction).count() == 1


@pytest.mark.slow
def test_replies_reactions_and_hiding_at_once_leave_true_counts(committed_app):
    problem = consultation.problem()
    first = discussion.comment(problem)
    reply = discussion.comment(problem, "Sí", parent=first)
    moderator_id = cycles.facilitator(problem.cycle).id
    problem_id, first_id, reply_id, people = problem.id, first.id, reply.id, [person().id for _ in range(12)]

    def replying(person_id, parent_id):
        def call():
            with transaction():
                operations.comment(
                    actor=db.session.get_one(Person, person_id),
                    subject=db.session.get_one(Contribution, problem_id),
                    parent=db.session.get_one(Comment, parent_id),
                    body=f"De {person_id}",
                    now=NOW,
                )

        return call

    def moderating(comment_id):
        def call():
            actor, comment = db.session.get_one(Person, moderator_id), db.session.get_one(Comment, comment_id)
            with transaction():
                moderation.hide(actor=actor, contribution=comment, reason="Porque sí", now=NOW)

        return call

    calls = [replying(each, (first_id, reply_id)[number % 2]) for number, each in enumerate(people)]
    answers = at_once(committed_app, [*calls, moderating(reply_id), moderating(first_id)])
    assert all(answer is None or isinstance(answer, Invalid) for answer in answers), answers
    assert answers[-2:] == [None, None]
    db.session.rollback()
    _assert_counts(db.session.get_one(Contribution, problem_id))


@pytest.mark.slow
def test_mending_the_same_text_twice_at_once_is_done_once(committed_app):
    comment_id = discussion.comment(consultation.problem(), "Uno").id

    def mending(body):
        def call():
            comment = db.session.get_one(Comment, comment_id)
            with transaction():
                operations.edit(
                    actor=comment.author, comment=comment, body=body, stance=Stance.NEUTRAL, base=1, now=NOW
                )

        return call

    answers = at_once(committed_app, [mending(f"Dos, {number}") for number in range(6)])
    assert sorted(type(answer).__name__ for answer in answers) == ["Conflict"] * 5 + ["NoneType"]
    db.session.rollback()
    assert db.session.get_one(Comment, comment_id).version == 2


def test_the_same_again_is_refused_in_each_place(proposal):
    author = person()
    first = discussion.comment(proposal, "Así es", author=author)
    discussion.comment(proposal, "Así es", author=author, parent=first)
    with pytest.raises(Repeated):
        discussion.comment(proposal, "así es", author=author, parent=first)
