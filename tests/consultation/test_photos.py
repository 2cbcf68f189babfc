"""Photographs of sheets: the picture and nothing else, seen by the facilitation alone, its trace in public."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import pairwise

import pytest
from PIL import ExifTags, Image
from werkzeug.datastructures import FileStorage

from cocrea.consultation import operations, queries
from cocrea.consultation.operations import photos
from cocrea.core import files, images
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.core.models import StoredFile
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import consultation, cycles, workshops
from tests.factories.accounts import person
from tests.factories.history import records
from tests.factories.workshops import picture


@pytest.fixture
def cycle(app):
    return consultation.open_cycle()


@pytest.fixture
def facilitator(cycle):
    return cycles.facilitator(cycle)


@pytest.fixture
def workshop(cycle, facilitator):
    return workshops.workshop(cycle, by=facilitator)


def add(workshop, by, *uploads, caption="Mesa 2"):
    pictures = operations.photographs(uploads)
    with transaction():
        return operations.add_photos(actor=by, workshop=workshop, pictures=pictures, caption=caption, now=NOW)


def remove(photo, by, reason="Se ve una firma"):
    with transaction():
        operations.remove_photo(actor=by, photo=photo, reason=reason, now=NOW)


def kept(photo):
    return Image.open(files.path_of(photo.file.key))


def tell_tale():
    """A photograph that says where and with what it was taken, and that lies on its side."""
    said = Image.Exif()
    said[ExifTags.Base.Make], said[ExifTags.Base.Orientation] = "Teléfono de Rosa", 6
    said.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (19.0, 19.0, 19.0)
    return picture(1, exif=said, comment=b"de Rosa")


def test_what_is_kept_is_the_picture_alone(workshop, facilitator):
    sent = tell_tale()
    assert b"Rosa" in sent.stream.getvalue()
    [photo] = add(workshop, facilitator, sent)
    found = kept(photo)
    assert (found.format, found.size, dict(found.getexif())) == ("JPEG", (48, 64), {})
    assert b"Rosa" not in files.path_of(photo.file.key).read_bytes()


@pytest.mark.parametrize(
    ("kind", "options"), [("JPEG", {}), ("PNG", {}), ("WEBP", {}), ("PNG", {"size": (4000, 1000)})]
)
def test_photographs_of_the_usual_kinds_become_small_jpegs(workshop, facilitator, kind, options):
    [photo] = add(workshop, facilitator, picture(kind=kind, **options))
    assert max(kept(photo).size) <= images.LEGIBLE
    assert max(Image.open(files.path_of(photo.thumbnail.key)).size) <= images.SMALL
    assert photo.file.media_type == "image/jpeg"


def test_ink_on_a_transparent_ground_stays_legible(workshop, facilitator):
    data = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(data, "PNG")
    data.seek(0)
    [photo] = add(workshop, facilitator, FileStorage(data, "hoja.png"))
    lowest, _highest = kept(photo).convert("L").getextrema()
    assert lowest > 250


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "I;16"])
def test_thin_writing_survives_being_made_smaller(workshop, facilitator, mode):
    """A scan of 5,000 pixels with lines one pixel thin: each leaves its trace."""
    sheet = Image.new("L", (400, 5000), 255)
    for y in range(20, 5000, 50):
        sheet.paste(0, (0, y, 400, y + 1))
    scan = (
        sheet.convert("I").point(lambda value: value * 257).convert("I;16") if mode == "I;16" else sheet.convert(mode)
    )
    data = BytesIO()
    scan.save(data, "PNG")
    data.seek(0)
    [photo] = add(workshop, facilitator, FileStorage(data, "hoja.png"))
    column = kept(photo).convert("L").resize((1, images.LEGIBLE))
    values = [column.getpixel((0, y)) for y in range(images.LEGIBLE)]
    assert sum(a >= 235 > b for a, b in pairwise(values)) == 100


def test_a_file_whose_exif_is_broken_is_judged_and_no_error(workshop, facilitator):
    whole = tell_tale().stream.getvalue()
    for at in range(20, 160, 3):
        broken = bytearray(whole)
        broken[at : at + 2] = b"\xff\xfe"
        try:
            operations.photographs([FileStorage(BytesIO(bytes(broken)), "hoja.jpg")])
        except Invalid as refused:
            assert refused.field == "photos"


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xff\xd8\xff\xe0 cortada"]
)
def test_what_is_no_photograph_is_refused_by_its_name_and_nothing_is_kept(workshop, facilitator, data):
    with pytest.raises(Invalid) as refused:
        add(workshop, facilitator, picture(), FileStorage(BytesIO(data), "hoja-2.jpg"))
    assert "hoja-2.jpg" in str(refused.value.message)
    assert (refused.value.field, queries.photo_count(workshop)) == ("photos", 0)


def test_a_picture_that_would_swell_is_refused_unread(workshop, facilitator, monkeypatch):
    monkeypatch.setattr(images, "MOST_PIXELS", 1000)
    with pytest.raises(Invalid):
        add(workshop, facilitator, picture())


def test_each_leaves_its_hash_in_public_once(workshop, facilitator):
    assert len(add(workshop, facilitator, picture(1), picture(2), picture(1))) == 2
    assert add(workshop, facilitator, picture(2)) == []
    told = [record["new"]["fingerprint"] for record in records("workshop.photo_added", subject=workshop.reference)]
    assert told == [photo.digest for photo in queries.photos(workshop)]


def test_a_workshop_holds_so_many(workshop, facilitator, monkeypatch):
    monkeypatch.setattr(photos, "MOST_PHOTOS", 2)
    add(workshop, facilitator, picture(1))
    with pytest.raises(Invalid):
        add(workshop, facilitator, picture(2), picture(3))
    with pytest.raises(Invalid):
        add(workshop, facilitator)


def test_taking_one_away_leaves_its_trace_and_not_its_bytes(workshop, facilitator):
    [photo] = add(workshop, facilitator, picture())
    with pytest.raises(Invalid):
        remove(photo, facilitator, " ")
    remove(photo, facilitator)
    assert (photo.file_id, photo.removal_reason, queries.photo_count(workshop)) == (None, "Se ve una firma", 0)
    assert db.session.query(StoredFile).count() == 0
    [told] = records("workshop.photo_removed", subject=workshop.reference)
    assert (told["old"], told["reason"]) == ({"fingerprint": photo.digest}, "Se ve una firma")
    with pytest.raises(Conflict):
        remove(photo, facilitator)
    with pytest.raises(Invalid) as refused:
        add(workshop, facilitator, picture())
    assert "se quitó" in str(refused.value.message)


def test_only_the_facilitation_keeps_and_takes_away(workshop, facilitator):
    [photo] = add(workshop, facilitator, picture())
    with pytest.raises(Denied):
        add(workshop, person(), picture(2))
    with pytest.raises(Denied):
        remove(photo, person())


def test_pages_show_them_to_the_facilitation_and_their_number_to_all(client, workshop, facilitator):
    address = f"/jornadas/{workshop.reference}"
    client.sign_in(facilitator)
    assert "Todavía no hay fotos" in client.get(f"{address}/fotos").text
    sent = {"photos": [(picture(1).stream, "uno.jpg"), (picture(2).stream, "dos.jpg")], "caption": "<b>Mesa</b>"}
    assert client.post(f"{address}/fotos", data=sent).status_code == 303
    page = client.get(f"{address}/fotos").text
    assert "Se guardaron 2 fotos." in page and "&lt;b&gt;Mesa" in page
    first, _second = re.findall(r'href="([^"]+/fotos/\d+)"', page)
    for url in (first, f"{first}/miniatura"):
        answer = client.get(url)
        assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/jpeg", "private, no-store")
    assert client.post(f"{first}/retiro", data={"reason": ""}).status_code == 422
    assert client.post(f"{first}/retiro", data={"reason": "Se ve una firma"}).status_code == 303
    assert client.get(first).status_code == 404
    assert "Se ve una firma" in client.get(f"{address}/fotos").text


def test_nobody_else_sees_them(client, workshop, facilitator):
    [photo] = add(workshop, facilitator, picture(), caption="Mesa secreta")
    address = f"/jornadas/{workshop.reference}"
    page = client.get(address).text
    assert "guarda 1 foto de las hojas" in page and f"{address}/fotos" not in page
    client.sign_in(person())
    assert client.get(f"{address}/fotos").status_code == 403
    for url in (f"{address}/fotos/{photo.id}", f"{address}/fotos/{photo.id}/miniatura"):
        assert client.get(url).status_code == 404
    assert "Mesa secreta" not in client.get(address).text


def test_what_is_wrong_is_said_at_the_field_and_the_caption_stays(client, workshop, facilitator):
    client.sign_in(facilitator)
    sent = {"photos": [(BytesIO(b"no soy una foto"), "a.jpg")], "caption": "Mesa 4"}
    answer = client.post(f"/jornadas/{workshop.reference}/fotos", data=sent)
    assert answer.status_code == 422
    assert "«a.jpg»: No es una foto" in answer.text and 'value="Mesa 4"' in answer.text
    assert client.post(f"/jornadas/{workshop.reference}/fotos").status_code == 422
