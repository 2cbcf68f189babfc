"""The shape of a moderator's decision."""

from __future__ import annotations

from cocrea.core.forms import Form, line
from cocrea.core.i18n import lazy as _l


class ReasonForm(Form):
    """Why something is hidden or shown again."""

    reason = line(
        _l("Razón"),
        limit=500,
        description=_l("Qué regla incumple y en qué parte, sin repetir lo que ofende. La lee cualquier persona."),
    )
