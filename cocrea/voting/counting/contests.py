"""Counting yes / no / abstain, and checking a published contest, without database or application.

`cocrea verify-contest FILE` runs this module on the public download, so a stranger recomputes what we published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any

from cocrea.audit.canonical import canonical_json
from cocrea.audit.merkle import leaf_hash, root_of

FORMAT = "cocrea-contest-1"
CHOICES = ("yes", "no", "abstain")


def count(
    ballots: Iterable[Mapping[str, Any]], *, options: int, roll_size: int, quorum_percent: int, threshold_percent: int
) -> dict[str, Any]:
    """The result of a contest, in integers only.

    Each ballot's `choices` maps the position of every option (as text, from "1") to yes, no or abstain. An option
    passes when the quorum is reached (ballots x 100 >= quorum x roll) and yes is *more* than the threshold's share of
    yes and no (yes x 100 > threshold x (yes + no)); abstentions count for the quorum alone.
    """
    tallies = [Counter(dict.fromkeys(CHOICES, 0)) for _ in range(options)]
    cast = 0
    for ballot in ballots:
        cast += 1
        for position, tally in enumerate(tallies, 1):
            tally[ballot["choices"][str(position)]] += 1
    has_quorum = cast * 100 >= quorum_percent * roll_size
    return {
        "ballots": cast,
        "quorum_reached": has_quorum,
        "options": [
            {
                "position": position,
                **{choice: tally[choice] for choice in CHOICES},
                "passes": has_quorum and tally["yes"] * 100 > threshold_percent * (tally["yes"] + tally["no"]),
            }
            for position, tally in enumerate(tallies, 1)
        ],
    }


def ballots_root(ballots: Iterable[Mapping[str, Any]]) -> str:
    """Merkle root (RFC 6962) over the canonical JSON of the ballots in the order of their receipts, in hex."""
    ordered = sorted(ballots, key=lambda ballot: str(ballot["receipt"]))
    return root_of([leaf_hash(canonical_json(_leaf(ballot)).encode()) for ballot in ordered]).hex()


def roll_fingerprint(salt: str, members: Iterable[str]) -> str:
    """SHA-256 over the sorted salted hashes of the electorate's public ids."""
    hashes = sorted(sha256(f"{salt}:{member}".encode()).hexdigest() for member in members)
    return sha256("\n".join(hashes).encode()).hexdigest()


def faults(published: Any) -> list[str]:
    """What does not hold in a published contest, as codes of `CHECKS` (or `format`, `malformed`).

    Empty means that the file agrees with itself: whoever doubts that it is the one that was sealed compares its
    `ballots_root` with the one in the public history.
    """
    if not isinstance(published, Mapping) or published.get("format") != FORMAT:
        return ["format"]
    try:
        return [code for code, holds in CHECKS.items() if not holds(published)]
    except (AttributeError, KeyError, TypeError, ValueError):
        return ["malformed"]


def _receipts_differ(published: Mapping[str, Any]) -> bool:
    receipts = [ballot["receipt"] for ballot in published["ballots"]]
    return len(set(receipts)) == len(receipts)


def _roll_suffices(published: Mapping[str, Any]) -> bool:
    return len(published["ballots"]) <= int(published["roll"]["size"])


def _everyone_has_one(published: Mapping[str, Any]) -> bool:
    return len(published["ballots"]) == int(published["roll"]["took_part"])


def _answers_are_whole(published: Mapping[str, Any]) -> bool:
    expected = {str(option["position"]) for option in published["options"]}
    return all(
        set(ballot["choices"]) == expected and set(ballot["choices"].values()) <= set(CHOICES)
        for ballot in published["ballots"]
    )


def _root_matches(published: Mapping[str, Any]) -> bool:
    return bool(ballots_root(published["ballots"]) == published["ballots_root"])


def _count_matches(published: Mapping[str, Any]) -> bool:
    """Byte for byte: the recount written canonically is what was published."""
    if not _answers_are_whole(published):
        return False
    rule = published["rule"]
    recounted = count(
        published["ballots"],
        options=len(published["options"]),
        roll_size=published["roll"]["size"],
        quorum_percent=rule["quorum_percent"],
        threshold_percent=rule["threshold_percent"],
    )
    return canonical_json(recounted) == canonical_json(published["result"])


CHECKS: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "receipts": _receipts_differ,
    "roll": _roll_suffices,
    "took_part": _everyone_has_one,
    "answers": _answers_are_whole,
    "root": _root_matches,
    "result": _count_matches,
}


def _leaf(ballot: Mapping[str, Any]) -> dict[str, Any]:
    return {"choices": ballot["choices"], "receipt": ballot["receipt"]}
