"""The tree against the RFC's own recursive definition, for every shape."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from cocrea.audit.merkle import EMPTY_ROOT, Frontier, inclusion_proof, is_included, leaf_hash, root_of

trees = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def mth(entries: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = _split(len(entries))
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1, word for word."""
    if len(entries) == 1:
        return []
    k = _split(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def _split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def _leaves(entries: list[bytes]) -> list[bytes]:
    return [leaf_hash(entry) for entry in entries]


def test_known_values_of_the_rfc():
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@given(trees)
def test_roots_agree_with_the_definition_however_the_tree_grew(entries):
    assert root_of(_leaves(entries)) == mth(entries)
    frontier = Frontier()
    for number, leaf in enumerate(_leaves(entries), start=1):
        frontier.append(leaf)
        assert frontier.root == mth(entries[:number])
        assert len(frontier.peaks) == number.bit_count()


@given(trees, st.data())
def test_proofs_agree_with_the_definition_and_verify(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))
    proof = inclusion_proof(index, _leaves(entries))
    assert proof == path(index, entries)
    assert is_included(leaf_hash(entries[index]), index, len(entries), proof, mth(entries))


@given(trees, st.data())
def test_a_proof_fits_one_leaf_at_one_place_of_one_tree(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))
    size, root = len(entries), mth(entries)
    leaf, proof = leaf_hash(entries[index]), inclusion_proof(index, _leaves(entries))
    assert not is_included(leaf_hash(b"something else"), index, size, proof, root)
    assert not is_included(leaf, index, size, [*proof, leaf], root)
    assert not is_included(leaf, size, size, proof, root)
    assert not is_included(leaf, -1, size, proof, root)
    if proof:
        assert not is_included(leaf, index, size, proof[:-1], root)


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=70), st.integers(0, 3), st.data())
def test_a_tree_of_block_roots_is_the_same_tree(entries, height, data):
    """What the stored blocks rely on: proofs compose from a block and the tree above the blocks."""
    leaves, width = _leaves(entries), 2**height
    blocks = [leaves[start : start + width] for start in range(0, len(leaves), width)]
    roots = [root_of(block) for block in blocks]
    assert root_of(roots) == mth(entries)
    index = data.draw(st.integers(0, len(entries) - 1))
    composed = inclusion_proof(index % width, blocks[index // width]) + inclusion_proof(index // width, roots)
    assert composed == path(index, entries)


@given(st.integers(1, 600))
def test_completed_subtrees_are_reported_as_they_fill(size):
    frontier, blocks = Frontier(), []
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    for leaf in leaves:
        completed = frontier.append(leaf)
        if len(completed) > 4:
            blocks.append(completed[4])
    assert blocks == [root_of(leaves[start : start + 16]) for start in range(0, size - size % 16, 16)]
