"""Commitments, and their roadmap down to the evidence."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from cocrea.accounts.models import Organisation
from cocrea.commitments.models import Commitment, CommitmentPartner, CommitmentTarget, CommitmentVersion
from cocrea.core.i18n import lazy as _l
from cocrea.core.models import StoredFile
from cocrea.core.settings import current_settings
from cocrea.discussion.models import Visibility
from cocrea.followup.models import Activity, Assessment, CommitmentReport, Evidence, KeyAction
from cocrea.opendata import words
from cocrea.opendata.datasets import Dataset, Rows
from cocrea.proposals.models import Proposal

STARTS, ENDS = _l("Día en que empieza."), _l("Día en que termina.")
COMMITMENT = _l("Clave del compromiso.")
ACTION = _l("Número de la acción clave en su compromiso.")
ACTIVITY = _l("Clave de la actividad.")
STATUS = _l("not_started (por iniciar), started (en proceso), complete (completa) o verified (verificada).")


def _commitments() -> Rows:
    """The template's fields, one by one: their order is that of the columns of the file, hence the length."""
    lead, counterpart, proposal = aliased(Organisation), aliased(Organisation), aliased(Proposal, flat=True)
    codes = sa.select(sa.func.aggregate_strings(CommitmentTarget.code, " "))
    named = sa.select(sa.func.aggregate_strings(Organisation.name, "; ")).join(
        CommitmentPartner, CommitmentPartner.organisation_id == Organisation.id
    )
    return (
        sa.select(
            Commitment.reference,
            Commitment.number,
            Commitment.title,
            Commitment.origin,
            proposal.reference.label("proposal"),
            lead.name.label("lead"),
            counterpart.name.label("counterpart"),
            named.where(CommitmentPartner.commitment_id == Commitment.id).scalar_subquery().label("partners"),
            Commitment.problem,
            Commitment.causes,
            Commitment.body_source.label("what_will_be_done"),
            Commitment.solution,
            Commitment.objective,
            Commitment.scope_text.label("scope"),
            Commitment.indicator,
            Commitment.baseline,
            Commitment.goal,
            Commitment.unit,
            Commitment.indicator_source,
            Commitment.transparency,
            Commitment.accountability,
            Commitment.participation,
            Commitment.inclusion,
            codes.where(CommitmentTarget.commitment_id == Commitment.id).scalar_subquery().label("targets"),
            Commitment.budget,
            Commitment.budget_amount,
            Commitment.budget_source,
            Commitment.programme_key,
            Commitment.is_costless,
            Commitment.costless_reason,
            Commitment.other_actors,
            Commitment.sources,
            Commitment.starts_on,
            Commitment.ends_on,
            Commitment.published_at,
            Commitment.signed_at,
            Commitment.fingerprint,
            Commitment.left_out_reason,
        )
        .outerjoin(lead, lead.id == Commitment.lead_id)
        .outerjoin(counterpart, counterpart.id == Commitment.counterpart_id)
        .outerjoin(proposal, proposal.id == Commitment.proposal_id)
    )


def _key_actions() -> Rows:
    number = sa.select(sa.func.count()).where(Activity.key_action_id == KeyAction.id).scalar_subquery()
    return _under(
        sa.select(
            Commitment.reference.label("commitment"),
            KeyAction.position.label("number"),
            KeyAction.title,
            KeyAction.weight,
            number.label("activity_count"),
        ).join(Commitment, Commitment.id == KeyAction.commitment_id)
    )


def _activities() -> Rows:
    evidence = sa.select(sa.func.count()).where(Evidence.activity_id == Activity.id).scalar_subquery()
    return _under(
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
            Activity.spent.label("spent"),
            evidence.label("evidence_count"),
        )
        .join(KeyAction, KeyAction.id == Activity.key_action_id)
        .join(Commitment, Commitment.id == KeyAction.commitment_id)
        .outerjoin(Organisation, Organisation.id == Activity.responsible_id)
    )


def _evidence() -> Rows:
    begin = sa.literal(f"{current_settings().public_url}/actividades/")
    where = begin + Activity.reference + "/evidencia/" + sa.cast(Evidence.id, sa.String)
    return _under(
        sa.select(
            Commitment.reference.label("commitment"),
            Activity.reference.label("activity"),
            Evidence.title,
            sa.case((Evidence.url != "", Evidence.url), else_=where).label("address"),
            StoredFile.media_type,
            StoredFile.size,
            StoredFile.sha256,
            Evidence.created_at.label("given_at"),
        )
        .join(Activity, Activity.id == Evidence.activity_id)
        .join(KeyAction, KeyAction.id == Activity.key_action_id)
        .join(Commitment, Commitment.id == KeyAction.commitment_id)
        .outerjoin(StoredFile, StoredFile.id == Evidence.file_id)
    )


