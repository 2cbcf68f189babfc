"""The shape of an information pack, whatever it informs about: text, links and documents, version after version."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, SelectChoice, SelectMultipleField
from wtforms.validators import ValidationError

from cocrea.core import files
from cocrea.core.errors import Invalid
from cocrea.core.forms import Form, line, paragraph
from cocrea.core.i18n import lazy as _l

SHORT = 3000
LINK = 500
DIGITS = 9  # more than versions a pack will have, less than a number that no database holds


def checked_links(links: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """The links of a pack (title, address), as they may be published; else `Invalid`."""
    for _title, address in links:
        if not address.startswith(("https://", "http://")) or len(address) > LINK:
            raise Invalid(
                _l("Este enlace no empieza con https:// o es muy largo: %(link)s", link=address[:80]), "links"
            )
    return links


@dataclass(frozen=True)
class PackContent:
    """What a version of a pack says: `links` (title, address), the documents of the last version whose positions are in
    `keep`, and one more file if there is one. `changes` says what is new, for those who come back; `based_on` is the
    number of the version it was written on."""

    body: str
    changes: str
    based_on: int = 0
    links: Sequence[tuple[str, str]] = ()
    keep: Collection[int] = ()
    upload: Any = None
    upload_title: str = ""


class PackForm(Form):
    """The next version of a pack. `based_on` is the number of the one it was written on."""

    body = paragraph(
        _l("Lo que hay que saber"),
        description=_l("En lenguaje claro: qué se sabe, qué se ha hecho, qué se puede decidir aquí y qué no."),
    )
    links = paragraph(
        _l("Enlaces"),
        required=False,
        limit=SHORT,
        description=_l("Uno por renglón: su título y al final la dirección, que empieza con https://"),
    )
    keep = SelectMultipleField(_l("Documentos que siguen"), coerce=int, validate_choice=False)
    upload = FileField(
        _l("Un documento más"),
        description=_l("PDF, imagen, texto u hoja de cálculo. Cualquiera podrá descargarlo."),
    )
    upload_title = line(_l("Título del documento"), required=False)
    changes = line(
        _l("¿Qué cambia en esta versión?"),
        limit=500,
        description=_l(
            "Lo lee quien vuelve, y queda en el historial público. Por ejemplo: «Se agregó el estudio de pozos»."
        ),
    )
    based_on = HiddenField(default="0")

    def start_from(self, version: Any) -> None:
        """Offer the documents of the last version to keep; on a fresh form, fill in what it says."""
        documents = version.documents if version else []
        self.keep.choices = [SelectChoice(item.position, item.title) for item in documents]
        if self.is_submitted() or version is None:
            return
        self.body.data, self.based_on.data = version.body_source, str(version.number)
        self.links.data = "\n".join(f"{item.title} {item.url}" for item in version.links)
        self.keep.data = [item.position for item in documents]

    def validate_links(self, _field: Any) -> None:
        """With the other fields, so that all that is wrong is said at once."""
        try:
            checked_links(self._links())
        except Invalid as error:
            raise ValidationError(error.message) from None

    def validate_upload(self, field: Any) -> None:
        try:
            if field.data:
                files.check(field.data)
        except Invalid as error:
            raise ValidationError(error.message) from None

    def ask_for_file(self) -> None:
        """After an error: a browser shows what was typed again, but not the file that was chosen."""
        if self.upload.data and not self.upload.errors:
            self.upload.errors = [_l("Vuelve a elegir el archivo: es lo único que no se conserva.")]

    def _links(self) -> list[tuple[str, str]]:
        rows = [line.split() for line in (self.links.data or "").splitlines() if line.strip()]
        return [(" ".join(words[:-1]), words[-1]) for words in rows]

    def content(self) -> PackContent:
        number = self.based_on.data or ""
        return PackContent(
            body=self.body.data or "",
            changes=self.changes.data or "",
            based_on=int(number) if number.isascii() and number.isdigit() and len(number) <= DIGITS else 0,
            links=self._links(),
            keep=self.keep.data or [],
            upload=self.upload.data or None,
            upload_title=self.upload_title.data or "",
        )
