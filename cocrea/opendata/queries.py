"""The thread of a commitment, and the rows of what a cycle offers for download."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cocrea.accounts.models import Organisation
from cocrea.commitments.models import Commitment
from cocrea.commitments.queries import problems_behind
from cocrea.consultation.models import Problem, Topic
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Comment, Visibility
from cocrea.discussion.queries import comments_of
from cocrea.followup.models import Activity, Evidence, KeyAction
from cocrea.followup.queries import key_actions
from cocrea.opendata.answering import AMENDMENTS, ANSWERS, ROUTINGS, VERSIONS
from cocrea.opendata.datasets import Dataset, Rows
from cocrea.proposals.models import Proposal, ProposalReview, ProposalVersion, Response
from cocrea.proposals.queries import coauthor_count, responses, tied_columns, versions
from cocrea.voting.models import Contest
from cocrea.voting.queries import of_option


@dataclass(frozen=True)
class Thread:
    """Everything a commitment comes from and what became of it. What is missing is None or empty, and shown so."""

    commitment: Commitment
    actions: Sequence[KeyAction]
    problems: Sequence[Problem] = ()
    proposal_versions: Sequence[ProposalVersion] = ()
    contest: Contest | None = None
    responses: Sequence[Response] = ()

    @property
    def outcome(self) -> dict[str, int] | None:
        """What was counted of the proposal, once it is published: answers and `passes`, or `votes` and `won`."""
        if self.contest is None or not self.contest.result:
            return None
        places = [option.proposal_id for option in self.contest.options]
        counted: dict[str, int] = self.contest.result["options"][places.index(self.commitment.proposal_id)]
        return counted


def thread(commitment: Commitment) -> Thread:
    proposal, actions = commitment.proposal, key_actions(commitment)
    if proposal is None:
        return Thread(commitment, actions)
    return Thread(
        commitment,
        actions,
        problems_behind(commitment),
        versions(proposal),
        of_option(proposal.id),
        responses(proposal),
    )


def _problems(cycle_id: int) -> Rows:
    return (
        sa.select(
            Problem.reference,
            Problem.title,
            Topic.title.label("topic"),
            Problem.body_source.label("what_happens"),
            Problem.affected,
            Problem.causes,
            Problem.effects,
            Problem.sources,
            Problem.territory,
            Problem.municipality,
            Problem.channel,
            Problem.author_sector,
            Problem.support_count,
            Problem.comment_count,
            Problem.published_at,
        )
        .join(Topic, Topic.id == Problem.topic_id)
        .where(Problem.cycle_id == cycle_id, Problem.visibility == Visibility.PUBLIC)
    )


def _proposals(cycle_id: int) -> Rows:
    columns = sa.select(
        Proposal.reference,
        Proposal.title,
        Proposal.body_source.label("what_to_do"),
        Proposal.beneficiaries,
        Proposal.responsible,
        Proposal.needs,
        *(column.label(name) for name, column in tied_columns(Proposal.id).items()),
        Proposal.status,
        Proposal.status_reason,
        Proposal.version,
        Proposal.channel,
        Proposal.author_sector,
        coauthor_count.label("coauthor_count"),
        Proposal.support_count,
        Proposal.comment_count,
        Proposal.published_at,
        ProposalReview.findings.label("criteria"),
    )
    return columns.outerjoin(ProposalReview, ProposalReview.proposal_id == Proposal.id).where(
        Proposal.cycle_id == cycle_id, Proposal.visibility == Visibility.PUBLIC
    )


def _commitments(cycle_id: int) -> Rows:
    lead, counterpart, proposal = aliased(Organisation), aliased(Organisation), aliased(Proposal, flat=True)
    return (
        sa.select(
            Commitment.reference,
            Commitment.number,
            Commitment.title,
            Commitment.origin,
            proposal.reference.label("proposal"),
            lead.name.label("lead"),
            counterpart.name.label("counterpart"),
            Commitment.problem,
            Commitment.body_source.label("what_will_be_done"),
            Commitment.solution,
            Commitment.objective,
            Commitment.scope_text.label("scope"),
            Commitment.indicator,
            Commitment.baseline,
            Commitment.goal,
            Commitment.unit,
            Commitment.budget,
            Commitment.starts_on,
            Commitment.ends_on,
            Commitment.signed_at,
            Commitment.fingerprint,
            Commitment.left_out_reason,
        )
        .outerjoin(lead, lead.id == Commitment.lead_id)
        .outerjoin(counterpart, counterpart.id == Commitment.counterpart_id)
        .outerjoin(proposal, proposal.id == Commitment.proposal_id)
        .where(Commitment.plan_cycle_id == cycle_id, Commitment.visibility == Visibility.PUBLIC)
    )


def _activities(cycle_id: int) -> Rows:
    evidence = sa.select(sa.func.count()).where(Evidence.activity_id == Activity.id).scalar_subquery()
    return (
        sa.select(
            Activity.reference,
            Commitment.reference.label("commitment"),
            KeyAction.position.label("key_action"),
            KeyAction.title.label("key_action_title"),
            KeyAction.weight,
            Activity.title,
            Organisation.name.label("responsible"),
            Activity.starts_on,
            Activity.ends_on,
            Activity.means_of_verification,
            Activity.status,
            Activity.status_note,
            Activity.dispute_reason,
            evidence.label("evidence_count"),
        )
        .join(KeyAction, KeyAction.id == Activity.key_action_id)
        .join(Commitment, Commitment.id == KeyAction.commitment_id)
        .outerjoin(Organisation, Organisation.id == Activity.responsible_id)
        .where(Commitment.plan_cycle_id == cycle_id, Commitment.visibility == Visibility.PUBLIC)
    )


def _comments(cycle_id: int) -> Rows:
    return comments_of(Comment.cycle_id == cycle_id)


DATASETS = {
    dataset.name: dataset
    for dataset in (
        Dataset(
            "problematicas",
            _l("Problemáticas"),
            _l("Lo que se publicó en la consulta, con su tema y sus apoyos."),
            _problems,
            Problem.id,
        ),
        Dataset(
            "propuestas",
            _l("Propuestas"),
            _l("Su texto vigente, en qué quedó cada una y por qué."),
            _proposals,
            Proposal.id,
        ),
        AMENDMENTS,
        ROUTINGS,
        ANSWERS,
        VERSIONS,
        Dataset(
            "comentarios",
            _l("Comentarios"),
            _l("Lo que se comentó de todo lo anterior: a qué responde, con qué postura y qué reacciones tuvo."),
            _comments,
            Comment.id,
        ),
        Dataset(
            "compromisos",
            _l("Compromisos"),
            _l("Los campos de cada compromiso, sus partes y la huella del texto firmado."),
            _commitments,
            Commitment.id,
        ),
        Dataset(
            "actividades",
            _l("Actividades"),
            _l("La hoja de ruta: fechas, responsables, estado y cuánta evidencia hay."),
            _activities,
            Activity.id,
        ),
    )
}
