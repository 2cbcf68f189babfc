"""What the search index holds, and how each database searches it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from cocrea.discussion.models.contributions import Contribution
from cocrea.extensions import Model


class SearchText(Model):
    """What the search index holds of a public contribution (see index.py): words, never shown.

    Each database searches it in its own way, by what `SEARCH_SQLITE` or `SEARCH_POSTGRESQL` adds to it.
    """

    __tablename__ = "search_texts"

    contribution_id: Mapped[int] = mapped_column(sa.ForeignKey(Contribution.id, ondelete="CASCADE"), primary_key=True)
    document: Mapped[str] = mapped_column(sa.Text)


SEARCH_SQLITE = (
    """CREATE VIRTUAL TABLE search_words USING fts5(
    document, content='search_texts', content_rowid='contribution_id', detail=none, tokenize='ascii')""",
    """CREATE TRIGGER search_texts_added AFTER INSERT ON search_texts BEGIN
    INSERT INTO search_words(rowid, document) VALUES (new.contribution_id, new.document); END""",
    """CREATE TRIGGER search_texts_removed AFTER DELETE ON search_texts BEGIN
    INSERT INTO search_words(search_words, rowid, document)
    VALUES ('delete', old.contribution_id, old.document); END""",
    """CREATE TRIGGER search_texts_changed AFTER UPDATE ON search_texts BEGIN
    INSERT INTO search_words(search_words, rowid, document) VALUES ('delete', old.contribution_id, old.document);
    INSERT INTO search_words(rowid, document) VALUES (new.contribution_id, new.document); END""",
)
# The words are plain ASCII and reduced already: taken as they are, no parser of PostgreSQL's cuts them otherwise.
SEARCH_POSTGRESQL = (
    """ALTER TABLE search_texts ADD COLUMN words tsvector
    GENERATED ALWAYS AS (array_to_tsvector(string_to_array(document, ' '))) STORED""",
    "CREATE INDEX ix_search_texts_words ON search_texts USING gin (words)",
)


@event.listens_for(SearchText.__table__, "after_create")
def _add_index(_table: Any, connection: sa.Connection, **_details: Any) -> None:
    for statement in SEARCH_SQLITE if connection.dialect.name == "sqlite" else SEARCH_POSTGRESQL:
        connection.exec_driver_sql(statement)


@event.listens_for(SearchText.__table__, "before_drop")
def _drop_index(_table: Any, connection: sa.Connection, **_details: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE IF EXISTS search_words")
