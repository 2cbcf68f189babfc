"""Answers are small on the way, and their length gives nothing away."""

from __future__ import annotations

from gzip import decompress

from flask import Response

from cocrea.core import compression

ASKED = {"Accept-Encoding": "gzip, br"}


def test_a_page_is_compressed_for_who_can_read_that(client, app):
    plain, packed = client.get("/"), client.get("/", headers=ASKED)
    assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in packed.headers["Vary"]
    assert b"</html>" in decompress(packed.data)
    assert len(packed.data) < len(plain.data) / 2 and packed.content_length == len(packed.data)


def test_the_same_answer_has_many_lengths(app):
    lengths = {len(compression._padded(b"a" * 5000)) for _ in range(400)}
    assert len(lengths) > compression.PADDING / 2


def test_what_is_short_streamed_or_no_text_stays_as_it_is(app):
    with app.test_request_context(headers=ASKED):
        for made in (
            Response("corto", mimetype="text/html"),
            Response((text for text in ["a" * 5000]), mimetype="text/html"),
            Response(b"\x89PNG" * 1000, mimetype="image/png"),
            Response("a" * 5000, mimetype="text/html", headers={"Content-Encoding": "br"}),
        ):
            assert compression._compress(made).headers.get("Content-Encoding") != "gzip"
