"""The shape of what authors send."""

from __future__ import annotations

import secrets

from wtforms import HiddenField, SelectMultipleField

from cocrea.core.forms import Form, line, paragraph
from cocrea.core.i18n import lazy as _l
from cocrea.proposals.models import Proposal
from cocrea.proposals.operations import Content


class ProposalForm(Form):
    """A proposal's text and the problems it addresses.

    `key` makes a form sent twice begin one draft; `base` is the text an edit began from.
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
    why = line(
        _l("¿Qué cambiaste y por qué?"),
        required=False,
        limit=500,
        description=_l("Se lee junto a esta versión, en la lista de versiones."),
    )
    key = HiddenField(default=lambda: secrets.token_urlsafe(16))
    base = HiddenField()

    def start_from(self, proposal: Proposal) -> None:
        """Say that what is written here begins from the proposal's present text."""
        self.base.data = proposal.fingerprint

    def content(self) -> Content:
        fields = ("title", "body", "beneficiaries", "responsible", "needs")
        return Content(**{name: self[name].data or "" for name in fields})


class ReasonForm(Form):
    """Why a proposal is withdrawn."""

    within = "retiro"

    reason = line(_l("¿Por qué la retiras?"), limit=500, description=_l("Queda en su página, en lugar del texto."))
