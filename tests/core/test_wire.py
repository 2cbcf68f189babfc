"""Frames that are written at once where that is possible, and whole and in order wherever it is not."""

from __future__ import annotations

import queue
import socket
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import Mock

import pytest
from engineio.packet import MESSAGE, PING, Packet
from hypothesis import given, settings
from hypothesis import strategies as st
from wsproto.frame_protocol import FrameProtocol

from cocrea.core import wire


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def texts(data):
    """What a client makes of the bytes of websocket frames."""
    protocol, found, text = FrameProtocol(client=True, extensions=[]), [], ""
    protocol.receive_bytes(data)
    for frame in protocol.received_frames():
        text += frame.payload
        if frame.message_finished:
            found.append(text)
            text = ""
    return found


class Engine:
    """As much of an Engine.IO socket as sending needs: `_thread` writes what was left to it, as the real one does."""

    upgraded, closed = True, False

    def __init__(self, connection):
        self.is_open = True
        self.wire, self.queue = wire.Wire(connection, lambda: self.is_open), queue.Queue()
        self.send = wire._sender(self, self.wire)

    def __getattr__(self, name):
        return {"send": self.queue.put}[name]

    def run(self):
        protocol = FrameProtocol(client=False, extensions=[])
        while packet := self.queue.get():
            self.wire.send(bytes(protocol.send_data(packet.encode(), fin=True)))


def test_what_is_taken_at_once_needs_no_thread(ends):
    engine = Engine(ends[0])
    engine.send(Packet(MESSAGE, "2[]"))
    assert engine.queue.empty() and texts(ends[1].recv(100)) == ["42[]"]


def test_a_frame_is_made_once_for_everyone(ends):
    packet = Packet(MESSAGE, "2[]")
    Engine(ends[0]).send(packet)
    made = packet.frame
    Engine(ends[0]).send(packet)
    assert packet.frame is made and texts(ends[1].recv(100)) == ["42[]", "42[]"]


@pytest.mark.parametrize("state", [{"upgraded": False}, {"closed": True}])
def test_what_polls_or_is_gone_is_left_to_the_engine(ends, state):
    engine = Engine(ends[0])
    vars(engine).update(state)
    engine.send(Packet(MESSAGE, "2[]"))
    assert engine.queue.qsize() == 1


def test_pings_are_left_to_the_thread_that_ends_without_them(ends):
    engine = Engine(ends[0])
    engine.send(Packet(PING))
    assert engine.queue.qsize() == 1


def test_nothing_is_written_after_goodbye(ends):
    engine = Engine(ends[0])
    engine.is_open = False
    engine.send(Packet(MESSAGE, "2[]"))
    ends[0].shutdown(socket.SHUT_WR)
    assert ends[1].recv(100) == b"" and engine.queue.empty()


def test_a_socket_that_takes_nothing_holds_nobody_up_and_its_thread_is_told_once(ends):
    engine = Engine(ends[0])
    for number in range(200):
        engine.send(Packet(MESSAGE, f"{number:03}" + "x" * 10_000))
    assert engine.queue.qsize() == 1


@settings(max_examples=30, deadline=None)
@given(sizes=st.lists(st.integers(0, 70_000), min_size=1, max_size=40), senders=st.integers(1, 3))
def test_a_slow_client_reads_every_frame_whole_and_in_order(sizes, senders):
    """However little is taken at once: the socket's thread writes what waits while others go on sending."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    engine, heard = Engine(ours), []
    with ours, theirs, ThreadPoolExecutor(senders + 2) as threads:
        threads.submit(engine.run)
        client = threads.submit(listen, theirs, senders * len(sizes), heard)
        for said in [threads.submit(say, engine, sender, sizes) for sender in range(senders)]:
            said.result(30)
        client.result(30)
        engine.queue.put(None)
    for sender in range(senders):
        own = [text for text in heard if text.startswith(f"4{sender}:")]
        assert own == [f"4{sender}:{number}:" + "x" * size for number, size in enumerate(sizes)]


def say(engine, sender, sizes):
    for number, size in enumerate(sizes):
        engine.send(Packet(MESSAGE, f"{sender}:{number}:" + "x" * size))


def listen(connection, count, heard):
    """Read so many messages; what only wakes the thread is none."""
    protocol, text = FrameProtocol(client=True, extensions=[]), ""
    while len(heard) < count:
        protocol.receive_bytes(connection.recv(8192))
        for frame in protocol.received_frames():
            text += frame.payload
            if frame.message_finished:
                heard.extend([text] if text != "6" else [])
                text = ""


@pytest.mark.parametrize(("mode", "pauses"), [("gevent", 3), ("threading", 0)])
def test_under_gevent_others_go_on_while_a_frame_goes_to_thousands(mode, pauses):
    server = Mock(async_mode=mode)
    send = Mock()
    in_turns = wire._turns(server)
    ways = [in_turns(send) for _ in range(wire.TURN)]
    for way in ways * 3:
        way(Packet(MESSAGE, "x"))
    assert (send.call_count, server.sleep.call_count) == (3 * wire.TURN, pauses)
