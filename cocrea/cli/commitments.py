"""`cocrea commitments`: commitments and their roadmaps from files, as the page does it, for who operates the server."""

from __future__ import annotations

from pathlib import Path

import click
import sqlalchemy as sa
from flask import Flask
from flask.cli import AppGroup

from cocrea.accounts.queries import credential_by_email
from cocrea.commitments.policies import can_import
from cocrea.core import clock
from cocrea.core.access import enforce
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError
from cocrea.cycles.models import Cycle
from cocrea.extensions import db
from cocrea.followup import operations
from cocrea.followup.exchange import comparing, reading
from cocrea.followup.exchange.comparing import Verdict
from cocrea.followup.exchange.raw import Source

commands = AppGroup("commitments", help="Compromisos y sus hojas de ruta, de archivos.")


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("cycle")
@click.argument("email")
@click.option("--confirm", is_flag=True, help="Guardar. Sin esto solo se dice qué pasaría.")
@click.option("--change", is_flag=True, help="Cambiar también los borradores que difieren.")
def bring_in(file: Path, cycle: str, email: str, confirm: bool, change: bool) -> None:
    """Trae al ciclo CYCLE (su nombre en las direcciones) los compromisos de FILE, a nombre de quien facilita: EMAIL."""
    try:
        _bring_in(file, cycle, email, confirm=confirm, change=change)
    except CocreaError as error:
        raise click.ClickException(str(error.message)) from None


def _bring_in(file: Path, slug: str, email: str, *, confirm: bool, change: bool) -> None:
    credential, cycle = credential_by_email(email), db.session.scalar(sa.select(Cycle).filter_by(slug=slug))
    if credential is None or cycle is None:
        raise click.ClickException("No hay un ciclo con ese nombre o una cuenta con ese correo.")
    actor, now = credential.person, clock.now()
    enforce(can_import, actor, cycle, now)
    if file.stat().st_size > reading.MOST_BYTES:
        raise click.ClickException(f"Pesa más de {reading.MOST_BYTES >> 20} MB.")
    source = reading.read(file.read_bytes())
    verdicts = operations.judge(cycle, source)
    _tell(source, verdicts)
    if not confirm:
        click.echo("No se guardó nada: agrega --confirm.")
        return
    with transaction():
        made = operations.import_commitments(
            actor=actor,
            cycle=cycle,
            source=source,
            base=comparing.fingerprint(verdicts),
            is_changing=change,
            now=now,
        )
    click.echo(f"Listo: {made.created} creados, {made.changed} cambiados.")


def _tell(source: Source, verdicts: list[Verdict]) -> None:
    """What would happen to each; ends the command where something is wrong."""
    faults = [*source.faults, *(wrong for one in verdicts for wrong in one.faults)]
    for wrong in faults:
        click.echo(f"{wrong.place}: {wrong.name}: se leyó «{wrong.read}». Se espera: {wrong.expected}", err=True)
    if faults:
        raise click.ClickException(f"Hay que corregir {len(faults)} datos. No se guardó nada.")
    for one in verdicts:
        click.echo(f"{one.state.label}: {one.content['title']}")
