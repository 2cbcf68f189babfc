"""Who may write, review and answer proposals."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cocrea.accounts.models import Invitation, Organisation, Person, Role
from cocrea.accounts.policies import can_take_up
from cocrea.core.access import ALLOW, Decision, allow_if, deny
from cocrea.core.i18n import Lazy, in_words
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Action, Cycle
from cocrea.cycles.policies import can_contribute, can_facilitate, is_facilitator, stage_opens
from cocrea.discussion.models import Attachment
from cocrea.proposals import rules
from cocrea.proposals.models import (
    ANSWER_STEPS,
    TRANSITIONS,
    Amendment,
    AmendmentStatus,
    AnswerStep,
    Proposal,
    ProposalStatus,
    Rearrangement,
    RearrangementState,
    Response,
    Routing,
)

ASK_BACK = timedelta(days=15)
EDITABLE = frozenset({ProposalStatus.DRAFT, ProposalStatus.PUBLISHED})
AMENDED = frozenset({ProposalStatus.PUBLISHED, ProposalStatus.ADMITTED, ProposalStatus.NOT_ADMITTED})
WITHDRAWABLE = frozenset({ProposalStatus.PUBLISHED, ProposalStatus.ADMITTED})
REARRANGED = WITHDRAWABLE
UNVOTED = REARRANGED | {ProposalStatus.NOT_ADMITTED}
NO_MORE = _l("El texto de esta propuesta ya no cambia.")
ANSWERABLE = frozenset(ProposalStatus) - {ProposalStatus.DRAFT, ProposalStatus.PUBLISHED}


def is_author(actor: Any, proposal: Proposal) -> bool:
    """One of those who write it: co-authors have all the rights of the first author."""
    return bool(actor.is_authenticated) and proposal.is_by(actor.id)


def speaks_for(actor: Any, proposal: Proposal) -> bool:
    """One of its authors, or the facilitator who recorded it for people who do not write here themselves; once that one
    facilitates no more, whoever facilitates its cycle or its table."""
    if is_author(actor, proposal):
        return True
    recorder = proposal.recorded_by
    if not actor.is_authenticated or recorder is None:
        return False
    if recorder.id == actor.id:
        return is_facilitator(actor, proposal.cycle)
    takes_over = is_facilitator(actor, proposal.cycle) or _facilitates_table(actor, proposal)
    return takes_over and not (recorder.is_active and is_facilitator(recorder, proposal.cycle))


def may_act_for(actor: Any, person: Person) -> bool:
    """Whether they registered this person, who has no e-mail, to act for them."""
    return person.registered_by_id == actor.id and person.withdrawn_at is None


def can_record(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """Facilitators write down what people proposed on paper or in person, in the same window as everyone."""
    facilitates = can_facilitate(actor, cycle, now)
    return can_write(actor, cycle, now) if facilitates else facilitates


def stands(offer: Invitation, proposal: Proposal, now: datetime) -> Decision:
    """Whether somebody may still accept to write the proposal: in time, and asked by one of its authors."""
    may_take = can_take_up(None, offer, now)
    if not may_take:
        return may_take
    return allow_if(
        is_author(offer.invited_by, proposal),
        _l("Quien te invitó ya no escribe esta propuesta. Pide otra invitación."),
    )


def offer_to(actor: Any, proposal: Proposal, now: datetime) -> Invitation | None:
    """The invitation to write it that waits for this person, who has proved that the address is theirs."""
    if not actor.is_verified:
        return None
    own = (offer for offer in proposal.offers if offer.invitee is not None and offer.invitee.person_id == actor.id)
    return next((offer for offer in own if stands(offer, proposal, now)), None)


def can_invite(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Its authors ask others to write it with them while its text may change."""
    return can_edit(actor, proposal, now)


