"""Organisations, people and their roles. Nobody here exists; only some of the institutions do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cocrea.accounts import passwords
from cocrea.accounts.models import Credential, Gender, Organisation, Person, Role, Sector
from cocrea.accounts.operations import grant_role
from cocrea.accounts.queries import DEMO_DOMAIN
from cocrea.core.db import add
from cocrea.demo.script import read
from cocrea.demo.world import World
from cocrea.extensions import db


def introduce(world: World) -> None:
    """Organisations and people, as rows: no operation makes people of whom nobody knows an e-mail."""
    for entry in read("organisations")["organisations"]:
        world.organisations[entry["key"]] = _organisation(entry)
    db.session.add_all(world.organisations.values())
    db.session.flush()
    people = read("people")["people"]
    for entry in people:
        world.people[entry["key"]] = _person(world, entry)
    db.session.add_all(world.people.values())
    db.session.flush()
    for entry in filter(lambda entry: "demo_account" in entry, people):
        _open_one_click(world.people[entry["key"]], entry["demo_account"])
    for entry in people:
        _appoint_outside_cycles(world, entry)


def appoint(world: World, scopes: dict[str, Any], *, now: datetime) -> None:
    """Give the roles that people.json holds in these scopes: what the file calls them, and what they became."""
    for entry in read("people")["people"]:
        for role in entry["roles"]:
            if role["scope"] in scopes:
                scope = scopes[role["scope"]]
                grant_role(
                    actor=None, person=world.people[entry["key"]], role=Role(role["role"]), scope=scope, now=now
                )


def _organisation(entry: dict[str, Any]) -> Organisation:
    return Organisation(
        slug=entry["key"], name=entry["name"], short_name=entry["short_name"] or "", sector=Sector(entry["sector"])
    )


def _person(world: World, entry: dict[str, Any]) -> Person:
    registered = world.script.now - timedelta(days=entry["registered_days_ago"])
    return Person(
        name=entry["name"],
        sector=Sector(entry["sector"]) if entry["sector"] else None,
        gender=Gender(entry["gender"]) if entry["gender"] else None,
        territory=entry["territory"],
        organisation_id=world.organisations[entry["organisation"]].id if entry["organisation"] else None,
        created_at=registered,
        verified_at=registered,
    )


def _open_one_click(person: Person, key: str) -> None:
    """What `accounts.queries.demo_person` looks for; nobody can enter with it in any other way."""
    add(Credential(person=person, email=f"{key}{DEMO_DOMAIN}", password_hash=passwords.unusable().hash))


def _appoint_outside_cycles(world: World, entry: dict[str, Any]) -> None:
    """Roles in spaces and organisations, from the day the person registered."""
    spaces = {f"space:{code}": space for code, space in world.spaces.items()}
    organisations = {f"organisation:{key}": found for key, found in world.organisations.items()}
    scopes = spaces | organisations
    for role in entry["roles"]:
        if role["scope"] in scopes:
            world.script.at(
                world.script.now - timedelta(days=entry["registered_days_ago"]),
                _grant,
                world.people[entry["key"]],
                Role(role["role"]),
                scopes[role["scope"]],
            )


def _grant(person: Person, role: Role, scope: Any, *, now: datetime) -> None:
    grant_role(actor=None, person=person, role=role, scope=scope, now=now)
