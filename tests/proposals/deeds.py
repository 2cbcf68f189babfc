"""What people try with proposals, one deed at a time, by whom and with what it is usually done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from cocrea.accounts import operations as accounts
from cocrea.accounts.queries import own_invitations, prove_password
from cocrea.core.errors import Conflict, NotFound
from cocrea.discussion import attachments
from cocrea.discussion import operations as discussion
from cocrea.discussion.attachments import Upload
from cocrea.discussion.models import Attachment
from cocrea.extensions import db
from cocrea.moderation import operations as moderation
from cocrea.notifications import operations as following
from cocrea.notifications import things
from cocrea.notifications.models import Letters
from cocrea.proposals import operations, queries
from cocrea.proposals.models import (
    Amendment,
    AnswerDraft,
    Duty,
    Part,
    Proposal,
    ProposalStatus,
    Rearrangement,
    Response,
    ResponseKind,
    ResponseVersion,
    Routing,
)
from cocrea.proposals.models import ProposalStatus as S
from cocrea.proposals.operations import Answer
from tests.factories import proposals
from tests.factories.accounts import PASSWORD
from tests.proposals import rearranging
from tests.proposals.life import World, reads_text, serves

MOST = 3  # proposals in a world


def draft(w: World, actor: Any, _none: Any) -> None:
    if len(w.all(Proposal)) < MOST:
        content, words = w.content()
        made = operations.draft(
            actor=actor, cycle=w.cycle, content=content, problems=[w.problem], table=w.table, now=w.clock()
        )
        w.wrote(made, words)


def publish(w: World, actor: Any, proposal: Proposal) -> None:
    operations.publish(actor=actor, proposal=proposal, now=w.clock())


def publish_own(w: World, actor: Any, _none: Any) -> None:
    for own in [one for one in w.all(Proposal) if one.is_by(actor.id)]:
        publish(w, actor, own)


def revise(w: World, actor: Any, proposal: Proposal) -> None:
    content, words = w.content()
    operations.revise(actor=actor, proposal=proposal, content=content, base=proposal.edition, now=w.clock())
    w.wrote(proposal, words)


def write_over(w: World, actor: Any, proposal: Proposal) -> None:
    """From a text that is no longer there."""
    operations.revise(actor=actor, proposal=proposal, content=w.content()[0], base="otra", now=w.clock())


def invite(name: str) -> Callable[..., None]:
    def ask(w: World, actor: Any, proposal: Proposal) -> None:
        email = w.address(name) if name in w.people else f"{w.secret_of_authors(proposal)}@example.org"
        operations.invite_coauthor(actor=actor, proposal=proposal, email=email, now=w.clock())

    return ask


def uninvite(w: World, actor: Any, proposal: Proposal) -> None:
    for offer in queries.standing_offers(proposal, w.clock())[:1]:
        operations.withdraw_offer(actor=actor, proposal=proposal, invitation=offer, now=w.clock())


def accept_offer(w: World, actor: Any, _proposal: Proposal) -> None:
    for offered in own_invitations(actor, w.clock())[:1]:
        accounts.accept(actor=actor, invitation=offered, now=w.clock())


def decline_offer(w: World, actor: Any, _proposal: Proposal) -> None:
    for offered in own_invitations(actor, w.clock())[:1]:
        accounts.decline(invitation=offered)


def leave(w: World, actor: Any, proposal: Proposal) -> None:
    operations.leave(actor=actor, proposal=proposal, now=w.clock())


def withdraw(w: World, actor: Any, proposal: Proposal) -> None:
    operations.withdraw(actor=actor, proposal=proposal, reason="Ya no hace falta.", now=w.clock())


def support(w: World, actor: Any, proposal: Proposal) -> None:
    discussion.support(actor=actor, contribution=proposal, now=w.clock())


def unsupport(w: World, actor: Any, proposal: Proposal) -> None:
    discussion.unsupport(actor=actor, contribution=proposal, now=w.clock())


def comment(w: World, actor: Any, proposal: Proposal) -> None:
    discussion.comment(actor=actor, subject=proposal, body=f"Comentario {next(w.numbers)}.", now=w.clock())


def amend(w: World, actor: Any, proposal: Proposal) -> None:
    word = w.secret(lambda _reader: False)
    made = operations.amend(
        actor=actor,
        proposal=proposal,
        part=Part.NEEDS,
        body=word,
        why="Hace falta.",
        base=proposal.version,
        now=w.clock(),
    )
    number = made.id
    w.secrets[word].readers.append(lambda _reader: _is_shown(db.session.get_one(Amendment, number)))


def _is_shown(amendment: Amendment) -> bool:
    return amendment.has_text and amendment.proposal.has_text


def admit(w: World, actor: Any, proposal: Proposal) -> None:
    operations.admit(actor=actor, proposal=proposal, findings=proposals.all_met(w.cycle), now=w.clock())


def reject(w: World, actor: Any, proposal: Proposal) -> None:
    findings = proposals.first_not_met(w.cycle, "No dice cómo.")
    operations.reject(actor=actor, proposal=proposal, findings=findings, reason="No cumple.", now=w.clock())


def move(to: ProposalStatus) -> Callable[..., None]:
    def put(w: World, _actor: Any, proposal: Proposal) -> None:
        if not proposal.is_public:
            raise Conflict("who calls this takes what is public")
        operations.move(actor=None, proposal=proposal, status=to, now=w.clock())

    return put


def route(number: int) -> Callable[..., None]:
    def turn(w: World, actor: Any, proposal: Proposal) -> None:
        given = {"organisation": w.institutions[number], "duty": (Duty.LEAD, Duty.JOINT)[number]}
        operations.route(actor=actor, proposal=proposal, **given, now=w.clock(), reason="Le toca.")

    return turn


def unroute(w: World, actor: Any, proposal: Proposal) -> None:
    operations.unroute(
        actor=actor, proposal=proposal, organisation=w.institutions[1], reason="No le toca.", now=w.clock()
    )


def hide(w: World, actor: Any, contribution: Any) -> None:
    moderation.hide(actor=actor, contribution=contribution, reason="Nombra a una persona.", now=w.clock())


def restore(w: World, actor: Any, contribution: Any) -> None:
    moderation.restore(actor=actor, contribution=contribution, reason="Ya no la nombra.", now=w.clock())


def accept(w: World, actor: Any, amendment: Amendment) -> None:
    proposal, words = amendment.proposal, [word for word in w.secrets if word in amendment.body_source]
    operations.accept(actor=actor, amendment=amendment, read=proposal.version, body=" ".join(words), now=w.clock())
    w.wrote(proposal, words)


def decline(w: World, actor: Any, amendment: Amendment) -> None:
    operations.decline(actor=actor, amendment=amendment, reason="No alcanza.", now=w.clock())


def take_back(w: World, actor: Any, amendment: Amendment) -> None:
    operations.take_back(actor=actor, amendment=amendment, now=w.clock())


def promote(w: World, actor: Any, amendment: Amendment) -> None:
    if len(w.all(Proposal)) < MOST:
        made = operations.promote(actor=actor, amendment=amendment, now=w.clock())
        w.wrote(made, w.words_of(made))


def answer(w: World, routing: Routing) -> tuple[Answer, str]:
    """What an institution has to say: its officials' alone until it is published, and then it stays."""
    proposal_id, institution = routing.proposal_id, routing.organisation_id

    def sees(reader: Any) -> bool:
        return _was_said(word, proposal_id, institution) or serves(reader, institution)

    word = w.secret(sees)
    own = db.session.get(AnswerDraft, (proposal_id, institution))
    return Answer(ResponseKind.PARTLY, f"Porque {word}."), own.fingerprint if own else ""


