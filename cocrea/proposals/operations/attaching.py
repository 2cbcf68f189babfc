"""Files beside a proposal, added and removed as long as its text may change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cocrea.core import text
from cocrea.core.access import enforce
from cocrea.core.db import lock
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l
from cocrea.discussion import attachments
from cocrea.discussion.attachments import Upload
from cocrea.discussion.models import Attachment
from cocrea.discussion.operations import note
from cocrea.extensions import db
from cocrea.proposals import policies
from cocrea.proposals.models import Proposal
from cocrea.proposals.operations.pending import refuse_while_pending


def attach(*, actor: Any, proposal: Proposal, upload: Upload, description: str, now: datetime) -> Attachment:
    """Add a file. The history keeps its SHA-256, once the proposal is public."""
    enforce(policies.can_edit, actor, lock(proposal), now)
    refuse_while_pending(proposal, now)
    made = attachments.attach(actor=actor, contribution=proposal, upload=upload, description=description, now=now)
    if proposal.is_public:
        note(actor, proposal, "proposal.file_added", now, new={"fingerprint": made.digest})
    return made


def detach(*, actor: Any, proposal: Proposal, attachment: Attachment, reason: str, now: datetime) -> None:
    """Take a file away. Of a public proposal it leaves a line with the reason; of a draft, nothing."""
    enforce(policies.can_edit, actor, lock(proposal), now)
    refuse_while_pending(proposal, now)
    if not proposal.is_public:
        attachments.drop(attachment)
        return
    if not text.plain(reason):
        raise Invalid(_l("Di por qué se quita: tu razón queda en el historial público."), "reason")
    db.session.refresh(attachment)
    attachments.remove(attachment=attachment, reason=reason, now=now)
    why = attachment.removal_reason
    note(actor, proposal, "proposal.file_removed", now, old={"fingerprint": attachment.digest}, reason=why)
