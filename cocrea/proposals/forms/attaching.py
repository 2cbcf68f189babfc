"""The shape of a file that is added to a proposal, and of why one is taken away."""

from __future__ import annotations

from wtforms import FileField

from cocrea.core.forms import Form, line
from cocrea.core.i18n import lazy as _l


class AttachForm(Form):
    """A file and what it shows."""

    upload = FileField(
        _l("Archivo"),
        description=_l(
            "PDF, JPEG, PNG, Word, Excel, OpenDocument o texto. De las fotos se guarda solo la imagen: no dónde ni con "
            "qué teléfono se tomó. Los documentos se guardan como son: revisa que no digan datos de nadie."
        ),
    )
    description = line(
        _l("¿Qué contiene?"),
        limit=300,
        description=_l("Para quien no puede verlo. Por ejemplo: «Plano del recorrido de la pipa por seis colonias»."),
    )

    def ask_for_file(self) -> None:
        """After an error: a browser shows what was typed again, but not the file that was chosen."""
        if self.errors and self.upload.data and not self.upload.errors:
            self.upload.errors = [_l("Vuelve a elegir el archivo: es lo único que no se conserva.")]


class DetachForm(Form):
    """Why a file is taken away; asked where people may have read it."""

    reason = line(
        _l("¿Por qué se quita?"),
        required=False,
        limit=500,
        description=_l("Queda en el historial público. Por ejemplo: «Se ve el teléfono de una persona»."),
    )
