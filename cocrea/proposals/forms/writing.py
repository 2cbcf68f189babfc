"""The shape of what authors send."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wtforms import HiddenField, SelectMultipleField

from cocrea.core.forms import Form, line, pairs, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.proposals.models import Proposal
from cocrea.proposals.operations import Content

TEXTS = ("title", "body", "beneficiaries", "responsible", "needs")


class ProposalForm(Form):
    """A proposal's text, the problems it addresses, which of their causes, and what it contributes to.

    `key` makes a form sent twice begin one draft; `base` is the edition that a change began from.
    """

    title = line(_l("Título"), description=_l("Una frase que diga qué proponen. Por ejemplo: «Publicar cada mes…»."))
    problems = SelectMultipleField(
        _l("¿Qué problemáticas atiende?"), description=_l("Elige una o varias de las que ya se publicaron.")
    )
    body = paragraph(
        _l("¿Qué hay que hacer?"),
        description=_l("Qué cambiaría, cómo y con qué pasos. Puedes usar listas con guiones."),
    )
    beneficiaries = paragraph(_l("¿A quién beneficia?"), required=False, limit=3000)
    responsible = paragraph(
        _l("¿Quién tendría que actuar?"),
        required=False,
        limit=3000,
        description=_l("Instituciones u organizaciones, si las conoces."),
    )
    needs = paragraph(_l("¿Qué hace falta para lograrlo?"), required=False, limit=3000)
    causes = SelectMultipleField(
        _l("¿Cuáles de sus causas atiende?"),
        validate_choice=False,
        description=_l("Son las que dicen las problemáticas que elegiste."),
    )
    targets = SelectMultipleField(
        _l("Objetivos de Desarrollo Sostenible"),
        validate_choice=False,
        description=_l("Si sabes con cuáles contribuye, márcalos. Hasta diez."),
    )
    why = line(
        _l("¿Qué cambiaste y por qué?"),
        required=False,
        limit=500,
        description=_l("Se lee junto a esta versión, en la lista de versiones."),
    )
    key = HiddenField(default=lambda: secrets.token_urlsafe(16))
    base = HiddenField()
    kept_at: datetime | None = None  # when the draft it shows was saved

    def offer(self, problems: list[tuple[str, str]], causes: Mapping[str, str]) -> None:
        """What can be chosen: problems by reference, and causes by key."""
        self.problems.choices = pairs(problems)
        self.causes.choices = pairs(causes.items())

    def start_from(self, proposal: Proposal) -> None:
        """Fill in what a proposal says now, as what is written here begins from."""
        self.body.data, self.targets.data = proposal.body_source, proposal.codes
        self.problems.data = [problem.reference for problem in proposal.problems]
        self.causes.data = list(proposal.causes)
        self.base.data = proposal.edition

    def content(self) -> Content:
        texts: dict[str, Any] = {name: self[name].data or "" for name in TEXTS}
        return Content(**texts, targets=tuple(self.targets.data or ()), causes=tuple(self.causes.data or ()))


class ReasonForm(Form):
    """Why a proposal is withdrawn."""

    within = "retiro"

    reason = line(_l("¿Por qué la retiras?"), limit=500, description=_l("Queda en su página, en lugar del texto."))