def _was_said(word: str, proposal_id: int, institution: int) -> bool:
    """Whether the institution published it: what it corrected since stays to be read."""
    said = sa.select(ResponseVersion.reasons_source).join(Response, Response.id == ResponseVersion.response_id)
    own = said.where(Response.proposal_id == proposal_id, Response.organisation_id == institution)
    return any(word in each for each in db.session.scalars(own))


def prepare(w: World, actor: Any, routing: Routing) -> None:
    said, base = answer(w, routing)
    operations.prepare(actor=actor, routing=routing, answer=said, base=base, now=w.clock())


def schedule(w: World, actor: Any, routing: Routing) -> None:
    said, base = answer(w, routing)
    at = w.clock() + timedelta(days=1)
    operations.schedule(actor=actor, routing=routing, answer=said, publish_at=at, base=base, now=w.clock())


def publish_answer(w: World, actor: Any, routing: Routing) -> None:
    said, base = answer(w, routing)
    operations.publish_prepared(actor=actor, routing=routing, answer=said, base=base, now=w.clock())


def write_note(w: World, actor: Any, routing: Routing) -> None:
    institution = routing.organisation_id
    body = w.secret(lambda reader: serves(reader, institution))
    operations.write_note(actor=actor, routing=routing, body=body, now=w.clock())


