"""The counting rules as people choose them: their names, what they do by an example, what each needs."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from cocrea.core.i18n import lazy as _l
from cocrea.voting.counting import Base
from cocrea.voting.counting.shares import Satisfaction


class RuleName(StrEnum):
    """The rules of `counting`, from the simplest question on."""

    YES_NO = "yes-no-abstain"
    MAJORITY = "majority"
    APPROVAL = "approval"
    SCORE = "score"
    IRV = "irv"
    SCHULZE = "schulze"
    STV = "scottish-stv"
    SEQ_PAV = "seq-pav"
    EQUAL_SHARES = "equal-shares"
    GREEDY = "greedy"

    @property
    def label(self) -> Any:
        return LABELS[self]

    @property
    def example(self) -> Any:
        """What the rule does, by a small example of ours."""
        return EXAMPLES[self]


LABELS = {
    RuleName.YES_NO: _l("Sí, no o abstención en cada opción"),
    RuleName.MAJORITY: _l("Una sola opción: gana la más votada"),
    RuleName.APPROVAL: _l("Aprobación: ganan las más aprobadas"),
    RuleName.SCORE: _l("Puntos: ganan las de más puntos"),
    RuleName.IRV: _l("Preferencias, una ganadora (segunda vuelta instantánea)"),
    RuleName.SCHULZE: _l("Preferencias, una ganadora (comparadas de dos en dos: Schulze)"),
    RuleName.STV: _l("Preferencias, varias ganadoras (voto único transferible)"),
    RuleName.SEQ_PAV: _l("Aprobación proporcional, una por una"),
    RuleName.EQUAL_SHARES: _l("Partes iguales: cada persona decide lo mismo"),
    RuleName.GREEDY: _l("Presupuesto, primero las más votadas"),
}
BASES = {
    Base.YES_NO: _l("de quienes dicen sí o no"),
    Base.VALID: _l("de las boletas válidas"),
    Base.CAST: _l("de todas las boletas, también en blanco y nulas"),
    Base.ENTITLED: _l("de todo el padrón"),
}
SATISFACTIONS = {
    Satisfaction.COST: _l("Lo que cuestan: una obra grande satisface más"),
    Satisfaction.COUNT: _l("Cuántas son: cada obra satisface igual"),
}
EXAMPLES = {
    RuleName.YES_NO: _l("Con 60 síes, 30 noes y 10 abstenciones, 60 de 90 dicen sí: más de la mitad."),
    RuleName.MAJORITY: _l("Con 40, 35 y 25 votos gana la de 40, aunque la mayoría prefiera otra."),
    RuleName.APPROVAL: _l("Cada quien marca las que le parecen bien. Con 70, 55 y 20 marcas, ganan en ese orden."),
    RuleName.SCORE: _l("Cada quien da puntos a cada opción. Se suman; lo que no se califica vale 0."),
    RuleName.IRV: _l(
        "Cada quien ordena. La última sale y sus boletas pasan a su siguiente preferencia, hasta que una pasa la mitad."
    ),
    RuleName.SCHULZE: _l("Cada quien ordena. Si hay una que vence a cada una de las demás de dos en dos, esa gana."),
    RuleName.STV: _l(
        "Cada quien ordena. Con 100 boletas y 3 lugares se gana con 26; lo que sobra pasa a la siguiente preferencia."
    ),
    RuleName.SEQ_PAV: _l(
        "Si 60 personas aprueban A y B, y 40 aprueban C, con dos lugares ganan A y C: quien ya tiene una pesa la mitad."
    ),
    RuleName.EQUAL_SHARES: _l(
        "A cada persona le toca una parte igual: si 60 quieren A y B, y 40 quieren C, las 40 pagan C con lo suyo."
    ),
    RuleName.GREEDY: _l("Se compra la más votada, luego la que quepa. Una mayoría puede llevarse todo el dinero."),
}
# As one chooses among them: what is asked, how to recognise it, and its rules from the simplest on.
GROUPS = (
    (
        _l("Una pregunta, o varias por separado"),
        _l("Cada opción se aprueba o no por sí misma: pueden ganar todas o ninguna."),
        (RuleName.YES_NO,),
    ),
    (
        _l("Elegir una entre varias"),
        _l("Solo una gana. Con tres o más opciones parecidas, ordenar evita que se quiten votos entre sí."),
        (RuleName.MAJORITY, RuleName.IRV, RuleName.SCHULZE),
    ),
    (
        _l("Elegir varias"),
        _l("Ganan tantas como digas. Las proporcionales cuidan que también las minorías tengan alguna."),
        (RuleName.APPROVAL, RuleName.SCORE, RuleName.STV, RuleName.SEQ_PAV),
    ),
    (
        _l("Repartir dinero"),
        _l("Cada opción cuesta, y ganan las que caben en el presupuesto."),
        (RuleName.EQUAL_SHARES, RuleName.GREEDY),
    ),
)
SEVERAL_WINNERS = frozenset(
    {RuleName.APPROVAL, RuleName.SCORE, RuleName.STV, RuleName.SEQ_PAV, RuleName.EQUAL_SHARES}
)
MARKING = frozenset({RuleName.APPROVAL, RuleName.SEQ_PAV, RuleName.EQUAL_SHARES, RuleName.GREEDY})
