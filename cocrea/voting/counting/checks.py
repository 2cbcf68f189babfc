"""Checking a published contest, without database or application.

`cocrea verify-contest` runs this module on the public download, so a stranger recomputes what we published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any

from cocrea.audit.canonical import canonical_json
from cocrea.audit.merkle import leaf_hash, root_of
from cocrea.voting.counting.again import agrees, second_count
from cocrea.voting.counting.ballots import fault, normal
from cocrea.voting.counting.contests import count
from cocrea.voting.counting.terms import Terms

FORMAT = "cocrea-contest-2"


def ballots_root(ballots: Iterable[Mapping[str, Any]]) -> str:
    """Merkle root (RFC 6962) over the canonical JSON of the ballots in the order of their receipts, in hex."""
    ordered = sorted(ballots, key=lambda ballot: str(ballot["receipt"]))
    return root_of([leaf_hash(canonical_json(_leaf(ballot)).encode()) for ballot in ordered]).hex()


def faults(published: Any) -> list[str]:
    """What does not hold in a published contest, as codes of `CHECKS` (or `format`, `malformed`).

    Empty means that the file agrees with itself: whoever doubts that it is the one that was sealed compares its
    `ballots_root` with the one in the public history.
    """
    if not isinstance(published, Mapping) or published.get("format") != FORMAT:
        return ["format"]
    try:
        return [code for code, holds in CHECKS.items() if not holds(published)]
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError):
        return ["malformed"]


def terms_of(published: Mapping[str, Any]) -> Terms:
    """The terms that a public file states; raises where they make no sense."""
    return Terms.from_published(published["rule"], published["options"])


def _receipts_differ(published: Mapping[str, Any]) -> bool:
    receipts = [ballot["receipt"] for ballot in published["ballots"]]
    return len(set(receipts)) == len(receipts)


def _roll_suffices(published: Mapping[str, Any]) -> bool:
    return len(published["ballots"]) <= int(published["roll"]["size"])


def _everyone_has_one(published: Mapping[str, Any]) -> bool:
    return len(published["ballots"]) == int(published["roll"]["took_part"])


def _answers_are_whole(published: Mapping[str, Any]) -> bool:
    terms = terms_of(published)
    said = [ballot["choices"] for ballot in published["ballots"]]
    return all(
        choices is None or (fault(terms, choices) is None and normal(terms, choices) == choices) for choices in said
    )


def _root_matches(published: Mapping[str, Any]) -> bool:
    return bool(ballots_root(published["ballots"]) == published["ballots_root"])


def _seed_is_the_promised(published: Mapping[str, Any]) -> bool:
    return bool(sha256(published["seed"].encode()).hexdigest() == published["seed_commitment"])


def _count_matches(published: Mapping[str, Any]) -> bool:
    """Byte for byte: the recount written canonically is what was published."""
    if not _answers_are_whole(published):
        return False
    return canonical_json(_by(count, published)) == canonical_json(published["result"])


def _second_agrees(published: Mapping[str, Any]) -> bool:
    return _answers_are_whole(published) and agrees(published["result"], _by(second_count, published))


def _by(counting: Callable[..., dict[str, Any]], published: Mapping[str, Any]) -> dict[str, Any]:
    return counting(
        terms_of(published),
        published["ballots"],
        roll_size=int(published["roll"]["size"]),
        seed=published["seed"],
        sectors_reached=published["roll"].get("sector_quorum_reached"),
    )


CHECKS: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "receipts": _receipts_differ,
    "roll": _roll_suffices,
    "took_part": _everyone_has_one,
    "answers": _answers_are_whole,
    "root": _root_matches,
    "seed": _seed_is_the_promised,
    "result": _count_matches,
    "second": _second_agrees,
}


def _leaf(ballot: Mapping[str, Any]) -> dict[str, Any]:
    """What is sealed of a ballot: in open contests who cast it, too."""
    return {key: ballot[key] for key in ("choices", "receipt", "voter") if key in ballot}
