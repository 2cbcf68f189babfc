"""Casting a ballot: one per person, replaced as often as they like until the close."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from cocrea.core.access import enforce
from cocrea.core.db import add
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.i18n import in_words
from cocrea.core.i18n import lazy as _l
from cocrea.core.settings import current_settings
from cocrea.discussion.models import Channel
from cocrea.extensions import db
from cocrea.voting import policies
from cocrea.voting.counting import fault, normal
from cocrea.voting.models import BallotKey, Booth, Contest, OpenBallot, RollEntry
from cocrea.voting.operations.roll import freeze
from cocrea.voting.wording import refusal

RECEIPT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that reads like something else


def cast(
    *,
    actor: Any,
    contest: Contest,
    choices: Any,
    now: datetime,
    channel: Channel = Channel.ONLINE,
) -> str:
    """Cast a ballot or replace the one cast before; returns the new receipt, the only copy the voter gets.

    `choices` as `counting.ballots` has them for the rule of the contest; empty is a blank ballot. One ballot per person
    whatever the number of simultaneous requests: the roll entry is locked, and pseudonym and contest are the ballot's
    key. Raises `Invalid` with what is wrong, `Denied` off the roll, `Conflict` once the box is sealed.
    """
    enforce(policies.can_vote, actor, contest, now)
    if wrong := fault(contest.terms, choices):
        raise Invalid(refusal(wrong, contest))
    if contest.frozen_at is None:
        freeze(contest=contest, now=now)
    hold_the_box_open(contest)
    entry = locked_entry(actor, contest)
    receipt = new_receipt()
    _put(contest, entry, receipt, normal(contest.terms, choices), channel)
    db.session.flush()
    return receipt


def new_receipt() -> str:
    """A receipt such as `7KQ2-M9TX-4HWD-PB3R`: 78 bits, easy to copy by hand."""
    letters = [secrets.choice(RECEIPT_ALPHABET) for _ in range(16)]
    return "-".join("".join(letters[i : i + 4]) for i in range(0, 16, 4))


def pseudonyms(contest: Contest) -> Any:
    """From a person's id to their pseudonym, while the contest's key exists; see `BallotKey`."""
    key = (db.session.get_one(BallotKey, contest.id).key + current_settings().secret_key).encode()
    return lambda person_id: hmac.new(key, f"{person_id}".encode(), sha256).hexdigest()


def _put(contest: Contest, entry: RollEntry, receipt: str, choices: Any, channel: Channel) -> None:
    key = {"contest_id": contest.id, "pseudonym": pseudonyms(contest)(entry.person_id)}
    ballot = db.session.get(OpenBallot, key)
    if ballot is not None:
        ballot.receipt, ballot.choices = receipt, choices
    elif entry.took_part:
        raise Conflict(_voted_otherwise(entry))
    elif entry.booth_id is not None and channel is not Channel.PAPER:
        raise Conflict(asked_for_paper(db.session.get_one(Booth, entry.booth_id)))
    else:
        add(OpenBallot(**key, receipt=receipt, choices=choices))
        entry.took_part, entry.channel = True, channel


def _voted_otherwise(entry: RollEntry) -> Any:
    if entry.channel is Channel.PAPER:
        return _l("Ya votaste en papel: esa boleta es la que cuenta.")
    return _l("Tu boleta ya está en la urna y cuenta, pero el servidor ya no puede encontrarla para cambiarla.")


def asked_for_paper(booth: Booth) -> Any:
    """Why whoever asked to vote at a booth does not vote online: where and when they vote."""
    zone = booth.contest.cycle.timezone
    return _l(
        "Pediste votar en papel en «%(place)s» (%(address)s), desde el %(when)s. Para votar en línea, devuélvelo antes "
        "de que abra la casilla; después, pídelo ahí a quien la atiende.",
        place=booth.place,
        address=booth.address,
        when=in_words(booth.days[0].opens_at, zone),
    )


def hold_the_box_open(contest: Contest) -> None:
    """Share the contest's lock with other voters, so that the box is not sealed between check and commit.

    Always taken before the lock of a roll entry: one order of locks, no deadlock.
    """
    state = sa.select(Contest.sealed_at, Contest.cancelled_at).where(Contest.id == contest.id)
    if any(db.session.execute(state.with_for_update(read=True)).one()):
        raise Conflict(_l("La urna ya se cerró: tu boleta anterior, si la hubo, es la que cuenta."))


def locked_entry(person: Any, contest: Contest) -> RollEntry:
    entry = db.session.get(RollEntry, (contest.id, person.id), with_for_update=True, populate_existing=True)
    if entry is None:
        raise Denied(
            _l("No estás en el padrón: se formó al abrir la votación, con quienes cumplían la regla entonces.")
        )
    return entry
