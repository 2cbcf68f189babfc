"""Operator commands: `cocrea …`."""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import FlaskGroup, routes_command, shell_command

from cocrea.cli import (
    accounts,
    backup,
    commitments,
    counting,
    demo,
    history,
    opinions,
    overview,
    run,
    search,
    verifying,
    voting,
)


def init_app(app: Flask) -> None:
    """Register the commands that work inside an application made from the environment."""
    accounts.init_app(app)
    voting.init_app(app)
    commitments.init_app(app)
    search.init_app(app)
    overview.init_app(app)
    for command in (backup.backup, backup.restore, run.worker):
        app.cli.add_command(command)


def main() -> None:
    """Entry point of the `cocrea` console script."""
    group().main()


def group() -> click.Group:
    """All commands. Those added here need no application, or make their own."""
    from cocrea import create_app

    commands = FlaskGroup(
        name="cocrea", create_app=create_app, add_default_commands=False, set_debug_flag=False, help=__doc__
    )
    standalone = (history.verify_history, verifying.verify_contest, counting.count, opinions.opinions_of)
    for command in (run.serve, demo.commands, *standalone, shell_command, routes_command):
        commands.add_command(command)
    return commands
