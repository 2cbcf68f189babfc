"""Photographs that people hand in: kept legible and small, without where, when and with what they were taken."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageOps

from cocrea.core.cpu import run_apart
from cocrea.core.errors import Invalid
from cocrea.core.i18n import lazy as _l

TAKEN = ("JPEG", "PNG", "WEBP")
LEGIBLE = 2400  # pixels on the longer side: a letter sheet at over 200 per inch
SMALL = 360
MOST_PIXELS = 80_000_000
QUALITY = 82
NO_PHOTO = _l("No es una foto que se pueda leer. Se admiten JPEG, PNG y WebP.")
TOO_LARGE = _l("La foto es demasiado grande: tómala con menos resolución.")
# What Pillow raises for files that only begin well, their EXIF included.
BROKEN = (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, OverflowError, struct.error)


class Photograph(NamedTuple):
    """The bytes to keep, both JPEG with nothing in them but the picture: as it is to be read, and to be found by."""

    legible: bytes
    small: bytes


def photograph(data: bytes) -> Photograph:
    """The picture in a file, upright, at most `LEGIBLE` pixels wide and high; the same file gives the same bytes.

    Raises `Invalid` for what is no photograph. Takes a second for the largest.
    """
    return run_apart(_photograph, data)


def _photograph(data: bytes) -> Photograph:
    try:
        with Image.open(BytesIO(data), formats=TAKEN) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Invalid(TOO_LARGE)
            image.draft(None, (LEGIBLE, LEGIBLE))
            picture = _on_white(ImageOps.exif_transpose(image))
    except Image.DecompressionBombError:
        raise Invalid(TOO_LARGE) from None
    except BROKEN:
        raise Invalid(NO_PHOTO) from None
    return Photograph(_jpeg(picture, LEGIBLE), _jpeg(picture, SMALL))


def _on_white(image: Image.Image) -> Image.Image:
    """A new image in full colour, so that thin lines survive when it is made smaller: what else the file said is not
    taken along."""
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    paper = Image.new("RGB", image.size, "white")
    coloured = image.convert("RGBA" if image.has_transparency_data else "RGB")
    paper.paste(coloured, mask=coloured if coloured.mode == "RGBA" else None)
    return paper


def _jpeg(picture: Image.Image, longest: int) -> bytes:
    target, fitting = BytesIO(), picture.copy()
    fitting.thumbnail((longest, longest))
    fitting.save(target, "JPEG", quality=QUALITY, optimize=True)
    return target.getvalue()
