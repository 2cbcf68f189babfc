"""Answers made smaller on the way, for people on slow or paid lines.

The length of what is compressed says a little about what it repeats (BREACH, 2013). So each answer is longer by a
random number of bytes, as in Django since 4.2 (Palacios et al., "HTB: A Very Effective Method to Protect Web Servers
Against BREACH Attack to HTTPS", IEEE Access 10, 2022); and the tokens of our forms change with every second.
"""

from __future__ import annotations

import secrets
from gzip import GzipFile
from io import BytesIO

from flask import Flask, Response, request

KINDS = {"text/html", "text/csv", "text/plain", "application/json", "application/geo+json"}
WORTH = 1000  # bytes below which nothing is gained
LEVEL = 1  # a fifth of the bytes in a third of the time that the usual level takes for a tenth less of them
PADDING = 100


def init_app(app: Flask) -> None:
    """To be called before what else changes answers, since Flask asks whoever was added last first."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in KINDS or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) < WORTH or not request.accept_encodings["gzip"]:
        return response
    response.set_data(_padded(body))
    response.headers["Content-Encoding"] = "gzip"
    return response


def _padded(body: bytes) -> bytes:
    """Compressed, with a file's name of random length in the header, which nobody reads."""
    target = BytesIO()
    with GzipFile("a" * secrets.randbelow(PADDING), "wb", LEVEL, target, mtime=0) as file:
        file.write(body)
    return target.getvalue()
