"""Photographs that people hand in: kept legible and small, without where, when and with what they were taken."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l

TAKEN = ("JPEG", "PNG", "WEBP")
LEGIBLE = 2400  # pixels on the longer side: a letter sheet at over 200 per inch
SMALL = 360
MOST_PIXELS = 80_000_000
QUALITY = 82
NO_PHOTO = _l("No es una foto que se pueda leer. Se admiten JPEG, PNG y WebP.")


def photograph(data: bytes) -> Image.Image:
    """The picture itself, upright, at most `LEGIBLE` pixels wide and high. Raises `Invalid` for what is none."""
    try:
        with Image.open(BytesIO(data), formats=TAKEN) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Invalid(_l("La foto es demasiado grande: tómala con menos resolución."))
            image.thumbnail((LEGIBLE, LEGIBLE))
            return _on_white(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise Invalid(NO_PHOTO) from None


def thumbnail(picture: Image.Image) -> Image.Image:
    """A small copy, to find a picture among others."""
    small = picture.copy()
    small.thumbnail((SMALL, SMALL))
    return small


def as_jpeg(picture: Image.Image) -> bytes:
    """The bytes to keep: the same for the same picture, with nothing in them but the picture."""
    target = BytesIO()
    picture.save(target, "JPEG", quality=QUALITY, optimize=True)
    return target.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    """A new image: what else the file said (`info`, EXIF) is not taken along."""
    paper = Image.new("RGB", image.size, "white")
    coloured = image.convert("RGBA" if image.has_transparency_data else "RGB")
    paper.paste(coloured, mask=coloured if coloured.mode == "RGBA" else None)
    return paper
