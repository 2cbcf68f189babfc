"""Commands about accounts, for whoever operates the server."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from cocrea.accounts import operations, passwords, queries
from cocrea.accounts.operations import Profile
from cocrea.core import clock
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError

commands = AppGroup("accounts", help="Cuentas: la primera administración, segundo factor perdido.")


def init_app(app: Flask) -> None:
    app.cli.add_command(commands)


@commands.command("create-admin")
@click.argument("email")
@click.option("--name", prompt="Nombre", help="Nombre que verán los demás")
@click.password_option(prompt="Contraseña", confirmation_prompt="Otra vez", help="Se pregunta si no se da")
def create_admin(email: str, name: str, password: str) -> None:
    """Crea la cuenta que administra la plataforma; al entrar se le pide activar el segundo factor."""
    try:
        accepted = passwords.accept(password, about=[email, name])
        with transaction():
            operations.create_administrator(email=email, password=accepted, profile=Profile(name), now=clock.now())
    except CocreaError as error:
        raise click.ClickException(str(error.message)) from None
    click.echo(f"Listo: {email} administra la plataforma.")


@commands.command("reset-second-factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Quita el segundo factor de quien perdió el teléfono y los códigos, tras comprobar quién es."""
    credential = queries.credential_by_email(email)
    if credential is None:
        raise click.ClickException("Nadie tiene una cuenta con ese correo.")
    with transaction():
        operations.clear_second_factor(credential=credential, now=clock.now())
    click.echo("Listo: al entrar podrá activarlo de nuevo. Sus sesiones quedaron cerradas.")
