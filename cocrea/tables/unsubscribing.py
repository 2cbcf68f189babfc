"""The address in an e-mail about a session by which whoever got it wants no more, without signing in."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeSerializer

from cocrea.core.settings import current_settings


def address(person_id: int) -> str:
    """The whole address; written out, because jobs have no request to make addresses from."""
    return f"{current_settings().public_url}/correos/sesiones/{_signer().dumps(person_id)}"


def reader(token: str) -> int | None:
    """Whose address it is; None when it was forged or cut."""
    try:
        person_id = _signer().loads(token)
    except BadSignature:
        return None
    return person_id if isinstance(person_id, int) else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_settings().secret_key, salt="tables.session-mail")
