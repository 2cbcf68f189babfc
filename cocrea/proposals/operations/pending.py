"""What a merge or split that is under way holds back."""

from __future__ import annotations

from datetime import datetime

from cocrea.core.errors import Conflict
from cocrea.core.i18n import lazy as _l
from cocrea.proposals import queries
from cocrea.proposals.models import Proposal


def refuse_while_pending(proposal: Proposal, now: datetime) -> None:
    """The text stays while its authors are asked about it: they agreed, or not, with what they read."""
    if queries.pending_of([proposal], now):
        raise Conflict(
            _l(
                "Se propuso fusionarla o dividirla y su texto no cambia hasta que eso se resuelva. Si no estás de "
                "acuerdo, dilo ahí: se vuelve a poder cambiar."
            )
        )
