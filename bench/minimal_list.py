"""The baseline: the least that Flask, SQLAlchemy and Jinja need to list the twenty newest proposals."""

from __future__ import annotations

import os

from flask import Flask, render_template_string
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
db = SQLAlchemy(app, model_class=Base)


class Row(db.Model):  # type: ignore[name-defined, misc]
    __tablename__ = "contributions"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    title: Mapped[str]
    support_count: Mapped[int]
    published_at: Mapped[str]


PAGE = """<!doctype html><title>Propuestas</title><h1>Propuestas</h1><ul>
{% for row in rows %}
<li><a href="/{{ row.reference }}">{{ row.title }}</a> {{ row.support_count }} {{ row.published_at }}</li>
{% endfor %}</ul>"""


@app.get("/")
def index() -> str:
    rows = db.session.scalars(db.select(Row).order_by(Row.id.desc()).limit(20)).all()
    return render_template_string(PAGE, rows=rows)
