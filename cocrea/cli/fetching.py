"""Downloading one published file, from an address that somebody typed: with limits, and from the web alone."""

from __future__ import annotations

import time
from email.message import Message
from http.client import HTTPException
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

import click

MOST_BYTES = 200 * 1024 * 1024
SECONDS_OF_SILENCE, SECONDS_IN_ALL = 30, 300
PIECE = 1 << 16
WEB = ("http", "https")


class _StayOnTheWeb(HTTPRedirectHandler):
    """Follows redirections by HTTP, never from https to anything less."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        allowed = WEB[1:] if req.type == "https" else WEB
        if urlsplit(newurl).scheme not in allowed:
            raise click.ClickException("La dirección lleva a otra que no es segura. No se siguió.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def is_address(source: str) -> bool:
    return source.partition("://")[0].lower() in WEB


def fetched(address: str) -> bytes:
    """What an address of the web answers; a `ClickException` says in words why there is no answer."""
    try:
        with _opener().open(Request(address), timeout=SECONDS_OF_SILENCE) as answer:  # noqa: S310 - see `_opener`
            return _read(answer)
    except HTTPError as refused:
        raise click.ClickException(f"El servidor respondió {refused.code} en {address}.") from None
    except (URLError, HTTPException, OSError, ValueError) as failed:
        reason = getattr(failed, "reason", failed)
        raise click.ClickException(f"No se pudo descargar {address}: {reason}.") from None


def _opener() -> OpenerDirector:
    """Without the handlers of files, FTP and data that `urlopen` has."""
    opener = OpenerDirector()
    handlers = (ProxyHandler, HTTPHandler, HTTPSHandler, HTTPDefaultErrorHandler, HTTPErrorProcessor, _StayOnTheWeb)
    for handler in handlers:
        opener.add_handler(handler())
    return opener


def _read(answer: Any) -> bytes:
    """All of it, unless it is too much or takes too long."""
    pieces, size, until = list[bytes](), 0, time.monotonic() + SECONDS_IN_ALL
    while piece := answer.read1(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise click.ClickException(f"Pesa más de {MOST_BYTES >> 20} MB.")
        if time.monotonic() > until:
            raise click.ClickException("La descarga tardó demasiado.")
    return b"".join(pieces)
