"""What a merge or a split does to proposals, and undoing it. The caller holds the locks and has judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cocrea.accounts.models import Person
from cocrea.consultation.operations import MOST_TARGETS
from cocrea.core import sdg, text
from cocrea.core.db import add
from cocrea.core.i18n import DEFAULT_LOCALE, in_language
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.carrying import carry, recount, take_back
from cocrea.discussion.models import Coauthor, ContributionKind, Visibility
from cocrea.discussion.operations import contribution_fields, note, set_visibility
from cocrea.extensions import db
from cocrea.proposals.models import (
    Proposal,
    ProposalStatus,
    Rearrangement,
    RearrangementKind,
    RearrangementText,
)
from cocrea.proposals.operations import ties
from cocrea.proposals.operations.coauthors import note_joined
from cocrea.proposals.operations.writing import keep_version

UNDONE = _l("Se deshizo la fusión o la división de la que nació.")


def take_effect(rearrangement: Rearrangement, actor: Person, now: datetime) -> list[Proposal]:
    """Publish each text as a proposal by all the authors of the sources, to be reviewed anew; the sources keep their
    pages and lead there, and who supports one of them counts once as a supporter of each. What was published.

    `actor` is whom the history names for it."""
    sources = rearrangement.proposals
    made = [_publish(rearrangement, actor, each, sources, now) for each in rearrangement.texts]
    new: dict[str, Any] = {"into": [one.reference for one in made]}
    if rearrangement.agreement:
        new["agreement"] = rearrangement.agreement.reference
    for source in sources:
        _leave(source, rearrangement, made, now)
        note(actor, source, f"proposal.{rearrangement.kind.step}", now, new=new, reason=rearrangement.reason)
    for one in made:
        recount(one)
    return made


def undo_effect(actor: Any, rearrangement: Rearrangement, reason: str, now: datetime) -> None:
    """The sources are public again, unless something else was done to them since; what was made leaves tombstones."""
    sources, made = rearrangement.proposals, rearrangement.made
    for source in sources:
        for one in made:
            take_back(source, one)
        source.merged_into_id, source.is_split = None, False
        if source.visibility is rearrangement.kind.tombstone:
            set_visibility(source, Visibility.PUBLIC, reason="", now=now)
        old = {"into": [one.reference for one in made]}
        note(actor, source, "proposal.returned", now, old=old, reason=reason)
    for one in made:
        with in_language(DEFAULT_LOCALE):
            set_visibility(one, Visibility.WITHDRAWN, reason=str(UNDONE), now=now)
        note(actor, one, "proposal.undone", now, reason=reason)


def _leave(source: Proposal, rearrangement: Rearrangement, made: Sequence[Proposal], now: datetime) -> None:
    if rearrangement.kind is RearrangementKind.MERGE:
        source.merged_into_id = made[0].id
    else:
        source.is_split = True
    set_visibility(source, rearrangement.kind.tombstone, reason=rearrangement.reason, now=now)
    for one in made:
        carry(source, one, but=_wrote(rearrangement))


def _wrote(rearrangement: Rearrangement) -> set[int]:
    """Whoever wrote any of the sources, those who closed their account included."""
    first = {one.author_id for one in rearrangement.proposals if one.author_id is not None}
    return first | {joined.person_id for one in rearrangement.proposals for joined in one.coauthors}


def _credit(proposal: Proposal, authors: Sequence[Person], now: datetime) -> None:
    """Beside the first of them, whom the proposal names itself."""
    for person in authors[1:]:
        add(Coauthor(contribution_id=proposal.id, person_id=person.id, sector=person.sector, joined_at=now))
    db.session.expire(proposal, ["coauthors"])
    for joined in proposal.coauthors:
        note_joined(joined, proposal, now)


def _publish(
    rearrangement: Rearrangement, actor: Person, said: RearrangementText, sources: Sequence[Proposal], now: datetime
) -> Proposal:
    authors = rearrangement.authors
    first = next((one for one in sources if one.authors), sources[0])
    fields = contribution_fields(
        actor=authors[0] if authors else rearrangement.drafted_by,
        kind=ContributionKind.PROPOSAL,
        cycle=rearrangement.cycle,
        now=now,
        title=said.title,
        body=said.body_source,
        channel=_shared([one.channel for one in sources]) or first.channel,
        attribution="" if authors else str(first.byline),
    )
    proposal = add(
        Proposal(
            **{**fields, **_like(first, fields)},
            status=ProposalStatus.PUBLISHED,
            table_id=_shared([one.table_id for one in sources]),
            beneficiaries=said.beneficiaries,
            responsible=said.responsible,
            needs=said.needs,
            form_key=text.fingerprint("rearrangement", str(rearrangement.id), str(said.position)),
        )
    )
    said.proposal = proposal
    ties.tie(
        proposal,
        dict.fromkeys(problem for source in sources for problem in source.problems),
        sdg.in_order({code for source in sources for code in source.codes})[:MOST_TARGETS],
        {cause for source in sources for cause in source.causes},
    )
    keep_version(actor, proposal, now, rearrangement.reason)
    told = {"version": 1, "text": proposal.fingerprint, **ties.told(proposal)}
    new = {**told, "gathers": [one.reference for one in sources]}
    note(actor, proposal, "proposal.published", now, new=new)
    _credit(proposal, authors, now)
    return proposal


def _like(first: Proposal, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of the author who is named, as of the source that names them; who recorded that one speaks for this
    one too."""
    joined = (one.sector for one in first.coauthors if one.person_id == fields["author_id"])
    return {
        "author_sector": next(joined, first.author_sector),
        "recorded_by_id": first.recorded_by_id or fields["recorded_by_id"],
        "attribution": fields["attribution"] or first.attribution,
    }


def _shared(values: Sequence[Any]) -> Any:
    """What all have in common, else None."""
    return values[0] if len(set(values)) == 1 else None
