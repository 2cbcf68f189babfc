"""The page of a proposal that many discuss: 5,000 comments three levels deep, with stances and reactions, 40 versions
and 30 amendments, against the same page with 20 comments.

Both proposals lie in one database and are asked for in turns, as somebody signed in and as a visitor whose page is made
anew, in each order of the comments. Prints the SQL statements, the compressed size and the ratio of the times, on
SQLite and, when there is one, PostgreSQL.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from bench import pages
from bench.databases import databases
from cocrea.accounts.models import Organisation, Person, Sector
from cocrea.cycles.models import Cycle, Stage, StageKind
from cocrea.discussion.models import (
    Channel,
    Comment,
    CommentReaction,
    Contribution,
    ContributionKind,
    Reaction,
    Stance,
    Visibility,
)
from cocrea.extensions import db
from cocrea.forums.models import Space, SpaceLevel
from cocrea.proposals.models import Amendment, AmendmentStatus, Part, Proposal, ProposalStatus, ProposalVersion

FEW, MANY, VERSIONS, AMENDMENTS, PEOPLE = 20, 5_000, 40, 30, 300
GOAL_STATEMENTS, GOAL_BYTES, GOAL_RATIO = 12, 60_000, 2.0
NOW = datetime.now(UTC)
ORDERS = ("", "antiguos", "apoyados", "debatidos")
SENTENCES = (
    "En mi colonia pasa lo mismo desde hace dos años.",
    "¿Quién va a pagar el mantenimiento cuando termine el programa?",
    "Aporto un dato: el municipio publicó el padrón en marzo y no coincide.",
    "Estoy de acuerdo, pero falta decir qué oficina responde.",
    "No alcanza con publicar: hay que explicarlo en asamblea.",
    "Mi comunidad ya lo intentó y funcionó mientras hubo quien avisara.",
    "El plazo es muy corto para las localidades sin camino.",
    "Pido que se traduzca a las lenguas de la región.",
    "La cifra que dan no incluye las rancherías.",
    "Sería más justo empezar por donde hay menos.",
    "Gracias por proponerlo; agregaría una revisión cada seis meses.",
    "No entiendo cómo se va a medir.",
)


def main() -> int:
    reached = [_measure(name, database) for name, database in databases()]
    return 0 if all(reached) else 1


def _measure(name: str, database: Any) -> bool:
    with database as url, pages.application(url) as app:
        with app.app_context():
            few, many, token = _seed()
        readers = {"signed in": pages.browser(app, token), "visitor": pages.browser(app)}
        reached = [_compare(name, app, who, client, few, many) for who, client in readers.items()]
    return all(reached)


def _compare(name: str, app: Flask, who: str, client: FlaskClient, few: str, many: str) -> bool:
    reached = True
    for order in ORDERS:
        few_asked, many_asked = ((client, f"/propuestas/{reference}?orden={order}") for reference in (few, many))
        size, statements = pages.ask(many_asked), pages.statements(app, many_asked)
        base, mine = pages.medians((few_asked, many_asked))
        print(
            f"{name:>10}, {who}, {order or 'recientes'}: {statements} statements (goal <= {GOAL_STATEMENTS}) | "
            f"{size / 1e3:.1f} kB compressed (goal < {GOAL_BYTES / 1e3:.0f}) | p50 {base:.1f} ms with {FEW}, "
            f"{mine:.1f} ms with {MANY} comments: ratio {mine / base:.2f} (goal < {GOAL_RATIO:.0f})"
        )
        reached &= statements <= GOAL_STATEMENTS and size < GOAL_BYTES and mine / base < GOAL_RATIO
    return reached


def _seed() -> tuple[str, str, str]:
    """Two proposals alike but for their comments; their references, and the token of somebody signed in."""
    space = Space(code="MX", slug="mexico", name="México", level=SpaceLevel.COUNTRY)
    cycle = Cycle(space=space, slug="banco", prefix="BAN", title="Ciclo de prueba", created_at=NOW, published_at=NOW)
    window = {"starts_at": NOW - timedelta(days=3), "ends_at": NOW + timedelta(days=30)}
    for position, kind in enumerate((StageKind.CONSULTATION, StageKind.PROPOSALS), 1):
        stage = {"position": position, "kind": kind, "title": str(kind), "purpose": "Probar", "product": "Medida"}
        cycle.stages.append(Stage(**stage, **window))
    sectors = [*Sector, None]
    people = [
        Person(name=f"Participante {number:03d}", sector=sectors[number % 6], created_at=NOW, verified_at=NOW)
        for number in range(PEOPLE)
    ]
    office = Organisation(slug="agua", name="Instituto ficticio del Agua", sector=Sector.PUBLIC_BODY)
    db.session.add_all([cycle, office, *people])
    db.session.flush()
    few, many = (_proposal(cycle, people, number) for number in (1, 2))
    for proposal, comments in ((few, FEW), (many, MANY)):
        _comment(proposal, people, office.name, comments)
    return few.reference, many.reference, pages.signed_in(people[0])


def _proposal(cycle: Cycle, people: list[Person], number: int) -> Proposal:
    text = " ".join(SENTENCES * 3)
    shared = {"cycle_id": cycle.id, "created_at": NOW, "published_at": NOW, "author_sector": Sector.ACADEMIA}
    proposal = Proposal(
        reference=f"BAN-PRO-{number:04d}", author_id=people[1].id, title="Publicar cuándo llega el agua", **shared,
        status=ProposalStatus.PUBLISHED, version=VERSIONS, form_key=f"p{number}", body_source=text,
        body_html=f"<p>{text}</p>", beneficiaries=text[:300], responsible=text[:200], needs=text[:200],
    )  # fmt: skip
    db.session.add(proposal)
    db.session.flush()
    for version in range(1, VERSIONS + 1):
        said = {"title": proposal.title, "body_source": text, "body_html": f"<p>{text}</p>", "created_at": NOW}
        db.session.add(
            ProposalVersion(
                proposal_id=proposal.id, number=version, author_id=people[1].id, why="Se precisa.", **said
            )
        )
    db.session.flush()
    states = [state for state in AmendmentStatus if state is not AmendmentStatus.ACCEPTED]
    for place in range(AMENDMENTS):
        said = {"part": Part.NEEDS, "body_source": f"{place} personas.", "why": "Hace falta.", "base": VERSIONS}
        state = states[place % 3]
        reference = f"BAN-ENM-{number}{place:03d}"
        author = people[2 + place].id
        db.session.add(
            Amendment(
                reference=reference, proposal_id=proposal.id, author_id=author, status=state, form_key=reference,
                **said, **shared,
            )
        )  # fmt: skip
    db.session.flush()
    return proposal


def _comment(proposal: Proposal, people: list[Person], office: str, number: int) -> None:
    """Of every ten comments four are at the top, four answer one of the last twenty, two answer an answer; now and then
    one is long, and one in twenty speaks for an institution."""
    draw = random.Random(7)
    first = (db.session.scalar(sa.select(sa.func.max(Contribution.id))) or 0) + 1
    tops: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    shared, own, reactions = [], [], []
    for place in range(number):
        author = people[draw.randrange(1, PEOPLE)]
        body = " ".join(draw.sample(SENTENCES, 11 if place % 25 == 0 else draw.randint(1, 4)))
        parent = _answered(draw, place, tops, answers)
        row = {
            "id": first + place, "subject_id": proposal.id, "parent_id": parent and parent["id"],
            "root_id": parent and (parent["root_id"] or parent["id"]),
            "stance": Stance.NEUTRAL if parent else draw.choice(list(Stance)),
            "institution": office if place % 20 == 7 else "", "version": 1, "reply_count": 0,
            "agree_count": 0, "doubt_count": 0, "thanks_count": 0, "form_key": f"{proposal.id}-{place}",
            "sector": author.sector, "parent": parent,
        }  # fmt: skip
        shared.append(
            {"id": row["id"], "kind": ContributionKind.COMMENT, "reference": f"BAN-COM-{row['id']:06d}",
             "cycle_id": proposal.cycle_id, "author_id": author.id, "author_sector": author.sector,
             "channel": Channel.ONLINE, "visibility": Visibility.PUBLIC, "created_at": NOW, "published_at": NOW,
             "body_source": body, "body_html": f"<p>{body}</p>"}
        )  # fmt: skip
        own.append(row)
        for above in {id(each): each for each in (parent, parent and parent["parent"]) if each}.values():
            above["reply_count"] += 1
        for reaction in Reaction:
            for reader in draw.sample(people, draw.randrange(6)):
                row[f"{reaction.value}_count"] += 1
                key = {"comment_id": row["id"], "person_id": reader.id, "reaction": reaction, "created_at": NOW}
                reactions.append(key)
        (tops if parent is None else answers if parent["root_id"] is None else []).append(row)
    columns = [column.key for column in Comment.__table__.columns if column.key in own[0]]
    db.session.execute(sa.insert(Contribution.__table__), shared)  # type: ignore[arg-type]
    db.session.execute(
        sa.insert(Comment.__table__),
        [{key: row[key] for key in columns} for row in own],  # type: ignore[arg-type]
    )
    db.session.execute(sa.insert(CommentReaction.__table__), reactions)  # type: ignore[arg-type]
    proposal.comment_tally = dict(
        Counter(Comment(**{key: row[key] for key in columns}, author_sector=row["sector"]).like for row in own)
    )
    proposal.comment_count = number


def _answered(draw: random.Random, place: int, tops: list[Any], answers: list[Any]) -> Any:
    """What the next comment answers: nothing, one of the last at the top, or one of their answers."""
    if place % 10 in {0, 3, 5, 8}:
        return None
    return draw.choice((answers or tops)[-20:] if place % 10 in {6, 9} else tops[-20:])


if __name__ == "__main__":
    sys.exit(main())
