"""The progress of a commitment and of a plan, in the frames of other sites."""

from __future__ import annotations

import html
import re

import pytest

from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from tests.factories import commitments, cycles


@pytest.fixture
def signed(app):
    return commitments.signed(None, 60, 40, activities=2)[0]


@pytest.fixture
def addresses(signed):
    return f"/compromisos/{signed.reference}/tarjeta", f"/ciclos/{signed.cycle.slug}/tablero/grafica"


def _policy(answer):
    return dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))


def test_any_site_may_frame_them_and_nothing_runs_or_is_sent(client, addresses):
    for address in addresses:
        answer = client.get(address)
        policy = _policy(answer)
        assert policy["frame-ancestors"] == "*"
        assert "X-Frame-Options" not in answer.headers
        assert policy["default-src"] == "'none'"
        assert not {"script-src", "connect-src"} & policy.keys()
        assert policy["form-action"] == "'none'"
        assert "<script" not in answer.text
        assert "<form" not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert re.findall(r"<a [^>]*", answer.text) == re.findall(
            r'<a [^>]*target="_blank" rel="noopener"', answer.text
        )


def test_everything_else_still_refuses_frames(client, addresses, signed):
    client.get(addresses[0])
    answer = client.get(f"/compromisos/{signed.reference}")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert _policy(answer)["frame-ancestors"] == "'none'"


def test_they_say_how_far_it_is_and_what_is_late(client, addresses, signed, clock):
    card, chart = addresses
    assert signed.title in client.get(card).text
    assert "con retraso" not in client.get(card).text + client.get(chart).text
    clock.advance(days=900)
    assert "4 actividades con retraso" in client.get(card).text
    assert "4 con retraso" in client.get(chart).text


def test_what_is_not_there_to_read_is_in_no_frame(client, addresses, signed):
    card, chart = addresses
    signed.visibility = Visibility.HIDDEN
    db.session.flush()
    answer = client.get(card)
    assert answer.status_code == 404
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "Todavía no hay compromisos firmados" in client.get(chart).text
    unsigned = commitments.draft(signed.cycle)
    assert client.get(f"/compromisos/{unsigned.reference}/tarjeta").status_code == 404
    assert client.get(f"/ciclos/{cycles.cycle(published=False).slug}/tablero/grafica").status_code == 404


def test_the_code_to_paste_holds_a_hostile_title(client, addresses, signed):
    signed.title = '"><script>alert(1)</script>'
    db.session.flush()
    page = client.get(f"/compromisos/{signed.reference}").text
    (code,) = re.findall(r"<code[^>]*data-copy>(.*?)</code>", page)
    frame = html.unescape(code)
    assert re.fullmatch(
        r'<iframe src="http[^"]+/tarjeta" title="[^"<>]*" width="100%" height="\d+" loading="lazy"></iframe>', frame
    )
    assert "&#34;&gt;&lt;script&gt;" in frame
