"""`cocrea voting`: what jobs do on time, by hand."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from cocrea.voting import jobs

commands = AppGroup("voting", help="Votaciones: lo que los trabajos hacen a su hora.")


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command("settle")
def settle() -> None:
    """Forma los padrones, sella las urnas y borra sus restos, donde ya es hora."""
    settled = jobs.settle_here()
    failed = [reference for reference, succeeded in settled.items() if not succeeded]
    if len(failed) < len(settled):
        click.echo(f"Listo: {len(settled) - len(failed)} votaciones al día.")
    elif not settled:
        click.echo("No había nada pendiente.")
    if failed:
        raise click.ClickException(f"No se pudo con {', '.join(failed)}. El registro del servidor dice dónde falló.")
