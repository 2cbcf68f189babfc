"""How often a serving process looks for garbage.

Python looks through everything it holds whenever what is new grew by a quarter, with everybody waiting: 300 ms of
processor in a room of two hundred sockets, most of it for modules, tables and templates that are never garbage.
"""

from __future__ import annotations

import gc

from sqlalchemy.orm import configure_mappers

YOUNG, MIDDLE, OLD = 10_000, 20, 50  # how much is new before each generation is looked through


def settle() -> None:
    """What is loaded by now stays and is not looked through again. For processes that serve, once they are ready."""
    configure_mappers()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
