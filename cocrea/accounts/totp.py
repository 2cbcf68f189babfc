"""Time-based one-time codes (RFC 6238) and recovery codes: the arithmetic, without tables."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

import pyotp
import segno

STEP = 30
TOLERANCE = 1  # steps of clock difference accepted on each side
RECOVERY_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without characters that are read as others


def new_secret() -> str:
    return pyotp.random_base32()


def matched_step(secret: str, code: str, after: int, now: datetime) -> int | None:
    """The time step the code belongs to, if it is near `now` and later than step `after`; else None.

    Whoever accepts a code stores its step as the next `after`, so that no code serves twice.
    """
    typed = "".join(code.split())
    current = int(now.timestamp()) // STEP
    generator = pyotp.TOTP(secret, interval=STEP)
    for step in range(current - TOLERANCE, current + TOLERANCE + 1):
        if step > after and compare_digest(generator.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def address(secret: str, email: str) -> str:
    """The `otpauth://` address that an authenticator application reads."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=email, issuer_name="Cocrea")


def picture(secret: str, email: str) -> str:
    """The same as a QR code: a `data:` address for an image."""
    image: str = segno.make(address(secret, email), error="m", micro=False).svg_data_uri(
        scale=5, dark="#000", light="#fff", border=3
    )
    return image


def new_recovery_codes() -> list[str]:
    """Fresh codes in words of four characters; about 79 bits each, so that a plain hash keeps them safe."""
    return ["-".join(_word() for _ in range(4)) for _ in range(RECOVERY_CODES)]


def recovery_hash(code: str) -> str:
    """What is stored of a recovery code; case, blanks and dashes do not matter."""
    return sha256("".join(c for c in code.lower() if c in ALPHABET).encode()).hexdigest()


def looks_like_recovery(code: str) -> bool:
    return sum(c.isalnum() for c in code) > 8


def _word() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(4))
