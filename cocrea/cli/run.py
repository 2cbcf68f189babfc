"""`cocrea serve` and `cocrea worker`: what runs for as long as the platform does."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext
from pydantic import ValidationError

from cocrea.cli import server
from cocrea.config import Settings


def settings_or_complaint(**chosen: object) -> Settings:
    """The settings of the environment, or what is wrong with them in words instead of a traceback."""
    try:
        return Settings(**chosen)  # type: ignore[arg-type]
    except ValidationError as error:
        faults = "\n".join(f"  {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise click.ClickException(f"La configuración no sirve:\n{faults}") from None


@click.command()
def serve() -> None:
    """Sirve la plataforma en un proceso; las tareas corren en él si COCREA_WORKER no lo impide."""
    settings = settings_or_complaint()
    server.serve(settings, ready=f"Cocrea responde en {settings.public_url} (Ctrl-C para detener).")


@click.command()
@click.option("--threads", default=2, show_default=True, help="Cuántas tareas a la vez.")
@with_appcontext
def worker(threads: int) -> None:
    """Corre las tareas en un proceso aparte (con COCREA_WORKER=0 en los servidores)."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    stopped = server.stop_signal()
    with server.background(threads):
        click.echo("Cocrea atiende las tareas pendientes (Ctrl-C para detener).", err=True)
        stopped.wait()
    server.seal_last(app)
