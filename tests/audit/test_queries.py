"""Proofs from blocks, one thing's own history, and values in words."""

from __future__ import annotations

from enum import StrEnum

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cocrea.audit import operations, queries, words
from cocrea.audit.merkle import is_included
from cocrea.audit.models import BLOCK_SIZE
from cocrea.core.db import transaction
from tests.conftest import NOW

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def write(number, subject="T-1"):
    with transaction():
        for _ in range(number):
            operations.record(actor=None, action="test.done", subject=subject, scope="platform", now=NOW)


def seal(limit=5000):
    with transaction():
        operations.seal(now=NOW, key=KEY, limit=limit)


@pytest.mark.parametrize("size", [1, 2, 7, BLOCK_SIZE, BLOCK_SIZE + 1, 2 * BLOCK_SIZE + 77])
def test_every_proof_verifies_against_the_signed_root(app, size, count_queries):
    write(size)
    seal(limit=BLOCK_SIZE - 3)
    while queries.latest_head().size < size:
        seal(limit=BLOCK_SIZE - 3)
    for entry in {0, size // 2, size - 1, min(size - 1, BLOCK_SIZE)}:
        with count_queries() as log:
            found = queries.inclusion(entry)
        assert len(log) <= 4
        leaf = {place: leaf for place, leaf, _text in queries.sealed_records(size)}[entry]
        proof = [bytes.fromhex(item) for item in found.hashes]
        assert is_included(bytes.fromhex(leaf), entry, size, proof, bytes.fromhex(found.head.root))


def test_an_unsealed_record_has_no_proof(app):
    assert queries.inclusion(None) is None
    write(1)
    seal()
    assert queries.inclusion(1) is None


def test_a_subject_has_its_own_history(app):
    write(2, "T-1")
    write(1, "T-2")
    assert [entry.subject for entry in queries.history_of("T-1")] == ["T-1", "T-1"]
    assert len(queries.history_of("T-1", limit=1)) == 1


class Light(StrEnum):
    GREEN = "green"

    @property
    def label(self):
        return "Verde"


def test_values_in_words(app, monkeypatch):
    monkeypatch.setattr(words, "VALUES", {})
    words.extend(values={"test.light": Light})
    assert words.value("test", "light", "green") == "Verde"
    assert words.value("other", "light", "green") == "green"
    assert words.value("test", "light", ["green", "green"]) == "Verde, Verde"
    assert words.value("test", "x", None) == words.value("test", "x", "") == words.value("test", "x", []) == "—"
    assert words.value("test", "x", 0) == "0"
    assert words.value("test", "x", True) == "Sí"
    assert words.value("test", "x", "ab" * 32) == "huella abababababab…"
    assert "5 de junio de 2026" in words.value("test", "x", "2026-06-05T18:00:00+00:00")
    assert words.value("test", "x", "2026") == "2026"
    assert words.value("test", "x", {"state": "green"}) == "Estado: green"