def correct(w: World, actor: Any, response: Response) -> None:
    """What it said before stays to be read."""
    proposal_id, institution = response.proposal_id, response.organisation_id
    word = w.secret(lambda _reader: _was_said(word, proposal_id, institution))
    operations.correct(
        actor=actor,
        response=response,
        answer=Answer(ResponseKind.ALREADY, f"Mejor dicho: {word}."),
        reason="Estaba mal.",
        base=response.fingerprint,
        now=w.clock(),
    )


def attach(w: World, actor: Any, proposal: Proposal) -> None:
    """Its name, what it shows and its bytes are of words of their own."""
    word, number = w.secret(lambda _reader: False), proposal.id
    upload = Upload(f"%PDF-1.7 {word}".encode(), "application/pdf", f"{word}.pdf")
    kept = operations.attach(actor=actor, proposal=proposal, upload=upload, description=word, now=w.clock()).id
    w.secrets[word].readers.append(
        lambda reader: db.session.get_one(Attachment, kept).file_id and reads_text(reader, number, w.clock())
    )


def detach(w: World, actor: Any, proposal: Proposal) -> None:
    for found in [one for one in attachments.of(proposal) if not one.is_removed][:1]:
        operations.detach(actor=actor, proposal=proposal, attachment=found, reason="Es otro.", now=w.clock())


def follow(w: World, actor: Any, proposal: Proposal) -> None:
    """It, or what it belongs to."""
    around = (proposal, w.problem, w.table, w.institutions[0])
    thing = things.thing(things.scope_of(around[next(w.numbers) % len(around)]))
    if thing is None:
        raise NotFound
    following.follow(actor=actor, thing=thing, now=w.clock())
    following.choose_letters(person=actor, letters=(Letters.AT_ONCE, Letters.DAILY)[actor.id % 2], now=w.clock())
    w.followed.add((actor.id, thing.scope))


def unfollow(w: World, actor: Any, proposal: Proposal) -> None:
    following.unfollow(person=actor, scope=things.scope_of(proposal))


def ask_back(w: World, actor: Any, response: Response) -> None:
    operations.ask_back(actor=actor, response=response, body="¿Por qué?", now=w.clock())


def reply(w: World, actor: Any, response: Response) -> None:
    operations.reply(actor=actor, response=response, body="Por esto.", now=w.clock())


def close_account(w: World, actor: Any) -> None:
    name = next(name for name, someone in w.people.items() if someone.id == actor.id)
    accounts.withdraw(actor=actor, proof=prove_password(w.address(name), PASSWORD), now=w.clock())


@dataclass(frozen=True)
class Deed:
    """Something done with one thing: who is usually to do it, to what in which status (None: in any), and how often."""

    by: str
    of: type[Any] | None
    do: Callable[[World, Any, Any], None]
    when: frozenset[ProposalStatus] | None = None
    weight: int = 4

    def suits(self, thing: Any) -> bool:
        return self.when is None or thing.status in self.when


