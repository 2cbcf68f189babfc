"""Signed heads of the tree: what is signed, with which key, and whether a signature holds."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cocrea.audit.canonical import canonical_json
from cocrea.config import Settings


def statement(size: int, root: str, at: str) -> bytes:
    """The bytes that are signed."""
    return canonical_json({"at": at, "root": root, "size": size}).encode()


def moment(at: datetime) -> str:
    """How a head writes its time: UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def public_hex(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def is_signed(public_key: str, signature: str, signed: bytes) -> bool:
    """Whether the hex signature of those bytes was made with that key; malformed hex is a no."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def signing_key(settings: Settings) -> Ed25519PrivateKey:
    """The key of the settings; outside production one made for this instance the first time it is needed."""
    seed = settings.history_key or _instance_seed(settings.instance / "history.key")
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))


def _instance_seed(path: Path) -> str:
    if not path.exists():
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32))
        try:
            os.link(fresh, path)  # fails when another process was first: then its key is the key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