def _reports() -> Rows:
    return _under(
        sa.select(
            Commitment.reference.label("commitment"),
            CommitmentReport.number,
            CommitmentReport.kind,
            CommitmentReport.starts_on,
            CommitmentReport.ends_on,
            CommitmentReport.body,
            CommitmentReport.reason,
            CommitmentReport.published_at,
        ).join(Commitment, Commitment.id == CommitmentReport.commitment_id)
    )


def _assessments() -> Rows:
    begin = sa.literal(f"{current_settings().public_url}/compromisos/")
    where = begin + Commitment.reference + "/evaluaciones/" + sa.cast(Assessment.number, sa.String) + "/informe"
    return _under(
        sa.select(
            Commitment.reference.label("commitment"),
            Assessment.number,
            Assessment.assessed_at,
            Assessment.is_verifiable,
            Assessment.has_open_government_lens,
            Assessment.potential,
            Assessment.completion,
            Assessment.early_results,
            Assessment.reasons,
            sa.case((Assessment.report_id.is_not(None), where)).label("report"),
            StoredFile.sha256,
        )
        .join(Commitment, Commitment.id == Assessment.commitment_id)
        .outerjoin(StoredFile, StoredFile.id == Assessment.report_id)
    )


def _under(statement: Rows) -> Rows:
    return statement.where(Commitment.visibility == Visibility.PUBLIC)


def _rewritten() -> Any:
    newest = sa.select(sa.func.max(CommitmentVersion.created_at, type_=Commitment.signed_at.type))
    return newest.where(CommitmentVersion.commitment_id == Commitment.id).scalar_subquery()


