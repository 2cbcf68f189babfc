"""Heavy computing under gevent, where one busy greenlet would stop every socket of the process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


def run_apart(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Call a pure function: in gevent's pool of real threads when the server runs on gevent, else right here."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("threading"):
        return function(*args, **kwargs)
    result: _T = sys.modules["gevent"].get_hub().threadpool.apply(function, args, kwargs)
    return result
