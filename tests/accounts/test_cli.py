"""The operator's commands about accounts."""

from __future__ import annotations

from cocrea.accounts import queries
from tests.factories import accounts as make


def run(app, *args, typed=""):
    return app.test_cli_runner().invoke(args=["accounts", *args], input=typed)


def test_the_first_administrator_of_a_fresh_installation(app):
    typed = f"{make.PASSWORD}\n{make.PASSWORD}\n"
    done = run(app, "create-admin", "jefa@example.org", "--name", "Jefa", typed=typed)
    assert done.exit_code == 0, done.output
    person = queries.credential_by_email("jefa@example.org").person
    assert person.is_administrator and person.is_verified and person.needs_second_factor
    assert make.PASSWORD not in done.output


def test_a_weak_password_or_a_taken_email_is_refused(app):
    assert run(app, "create-admin", "jefa@example.org", "--name", "Jefa", typed="corta\ncorta\n").exit_code == 1
    make.credential(make.person(), "ana@example.org")
    typed = f"{make.PASSWORD}\n{make.PASSWORD}\n"
    assert run(app, "create-admin", "ana@example.org", "--name", "Ana", typed=typed).exit_code == 1


def test_a_lost_second_factor_is_taken_off(app):
    credential = make.credential(make.person(), "ana@example.org", second_factor=True)
    assert run(app, "reset-second-factor", "ana@example.org").exit_code == 0
    assert not credential.has_second_factor
    assert run(app, "reset-second-factor", "nadie@example.org").exit_code == 1
