"""What the answers of a cycle say together, as last computed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from cocrea.core.db import JSONText, UTCDateTime
from cocrea.cycles.models import Cycle
from cocrea.extensions import Model


class OpinionResult(Model):
    """`content` is what `opinions.published.report` makes: figures fit to be published, and nobody in them.

    `mark` says of which answers, so that the same ones are not analysed again.
    """

    __tablename__ = "opinion_results"

    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey(Cycle.id), primary_key=True)
    mark: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[Any] = mapped_column(JSONText)
    computed_at: Mapped[datetime] = mapped_column(UTCDateTime)
