"""Making the nodes of a thread, and what happened to them, of rows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flask import url_for

from cocrea.accounts.models import Sector
from cocrea.commitments.models import Origin
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import READABLE, ContributionKind, Visibility
from cocrea.followup.models import Activity, ActivityStatus
from cocrea.opendata.threads.nodes import Node, Step, Stop
from cocrea.proposals.models import AmendmentStatus, Part, ProposalStatus, ResponseKind
from cocrea.voting.account import figure

STOPS = {
    ContributionKind.PROBLEM: (Stop.PROBLEM, "consultation.problem"),
    ContributionKind.PROPOSAL: (Stop.PROPOSAL, "proposals.show"),
    ContributionKind.COMMITMENT: (Stop.COMMITMENT, "commitments.show"),
}
LOOKS = {
    ProposalStatus.SELECTED: "success",
    ProposalStatus.COMMITTED: "success",
    ProposalStatus.NOT_ADMITTED: "closed",
    ProposalStatus.NOT_SELECTED: "closed",
}
ACTIVITY_LOOKS = {
    ActivityStatus.NOT_STARTED: "planned",
    ActivityStatus.STARTED: "open",
    ActivityStatus.COMPLETE: "closed",
    ActivityStatus.VERIFIED: "success",
}
JUDGED = {
    "activity.complete": _l("Se reportó completa"),
    "activity.disputed": _l("La contraparte la objetó"),
    "activity.verified": _l("La contraparte la verificó"),
}


def contribution_node(row: Any) -> Node:
    stop, endpoint = STOPS[ContributionKind(row.kind)]
    is_gone = row.visibility != Visibility.PUBLIC
    node = Node(
        row.reference,
        stop,
        row.title if row.visibility in READABLE else Visibility(row.visibility).label,
        url_for(endpoint, reference=row.reference),
        row.published_at or row.created_at,
        sectors=_sectors(row, stop),
        who="" if is_gone else " · ".join(name for name in (row.lead_name, row.counterpart_name) if name),
        state=_state(row, stop, is_gone),
        reason=row.visibility_reason if is_gone else row.status_reason or row.left_out_reason or "",
        is_tombstone=is_gone,
    )
    if stop is Stop.COMMITMENT and row.origin == Origin.PROACTIVE:
        node.gaps.append(_l("Es proactivo: lo ofreció la institución."))
    return node


def _sectors(row: Any, stop: Stop) -> tuple[Sector, ...]:
    known = (row.lead_sector, row.counterpart_sector) if stop is Stop.COMMITMENT else (row.author_sector,)
    return tuple(dict.fromkeys(sector for sector in known if sector))


def _state(row: Any, stop: Stop, is_gone: bool) -> tuple[Any, str] | None:
    if is_gone:
        return Visibility(row.visibility).label, "neutral"
    if stop is Stop.PROPOSAL:
        return row.status.label, LOOKS.get(row.status, "open")
    if stop is Stop.COMMITMENT:
        return (_l("Firmado"), "success") if row.signed_at else (_l("En redacción"), "open")
    return None


def table_node(row: Any) -> Node:
    url = url_for("tables.show", reference=row.table_reference)
    return Node(row.table_reference, Stop.TABLE, row.table_name, url, row.table_at)


def agreement_step(row: Any) -> Step:
    url = url_for("tables.agreement", reference=row.reference)
    return Step(f"acuerdo:{row.reference}", _l("Acuerdo adoptado"), row.at, said=row.said, url=url)


def response_node(row: Any) -> Node:
    url = url_for("proposals.answer_versions", response_id=row.id)
    corrected = []
    if row.corrected_at:
        corrected.append(Step(f"correccion:{row.id}", _l("Se corrigió"), row.corrected_at, made=False))
    kind = ResponseKind(row.kind)
    title = _l("Respuesta de %(name)s", name=row.by_name)
    state = (kind.label, "closed" if kind is ResponseKind.NOT_ACCEPTED else "open")
    own = {"sectors": (row.by_sector,), "who": row.by_name, "state": state, "steps": corrected}
    return Node(f"respuesta-{row.id}", Stop.RESPONSE, title, url, row.published_at, **own)


def contest_node(row: Any) -> Node:
    url = url_for("voting.show", reference=row.reference)
    if row.cancelled_at:
        state = (_l("Se canceló"), "neutral")
    else:
        state = (_l("Contada"), "success") if row.counted_at else (_l("Todavía no se cuenta"), "planned")
    own = {"ended_at": row.closes_at, "state": state, "reason": row.cancel_reason}
    return Node(row.reference, Stop.CONTEST, row.question, url, row.opens_at, **own)


def outcome_step(row: Any, proposal: Node) -> list[Step]:
    """What was counted of one proposal, once it is published."""
    if not row.result or row.cancelled_at:
        return []
    counted = row.result["options"][row.place]
    won = counted["passes"] if "passes" in counted else counted["won"]
    words = _l("Resultado de %(reference)s: se aprobó", reference=proposal.key)
    lost = _l("Resultado de %(reference)s: no se aprobó", reference=proposal.key)
    return [Step(f"resultado:{proposal.key}", words if won else lost, row.counted_at, said=_counted(row, counted))]


def _counted(row: Any, counted: dict[str, Any]) -> Any:
    if row.average:
        rounds = row.result["rounds"]
        mean = rounds[0]["mean"].get(str(row.position), 0) if rounds else 0
        return _l("%(mean)s en promedio", mean=figure(Fraction(mean)))
    if "passes" not in counted:
        return _l("A su favor: %(votes)s", votes=str(counted["votes"]))
    tally = {name: counted[name] for name in ("yes", "no", "abstain")}
    return _l("%(yes)s síes, %(no)s noes y %(abstain)s abstenciones.", **tally)


def activity_node(row: Any) -> Node:
    activity: Activity = row.Activity
    return Node(
        activity.reference,
        Stop.ACTIVITY,
        activity.title,
        url_for("followup.activity", reference=activity.reference),
        activity.starts_on,
        activity.ends_on,
        sectors=(row.by_sector,) if row.by_sector else (),
        who=row.by_name or "",
        state=(activity.status.label, ACTIVITY_LOOKS[activity.status]),
        reason=activity.dispute_reason or activity.status_note,
    )


def add_evidence(node: Node, row: Any) -> None:
    """The evidence of this row, if it has any."""
    if row.evidence_id is None:
        return
    own = url_for("followup.evidence_file", reference=node.key, evidence_id=row.evidence_id) if row.file_id else ""
    step = Step(
        f"evidencia:{row.evidence_id}", _l("Evidencia"), row.created_at, said=row.evidence, url=own or row.url
    )
    node.steps.append(step)


def judgement_step(row: Any) -> Step:
    """That it was verified is a thing of its own: the last of the thread."""
    name = row.what.partition(".")[2]
    return Step(f"{name}:{row.number}", JUDGED[row.what], row.at, made=name == "verified")


def text_step(row: Any, node: Node) -> Step:
    words = _l("Versión %(number)s del texto", number=row.number)
    if node.stop is Stop.COMMITMENT:
        url = url_for("commitments.versions", reference=node.key)
        return Step(f"version:{row.number}", words, row.at, url=url, revises=True)
    url = url_for("proposals.version", reference=node.key, number=row.number)
    return Step(f"version:{row.number}", words, row.at, said=row.said, url=url, revises=True)


def signature_step(row: Any) -> Step:
    key = f"firma:{row.sector or 'nadie'}"
    return Step(key, _l("Firmó %(name)s", name=row.said or "?"), row.at, _sector(row), made=False)


def amendment_step(row: Any) -> Step:
    is_public = row.visibility == Visibility.PUBLIC
    status = AmendmentStatus(row.what).label if is_public else Visibility(row.visibility).label
    words = _l("Enmienda a «%(part)s»: %(status)s", part=Part(row.part).label, status=status)
    url = url_for("proposals.amendment", reference=row.reference)
    said = row.said if is_public else ""
    return Step(f"enmienda:{row.reference}", words, row.at, _sector(row), said=said, url=url)


def _sector(row: Any) -> Sector | None:
    return Sector(row.sector) if row.sector else None