PUBLISHED, BALLOT = frozenset({S.PUBLISHED}), frozenset({S.ON_BALLOT})
ARRANGED = PUBLISHED | {S.ADMITTED}
EDITED, REVIEWED = PUBLISHED | {S.DRAFT}, BALLOT | {S.ADMITTED, S.NOT_ADMITTED, S.SELECTED}
DEEDS = {
    "draft": Deed("author", None, draft),
    "publish": Deed("author", Proposal, publish, frozenset({S.DRAFT}), weight=9),
    "revise": Deed("author", Proposal, revise, EDITED),
    "write_over": Deed("coauthor", Proposal, write_over, EDITED, weight=1),
    "invite_coauthor": Deed("author", Proposal, invite("coauthor"), EDITED),
    "invite_invited": Deed("author", Proposal, invite("invited"), EDITED),
    "invite_stranger": Deed("author", Proposal, invite("stranger"), EDITED, weight=1),
    "uninvite": Deed("author", Proposal, uninvite, weight=1),
    "accept_offer": Deed("coauthor", Proposal, accept_offer, weight=2),
    "decline_offer": Deed("invited", Proposal, decline_offer, weight=1),
    "leave": Deed("coauthor", Proposal, leave, weight=1),
    "withdraw": Deed("author", Proposal, withdraw, weight=1),
    "support": Deed("other", Proposal, support, PUBLISHED),
    "unsupport": Deed("other", Proposal, unsupport, PUBLISHED),
    "comment": Deed("other", Proposal, comment, PUBLISHED),
    "amend": Deed("other", Proposal, amend, PUBLISHED, weight=9),
    "admit": Deed("facilitator", Proposal, admit, PUBLISHED, weight=9),
    "reject": Deed("facilitator", Proposal, reject, PUBLISHED, weight=1),
    "ballot": Deed("facilitator", Proposal, move(S.ON_BALLOT), weight=9),
    "off_ballot": Deed("facilitator", Proposal, move(S.ADMITTED), BALLOT, weight=1),
    "selected": Deed("facilitator", Proposal, move(S.SELECTED), BALLOT, weight=9),
    "not_selected": Deed("facilitator", Proposal, move(S.NOT_SELECTED), BALLOT, weight=1),
    "committed": Deed("facilitator", Proposal, move(S.COMMITTED), weight=9),
    "route": Deed("facilitator", Proposal, route(0), REVIEWED, weight=9),
    "route_other": Deed("facilitator", Proposal, route(1), REVIEWED, weight=9),
    "unroute": Deed("facilitator", Proposal, unroute, REVIEWED, weight=1),
    "hide": Deed("facilitator", Proposal, hide, weight=1),
    "restore": Deed("facilitator", Proposal, restore, weight=1),
    "accept": Deed("table", Amendment, accept),
    "decline": Deed("author", Amendment, decline),
    "take_back": Deed("other", Amendment, take_back, weight=1),
    "promote": Deed("other", Amendment, promote),
    "hide_amendment": Deed("facilitator", Amendment, hide, weight=1),
    "prepare": Deed("official", Routing, prepare),
    "schedule": Deed("official", Routing, schedule),
    "publish_answer": Deed("official", Routing, publish_answer),
    "write_note": Deed("official", Routing, write_note),
    "correct": Deed("official", Response, correct),
    "ask_back": Deed("author", Response, ask_back),
    "reply": Deed("official", Response, reply),
    "attach": Deed("author", Proposal, attach, EDITED),
    "detach": Deed("author", Proposal, detach, EDITED, weight=1),
    "follow": Deed("other", Proposal, follow),
    "follow_invited": Deed("invited", Proposal, follow),
    "unfollow": Deed("other", Proposal, unfollow, weight=1),
    "publish_own": Deed("other", None, publish_own),
    "merge": Deed("facilitator", Proposal, rearranging.merge, ARRANGED),
    "split": Deed("facilitator", Proposal, rearranging.split, ARRANGED, weight=2),
    "consent": Deed("author", Rearrangement, rearranging.consent, weight=6),
    "consent_other": Deed("other", Rearrangement, rearranging.consent, weight=6),
    "consent_coauthor": Deed("coauthor", Rearrangement, rearranging.consent, weight=6),
    "refuse": Deed("other", Rearrangement, rearranging.refuse, weight=1),
    "conclude": Deed("facilitator", Rearrangement, rearranging.conclude),
    "decide": Deed("facilitator", Rearrangement, rearranging.decide, weight=2),
    "cancel": Deed("facilitator", Rearrangement, rearranging.cancel, weight=1),
    "undo": Deed("facilitator", Rearrangement, rearranging.undo),
}


SHARED = ("publish", "invite_coauthor", "accept_offer", "amend")
ROUTED = ("publish", "amend", "admit", "route", "route_other")
MERGED = ("attach", "follow_invited", "publish", "follow", "publish_own", "merge", "consent", "consent_other")
BEGINNINGS = (
    (),
    SHARED,
    MERGED,
    ROUTED,
    (*ROUTED, "ballot", "selected"),
    ("invite_coauthor", "accept_offer", "invite_invited"),
)


def possible(w: World) -> list[tuple[str, int | None]]:
    """What there is to be tried now: the name of a deed, and the id of what it is done with."""
    things = {kind: w.all(kind) for kind in (Proposal, Amendment, Routing, Response, Rearrangement)}
    named = [(name, deed, thing) for name, deed in DEEDS.items() if deed.of for thing in things[deed.of]]
    found = [(name, thing.id) for name, deed, thing in named if deed.suits(thing)]
    return [*found, *([("draft", None)] if len(things[Proposal]) < MOST else [])]