def can_see_coauthors(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Whom they invited is known to the authors alone."""
    return allow_if(is_author(actor, proposal), _l("Esto es de quienes escriben la propuesta."))


def can_join(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Begin to write a proposal to which one was invited: while its text may change."""
    return _may_change(actor, proposal, now)


def can_leave(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Any of its authors, while another stays; what is on a ballot changes in nothing."""
    if not is_author(actor, proposal):
        return deny(_l("Solo quien escribe la propuesta puede dejarla."))
    if not others(actor, proposal):
        return deny(_l("Eres la única persona que la escribe."))
    return allow_if(
        proposal.status is not ProposalStatus.ON_BALLOT,
        _l("Está en votación: nada de lo que está en una boleta cambia hasta que se cuente."),
    )


def others(actor: Any, proposal: Proposal) -> list[Person]:
    """Who else writes it."""
    return [person for person in proposal.authors if person.id != actor.id]


def can_write(actor: Any, cycle: Cycle, now: datetime) -> Decision:
    """Begin or publish a proposal in the cycle."""
    return can_contribute(actor, cycle, Action.PUBLISH_PROPOSAL, now)


def can_edit(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Authors, and who recorded it for them, change the text until the review has decided or the cycle says.

    Each change is a version."""
    if not speaks_for(actor, proposal):
        return deny(_l("Solo quien escribió la propuesta puede cambiarla."))
    return _may_change(actor, proposal, now)


def _may_change(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """As long as its authors change the text."""
    if proposal.is_tombstone or proposal.status not in EDITABLE:
        return deny(_l("La propuesta ya fue revisada: su texto no cambia más."))
    until = rules.editable_until(proposal)
    if until is not None and now >= until:
        return deny(_l("Podías cambiarla hasta el %(when)s.", when=Lazy(in_words, until, proposal.cycle.timezone)))
    return can_write(actor, proposal.cycle, now)


def can_detach(actor: Any, found: tuple[Proposal, Attachment], now: datetime) -> Decision:
    """Take a file away: as long as the text may change."""
    return can_edit(actor, found[0], now)


def can_withdraw(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Its author withdraws it until it is on a ballot; of several, none decides over the text of the others."""
    if not speaks_for(actor, proposal):
        return deny(_l("Solo quien escribió la propuesta puede retirarla."))
    if not proposal.is_public:
        return deny(_l("Esta propuesta no está publicada."))
    if proposal.status not in WITHDRAWABLE:
        return deny(
            _l("Una propuesta que no fue admitida, o que está en votación o ya fue votada, no se puede retirar.")
        )
    return allow_if(
        len(proposal.authors) < 2,
        _l("La escriben varias personas: cada quien puede dejarla, y la retira quien quede."),
    )


def can_review(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Facilitators admit or do not admit what is published, while a stage opens the review."""
    facilitates = can_facilitate(actor, proposal.cycle, now)
    if not facilitates:
        return facilitates
    if not proposal.is_public or proposal.status is not ProposalStatus.PUBLISHED:
        return deny(_l("Esta propuesta no está esperando revisión."))
    return can_contribute(actor, proposal.cycle, Action.REVIEW_PROPOSAL, now)


def can_respond(actor: Any, subject: tuple[Proposal, Organisation], now: datetime) -> Decision:
    """An institution's officials answer reviewed proposals in its name."""
    proposal, organisation = subject
    if not actor.holds(Role.OFFICIAL, organisation):
        return deny(_l("Solo las personas servidoras públicas de la institución responden en su nombre."))
    return allow_if(
        proposal.is_public and proposal.status in ANSWERABLE, _l("Solo se responde a propuestas ya revisadas.")
    )


def can_route(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Whoever facilitates the cycle says which institutions answer a reviewed proposal."""
    facilitates = can_facilitate(actor, proposal.cycle, now)
    if not facilitates:
        return facilitates
    return allow_if(
        proposal.is_public and proposal.status in ANSWERABLE, _l("Solo se turnan las propuestas ya revisadas.")
    )


def can_see_queue(actor: Any, _subject: Any, now: datetime) -> Decision:
    """The list of what waits for an answer is of those who answer."""
    return allow_if(
        actor.organisation_ids(Role.OFFICIAL),
        _l("Esta lista es de las personas servidoras públicas que responden en nombre de una institución."),
    )


def can_keep_days_off(actor: Any, organisation: Organisation, now: datetime) -> Decision:
    """Its officials say on which days an institution does not work."""
    return allow_if(
        actor.holds(Role.OFFICIAL, organisation),
        _l("Solo las personas servidoras públicas de la institución llevan su calendario."),
    )


def can_move_answer(step: AnswerStep, to: AnswerStep) -> Decision:
    """Whether the table of an answer's steps allows this one."""
    return ALLOW if to in ANSWER_STEPS[step] else deny(_l("Tu institución ya respondió a esta propuesta."))


def can_ask_back(actor: Any, response: Response, now: datetime) -> Decision:
    """The author of a proposal asks back about an answer, for some days after it was published or is of its kind."""
    if not is_author(actor, response.proposal):
        return deny(_l("Solo quien hizo la propuesta puede repreguntar."))
    if not response.proposal.is_public:
        return deny(_l("Esta propuesta no está publicada."))
    until = asked_until(response)
    return allow_if(now < until, _l("El plazo para repreguntar terminó el %(when)s.", when=Lazy(in_words, until)))


def asked_until(response: Response) -> datetime:
    """Until when one may ask back about an answer."""
    return (response.kind_at or response.published_at or response.created_at) + ASK_BACK


def can_correct(actor: Any, response: Response, now: datetime) -> Decision:
    """Its officials correct the published answer of an institution, once what was asked about it is replied to."""
    responds = can_respond(actor, (response.proposal, response.organisation), now)
    if not responds:
        return responds
    asked = response.question
    return allow_if(
        asked is None or asked.replied_at is not None,
        _l("Primero contesta lo que preguntó quien hizo la propuesta; después corriges la respuesta."),
    )


def can_reply(actor: Any, response: Response, now: datetime) -> Decision:
    """Its officials reply in the name of the institution that answered."""
    return can_respond(actor, (response.proposal, response.organisation), now)


def can_prepare(actor: Any, routing: Routing, now: datetime) -> Decision:
    """Its officials prepare the answer of an institution that has the proposal."""
    return can_respond(actor, (routing.proposal, routing.organisation), now)


def can_move(proposal: Proposal, status: ProposalStatus) -> Decision:
    """Whether the table of transitions allows this step."""
    return ALLOW if status in TRANSITIONS[proposal.status] else deny(_l("La propuesta ya no está en ese paso."))


def can_read(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Drafts belong to their authors, who speaks for them and whom they invited; everything else, tombstones included,
    is public."""
    if proposal.status is not ProposalStatus.DRAFT or speaks_for(actor, proposal):
        return ALLOW
    return allow_if(offer_to(actor, proposal, now), _l("Este borrador es de quien lo escribe."))


def answers_amendments(actor: Any, proposal: Proposal) -> bool:
    """Its authors, and whoever facilitates the table that owns it; of one that was made on paper or in person, whoever
    facilitates the cycle. Nobody else, whatever their role."""
    if is_author(actor, proposal):
        return True
    if proposal.recorded_by_id is not None and actor.holds(Role.FACILITATOR, proposal.cycle):
        return True
    return _facilitates_table(actor, proposal)


def _facilitates_table(actor: Any, proposal: Proposal) -> bool:
    """Whether they lead the table that owns it."""
    return any(actor.holds(role, proposal.table) for role in (Role.FACILITATOR, Role.COFACILITATOR))


def is_frozen(proposal: Proposal) -> bool:
    """Whether its amendments stay as they are: it is or was on a ballot, or is no longer to be read as its own."""
    return not proposal.is_public or proposal.status not in AMENDED


def can_amend(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """Propose a change to a text that may still change, where somebody can answer it."""
    if not proposal.is_public or proposal.status is not ProposalStatus.PUBLISHED:
        return deny(NO_MORE)
    if is_author(actor, proposal):
        return deny(_l("Es tuya: cambia el texto directamente."))
    if speaks_for(actor, proposal):
        return deny(_l("La registró la facilitación: cambia el texto directamente."))
    if proposal.table_id is None and not proposal.authors and proposal.recorded_by_id is None:
        return deny(_l("Ya no hay quien responda enmiendas a esta propuesta. Puedes comentarla."))
    return can_write(actor, proposal.cycle, now)


def can_decide(actor: Any, amendment: Amendment, now: datetime) -> Decision:
    """Reject an amendment: those who answer for the proposal, never who proposed it."""
    if not answers_amendments(actor, amendment.proposal):
        return deny(_l("Solo quien escribió la propuesta, o la facilitación de su mesa, responde sus enmiendas."))
    if amendment.author_id == actor.id:
        return deny(_l("Quien propone una enmienda no la decide."))
    if not amendment.is_undecided or not amendment.is_public:
        return deny(_l("Esta enmienda ya no espera respuesta."))
    return allow_if(not is_frozen(amendment.proposal), NO_MORE)


def can_accept(actor: Any, amendment: Amendment, now: datetime) -> Decision:
    """Accept it into the text: while the text may change at all."""
    decides = can_decide(actor, amendment, now)
    if not decides:
        return decides
    if amendment.proposal.status is not ProposalStatus.PUBLISHED:
        return deny(NO_MORE)
    return can_write(actor, amendment.proposal.cycle, now)


def can_take_back(actor: Any, amendment: Amendment, now: datetime) -> Decision:
    """Withdraw one's own amendment while nobody has answered it."""
    if not actor.is_authenticated or amendment.author_id != actor.id:
        return deny(_l("Solo quien propuso la enmienda puede retirarla."))
    return allow_if(amendment.is_undecided and amendment.is_public, _l("Esta enmienda ya no espera respuesta."))


def can_promote(actor: Any, amendment: Amendment, now: datetime) -> Decision:
    """Make a proposal of one's own of an amendment that was rejected, once."""
    if not actor.is_authenticated or amendment.author_id != actor.id:
        return deny(_l("Solo quien propuso la enmienda puede hacerla propuesta."))
    if amendment.status is not AmendmentStatus.REJECTED or not amendment.is_public:
        return deny(_l("Solo una enmienda rechazada puede hacerse propuesta."))
    if amendment.promoted_id is not None:
        return deny(_l("Ya hiciste una propuesta de esta enmienda."))
    if not amendment.proposal.has_text:
        return deny(_l("El texto que enmendaba ya no está a la vista."))
    return can_write(actor, amendment.cycle, now)


def can_be_rearranged(proposal: Proposal, now: datetime) -> Decision:
    """Merge or split what was published and is on no ballot, while a stage opens the review."""
    if not proposal.is_public or proposal.status not in REARRANGED:
        return deny(
            _l(
                "%(one)s no se puede fusionar ni dividir: no está publicada, no se admitió o entró a una votación.",
                one=proposal.reference,
            )
        )
    return stage_opens(Action.REVIEW_PROPOSAL, proposal.cycle, now)


def can_rearrange(actor: Any, proposal: Proposal, now: datetime) -> Decision:
    """The facilitation drafts merges and splits; they are up to the authors."""
    facilitates = can_facilitate(actor, proposal.cycle, now)
    return can_be_rearranged(proposal, now) if facilitates else facilitates


def can_see_rearrangement(actor: Any, rearrangement: Rearrangement, now: datetime) -> Decision:
    """What took effect is public; before, and where it never did, it is its authors' and the facilitation's."""
    if rearrangement.state in {RearrangementState.DONE, RearrangementState.UNDONE}:
        return ALLOW
    return knows_answers(actor, rearrangement, now)


def knows_answers(actor: Any, rearrangement: Rearrangement, now: datetime) -> Decision:
    """Who answered what is its authors' and the facilitation's alone, also once it took effect."""
    if any(is_author(actor, proposal) for proposal in rearrangement.proposals):
        return ALLOW
    return can_facilitate(actor, rearrangement.cycle, now)


def can_answer(actor: Any, rearrangement: Rearrangement, now: datetime) -> Decision:
    """Its authors, until all have agreed, one refused or the time is over; who agreed may still refuse. Once all had
    agreed, whoever joined them since."""
    if not any(is_author(actor, proposal) for proposal in rearrangement.proposals):
        return deny(_l("Solo contesta quien escribió una de las propuestas."))
    waiting = rearrangement.state is RearrangementState.PROPOSED or actor.id in {
        one.id for one in rearrangement.awaited
    }
    return allow_if(rearrangement.is_pending(now) and waiting, _l("Esto ya no espera respuestas."))


def can_take_effect(rearrangement: Rearrangement, now: datetime) -> Decision:
    """Whether nothing became of a source meanwhile that hinders it."""
    judged = (can_be_rearranged(proposal, now) for proposal in rearrangement.proposals)
    return next((decision for decision in judged if not decision), ALLOW)


def can_cancel(actor: Any, rearrangement: Rearrangement, now: datetime) -> Decision:
    """The facilitation, while it is under way."""
    facilitates = can_facilitate(actor, rearrangement.cycle, now)
    if not facilitates:
        return facilitates
    return allow_if(rearrangement.is_pending(now), _l("Esto ya se resolvió de otra manera."))


def can_conclude(actor: Any, rearrangement: Rearrangement, now: datetime) -> Decision:
    """The facilitation, while it is under way: with every consent, or naming a recorded decision."""
    return can_cancel(actor, rearrangement, now)


def can_undo(actor: Any, rearrangement: Rearrangement, now: datetime) -> Decision:
    """The facilitation, of what took effect, while nothing that came of it was withdrawn or reached a ballot."""
    facilitates = can_facilitate(actor, rearrangement.cycle, now)
    if not facilitates:
        return facilitates
    if rearrangement.state is not RearrangementState.DONE:
        return deny(_l("No está hecha. Si lo estaba, alguien ya la deshizo."))
    stands = all(one.is_public and one.status in UNVOTED for one in rearrangement.made)
    return allow_if(
        stands, _l("Lo que resultó ya entró a una votación o dejó de estar publicado: no se puede deshacer.")
    )
