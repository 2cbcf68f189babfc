"""E-mail: written from templates, sent by a job after the commit, to files by default."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import render_template
from flask_mailman import EmailMessage
from flask_mailman.backends.base import BaseEmailBackend

from cocrea.core import clock
from cocrea.core.db import add, after_commit, transaction
from cocrea.core.jobs import every_minutes, job
from cocrea.core.models import Letter
from cocrea.core.settings import current_settings
from cocrea.core.text import plain
from cocrea.extensions import db

RETRIES = timedelta(minutes=10)  # in which the job itself tries again
KEPT = timedelta(days=2)
AT_ONCE = 200
NOBODY = ""  # whom a letter is written to that only takes its time
log = logging.getLogger("cocrea.mail")


class EmailBackend(BaseEmailBackend):  # type: ignore[misc]
    """Writes each message to `instance/mail/<moment>-<random>.eml`. Flask-Mailman looks it up by this name."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        folder = current_settings().mail_folder
        folder.mkdir(parents=True, exist_ok=True)
        for message in messages:
            name = f"{clock.now():%Y%m%d-%H%M%S-%f}-{secrets.token_hex(4)}.eml"
            unfinished = folder / f"{name}.part"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.rename(folder / name)
        return len(messages)


def send_later(*, to: str, subject: str, template: str, unsubscribe: str = "", **values: Any) -> None:
    """Write one plain-text e-mail, sent after the commit. `template` is a path under `templates/emails/`.

    `unsubscribe` is an address by which its reader wants no more of the kind (RFC 8058: mail programs post to it).
    It is a row of the transaction under way, so that it is sent, perhaps twice, whatever dies after the commit.
    """
    shared = {"site_url": current_settings().public_url, "unsubscribe": unsubscribe}
    body = render_template(f"emails/{template}", **shared, **values)
    said = {"subject": plain(subject)[:300], "body": body, "unsubscribe": unsubscribe}
    letter = add(Letter(to=to, **said, written_at=clock.now()))
    after_commit(deliver, letter.id)


@job
def deliver(letter_id: int) -> None:
    """Send a letter, unless it is gone or to nobody, and delete it."""
    found = db.session.execute(
        sa.select(Letter.to, Letter.subject, Letter.body, Letter.unsubscribe).filter_by(id=letter_id)
    ).first()
    db.session.rollback()  # nothing waits for the mail server
    if found is None:
        return
    if found.to != NOBODY:
        headers = _to_end(found.unsubscribe) if found.unsubscribe else {}
        EmailMessage(found.subject, found.body, current_settings().mail_from, [found.to], headers=headers).send()
    with transaction() as session:
        session.execute(sa.delete(Letter).filter_by(id=letter_id))


def _to_end(address: str) -> dict[str, str]:
    """What lets a mail program offer to end letters of a kind with one click."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


@every_minutes(10)
def deliver_what_is_left() -> None:
    """Send what no job has sent, also of before a crash; give up what is too old to be of use."""
    with transaction() as session:
        old = sa.delete(Letter).where(Letter.written_at <= clock.now() - KEPT).returning(Letter.id)
        given_up = session.scalars(old).all()
    if given_up:
        log.error("letters given up")
    late = Letter.written_at <= clock.now() - RETRIES
    for letter_id in db.session.scalars(sa.select(Letter.id).where(late).order_by(Letter.id).limit(AT_ONCE)).all():
        deliver(letter_id)
