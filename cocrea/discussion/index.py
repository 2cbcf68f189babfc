"""The search index: kept in the transaction that changes a contribution, whoever changes it.

What is public is in it, nothing else is: hidden, withdrawn, merged and draft texts have no row, so no search, count or
suggestion can give them away.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Mapper

from cocrea.core import search
from cocrea.discussion.models import Contribution, ContributionKind, SearchText, Visibility, text_columns
from cocrea.extensions import db

# Rooms are read in their own order, comments on a plan part by part; an amendment repeats the words of its proposal,
# which is found by them.
SEARCHED = frozenset(ContributionKind) - {
    ContributionKind.MESSAGE,
    ContributionKind.AMENDMENT,
    ContributionKind.PLAN_COMMENT,
}
DERIVED = frozenset({"body_html", "visibility_reason"})
PIECE = 500


@event.listens_for(Contribution, "after_insert", propagate=True)
def _added(mapper: Mapper[Any], connection: sa.Connection, contribution: Contribution) -> None:
    if contribution.kind in SEARCHED and contribution.is_public:
        keep(connection, mapper.class_, [contribution.id])


@event.listens_for(Contribution, "after_update", propagate=True)
def _changed(mapper: Mapper[Any], connection: sa.Connection, contribution: Contribution) -> None:
    watched = ("visibility", *_searched_columns(mapper.class_))
    changed = any(sa.inspect(contribution).attrs[key].history.has_changes() for key in watched)
    if contribution.kind in SEARCHED and changed:
        keep(connection, mapper.class_, [contribution.id])


def keep(connection: Any, kind: type[Contribution], ids: list[int]) -> None:
    """Set the rows of these contributions of one kind to what the database now says of them."""
    connection.execute(sa.delete(SearchText).where(SearchText.contribution_id.in_(ids)))
    mapper = sa.inspect(kind)
    texts = [mapper.columns[key] for key in _searched_columns(kind)]
    shared = Contribution.__table__.c
    statement = sa.select(shared.id, shared.cycle_id, shared.kind, *texts).select_from(mapper.persist_selectable)
    found = connection.execute(statement.where(shared.id.in_(ids), shared.visibility == Visibility.PUBLIC)).all()
    rows = [{"contribution_id": row[0], "document": _document(row[1], row[2], row[3:])} for row in found]
    if rows:
        connection.execute(sa.insert(SearchText), rows)


def reindex() -> int:
    """Make the whole index anew; how many texts it holds. The caller commits."""
    connection = db.session.connection()
    connection.execute(sa.delete(SearchText))
    for mapper in sa.inspect(Contribution).self_and_descendants:
        if mapper.polymorphic_identity in SEARCHED:
            for ids in _pieces(_public(mapper.polymorphic_identity)):
                keep(connection, mapper.class_, ids)
    return db.session.scalar(sa.select(sa.func.count()).select_from(SearchText)) or 0


def containing(words: Iterable[str]) -> Any:
    """A select of the ids (column `id`) of the texts that contain all these words: stems and scopes of
    `core.search`."""
    index, query = matching(words, " & ", " AND ")
    return sa.select(index).where(query)


def matching(words: Iterable[str], postgresql_glue: str = "", sqlite_glue: str = "") -> tuple[Any, Any]:
    """The id column of the index and the condition that a text has these words; one word needs no glue."""
    if db.session.get_bind().dialect.name == "postgresql":
        table = sa.table("search_texts", sa.column("contribution_id"), sa.column("words"))
        wanted = sa.cast(postgresql_glue.join(f"'{word}'" for word in words), TSQUERY)
        return table.c.contribution_id.label("id"), table.c.words.op("@@")(wanted)
    words_table = sa.table("search_words", sa.column("rowid"))
    phrase = sa.literal(sqlite_glue.join(f'"{word}"' for word in words))
    return words_table.c.rowid.label("id"), sa.literal_column("search_words").op("MATCH")(phrase)


def prefer() -> None:
    """Until the transaction ends, have PostgreSQL use the index also where it expects to stop early without it:
    reading the texts one after the other costs ten times what it reckons."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))


def _public(kind: Any) -> list[int]:
    shared = Contribution.__table__.c
    return list(
        db.session.scalars(sa.select(shared.id).where(shared.kind == kind, shared.visibility == Visibility.PUBLIC))
    )


def _pieces(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + PIECE] for start in range(0, len(ids), PIECE)]


def _searched_columns(kind: type[Contribution]) -> list[str]:
    """The attributes whose words are searched: what people wrote, and not how it is rendered."""
    own = sa.inspect(kind).columns
    long = [key for key in text_columns(kind) if key not in DERIVED and type(own[key].type) is sa.Text]
    return ["title", *long]


def _document(cycle_id: int, kind: ContributionKind, texts: Iterable[Any]) -> str:
    return search.document([text or "" for text in texts], search.scope(cycle_id, kind))
