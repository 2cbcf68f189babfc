"""The roll as a fingerprint, and the proof that somebody is on it, without database or application.

A leaf is of a public id and a secret of its own (of the roll's salt, which is never published: public ids stand in the
history, so that with it anybody could try them all). Whoever is on the roll gets their secret and the way up.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from cocrea.audit.merkle import inclusion_proof, is_included, leaf_hash, root_of

ROLL_FORMAT = "cocrea-roll-1"


def entry_secret(salt: str, member: str) -> str:
    """HMAC-SHA256 of a public id under the salt: tells nothing of the salt, nor of anybody else's."""
    return hmac.new(salt.encode(), member.encode(), sha256).hexdigest()


def entry_hash(member: str, secret: str) -> bytes:
    """What stands on the roll for a person."""
    return leaf_hash(f"{member}:{secret}".encode())


def roll_fingerprint(salt: str, members: Iterable[str]) -> str:
    """Merkle root (RFC 6962), in hex, over the entries of these public ids in the order of their hashes."""
    return root_of(_entries(salt, members)).hex()


def proof_of_entry(salt: str, members: Iterable[str], member: str) -> dict[str, Any]:
    """What shows that one of the members is on the roll with this fingerprint, and nothing of the others."""
    entries = _entries(salt, members)
    secret = entry_secret(salt, member)
    position = entries.index(entry_hash(member, secret))
    return {
        "format": ROLL_FORMAT,
        "member": member,
        "secret": secret,
        "position": position,
        "size": len(entries),
        "path": [one.hex() for one in inclusion_proof(position, entries)],
        "fingerprint": root_of(entries).hex(),
    }


def proves_entry(proof: Any) -> bool:
    """Whether a proof leads from its entry to its fingerprint; that this is the published one is for the reader."""
    try:
        return proof["format"] == ROLL_FORMAT and _leads_up(proof)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        return False


def entry_fault(published: Mapping[str, Any], proof: Any) -> str | None:
    """What a proof lacks to show that its member is on the roll of this published contest: `format` (it is no proof),
    `contest` (it is of another one), `roll` (of another state of the roll), `forged`; None where it shows it."""
    if not isinstance(proof, Mapping) or proof.get("format") != ROLL_FORMAT:
        return "format"
    if proof.get("contest") != published.get("contest"):
        return "contest"
    roll = published["roll"]
    if (proof.get("fingerprint"), proof.get("size")) != (roll.get("fingerprint"), roll["size"]):
        return "roll"
    return None if proves_entry(proof) else "forged"


def _leads_up(proof: Mapping[str, Any]) -> bool:
    leaf = entry_hash(str(proof["member"]), str(proof["secret"]))
    path = [bytes.fromhex(one) for one in proof["path"]]
    return is_included(leaf, int(proof["position"]), int(proof["size"]), path, bytes.fromhex(proof["fingerprint"]))


def _entries(salt: str, members: Iterable[str]) -> list[bytes]:
    return sorted(entry_hash(member, entry_secret(salt, member)) for member in members)
