"""A stranger's check of the download: what is whole passes, and every kind of tampering is found where it is."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cocrea.audit import export, heads
from cocrea.audit.canonical import canonical_json
from cocrea.audit.merkle import leaf_hash, root_of
from cocrea.audit.models import TreeHead
from cocrea.audit.verification import Fault, verify
from cocrea.cli.history import FAULTS, verify_history
from tests.conftest import NOW

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
TEXTS = [canonical_json({"number": number}) for number in range(7)]
LEAVES = [leaf_hash(text.encode()) for text in TEXTS]
WITHHELD = 4


def head(size, key=KEY):
    root = root_of(LEAVES[:size]).hex()
    signature = key.sign(heads.statement(size, root, heads.moment(NOW))).hex()
    return TreeHead(size=size, root=root, at=NOW, signature=signature, public_key=heads.public_hex(key))


@pytest.fixture
def lines():
    """Header, records 0-2, head of 3, records 3-6 (the 4 withheld), head of 7: ten lines, counted from 1."""
    records = [(n, LEAVES[n].hex(), None if n == WITHHELD else TEXTS[n]) for n in range(7)]
    return list(export.lines(records=records, signed_heads=[head(3), head(7)], site="https://x", licence="CC-BY-4.0"))


def edited(line, **changes):
    return json.dumps({**json.loads(line), **changes}) + "\n"


def fault(lines, **options):
    with pytest.raises(Fault) as caught:
        verify(lines, **options)
    assert caught.value.code in FAULTS
    FAULTS[caught.value.code].format(**caught.value.details)
    return caught.value.line, caught.value.code


def test_a_whole_file_passes(lines):
    report = verify(lines)
    assert (report.records, report.withheld, report.heads) == (7, 1, 2)
    assert report.root == root_of(LEAVES).hex()
    assert verify(lines, public_keys=[heads.public_hex(KEY).upper()]).heads == 2


def test_an_empty_history_passes():
    empty = list(export.lines(records=[], signed_heads=[], site="", licence=""))
    assert verify(empty).records == 0


def test_a_withheld_record_shows_nothing_but_its_hash(lines):
    value = json.loads(lines[6])
    assert set(value) == {"type", "position", "leaf", "withheld"}


def test_a_changed_text_is_found(lines):
    lines[2] = edited(lines[2], text=TEXTS[1].replace("1", "9"))
    assert fault(lines) == (3, "text_changed")


def test_a_changed_text_with_its_hash_made_to_fit_is_found_at_the_head(lines):
    forged = TEXTS[1].replace("1", "9")
    lines[2] = edited(lines[2], text=forged, leaf=leaf_hash(forged.encode()).hex())
    assert fault(lines) == (5, "root")


def test_a_changed_withheld_hash_is_found_at_the_head(lines):
    lines[6] = edited(lines[6], leaf="00" * 32)
    assert fault(lines) == (10, "root")


def test_a_removed_record_is_found(lines):
    del lines[2]
    assert fault(lines) == (3, "position")


def test_a_removed_record_with_the_rest_renumbered_is_found(lines):
    del lines[2]
    lines[2] = edited(lines[2], position=1)
    assert fault(lines) == (4, "head_size")


def test_swapped_records_are_found(lines):
    lines[1], lines[2] = lines[2], lines[1]
    assert fault(lines) == (2, "position")


def test_swapped_records_renumbered_are_found(lines):
    lines[1], lines[2] = edited(lines[2], position=0), edited(lines[1], position=1)
    assert fault(lines) == (5, "root")


def test_an_added_record_is_found(lines):
    lines.insert(4, edited(lines[3], position=3))
    assert fault(lines) == (6, "head_size")


def test_a_forged_root_is_found(lines):
    lines[4] = edited(lines[4], root="00" * 32)
    assert fault(lines) == (5, "root")


def test_a_head_signed_by_another_key_is_found(lines):
    other = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
    lines[4] = json.dumps(export.head_line(head(3, other))) + "\n"
    assert fault(lines) == (5, "unknown_key")


def test_a_head_that_claims_our_key_without_it_is_found(lines):
    other = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
    lines[4] = edited(json.dumps(export.head_line(head(3, other))), public_key=heads.public_hex(KEY))
    assert fault(lines) == (5, "signature")


def test_a_whole_file_by_another_key_fails_against_the_known_one(lines):
    assert fault(lines, public_keys=["ab" * 32]) == (5, "unknown_key")


def test_a_moved_time_of_a_head_is_found(lines):
    lines[4] = edited(lines[4], at="2020-01-01T00:00:00.000+00:00")
    assert fault(lines) == (5, "signature")


@pytest.mark.parametrize("kept", range(1, 10))
def test_a_truncated_file_is_found(lines, kept):
    assert fault(lines[:kept])[1] == "truncated"


def test_records_after_the_last_head_are_found(lines):
    lines.append(edited(lines[1], position=7))
    assert fault(lines) == (12, "truncated")


@pytest.mark.parametrize("junk", ["", "\n", "[]\n", "{}\n", "no json\n", '{"type": "record"}\n', '{"type": []}\n'])
def test_junk_is_a_fault_and_not_a_crash(lines, junk):
    lines[3] = junk
    line, code = fault(lines)
    assert (line, code in {"unreadable", "unknown_line", "position"}) == (4, True)


@pytest.mark.parametrize("name", ["position", "leaf", "text", "type"])
@pytest.mark.parametrize("value", [None, 3.5, [], {}, "x", "é", -1])
def test_odd_values_are_faults(lines, name, value):
    lines[3] = edited(lines[3], **{name: value})
    assert fault(lines)[0] == 4


@pytest.mark.parametrize("name", ["size", "root", "at", "signature", "public_key"])
@pytest.mark.parametrize("value", [None, 3.5, [], {}, "x", "é"])
def test_odd_heads_are_faults(lines, name, value):
    lines[4] = edited(lines[4], **{name: value})
    assert fault(lines)[0] == 5


def test_no_header_and_two_headers(lines):
    assert fault([]) == (1, "no_header")
    assert fault(lines[1:]) == (1, "no_header")
    assert fault([lines[0], *lines]) == (2, "second_header")
    assert fault([edited(lines[0], version=2), *lines[1:]]) == (1, "unknown_format")


def test_the_command_says_so_and_where(lines, tmp_path):
    path = tmp_path / "historial.ndjson"
    path.write_text("".join(lines), "utf-8")
    good = CliRunner().invoke(verify_history, [str(path), "--public-key", heads.public_hex(KEY)])
    assert (good.exit_code, good.output.startswith("BIEN: 7 registros")) == (0, True)
    path.write_text("".join(lines[:-1]), "utf-8")
    bad = CliRunner().invoke(verify_history, [str(path)])
    assert (bad.exit_code, "renglón 10" in bad.output, "cortado" in bad.output) == (1, True, True)
    path.write_bytes(b"\xff\xfe\x00")
    assert CliRunner().invoke(verify_history, [str(path)]).exit_code == 1
