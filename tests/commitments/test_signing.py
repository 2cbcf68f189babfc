"""A signature asks for the second factor at its own moment."""

from __future__ import annotations

import pytest
from flask_limiter.util import get_qualified_name

from cocrea.commitments import operations
from cocrea.commitments.models import Party
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.extensions import limiter
from tests.factories import accounts, commitments
from tests.factories.accounts import credential, fresh_code, recovery_code


@pytest.fixture
def complete(app):
    return commitments.complete()


@pytest.fixture
def sign(complete, now):
    commitment, of = complete

    def call(code: str, party: Party = Party.LEAD) -> None:
        base = commitments.present_fingerprint(commitment)
        with transaction():
            operations.sign(
                actor=of.signer(party), commitment=commitment, party=party, base=base, code=code, now=now
            )  # fmt: skip

    return call


def test_a_fresh_code_of_each_signs(complete, sign):
    commitment, of = complete
    for party in Party:
        sign(fresh_code(of.signer(party)), party)
    assert commitment.is_signed


@pytest.mark.parametrize("code", ["", "000000", "12"])
def test_without_the_code_nothing_is_signed(complete, sign, code):
    commitment, of = complete
    fresh_code(of.official)
    with pytest.raises(Invalid) as refusal:
        sign(code)
    assert refusal.value.field == "code"
    assert commitment.signatures == []


def test_who_has_no_second_factor_is_sent_to_make_one(complete, sign):
    _commitment, of = complete
    for prepare in (lambda: None, lambda: credential(of.official)):
        prepare()
        with pytest.raises(Denied):
            sign("123456")


def test_a_code_signs_once(complete, sign):
    commitment, of = complete
    code = fresh_code(of.official)
    sign(code)
    commitments.write(commitment, "solucion", of.watcher, body="Otra cosa", solution="Así")
    with pytest.raises(Invalid):
        sign(code)
    sign(fresh_code(of.official))


def test_the_code_of_another_person_does_not_sign(complete, sign):
    _commitment, of = complete
    fresh_code(of.official)
    accounts.credential(of.watcher, second_factor=True).totp_secret = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"
    with pytest.raises(Invalid):
        sign(fresh_code(of.official), Party.COUNTERPART)


def test_a_recovery_code_enters_and_does_not_sign(complete, sign):
    _commitment, of = complete
    fresh_code(of.official)
    with pytest.raises(Invalid) as refusal:
        sign(recovery_code(of.official))
    assert "recuperación" in str(refusal.value.message)


def test_a_text_that_changed_does_not_use_the_code_up(complete, sign, now):
    commitment, of = complete
    code, read = fresh_code(of.official), commitments.present_fingerprint(commitment)
    commitments.write(commitment, "solucion", of.watcher, body="Otra cosa", solution="Así")
    with pytest.raises(Conflict), transaction():
        operations.sign(actor=of.official, commitment=commitment, party=Party.LEAD, base=read, code=code, now=now)
    sign(code)


def test_where_roles_do_without_a_factor_only_those_who_have_one_are_asked(complete, sign):
    _commitment, of = complete
    fresh_code(of.watcher)
    with accounts.without_second_factor():
        sign("")
        with pytest.raises(Invalid):
            sign("", Party.COUNTERPART)


def test_the_page_leads_to_the_factor_and_never_fills_the_code_in_again(client, complete):
    commitment, of = complete
    url = f"/compromisos/{commitment.reference}/firmas/contraparte"
    assert "/cuenta/segundo-factor?next=" in client.sign_in(of.watcher).get(url).text
    fresh_code(of.watcher)
    client.get(url)
    data = {"base": commitments.present_fingerprint(commitment), "confirm": "y", "code": "918273"}
    page = client.post(url, data=data)
    assert page.status_code == 422
    assert "no es correcto o ya se usó" in page.text
    assert "918273" not in page.text
    assert f"Versión {commitment.version}." in page.text


def test_codes_are_tried_a_few_times_only(app):
    """Limits are off in tests, but not their declaration."""
    name = get_qualified_name(app.view_functions["commitments.sign"])
    limits = limiter.limit_manager.decorated_limits(name)
    assert [str(limit.limit) for limit in limits] == ["20 per 1 hour"]
