"""Tasks of a table: given once, done with a note, reminded of once."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from cocrea.accounts import privacy
from cocrea.accounts.models import Person, Role
from cocrea.accounts.operations import revoke_role
from cocrea.core import todo
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.extensions import db
from cocrea.tables import operations, queries
from cocrea.tables.models import Reminder, Table, Task, TaskState
from cocrea.tables.operations import TaskContent
from tests.conftest import NOW
from tests.factories import accounts as people
from tests.factories import cycles, tables
from tests.factories.accounts import grant, person
from tests.factories.history import records
from tests.real import at_once

DUE = NOW + timedelta(days=3)
ASKED = "Pedir el padrón de pozos."


@pytest.fixture
def seat(app):
    """A table with its facilitator and one member with an e-mail."""
    return seated()


def seated():
    cycle = tables.meeting_cycle()
    facilitator = cycles.facilitator(cycle)
    table, someone = tables.table(cycle, facilitator=facilitator), person("Rosa Elvira")
    people.credential(someone, "rosa@example.org")
    return table, facilitator, tables.member(table, someone)


@pytest.fixture
def outbox(app):
    app.extensions["mailman"].outbox = []
    return app.extensions["mailman"].outbox


def give(table, actor, key="k1", **content):
    content = {"text": ASKED, "due_at": DUE, **content}
    with transaction():
        return operations.give_task(actor=actor, table=table, content=TaskContent(**content), client_key=key, now=NOW)


def finish(task, actor, note="Lo entregaron el lunes."):
    with transaction():
        operations.finish_task(actor=actor, task=task, note=note, now=NOW)


def remind(now):
    with transaction():
        return operations.remind_of_tasks(now=now)


def count(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind))


def test_the_list_of_things_to_do_says_its_day_in_the_zone_of_the_cycle(client, seat):
    table, facilitator, someone = seat
    table.cycle.timezone = "America/Tijuana"
    db.session.commit()
    end = datetime(2026, 6, 9, 23, 59, tzinfo=ZoneInfo("America/Tijuana"))
    give(table, facilitator, assignee=someone, due_at=end)
    assert "Plazo: hasta el 9 de junio de 2026" in client.sign_in(someone).get("/").text


def test_a_task_is_given_once_and_told(app, seat, outbox):
    table, facilitator, someone = seat
    for _ in range(2):
        task = give(table, facilitator, assignee=someone)
    assert (count(Task), len(outbox)) == (1, 1)
    assert ASKED in outbox[0].body
    assert f"/tareas/{task.reference}/cierre" in outbox[0].body
    told = records()
    assert sum(record["action"] == "task.given" for record in told) == 1
    assert ASKED not in str(told)
    assert someone.public_id not in str([record for record in told if record["action"] == "task.given"])
    with app.test_request_context():
        assert [item.href for item in todo.gather(someone, NOW)] == [f"/tareas/{task.reference}/cierre"]


def test_state_follows_from_the_dates(seat, outbox):
    table, facilitator, someone = seat
    task = give(table, facilitator, assignee=someone)
    assert [task.state(moment) for moment in (NOW, DUE - timedelta(seconds=1), DUE)] == [
        TaskState.PENDING,
        TaskState.PENDING,
        TaskState.OVERDUE,
    ]
    finish(task, someone)
    assert task.state(DUE) is TaskState.DONE


@pytest.mark.parametrize(
    "content",
    [{"text": " "}, {"due_at": NOW}, {}, {"organisation": "  "}],
    ids=["no text", "past", "nobody", "blank organisation"],
)
def test_what_is_no_task_is_refused(seat, content):
    table, facilitator, someone = seat
    if "text" in content or "due_at" in content:
        content = {**content, "assignee": someone}
    with pytest.raises(Invalid):
        give(table, facilitator, **content)
    assert count(Task) == 0


def test_only_who_sits_at_the_table_takes_one_on(seat):
    table, facilitator, _someone = seat
    with pytest.raises(Conflict):
        give(table, facilitator, assignee=person())


def test_the_facilitation_gives_and_the_assignee_finishes(seat, outbox):
    table, facilitator, someone = seat
    for actor in (someone, person(), grant(person(), Role.FACILITATOR, tables.table())):
        with pytest.raises(Denied):
            give(table, actor, assignee=someone)
    task = give(table, facilitator, assignee=someone)
    with pytest.raises(Denied):
        finish(task, tables.member(table))
    with pytest.raises(Invalid):
        finish(task, someone, " ")
    finish(task, someone)
    with pytest.raises(Denied):
        finish(task, facilitator)
    assert task.note == "Lo entregaron el lunes."


def test_who_has_no_seat_any_more_has_no_task(app, client, seat, outbox):
    table, facilitator, someone = seat
    task = give(table, facilitator, assignee=someone)
    with transaction():
        operations.remove(actor=facilitator, table=table, person=someone, reason="Interrumpió.", now=NOW)
    outbox.clear()
    with pytest.raises(Denied):
        finish(task, someone)
    client.sign_in(someone)
    assert client.post(f"/tareas/{task.reference}/cierre", data={"note": "Publíquenme"}).status_code == 403
    with app.test_request_context():
        assert todo.gather(someone, NOW) == []
    assert (remind(DUE), outbox) == (0, [])
    finish(task, facilitator)


def test_nobody_who_is_suspended_is_given_one(seat):
    table, facilitator, someone = seat
    someone.suspended_at = NOW
    db.session.commit()
    with pytest.raises(Conflict):
        give(table, facilitator, assignee=someone)


@pytest.mark.parametrize("key", ["", "k" * 65, "con espacio"])
def test_a_key_that_is_none_is_refused(seat, key):
    table, facilitator, someone = seat
    with pytest.raises(Invalid):
        give(table, facilitator, key, assignee=someone)


def test_an_organisation_takes_one_on_by_name(seat, outbox):
    table, facilitator, someone = seat
    task = give(table, facilitator, organisation="Instituto del Agua")
    assert (task.responsible, outbox) == ("Instituto del Agua", [])
    with pytest.raises(Denied):
        finish(task, someone)
    finish(task, facilitator)
    assert remind(DUE) == 0


def test_one_is_reminded_a_day_before_and_when_it_is_late_once_each(seat, outbox):
    table, facilitator, someone = seat
    give(table, facilitator, assignee=someone)
    outbox.clear()
    moments = [NOW, DUE - timedelta(days=1), DUE - timedelta(hours=1), DUE, DUE + timedelta(days=1)]
    assert [remind(moment) for moment in moments] == [0, 1, 0, 1, 0]
    assert [letter.to for letter in outbox] == [["rosa@example.org"]] * 2
    assert "Mañana" in outbox[0].subject
    assert "Venció" in outbox[1].subject


def here(table, day, hour, minute=0):
    return datetime(2026, 6, day, hour, minute, tzinfo=ZoneInfo(table.cycle.timezone))


def test_tomorrow_is_told_on_the_day_before_in_the_morning(seat, outbox):
    """`NOW` is noon of 5 June where the cycle is."""
    table, facilitator, someone = seat
    give(table, facilitator, assignee=someone, due_at=here(table, 8, 23, 59))
    outbox.clear()
    moments = [(6, 23), (7, 0), (7, 8, 59), (7, 9), (8, 0), (8, 12), (8, 23, 59), (9, 0), (9, 9), (10, 9)]
    assert [remind(here(table, *moment)) for moment in moments] == [0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
    assert [letter.subject for letter in outbox] == [
        "Mañana, 8 de junio de 2026, vence una tarea tuya",
        "Venció una tarea tuya: era para el 8 de junio de 2026",
    ]


def test_what_is_given_for_today_or_tomorrow_is_told_with_the_right_day(seat, outbox):
    table, facilitator, someone = seat
    give(table, facilitator, "today", assignee=someone, due_at=here(table, 5, 23, 59))
    give(table, facilitator, "tomorrow", assignee=someone, due_at=here(table, 6, 23, 59))
    outbox.clear()
    assert [remind(here(table, 5, 13)), remind(here(table, 6, 8)), remind(here(table, 6, 9))] == [0, 0, 2]
    assert sorted(letter.subject for letter in outbox) == [
        "Hoy, 6 de junio de 2026, vence una tarea tuya",
        "Venció una tarea tuya: era para el 5 de junio de 2026",
    ]


def test_nobody_is_reminded_of_what_is_done_or_long_past(seat, outbox):
    table, facilitator, someone = seat
    done, old = (give(table, facilitator, key, assignee=someone) for key in ("k1", "k2"))
    finish(done, someone)
    outbox.clear()
    assert remind(old.due_at + timedelta(days=15)) == 0
    someone.suspended_at = NOW
    db.session.commit()
    assert remind(DUE) == 0
    assert outbox == []


def change(task, actor, reason="Se va de viaje.", base="", **content):
    content = {"text": "", "due_at": task.due_at, "assignee": task.assignee, **content}
    with transaction():
        operations.reassign_task(
            actor=actor, task=task, content=TaskContent(**content), base=base or task.standing, reason=reason, now=NOW
        )


def withdraw(task, actor, reason="Ya no hace falta."):
    with transaction():
        operations.withdraw_task(actor=actor, task=task, reason=reason, now=NOW)


def give_back(task, actor, reason="No tengo acceso al padrón."):
    with transaction():
        operations.return_task(actor=actor, task=task, reason=reason, now=NOW)


def test_a_task_changes_hands_and_both_are_told(seat, outbox):
    table, facilitator, someone = seat
    other = tables.member(table, person("Luz"))
    people.credential(other, "luz@example.org")
    task = give(table, facilitator, assignee=someone)
    outbox.clear()
    change(task, facilitator, assignee=other)
    assert [letter.to for letter in outbox] == [["rosa@example.org"], ["luz@example.org"]]
    assert "Razón: Se va de viaje." in outbox[0].body
    assert (task.assignee, task.text, task.because) == (other, ASKED, "Se va de viaje.")
    [told] = records("task.reassigned")
    assert told["reason"] == "Se va de viaje."
    assert other.public_id not in str(told)
    with pytest.raises(Denied):
        finish(task, someone)
    outbox.clear()
    assert remind(DUE) == 1
    assert outbox[0].to == ["luz@example.org"]


def test_a_new_day_is_told_to_who_has_it(seat, outbox):
    table, facilitator, someone = seat
    task = give(table, facilitator, assignee=someone)
    outbox.clear()
    change(task, facilitator, due_at=DUE + timedelta(days=4))
    assert [letter.subject for letter in outbox] == ["Cambió el plazo de una tarea tuya"]
    with pytest.raises(Invalid):
        change(task, facilitator, due_at=NOW - timedelta(days=1))


@pytest.mark.parametrize("reason", ["", "Rosa Elvira no cumple."])
def test_what_changes_says_why_and_names_nobody(seat, outbox, reason):
    table, facilitator, someone = seat
    task = give(table, facilitator, assignee=someone)
    for act in (withdraw, partial(change, organisation="Instituto", assignee=None)):
        with pytest.raises(Invalid):
            act(task, facilitator, reason)
    with pytest.raises(Invalid):
        give_back(task, someone, reason)


def test_of_two_who_change_a_task_the_second_reads_first_what_the_other_did(seat, outbox):
    table, facilitator, someone = seat
    task, other = give(table, facilitator, assignee=someone), tables.member(table)
    read = task.standing
    change(task, facilitator, assignee=other, base=read)
    with pytest.raises(Conflict):
        change(task, facilitator, assignee=someone, due_at=DUE + timedelta(days=2), base=read)
    assert task.assignee is other and task.due_at == DUE


def test_a_task_with_another_day_is_told_again(seat, outbox):
    table, facilitator, someone = seat
    task = give(table, facilitator, assignee=someone)
    eve = DUE - timedelta(hours=20)
    assert (remind(eve), remind(eve)) == (1, 0)
    change(task, facilitator, due_at=DUE + timedelta(days=7))
    assert (remind(eve), remind(eve + timedelta(days=7))) == (0, 1)


def test_whoever_facilitates_no_more_changes_no_task(seat, outbox):
    table, _facilitator, someone = seat
    second = grant(person(), Role.COFACILITATOR, table)
    task = give(table, second, assignee=someone)
    with transaction():
        revoke_role(actor=None, person=second, role=Role.COFACILITATOR, scope=table, reason="Se mudó.", now=NOW)
    for act in (withdraw, partial(change, organisation="Instituto", assignee=None)):
        with pytest.raises(Denied):
            act(task, second)


def test_a_change_that_changes_nothing_is_refused(seat, outbox):
    table, facilitator, someone = seat
    task = give(table, facilitator, assignee=someone)
    with pytest.raises(Conflict):
        change(task, facilitator)


def test_the_facilitation_changes_it_and_nobody_else(seat, outbox):
    table, facilitator, someone = seat
    task = give(table, facilitator, assignee=someone)
    stranger, second = grant(person(), Role.FACILITATOR, tables.table()), grant(person(), Role.FACILITATOR, table)
    for actor in (someone, person(), stranger):
        for act in (withdraw, partial(change, organisation="Instituto", assignee=None)):
            with pytest.raises(Denied):
                act(task, actor)
    change(task, second, organisation="Instituto", assignee=None)
    assert task.responsible == "Instituto"
    withdraw(task, facilitator)
    for act in (withdraw, finish, change):
        with pytest.raises(Denied):
            act(task, facilitator)


def test_a_task_that_was_given_back_waits_for_someone_else(app, seat, outbox):
    table, facilitator, someone = seat
    people.credential(facilitator, "facilita@example.org")
    task = give(table, facilitator, assignee=someone)
    outbox.clear()
    for actor in (facilitator, tables.member(table)):
        with pytest.raises(Denied):
            give_back(task, actor)
    give_back(task, someone)
    assert [letter.to for letter in outbox] == [["facilita@example.org"]]
    assert task.state(DUE) is TaskState.RETURNED
    assert remind(DUE) == 0
    with app.test_request_context():
        assert todo.gather(someone, NOW) == []
    change(task, facilitator, assignee=tables.member(table))
    assert task.state(NOW) is TaskState.PENDING


def test_nobody_is_reminded_of_what_was_withdrawn(app, seat, outbox):
    table, facilitator, someone = seat
    task = give(table, facilitator, assignee=someone)
    outbox.clear()
    withdraw(task, facilitator)
    assert [letter.subject for letter in outbox] == ["Se retiró una tarea que tenías"]
    assert (remind(DUE), task.state(DUE)) == (0, TaskState.WITHDRAWN)
    with app.test_request_context():
        assert todo.gather(someone, NOW) == []
    assert queries.tasks_of(table) == [task]


def test_all_that_is_wrong_with_a_task_is_said_at_once(client, seat, outbox):
    table, facilitator, _someone = seat
    client.sign_in(facilitator)
    address = f"/mesas/{table.reference}/tareas"
    answer = client.post(address, data={"assignee": "", "due": "2020-01-01", "client_key": "k"})
    assert answer.status_code == 422
    for words in (
        "Qué hay que hacer: Este dato hace falta.",
        "Elige quién la hace",
        "Elige un día que no haya pasado.",
    ):
        assert words in answer.text
    named = client.post(
        address, data={"text": ASKED, "assignee": "organizacion", "due": "2026-06-20", "client_key": "k"}
    )
    assert "Escribe el nombre de la organización." in named.text


def test_the_pages_of_a_task_lead_from_the_list_and_back(client, seat, outbox):
    table, facilitator, someone = seat
    task = give(table, facilitator, assignee=someone)
    address, act = f"/mesas/{table.reference}/tareas", f"/tareas/{task.reference}"
    client.sign_in(someone)
    assert f"{act}/devolucion" in client.get(address).text
    assert f"{act}/retiro" not in client.get(address).text
    assert client.post(f"{act}/devolucion", data={"reason": ""}).status_code == 422
    assert client.post(f"{act}/devolucion", data={"reason": "No puedo."}).status_code == 303
    client.sign_in(facilitator)
    assert "Falta quien la haga" in client.get(address).text
    sent = {"assignee": "organizacion", "organisation": "Instituto", "due": "2026-06-20", "reason": "Lo sabe mejor."}
    assert client.post(f"{act}/cambio", data={**sent, "reason": ""}).status_code == 422
    assert client.post(f"{act}/cambio", data=sent).status_code == 303
    assert client.post(f"{act}/retiro", data={"reason": "Ya no hace falta."}).status_code == 303
    assert "Se retiró porque:" in client.get(address).text
    assert client.get(f"{act}/cambio").status_code == 403


def test_reminders_end_with_the_account(seat, outbox):
    table, facilitator, someone = seat
    give(table, facilitator, assignee=someone)
    remind(DUE)
    assert privacy.personal_data(someone)["table_tasks"][0]["text"] == ASKED
    privacy.forget(someone)
    assert (count(Reminder), count(Task)) == (0, 1)


def test_from_the_page_to_the_note(client, seat, outbox):
    table, facilitator, someone = seat
    address = f"/mesas/{table.reference}/tareas"
    client.sign_in(someone)
    assert "Todavía no hay tareas" in client.get(address).text
    assert client.post(address, data={"text": ASKED}).status_code == 403
    client.sign_in(facilitator)
    assert "Encargar la tarea" in client.get(address).text
    form = {"text": "<b>Pedir</b> el padrón", "assignee": someone.public_id, "due": "2026-06-20", "client_key": "k"}
    assert client.post(address, data={**form, "due": "2020-01-01"}).status_code == 422
    assert client.post(address, data={**form, "assignee": "p-nadie"}).status_code == 422
    for _ in range(2):
        assert client.post(address, data=form).status_code == 303
    assert count(Task) == 1
    client.sign_in(someone)
    shown = client.get(f"/mesas/{table.reference}").text
    assert "&lt;b&gt;Pedir" in shown
    assert "Tienes una tarea por hacer" in shown
    task = db.session.scalars(sa.select(Task)).one()
    close = f"/tareas/{task.reference}/cierre"
    assert client.get(close).status_code == 200
    assert client.post(close, data={"note": ""}).status_code == 422
    assert client.post(close, data={"note": "Lo entregaron."}).status_code == 303
    assert client.post(close, data={"note": "Otra vez."}).status_code == 403
    assert "Lo entregaron." in client.get(address).text
    assert client.get("/tareas/NO-TAR-1/cierre").status_code == 404


def test_the_pages_cost_the_same_with_many_tasks(client, count_queries, seat, outbox):
    table, facilitator, someone = seat
    client.sign_in(facilitator)
    addresses = (f"/mesas/{table.reference}", f"/mesas/{table.reference}/tareas")

    def cost():
        found = []
        for address in addresses:
            with count_queries() as log:
                assert client.get(address).status_code == 200
            found.append(len(log))
        return found

    give(table, facilitator, assignee=someone)
    few = cost()
    for number in range(12):
        give(table, facilitator, f"many{number}", assignee=tables.member(table))
    assert cost() == few
    assert max(few) <= 10


@pytest.mark.slow
def test_two_processes_remind_once(committed_app):
    committed_app.extensions["mailman"].outbox = []
    table, facilitator, someone = seated()
    task = give(table, facilitator, assignee=someone).id
    committed_app.extensions["mailman"].outbox.clear()
    written = at_once(committed_app, [lambda: remind(DUE)] * 4)
    db.session.rollback()
    assert sum(written) == 1
    assert count(Reminder) == 1
    ids = table.id, facilitator.id, someone.id

    def giving():
        get = db.session.get_one
        at, leads, who = ids
        return give(get(Table, at), get(Person, leads), "same", assignee=get(Person, who)).id

    assert len(set(at_once(committed_app, [giving] * 4))) == 1
    assert queries.tasks_of(db.session.get_one(Table, ids[0]))[0].id == task
