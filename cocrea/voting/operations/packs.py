"""The information pack of a contest, in versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.consultation.models import PackVersion
from cocrea.consultation.operations import publish_version, told
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.packs import PackContent
from cocrea.voting import policies
from cocrea.voting.models import Contest
from cocrea.voting.operations.history import note


def publish_pack(*, actor: Any, contest: Contest, content: PackContent, now: datetime) -> PackVersion:
    """Publish the next version of a contest's pack, as `publish_version` of consultation does; none after the close."""
    enforce(policies.can_edit_pack, actor, lock(contest), now)
    made = publish_version(actor=actor, about=contest.scope, content=content, now=now)
    note(actor, contest, "contest.pack_changed", now, told(made), reason=made.changes)
    return made
