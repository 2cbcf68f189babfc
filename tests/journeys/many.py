"""Fifty proposals routed to the institution of the demonstration's official, in a cycle of their own; one of them is
the participant's. Run as a process on the site's database."""

from __future__ import annotations

from dataclasses import replace

from cocrea import create_app
from cocrea.accounts.models import Organisation, Person, Role
from cocrea.accounts.queries import credential_by_email
from cocrea.config import Settings
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from tests.factories import cycles, proposals

NUMBER, CYCLE, TITLE = 50, "Ciclo de muchas respuestas", "Publicar el padrón de obras de mi colonia"


def main() -> None:
    with create_app(Settings()).app_context():
        served = _demo_person("official").organisation_ids(Role.OFFICIAL)
        institution = db.session.get_one(Organisation, min(served))
        cycle = cycles.cycle(StageKind.PROPOSALS, title=CYCLE, slug="muchas-respuestas", prefix="MUC")
        content = replace(proposals.CONTENT, title=TITLE)
        for _ in range(NUMBER - 1):
            proposals.routed(proposals.admitted(cycle), institution)
        own = proposals.admitted(cycle, author=_demo_person("participant"), content=content)
        proposals.routed(own, institution)


def _demo_person(key: str) -> Person:
    credential = credential_by_email(f"{key}@demo.invalid")
    assert credential is not None
    return credential.person


if __name__ == "__main__":
    main()
