"""`cocrea voting`: what jobs do on time, by hand."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from cocrea.core import clock
from cocrea.voting import jobs, queries

commands = AppGroup("voting", help="Votaciones: lo que los trabajos hacen a su hora.")


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command("settle")
def settle() -> None:
    """Forma los padrones, sella las urnas y borra sus restos, donde ya es hora."""
    due = queries.due(clock.now())
    for contest_id in due:
        jobs.settle.call_local(contest_id)
    click.echo(f"Listo: {len(due)} votaciones al día." if due else "No había nada pendiente.")
