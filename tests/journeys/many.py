"""A cycle in which an institution is to answer all but one of fifty proposals, which is a draft of the participant's.
Who writes it with them, and the institution's official, have accounts. Run as a process on the site's database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from cocrea import create_app
from cocrea.accounts.models import Person, Role
from cocrea.accounts.queries import credential_by_email
from cocrea.config import Settings
from cocrea.cycles.models import StageKind
from tests.conftest import NOW
from tests.factories import cycles, proposals
from tests.factories.accounts import credential, grant, organisation, person

NUMBER, CYCLE, TITLE = 50, "Ciclo de muchas respuestas", "Publicar el padrón de obras de mi colonia"
COAUTHOR, OFFICIAL, INSTITUTION = (
    "coautora@example.org",
    "servidora@example.org",
    "Instituto de las cincuenta respuestas",
)
FAR = timedelta(days=3650)


def main() -> None:
    with create_app(Settings()).app_context():
        institution = organisation()
        institution.name = INSTITUTION
        credential(grant(person("Servidora 50"), Role.OFFICIAL, institution), OFFICIAL)
        cycle = cycles.cycle(title=CYCLE, slug="muchas-respuestas", prefix="MUC")
        cycles.stage(cycle, StageKind.PROPOSALS, start=NOW - FAR, end=NOW + FAR)
        grant(_demo_person("facilitator"), Role.FACILITATOR, cycle)
        for _ in range(NUMBER - 1):
            proposals.routed(proposals.admitted(cycle), institution)
        content = replace(proposals.CONTENT, title=TITLE)
        proposals.draft(cycle, author=_demo_person("participant"), content=content)
        credential(person("Coautora 01"), COAUTHOR)


def _demo_person(key: str) -> Person:
    found = credential_by_email(f"{key}@demo.example")
    assert found is not None
    return found.person


if __name__ == "__main__":
    main()
