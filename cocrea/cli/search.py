"""`cocrea search reindex`."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from cocrea.core.db import transaction
from cocrea.discussion import index

commands = AppGroup("search", help="Búsqueda: el índice de lo que es público.")


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command()
def reindex() -> None:
    """Vuelve a hacer el índice de búsqueda a partir de lo publicado."""
    with transaction():
        found = index.reindex()
    click.echo(f"El índice de búsqueda tiene {found} textos.")
