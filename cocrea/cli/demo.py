"""`cocrea demo …`: the demonstration, in an instance of its own that can be thrown away."""

from __future__ import annotations

import shutil
import time
from hashlib import sha256
from pathlib import Path

import click
import flask_migrate
import sqlalchemy as sa
from flask import Flask

from cocrea.accounts.models import Person
from cocrea.cli import server
from cocrea.cli.run import settings_or_complaint
from cocrea.config import Settings
from cocrea.core import clock
from cocrea.core.db import transaction
from cocrea.demo import local_2020, operations
from cocrea.extensions import db

FOREIGN = (
    "La base de datos ya tiene personas y no es de una demostración, así que no la toco. "
    "Usa otra en DATABASE_URL, o ninguna."
)


@click.group("demo")
def commands() -> None:
    """La demostración: datos reales con su fuente y participación inventada."""


@commands.command()
def load() -> None:
    """Prepara la base de datos y carga la demostración si no está."""
    prepare(demo_settings())


@commands.command()
@click.option("--local-2020", "counts", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def serve(counts: Path | None = None) -> None:
    """Prepara la demostración y la sirve; con --local-2020 ARCHIVO, también con los conteos de noviembre de 2020."""
    settings = demo_settings()
    server.refuse_taken_port(settings)
    prepare(settings, counts)
    _serve(settings)


@commands.command()
def reset() -> None:
    """Borra la demostración, la carga de nuevo y la sirve."""
    settings = demo_settings()
    server.refuse_taken_port(settings)
    click.echo(f"Cocrea: borro la demostración anterior ({settings.instance} y su base de datos) …")
    drop(settings)
    prepare(settings)
    _serve(settings)


def demo_settings() -> Settings:
    """The environment's settings with a folder of the demonstration's own, one-click sign-in and no second factor."""
    folder = settings_or_complaint().instance / "demo"
    return settings_or_complaint(instance=folder, demo=True, second_factor_exempt=True)


def prepare(settings: Settings, counts: Path | None = None) -> None:
    """Bring the database up to date and load the demonstration unless it is there; refuses a database of others.
    `counts`: the file of published counts to show the national overview with."""
    started = time.monotonic()
    click.echo("Cocrea: preparo la base de datos …")
    app = _app(settings)
    with app.app_context():
        _refuse_foreign(settings)
        flask_migrate.upgrade()
        _mark(settings)
        click.echo("Cocrea: cargo la demostración si hace falta (el Cuarto Plan de Acción 2019-2021 de México) …")
        with transaction():
            is_new = operations.load(now=clock.now())
            if counts is not None:
                local_2020.load(local_2020.read(counts))
    server.release(app)
    done = "cargada" if is_new else "ya estaba; se conserva"
    click.echo(f"Cocrea: la demostración está lista ({done}, {time.monotonic() - started:.1f} s).")


def drop(settings: Settings) -> None:
    """Remove the demonstration's tables and folder; refuses a database that is not marked as its own."""
    app = _app(settings)
    with app.app_context():
        _refuse_foreign(settings)
        found = sa.MetaData()
        found.reflect(db.engine)
        found.drop_all(db.engine)
    server.release(app)
    shutil.rmtree(settings.instance)


def _serve(settings: Settings) -> None:
    ready = (
        f"\nAbre {settings.public_url} y entra con un clic como participante, facilitación, institución\n"
        "o responsable del espacio.\n"
        f"Todo queda en {settings.instance}; «make demo-reset» empieza de nuevo. Ctrl-C para detener.\n"
    )
    server.serve(settings, ready=ready)


def _app(settings: Settings) -> Flask:
    from cocrea import create_app

    return create_app(settings)


def _refuse_foreign(settings: Settings) -> None:
    """A database with people in it is only touched if this demonstration made it."""
    if _marker(settings).is_file() and _marker(settings).read_text() == _name_of(settings):
        return
    if sa.inspect(db.engine).has_table(Person.__tablename__) and db.session.scalar(sa.select(Person.id).limit(1)):
        raise click.ClickException(FOREIGN)
    db.session.rollback()


def _mark(settings: Settings) -> None:
    _marker(settings).write_text(_name_of(settings))


def _marker(settings: Settings) -> Path:
    return settings.instance / "demonstration"


def _name_of(settings: Settings) -> str:
    return sha256(settings.database_url.encode()).hexdigest()
