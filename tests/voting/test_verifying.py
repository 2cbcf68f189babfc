"""`cocrea verify-contest` as a stranger runs it: every check in words, receipts, files and addresses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.message import Message
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import Request

import click
import pytest
from click.testing import CliRunner

from cocrea.cli import fetching
from cocrea.cli.verifying import ENTRY_FAULTS, FAULTS, HOLDS, verify_contest
from cocrea.voting import counting
from cocrea.voting.counting import Candidate, Terms

TOLD = len(HOLDS) - 1  # of a file without papers
RECEIPTS = ("7KQ2-M9TX-4HWD-PB3R", "8KQ2-M9TX-4HWD-PB3R", "9KQ2-M9TX-4HWD-PB3R", "AKQ2-M9TX-4HWD-PB3R")


def _published(rule: str = "irv", *said: Any, **terms: Any) -> dict[str, Any]:
    options = tuple(Candidate(str(n), title) for n, title in enumerate(("Agua", "Luz", "Calle"), 1))
    said = said or (["3", "1"], ["3"], [], None)
    ballots = [{"receipt": receipt, "choices": one} for receipt, one in zip(RECEIPTS, said, strict=False)]
    by = Terms(rule, options, **terms)
    return {
        "format": counting.FORMAT,
        "question": "¿Qué va primero?",
        "rule": by.published(),
        "options": [{"position": n, "title": one.name, "cost": None} for n, one in enumerate(options, 1)],
        "seed": "alba",
        "seed_commitment": sha256(b"alba").hexdigest(),
        "roll": {"size": 9, "took_part": len(ballots)},
        "ballots": ballots,
        "ballots_root": counting.ballots_root(ballots),
        "result": counting.count(by, ballots, roll_size=9, seed="alba"),
    }


def _run(source: str, *options: str, said: str = "") -> Any:
    return CliRunner().invoke(verify_contest, [source, *options], input=said)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "boletas.json"
    path.write_text(json.dumps(_published()))
    return path


def test_every_check_has_its_words_for_good_and_for_bad():
    assert HOLDS.keys() == counting.CHECKS.keys()
    assert FAULTS.keys() == HOLDS.keys() | {"format", "malformed"}


def test_each_check_is_told_and_what_fails_leaves_the_others_standing(file):
    good = _run(str(file))
    assert (good.exit_code, good.output.count("BIEN"), good.output.count("FALLA")) == (0, TOLD, 0)
    assert "3. Calle: 2; gana." in good.output
    assert "2 válidas, 1 en blanco y 1 nulas" in good.output
    file.write_text(json.dumps({**_published(), "seed": "ocaso"}))
    bad = _run(str(file))
    assert bad.exit_code == 1
    assert f"FALLA: {FAULTS['seed']}." in bad.output
    assert f"BIEN: {HOLDS['root']}" in bad.output
    assert "gana" not in bad.output


def test_a_receipt_is_found_however_it_is_typed_and_its_ballot_said(file):
    for typed, says in (
        ("7kq2 m9tx4hwdpb3r", "1.º Calle; 2.º Agua"),
        (RECEIPTS[2], "en blanco"),
        (RECEIPTS[3], "nula"),
    ):
        found = _run(str(file), "--receipt", typed)
        assert found.exit_code == 0
        assert f"está en la urna y dice: {says}." in found.output
    lost = _run(str(file), "--receipt", RECEIPTS[0], "--receipt", "2222-2222-2222-2222")
    assert lost.exit_code == 1
    assert "FALLA: 2222-2222-2222-2222 no está en la urna." in lost.output


@pytest.mark.parametrize(
    ("published", "says"),
    [
        (_published("score", {"2": 3}), "Luz: 3 de 5 puntos"),
        (_published("approval", ["1", "2"], seats=2), "Agua; Luz"),
        (
            _published("yes-no-abstain", {"1": "yes", "2": "no", "3": "abstain"}),
            "Agua: sí; Luz: no; Calle: me abstengo",
        ),
    ],
)
def test_what_a_ballot_says_is_told_by_its_style(file, published, says):
    file.write_text(json.dumps(published))
    assert f"dice: {says}." in _run(str(file), "--receipt", RECEIPTS[0]).output


def test_codes_can_be_read_from_a_file_or_from_the_keyboard(file, tmp_path):
    codes = tmp_path / "codigos.txt"
    codes.write_text(f"{RECEIPTS[0]}\n\n{RECEIPTS[1]}\n")
    for options, said in (([str(codes)], ""), (["-"], codes.read_text())):
        found = _run(str(file), "--receipts", *options, said=said)
        assert (found.exit_code, found.output.count("está en la urna")) == (0, 2)


def test_another_root_is_a_fault_and_the_same_is_none(file):
    root = _published()["ballots_root"]
    assert _run(str(file), "--root", root).exit_code == 0
    other = _run(str(file), "--root", "11" * 32)
    assert (other.exit_code, "no es la que esperabas" in other.output) == (1, True)


def test_another_fingerprint_of_the_seed_is_a_fault_and_without_one_it_is_to_be_compared(file):
    promised = _published()["seed_commitment"]
    alone = _run(str(file)).output
    assert promised in alone
    assert "«contest.called»" in alone
    assert _run(str(file), "--seed-commitment", promised).exit_code == 0
    other = _run(str(file), "--seed-commitment", "11" * 32)
    assert (other.exit_code, "la huella de la semilla no es la que esperabas" in other.output) == (1, True)


MEMBERS = [f"p-{n:04x}" for n in range(9)]


def _with_roll(reference: str = "V-1", size: int = 9) -> dict[str, Any]:
    published = _published()
    roll = {**published["roll"], "size": size, "fingerprint": counting.roll_fingerprint("sal", MEMBERS[:size])}
    return {**published, "contest": reference, "roll": roll}


def _entry(reference: str = "V-1", size: int = 9, **changed: Any) -> dict[str, Any]:
    return {"contest": reference, **counting.proof_of_entry("sal", MEMBERS[:size], MEMBERS[3]), **changed}


def _with_entry(file: Path, tmp_path: Path, entry: Any) -> Any:
    file.write_text(json.dumps(_with_roll()))
    proof = tmp_path / "V-1-padron.json"
    proof.write_text(entry if isinstance(entry, str) else json.dumps(entry))
    return _run(str(file), "--roll-entry", str(proof))


def test_whoever_is_on_the_roll_shows_it_against_the_file(file, tmp_path):
    answer = _with_entry(file, tmp_path, _entry())
    assert answer.exit_code == 0
    assert f"BIEN: {MEMBERS[3]} está en el padrón (lugar {_entry()['position'] + 1} de 9)." in answer.output
    assert "«contest.opened» o «contest.registered_late»" in answer.output


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (_entry(member="p-ffff"), "forged"),
        (_entry(position=0 if _entry()["position"] else 1), "forged"),
        (_entry(path=[*_entry()["path"], "zz"]), "forged"),
        (_entry(path=None), "forged"),
        (_entry(position=float("inf")), "forged"),
        (_entry("V-2"), "contest"),
        (_entry(size=8), "roll"),
        (_entry(fingerprint="00" * 32), "roll"),
        (counting.proof_of_entry("sal", MEMBERS, MEMBERS[3]), "contest"),
        ({"format": "cocrea-roll-2"}, "format"),
        ("no es json", "format"),
        ("[" * 100_000, "format"),
        ([], "format"),
    ],
)
def test_what_shows_nothing_is_told_by_what_is_wrong_with_it(file, tmp_path, entry, fault):
    answer = _with_entry(file, tmp_path, entry)
    assert (answer.exit_code, answer.output.count("FALLA")) == (1, 1)
    assert f"FALLA: {ENTRY_FAULTS[fault]}." in answer.output
    assert answer.output.count("BIEN") == TOLD


def test_a_proof_of_a_contest_that_names_no_roll_is_refused(file, tmp_path):
    proof = tmp_path / "padron.json"
    proof.write_text(json.dumps(_entry()))
    assert ENTRY_FAULTS["contest"] in _run(str(file), "--roll-entry", str(proof)).output


def test_what_is_no_contest_is_told_in_one_line(tmp_path):
    path = tmp_path / "otra.json"
    for words in ("{}", "[]", "no es json", "[" * 100_000, '{"format": "cocrea-contest-1"}'):
        path.write_text(words)
        answer = _run(str(path))
        assert (answer.exit_code, answer.output) == (1, f"FALLA: {FAULTS['format']}.\n")
    missing = _run(str(tmp_path / "no-existe.json"))
    assert (missing.exit_code, "No se puede leer" in missing.output) == (1, True)


@pytest.mark.parametrize("part", ["size", "took_part"])
def test_a_number_without_end_is_a_malformed_file(file, part):
    published = _published()
    file.write_text(json.dumps({**published, "roll": {**published["roll"], part: float("inf")}}))
    assert _run(str(file)).output == f"FALLA: {FAULTS['malformed']}.\n"


def test_nothing_from_the_file_moves_the_cursor(file):
    published = _published()
    published["options"][2]["title"] = "\x1b[2JCalle"
    published["question"] = "\x1b[2J¿Qué?"
    file.write_text(json.dumps(published))
    answer = _run(str(file), "--receipt", RECEIPTS[0], "--receipt", "\x1b[2J")
    assert "está en la urna" in answer.output
    assert "\x1b" not in answer.output


class _Site(BaseHTTPRequestHandler):
    """A small web: the contest where ours has it, redirections, a refusal, and a page without end."""

    def do_GET(self) -> None:
        moved = {
            "/movida": "/votaciones/V-1/boletas.json",
            "/archivo": "file:///etc/passwd",
            "/ftp": "ftp://127.0.0.1/",
        }
        if self.path in moved:
            self.send_response(302)
            self.send_header("Location", moved[self.path])
            self.end_headers()
        elif self.path.startswith("/votaciones/V-1/boletas.json"):
            self._answer(json.dumps(_published()).encode())
        elif self.path == "/enorme.json":
            self._answer(b" " * 300_000)
        else:
            self.send_error(404)

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/votaciones/V-1", "/votaciones/V-1/?vista=1#urna", "/votaciones/V-1/boletas.json"])
def test_the_address_of_the_page_or_of_the_file_will_do(site, path):
    answer = _run(site + path)
    assert (answer.exit_code, answer.output.count("BIEN")) == (0, TOLD)


def test_redirections_stay_on_the_web(site):
    assert json.loads(fetching.fetched(f"{site}/movida")) == _published()
    for path, told in (("/archivo", "respondió 302"), ("/ftp", "no es segura")):
        with pytest.raises(click.ClickException, match=told):
            fetching.fetched(site + path)


@pytest.mark.parametrize(("to", "is_followed"), [("https://b.mx/x", True), ("http://b.mx/x", False)])
def test_from_a_safe_address_to_safe_ones_only(to, is_followed):
    def redirected() -> Any:
        request = Request("https://a.mx/x")
        return fetching._StayOnTheWeb().redirect_request(request, BytesIO(), 302, "Found", Message(), to)

    if is_followed:
        assert redirected().full_url == to
    else:
        with pytest.raises(click.ClickException):
            redirected()


def test_what_cannot_be_had_is_told(site, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_BYTES", 200_000)
    for address, told in (
        (f"{site}/enorme.json", "MB"),
        (f"{site}/no", "404"),
        ("http://127.0.0.1:1/x", "No se pudo descargar"),
        ("http://[x/", "no es una dirección"),
    ):
        answer = _run(address)
        assert (answer.exit_code, told in answer.output) == (1, True), answer.output
