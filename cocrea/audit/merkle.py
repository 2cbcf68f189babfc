"""RFC 6962 Merkle trees (section 2.1): leaf = H(0x00 ‖ data), node = H(0x01 ‖ left ‖ right), H = SHA-256.

Functions here take hashes, not data: a list of leaf hashes, or of the roots of equal perfect subtrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


@dataclass
class Frontier:
    """All that is needed to extend a tree: the roots of its largest perfect subtrees, from left to right."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> list[bytes]:
        """Add a leaf. Returns the perfect subtrees it completed: the element n is the root of one with 2**n leaves."""
        completed = [leaf]
        below = self.size
        while below & 1:
            completed.append(node_hash(self.peaks.pop(), completed[-1]))
            below >>= 1
        self.peaks.append(completed[-1])
        self.size += 1
        return completed

    @property
    def root(self) -> bytes:
        return _join_from_the_right(self.peaks)


def root_of(hashes: Sequence[bytes]) -> bytes:
    frontier = Frontier()
    for item in hashes:
        frontier.append(item)
    return frontier.root


def inclusion_proof(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """The hashes that, joined with the one at `index`, give the root: from the leaf upwards."""
    if not 0 <= index < len(hashes):
        raise IndexError("no such leaf")
    if len(hashes) == 1:
        return []
    half = _largest_power_of_two_below(len(hashes))
    if index < half:
        return [*inclusion_proof(index, hashes[:half]), root_of(hashes[half:])]
    return [*inclusion_proof(index - half, hashes[half:]), root_of(hashes[:half])]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that the leaf is number `index` of the tree of that size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and result == root


def _join_from_the_right(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    joined = peaks[-1]
    for peak in reversed(peaks[:-1]):
        joined = node_hash(peak, joined)
    return joined


def _largest_power_of_two_below(number: int) -> int:
    return 1 << ((number - 1).bit_length() - 1)
