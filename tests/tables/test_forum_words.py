"""Where a forum meets it is called a forum: on its pages, in what is refused and in its letters."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from cocrea.core.db import transaction
from cocrea.tables import operations
from cocrea.tables.operations import TaskContent
from tests.conftest import NOW
from tests.factories import breakouts, forums
from tests.factories.accounts import credential, person

CALLED_TABLE = re.compile(r"\b(la|esta|tu|una) mesa\b", re.IGNORECASE)
IN_SESSION = ("", "/asistencia", "/integrantes", "/edicion", "/minuta/edicion", "/paneles/breakout")


@pytest.fixture
def chamber(app):
    return forums.chamber()


def told(page):
    """What the page itself says, without the cycle's navigation and the foot of the site."""
    return page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("who", ["nobody", "stranger", "titular", "alternate", "facilitator", "steward"])
@pytest.mark.parametrize("is_live", [True, False])
def test_no_page_of_a_forum_calls_it_a_table(client, chamber, who, is_live):
    session = chamber.session(live=is_live)
    readers = {"stranger": person, "titular": lambda: chamber.titulars[0]}
    if who != "nobody":
        client.sign_in(readers.get(who, lambda: getattr(chamber, who))())
    home, room = f"/mesas/{chamber.table.reference}", f"/sesiones/{session.reference}"
    read = 0
    for address in [home, f"{home}/acuerdos", f"{home}/tareas", *(room + part for part in IN_SESSION)]:
        page = client.get(address)
        read += page.status_code == 200
        assert not CALLED_TABLE.search(told(page.text)), address
    assert read >= 4


def test_the_small_groups_of_a_forum_are_its_own(client, chamber):
    session = chamber.session()
    breakouts.opened(session, chamber.facilitator, *chamber.titulars)
    client.sign_in(chamber.facilitator)
    page = client.get(f"/sesiones/{session.reference}").text
    assert "El foro trabaja en" in page
    assert not CALLED_TABLE.search(told(page))
    assert not CALLED_TABLE.search(told(client.get(f"/sesiones/{session.reference}/grupos/personas").text))


def test_letters_about_the_tasks_of_a_forum(app, chamber):
    ana, eva = chamber.titulars[:2]
    for someone in (ana, eva, chamber.facilitator):
        credential(someone)
    app.extensions["mailman"].outbox = outbox = []
    facilitator, due = chamber.facilitator, NOW + timedelta(days=3)
    asked = {"text": "Pedir el padrón", "organisation": ""}
    with transaction():
        content = TaskContent(assignee=ana, due_at=due, **asked)
        task = operations.give_task(actor=facilitator, table=chamber.table, content=content, client_key="k", now=NOW)
    for to, until in ((eva, due), (eva, due + timedelta(days=1))):
        with transaction():
            operations.reassign_task(
                actor=facilitator,
                task=task,
                content=TaskContent(assignee=to, due_at=until, **asked),
                base=task.standing,
                reason="Cambió de turno.",
                now=NOW,
            )
    with transaction():
        operations.return_task(actor=eva, task=task, reason="No alcanzo.", now=NOW)
    assert len(outbox) == 5
    for letter in outbox:
        assert f"foro «{chamber.forum.name}»" in letter.body
        assert not CALLED_TABLE.search(f"{letter.subject}\n{letter.body}")
