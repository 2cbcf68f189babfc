"""Errors that a person can act on. Each carries a message in words, translated when shown."""

from __future__ import annotations

from typing import Any

from cocrea.core.i18n import lazy as _l


class CocreaError(Exception):
    """Base of the errors that are answered to people. `status` is the HTTP status of the answer."""

    status = 400
    title: Any = _l("No se pudo hacer")

    def __init__(self, message: Any) -> None:
        super().__init__(str(type(self).__name__))
        self.message = message


class Invalid(CocreaError):
    """What was sent does not fit. `field` names the input it belongs to, when there is one."""

    status = 422
    title = _l("Revisa lo que escribiste")

    def __init__(self, message: Any, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Denied(CocreaError):
    """The actor may not do this; the message says why and, where there is one, what would allow it."""

    status = 403
    title = _l("Esto no está permitido ahora")


class NotFound(CocreaError):
    """Nothing there, or nothing that this actor may see: the two are told apart by nobody."""

    status = 404
    title = _l("No encontramos esta página")

    def __init__(self, message: Any = _l("La dirección está incompleta o lo que buscas ya no está aquí.")) -> None:
        super().__init__(message)


class Conflict(CocreaError):
    """Someone else changed it first, or it was already done."""

    status = 409
    title = _l("Esto cambió mientras tanto")
