"""What each step of a proposal is called and what comes after it: for its page, the history and letters."""

from __future__ import annotations

from typing import Any

from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Visibility
from cocrea.proposals.models import Proposal, ProposalStatus

OFF_BALLOT = "off_ballot"  # the step of what was on a ballot that was called off
RETURNED, UNDONE = (
    "returned",
    "undone",
)  # of what was merged or split, and of what had come of that, when it is undone
HAPPENED: dict[str, Any] = {
    ProposalStatus.PUBLISHED: _l("Se publicó la propuesta"),
    ProposalStatus.ADMITTED: _l("La revisión la admitió"),
    ProposalStatus.NOT_ADMITTED: _l("La revisión no la admitió"),
    ProposalStatus.ON_BALLOT: _l("Entró a una votación"),
    ProposalStatus.SELECTED: _l("La votación la eligió"),
    ProposalStatus.NOT_SELECTED: _l("La votación no la eligió"),
    ProposalStatus.COMMITTED: _l("Se retomó en un compromiso"),
    Visibility.WITHDRAWN: _l("La retiró quien la escribió"),
    Visibility.MERGED: _l("Se fusionó con otras en un solo texto"),
    Visibility.SPLIT: _l("Se dividió en varias"),
    RETURNED: _l("Vuelve a estar por sí misma: se deshizo la fusión o la división"),
    UNDONE: _l("Se retiró porque se deshizo la fusión o la división de la que nació"),
    OFF_BALLOT: _l("La votación en la que estaba se canceló: sigue admitida"),
}
TOLD = HAPPENED.keys() - {ProposalStatus.PUBLISHED}  # steps that are news to those behind a proposal
LEFT = (Visibility.MERGED, Visibility.SPLIT)  # steps after which a proposal goes on in others
MOVED = (*LEFT, "returned", "undone")  # those, and undoing them
NEXT: dict[str, Any] = {
    ProposalStatus.PUBLISHED: _l("La facilitación la revisa y dice, con razones, si se admite."),
    ProposalStatus.ADMITTED: _l(
        "Puede entrar a una votación. Mientras, las instituciones pueden responderla con razones."
    ),
    ProposalStatus.NOT_ADMITTED: _l("No sigue en este ciclo. Su página dice la razón."),
    ProposalStatus.ON_BALLOT: _l("Su texto ya no cambia. Cuando la votación cierre se sabrá si se elige."),
    ProposalStatus.SELECTED: _l("Una institución y su contraparte la redactan como compromiso."),
    ProposalStatus.NOT_SELECTED: _l("No se eligió esta vez. Su página y sus apoyos se conservan."),
    Visibility.MERGED: _l(
        "Su página lleva a la síntesis, que da crédito a todas. Los apoyos ya cuentan ahí, uno por persona."
    ),
    Visibility.SPLIT: _l("Su página lleva a las partes. Los apoyos ya cuentan en cada una, uno por persona."),
    RETURNED: _l("Tiene los apoyos que tenía y sigue su camino donde se quedó."),
    UNDONE: _l("Las propuestas de las que salió vuelven a estar publicadas, con sus apoyos."),
    ProposalStatus.COMMITTED: _l("El compromiso dice quién lo cumple y cuándo, y se sigue en el tablero."),
}
REASONED = {  # steps that say why
    ProposalStatus.ADMITTED,
    ProposalStatus.NOT_ADMITTED,
    Visibility.WITHDRAWN,
    Visibility.MERGED,
    Visibility.SPLIT,
    UNDONE,
}


def still_stands(proposal: Proposal, taken: str) -> bool:
    """Whether the proposal is where this step led it."""
    if taken == RETURNED:
        return proposal.is_public
    led_to = {OFF_BALLOT: str(ProposalStatus.ADMITTED), UNDONE: str(Visibility.WITHDRAWN)}.get(taken, taken)
    return led_to == str(proposal.status if proposal.is_public else proposal.visibility)
