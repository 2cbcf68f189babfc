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
WITH_PAPERS = "cocrea-contest-3"  # the same with booths: some of its ballots were papers
FORMATS = (FORMAT, WITH_PAPERS)


def ballots_root(ballots: Iterable[Mapping[str, Any]]) -> str:
    """Merkle root (RFC 6962) over the canonical JSON of the ballots in the order of their receipts, in hex."""
    ordered = sorted(ballots, key=lambda ballot: str(ballot["receipt"]))
    return root_of([leaf_hash(canonical_json(_leaf(ballot)).encode()) for ballot in ordered]).hex()


def faults(published: Any) -> list[str]:
    """What does not hold in a published contest, as codes of `CHECKS` (or `format`, `malformed`).

    Empty means that the file agrees with itself: whoever doubts that it is the one that was sealed compares its
    `ballots_root` with the one in the public history.
    """
    if not isinstance(published, Mapping) or published.get("format") not in FORMATS:
        return ["format"]
    try:
        return [code for code in checked(published) if not CHECKS[code](published)]
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError):
        return ["malformed"]


def checked(published: Mapping[str, Any]) -> list[str]:
    """The codes of what is checked in a file: of one with papers by channel, as whoever left a mark may have taken the
    paper away."""
    left_out = "took_part" if published["format"] == WITH_PAPERS else "channels"
    return [code for code in CHECKS if code != left_out]


def differences(published: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Booths of a file without faults where the roll has other than as many marks as papers were found."""
    booths = published.get("booths", ()) if published["format"] == WITH_PAPERS else ()
    return [booth for booth in booths if booth["act"] and booth["marks"] != booth["act"]["in_box"]]


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


def _channels_add_up(published: Mapping[str, Any]) -> bool:
    """Online and paper are all ballots; online ones are as many as voted online, papers as many as the acts found. Who
    votes online leaves no invalid ballot."""
    told, booths = published["channels"], published["booths"]
    online, paper, part = _whole(told["online"]), _whole(told["paper"]), _whole(published["roll"]["took_part"])
    found = sum(_in_box(booth) for booth in booths)
    marks = sum(_whole(booth["marks"]) for booth in booths)
    invalid = sum(ballot["choices"] is None for ballot in published["ballots"])
    return (
        len({_whole(booth["number"]) for booth in booths}) == len(booths)
        and part <= _whole(published["roll"]["size"])
        and online + paper == len(published["ballots"])
        and online == part - marks
        and invalid <= paper == found
    )


def _in_box(booth: Mapping[str, Any]) -> int:
    """How many papers of a booth count; its act, which only an annulled one may lack, is looked at in any case."""
    if type(booth["annulled"]) is not bool:
        raise TypeError
    act = booth["act"]
    if booth["annulled"] and act is None:
        return 0
    figures = {name: _whole(act[name]) for name in ("received", "spoiled", "left_over", "in_box")}
    if not isinstance(act["remarks"], str):
        raise TypeError
    return 0 if booth["annulled"] else figures["in_box"]


def _whole(figure: Any) -> int:
    """A number from 0 on; raises for anything else that JSON has, such as one below, a half or true."""
    if type(figure) is not int or figure < 0:
        raise ValueError
    return figure


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
    "channels": _channels_add_up,
    "answers": _answers_are_whole,
    "root": _root_matches,
    "seed": _seed_is_the_promised,
    "result": _count_matches,
    "second": _second_agrees,
}


def _leaf(ballot: Mapping[str, Any]) -> dict[str, Any]:
    """What is sealed of a ballot: in open contests who cast it, too."""
    return {key: ballot[key] for key in ("choices", "receipt", "voter") if key in ballot}
