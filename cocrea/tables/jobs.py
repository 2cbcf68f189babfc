"""Background work of tables."""

from __future__ import annotations

from cocrea.accounts.models import Person
from cocrea.audit.operations import Event
from cocrea.core.db import transaction
from cocrea.core.jobs import job
from cocrea.extensions import db
from cocrea.tables import operations


@job
def reseat(person_id: int) -> None:
    """Someone's roles changed, in whatever scope: their seats follow."""
    with transaction():
        operations.reseat(person=db.session.get_one(Person, person_id))


def roles_changed(event: Event) -> None:
    """Listener of `role.granted` and `role.revoked`."""
    if event.subject_id is not None:
        reseat(event.subject_id)