ALL = (
    Dataset(
        "compromisos",
        "commitments",
        _l("Compromisos"),
        _l("Los campos de cada compromiso, sus partes y la huella del texto firmado."),
        _commitments,
        (Commitment.id,),
        {
            "reference": words.REFERENCE,
            "number": _l("Su número en el plan."),
            "title": words.TITLE,
            "origin": _l("cocreated (cocreado), proactive (ofrecido por la institución) o unknown (no consta)."),
            "proposal": _l("Clave de la propuesta que retoma."),
            "lead": _l("Institución responsable."),
            "counterpart": _l("Contraparte de sociedad civil."),
            "partners": _l("Organizaciones corresponsables, separadas por punto y coma."),
            "problem": _l("La problemática pública a la que responde."),
            "causes": _l("Las causas de la problemática."),
            "what_will_be_done": _l("Qué se hará."),
            "solution": _l("Cómo contribuye a resolver la problemática."),
            "objective": _l("Objetivo."),
            "scope": _l("Alcance: hasta dónde llega y hasta dónde no."),
            "indicator": _l("Cómo se medirá."),
            "baseline": _l("Valor del indicador al empezar."),
            "goal": _l("Valor del indicador al que se quiere llegar."),
            "unit": _l("Unidad en que se mide."),
            "indicator_source": _l("De qué documento o registro sale la cifra, y quién la publica."),
            "transparency": _l("Qué aporta a la transparencia."),
            "accountability": _l("Qué aporta a la rendición de cuentas."),
            "participation": _l("Qué aporta a la participación."),
            "inclusion": _l("Igualdad de género e inclusión."),
            "targets": words.TARGETS,
            "budget": _l("Lo que se dice de su presupuesto."),
            "budget_amount": _l("Monto, en pesos."),
            "budget_source": _l("De dónde sale el dinero."),
            "programme_key": _l("Clave del programa presupuestario."),
            "is_costless": _l("Si no necesita dinero."),
            "costless_reason": _l("Por qué no lo necesita."),
            "other_actors": _l("Otros actores."),
            "sources": _l("De dónde viene lo que dice."),
            "starts_on": STARTS,
            "ends_on": ENDS,
            "published_at": words.PUBLISHED,
            "signed_at": _l("Cuándo firmó la segunda parte; vacío si falta una firma."),
            "fingerprint": _l("Huella SHA-256 del texto firmado."),
            "left_out_reason": _l("Por qué el plan se publicó sin él."),
        },
        Commitment.plan_cycle_id,
        Commitment,
        (Commitment.published_at, Commitment.signed_at, Commitment.visibility_at, _rewritten()),
        "reference",
    ),
    Dataset(
        "acciones-clave",
        "key-actions",
        _l("Acciones clave"),
        _l("Las partes de cada hoja de ruta y cuánto pesa cada una."),
        _key_actions,
        (KeyAction.id,),
        {
            "commitment": COMMITMENT,
            "number": ACTION,
            "title": words.TITLE,
            "weight": _l("Su peso en el compromiso, de 100."),
            "activity_count": _l("Cuántas actividades tiene."),
        },
        Commitment.plan_cycle_id,
    ),
    Dataset(
        "actividades",
        "activities",
        _l("Actividades"),
        _l("La hoja de ruta: fechas, responsables, estado y cuánta evidencia hay."),
        _activities,
        (Activity.id,),
        {
            "reference": words.REFERENCE,
            "commitment": COMMITMENT,
            "key_action": ACTION,
            "key_action_title": _l("Título de la acción clave."),
            "weight": _l(
                "Peso de la acción clave en el compromiso, de 100; sus actividades se lo reparten por igual."
            ),
            "title": words.TITLE,
            "responsible": _l("Quién responde por ella."),
            "starts_on": STARTS,
            "ends_on": ENDS,
            "means_of_verification": _l("Con qué se comprobará que se hizo."),
            "status": STATUS,
            "status_note": _l("Lo que la institución dice de su avance."),
            "dispute_reason": _l("Por qué la contraparte no la da por cumplida."),
            "spent": _l("Lo gastado hasta ahora, en pesos, según lo reportó la institución; vacío si no hay dato."),
            "evidence_count": _l("Cuántas evidencias tiene."),
        },
        Commitment.plan_cycle_id,
        identity="reference",
    ),
    Dataset(
        "evidencias",
        "evidence",
        _l("Evidencias"),
        _l("Los medios de verificación que se entregaron, con su dirección y la huella de los archivos."),
        _evidence,
        (Evidence.id,),
        {
            "commitment": COMMITMENT,
            "activity": ACTIVITY,
            "title": _l("Qué muestra."),
            "address": _l("Dónde se lee."),
            "media_type": _l("Tipo del archivo; vacío si es un enlace."),
            "size": _l("Tamaño del archivo, en bytes."),
            "sha256": _l("Huella SHA-256 del archivo."),
            "given_at": _l("Cuándo se entregó."),
        },
        Commitment.plan_cycle_id,
        moments=(Evidence.created_at,),
    ),
    Dataset(
        "informes-de-compromisos",
        "commitment-reports",
        _l("Informes de compromisos"),
        _l("Lo que la institución responsable informó de cada compromiso, también lo que después corrigió."),
        _reports,
        (CommitmentReport.commitment_id, CommitmentReport.number),
        {
            "commitment": COMMITMENT,
            "number": _l("Su número entre los textos del compromiso; de cada informe vale el mayor."),
            "kind": _l("first (primer informe), second (segundo informe) o final (resultado final)."),
            "starts_on": _l("Primer día del periodo."),
            "ends_on": _l("Último día del periodo."),
            "body": _l("Lo que dice, en Markdown."),
            "reason": _l("Por qué corrige lo que decía antes; vacío si no lo hace."),
            "published_at": words.PUBLISHED,
        },
        Commitment.plan_cycle_id,
        moments=(CommitmentReport.published_at,),
    ),
    Dataset(
        "evaluaciones",
        "assessments",
        _l("Evaluaciones independientes"),
        _l("Lo que encontró cada evaluación de un compromiso, aparte de lo que reportan sus partes."),
        _assessments,
        (Assessment.commitment_id, Assessment.number),
        {
            "commitment": COMMITMENT,
            "number": _l("Su número entre las evaluaciones del compromiso; la última es la mayor."),
            "assessed_at": _l("Cuándo se publicó la evaluación."),
            "is_verifiable": _l("Si lo prometido se puede comprobar."),
            "has_open_government_lens": _l("Si tiene perspectiva de gobierno abierto."),
            "potential": _l(
                "Potencial de resultados: unclear (poco claro), modest (modesto) o substantial (sustancial)."
            ),
            "completion": _l(
                "Cumplimiento: no_evidence (sin evidencia), not_started (no iniciado), limited (limitado), substantial "
                "(sustancial) o complete (cumplido)."
            ),
            "early_results": _l(
                "Primeros resultados: no_notable (sin resultados notables), moderate (moderados) o significant "
                "(significativos)."
            ),
            "reasons": _l("En qué se basa."),
            "report": _l("Dónde se descarga el informe; vacío si no lo hay."),
            "sha256": _l("Huella SHA-256 del informe."),
        },
        Commitment.plan_cycle_id,
        moments=(Assessment.assessed_at,),
    ),
)
