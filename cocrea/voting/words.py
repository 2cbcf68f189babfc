"""How the public history tells what happened to contests; of single ballots it tells nothing."""

from __future__ import annotations

from cocrea.audit import words
from cocrea.core.i18n import lazy as _l
from cocrea.voting.models import ElectorateRule, OptionOrder, Secrecy, TurnoutShown
from cocrea.voting.rules import BASES, SATISFACTIONS, RuleName

words.extend(
    actions={
        "contest.called": _l("Se convocó la votación"),
        "contest.opened": _l("Se formó el padrón"),
        "contest.listed": _l("Cambió la lista de correos del padrón"),
        "contest.registered_late": _l("Se registró a una persona después de abrir"),
        "contest.extended": _l("Se prorrogó la votación"),
        "contest.cancelled": _l("Se canceló la votación"),
        "contest.counted": _l("Se selló la urna y se contó"),
    },
    fields={
        "contest.electorate": _l("Quién vota"),
        "contest.quorum_percent": _l("Quórum, en porcentaje del padrón"),
        "contest.sector_quorum_percent": _l("Quórum de cada sector, en porcentaje"),
        "contest.threshold_percent": _l("Umbral, en porcentaje"),
        "contest.threshold_base": _l("Base del umbral"),
        "contest.rule": _l("Regla"),
        "contest.seats": _l("Cuántas ganan"),
        "contest.budget": _l("Presupuesto, en pesos"),
        "contest.max_choices": _l("Cuántas se pueden marcar"),
        "contest.max_points": _l("Puntos, como máximo"),
        "contest.average": _l("Por promedio"),
        "contest.satisfaction": _l("Qué satisface"),
        "contest.secrecy": _l("Secreto"),
        "contest.option_order": _l("Orden de las opciones"),
        "contest.turnout_shown": _l("Cuándo se ve la participación"),
        "contest.seed_commitment": _l("Huella de la semilla"),
        "contest.seed": _l("Semilla de los empates"),
        "contest.winners": _l("Ganan"),
        "contest.valid": _l("Válidas"),
        "contest.blank": _l("En blanco"),
        "contest.invalid": _l("Nulas"),
        "contest.votes": _l("Votos"),
        "contest.won": _l("Gana"),
        "contest.options": _l("Opciones"),
        "contest.roll": _l("Personas en el padrón"),
        "contest.fingerprint": _l("Huella del padrón"),
        "contest.listed": _l("Direcciones en la lista"),
        "contest.without_account": _l("Direcciones sin cuenta confirmada"),
        "contest.root": _l("Raíz de las boletas"),
        "contest.result": _l("Resultado"),
        "contest.ballots": _l("Boletas"),
        "contest.quorum_reached": _l("Hubo quórum"),
        "contest.position": _l("Opción"),
        "contest.yes": _l("Síes"),
        "contest.no": _l("Noes"),
        "contest.abstain": _l("Abstenciones"),
        "contest.passes": _l("Se aprueba"),
    },
    values={
        "contest.electorate": ElectorateRule,
        "contest.rule": RuleName,
        "contest.secrecy": Secrecy,
        "contest.option_order": OptionOrder,
        "contest.turnout_shown": TurnoutShown,
        "contest.threshold_base": {base.value: label for base, label in BASES.items()},
        "contest.satisfaction": {what.value: label for what, label in SATISFACTIONS.items()},
    },
)
