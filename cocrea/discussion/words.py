"""How the public history tells what happened to contributions."""

from __future__ import annotations

from cocrea.audit import words
from cocrea.core.i18n import lazy as _l
from cocrea.discussion.models import Channel, Stance, Visibility

words.extend(
    actions={
        "comment.published": _l("Se publicó un comentario"),
        "comment.edited": _l("Quien escribió un comentario lo corrigió"),
        "contribution.withdrawn": _l("La retiró quien la escribió"),
        "contribution.hidden": _l("La moderación la ocultó"),
        "contribution.restored": _l("La moderación la volvió a mostrar"),
        "contribution.merged": _l("Se fusionó con otra"),
        "contribution.unmerged": _l("Se deshizo la fusión"),
    },
    fields={
        "on": _l("Sobre"),
        "passage": _l("Huella del pasaje"),
        "stance": _l("Postura"),
        "into": _l("Queda en"),
        "text": _l("Huella del texto"),
        "channel": _l("Canal"),
        "visibility": _l("Visibilidad"),
    },
    values={"channel": Channel, "visibility": Visibility, "stance": Stance},
)
