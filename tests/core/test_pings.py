"""Pings from one thread to every connection, as often as Engine.IO promises them."""

from __future__ import annotations

import threading
import time

import pytest
from engineio import Server
from engineio.packet import PING
from engineio.socket import Socket

from cocrea.core import pings


@pytest.fixture
def server():
    server = Server(async_mode="threading", ping_interval=0.05, ping_timeout=5)
    pings.send_from_one_thread(server)
    return server


def connected(server, name="one"):
    """A connection as Engine.IO makes it, which begins to be pinged."""
    connection = Socket(server, name)
    connection.last_ping = time.time()
    connection.schedule_ping()
    return connection


def next_packet(connection):
    return connection.queue.get(timeout=5)


def test_every_connection_is_pinged_by_one_thread(server):
    before = threading.active_count()
    connections = [connected(server, f"n{number}") for number in range(30)]
    assert threading.active_count() <= before + 1
    assert {next_packet(connection).packet_type for connection in connections} == {PING}


def test_the_next_ping_follows_the_answer_to_the_last(server):
    connection = connected(server)
    next_packet(connection)
    assert connection.last_ping and connection.queue.empty()
    connection.schedule_ping()
    assert next_packet(connection).packet_type == PING


@pytest.mark.parametrize("state", ["closed", "closing"])
def test_who_is_gone_is_not_pinged_and_holds_up_nobody(server, state):
    gone, here = connected(server, "gone"), connected(server, "here")
    setattr(gone, state, True)
    assert next_packet(here).packet_type == PING
    assert gone.queue.empty()


def test_other_tasks_begin_as_before(server):
    done = threading.Event()
    server.start_background_task(done.set)
    assert done.wait(5)
