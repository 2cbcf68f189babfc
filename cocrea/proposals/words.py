"""How the public history tells what happened to proposals, and what their figures are called."""

from __future__ import annotations

from cocrea.audit import words
from cocrea.core.i18n import lazy as _l
from cocrea.proposals import rules
from cocrea.proposals.models import Duty, Part, ProposalStatus, ResponseKind
from cocrea.proposals.standing import HAPPENED

FIGURES = {"proposals": _l("Propuestas")}

words.extend(
    actions={
        **{f"proposal.{step}": happened for step, happened in HAPPENED.items()},
        "proposal.revised": _l("Su texto cambió"),
        "proposal.file_added": _l("Se agregó un archivo"),
        "proposal.file_removed": _l("Se quitó un archivo"),
        "proposal.tied": _l("Cambió qué problemáticas, causas u objetivos atiende"),
        "proposal.routed": _l("Se turnó a una institución"),
        "proposal.unrouted": _l("Dejó de estar turnada a una institución"),
        "institution.rests": _l("La institución agregó días inhábiles"),
        "institution.works": _l("La institución quitó un día inhábil"),
        "proposal.amended": _l("Su texto cambió con una enmienda"),
        "amendment.proposed": _l("Se propuso una enmienda"),
        "amendment.accepted": _l("Se aceptó la enmienda"),
        "amendment.rejected": _l("No se aceptó la enmienda"),
        "amendment.withdrawn": _l("La retiró quien la propuso"),
        "amendment.promoted": _l("Se hizo de ella otra propuesta"),
        "coauthor.invited": _l("Quien la escribe invitó a alguien a escribirla también"),
        "coauthor.uninvited": _l("Se retiró una invitación a escribirla"),
        "coauthor.joined": _l("Aceptó escribirla con quienes ya la escribían"),
        "coauthor.left": _l("Dejó de escribirla"),
        "proposal.asked_back": _l("Quien la escribió repreguntó a la institución"),
        "proposal.replied": _l("La institución contestó lo que le preguntaron"),
        "proposal.answer_noted": _l("Una institución escribió una nota interna"),
        "proposal.answered": _l("Una institución respondió"),
        "proposal.answer_corrected": _l("Una institución corrigió su respuesta"),
    },
    fields={
        "proposal.text": _l("Huella del texto"),
        "proposal.fingerprint": _l("Huella del archivo"),
        "proposal.files": _l("Huellas de los archivos"),
        "proposal.problems": _l("Problemáticas"),
        "proposal.targets": _l("Objetivos y metas"),
        "proposal.causes": _l("Claves de las causas"),
        "proposal.amendment": _l("Enmienda"),
        "proposal.into": _l("Sigue en"),
        "proposal.gathers": _l("Nace de"),
        "proposal.agreement": _l("Acuerdo"),
        "proposal.criteria": _l("Criterios revisados"),
        "proposal.not_met": _l("Criterios que no cumple"),
        **{f"stage.{rule.key}": rule.label for rule in rules.ALL},
        "amendment.text": _l("Huella del texto"),
        "amendment.proposal": _l("Propuesta"),
        "amendment.part": _l("Parte del texto"),
        "amendment.with_edits": _l("Con cambios"),
        "proposal.kind": _l("Respuesta"),
        "proposal.version": _l("Versión"),
        "proposal.organisation": _l("Institución"),
        "proposal.duty": _l("Papel"),
        "proposal.due": _l("Día en que vence"),
        "proposal.lead": _l("Quién encabezaba"),
        "institution.first": _l("Primer día"),
        "institution.last": _l("Último día"),
        "institution.days": _l("Cuántos días"),
    },
    values={
        "proposal.status": ProposalStatus,
        "proposal.kind": ResponseKind,
        "proposal.duty": Duty,
        "amendment.part": Part,
    },
)
