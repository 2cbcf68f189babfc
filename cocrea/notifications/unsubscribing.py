"""The addresses in letters by which their reader stops following one thing, or wants no more letters, without signing
in."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeSerializer

from cocrea.core.settings import current_settings

ALL = ""  # in the place of a scope: every letter about what one follows


def address(person_id: int, scope: str = ALL) -> str:
    """The whole address; written out, because jobs have no request to make addresses from."""
    return f"{current_settings().public_url}/correos/avisos/{_signer().dumps([person_id, scope])}"


def read(token: str) -> tuple[int, str] | None:
    """Whose address it is and of what; None when it was forged or cut."""
    try:
        person_id, scope = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return person_id, scope


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_settings().secret_key, salt="notifications.letter")
