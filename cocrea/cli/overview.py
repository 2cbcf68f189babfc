"""`cocrea panorama …`: published counts to try the national overview with."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from cocrea.core.db import transaction
from cocrea.demo import local_2020

commands = AppGroup("panorama", help="El panorama nacional: conteos publicados para mostrarlo.")


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command("local-2020")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_local_2020(file: Path) -> None:
    """Carga Cocreación desde lo Local a noviembre de 2020: filas generadas, y marcadas así, que suman los conteos."""
    with transaction():
        is_new = local_2020.load(local_2020.read(file))
    click.echo("Cargado: míralo en /panorama." if is_new else "Ya estaba; se conserva.")
