"""E-mail goes out once, after the commit, and by default into files."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa

from cocrea.core import mail
from cocrea.core.db import transaction
from cocrea.core.models import Letter
from cocrea.extensions import db, queue


@pytest.fixture
def to_files(app, monkeypatch, tmp_path):
    monkeypatch.setattr(app.extensions["mailman"], "backend", "cocrea.core.mail")
    monkeypatch.setattr(app.config["COCREA"], "instance", tmp_path)
    return tmp_path / "mail"


@pytest.fixture
def template(app, monkeypatch):
    monkeypatch.setattr(mail, "render_template", lambda path, **values: f"{path} {values['word']} á")


def send(subject="Confirma tu correo"):
    mail.send_later(to="ana@example.org", subject=subject, template="x.txt", word="hola")


def read(folder):
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.iterdir())]


def test_each_message_is_a_file(to_files, template):
    with transaction():
        send()
        send("Otro")
        assert not to_files.exists()
    messages = read(to_files)
    assert sorted(message["Subject"] for message in messages) == ["Confirma tu correo", "Otro"]
    assert messages[0]["To"] == "ana@example.org"
    assert messages[0].get_content().strip() == "emails/x.txt hola á"
    assert all(path.suffix == ".eml" for path in to_files.iterdir())


def test_nothing_is_sent_when_the_transaction_fails(to_files, template):
    with pytest.raises(KeyError), transaction():
        send()
        raise KeyError
    assert not to_files.exists()


def letters():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Letter))


def test_nothing_is_kept_of_what_was_sent(to_files, template):
    with transaction():
        send()
    assert letters() == 0
    mail.deliver(1)
    assert len(read(to_files)) == 1


@pytest.mark.failing_effects
def test_a_letter_outlives_whatever_dies_after_the_commit(to_files, template, monkeypatch, clock):
    with monkeypatch.context() as broken:
        broken.setattr(queue, "enqueue", lambda _task: 1 / 0)
        with transaction():
            send()
    assert (letters(), to_files.exists()) == (1, False)
    mail.deliver_what_is_left()
    assert not to_files.exists()  # the job's own retries come first
    clock.advance(minutes=10)
    mail.deliver_what_is_left()
    assert (letters(), len(read(to_files))) == (0, 1)


@pytest.mark.failing_effects
def test_a_letter_that_cannot_be_sent_is_kept_and_in_the_end_given_up(to_files, template, monkeypatch, clock, caplog):
    monkeypatch.setattr(mail.EmailMessage, "send", lambda _self: 1 / 0)
    with transaction():
        send()
    clock.advance(minutes=10)
    with pytest.raises(ZeroDivisionError):
        mail.deliver_what_is_left()
    assert letters() == 1
    clock.advance(days=2)
    mail.deliver_what_is_left()
    assert letters() == 0
    assert "letters given up" in caplog.messages


def test_a_subject_cannot_add_headers(to_files, template):
    with transaction():
        send("Hola\r\nBcc: victim@example.org")
    (message,) = read(to_files)
    assert message["Bcc"] is None
    assert message["Subject"] == "Hola Bcc: victim@example.org"
