"""Workshops: called, changed, cancelled and counted by the facilitation, read by everyone."""

from __future__ import annotations

import re
import zlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.consultation import operations, queries
from cocrea.consultation.models import Trait, Workshop
from cocrea.core import pdf
from cocrea.core.db import transaction
from cocrea.core.errors import Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import consultation, cycles, workshops
from tests.factories.accounts import person
from tests.factories.history import actions, records

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def cycle(app):
    return consultation.open_cycle(StageKind.TABLES)


@pytest.fixture
def facilitator(cycle):
    return cycles.facilitator(cycle)


def url(workshop, page=""):
    return f"/jornadas/{workshop.reference}{page}"


def form_of(**changes):
    said = {"title": "Jornada por el agua", "place": "Plaza de Comala", "territory": "MX-COL"}
    said |= {"starts_at": "2026-06-10T17:00", "organiser": "Red Vecinal", "method": "Mesas de seis personas."}
    return {**said, **changes}


def count(workshop, by, attended, now=NOW, **traits):
    counts = {Trait(name): values for name, values in traits.items()}
    with transaction():
        operations.count_people(actor=by, workshop=workshop, attended=attended, counts=counts, now=now)


def test_from_the_list_to_an_announced_workshop(client, cycle, facilitator):
    client.sign_in(facilitator)
    address = f"/ciclos/{cycle.slug}/jornadas"
    assert f"{address}/nueva" in client.get(address).text
    answer = client.post(f"{address}/nueva", data=form_of())
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Jornada por el agua" in page and "10 de junio de 2026, 17:00" in page and "Por realizar" in page
    assert "Jornada por el agua" in client.get(address).text
    assert actions(db.session.scalars(sa.select(Workshop)).one().reference) == ["workshop.planned"]


def test_everyone_finds_the_workshops_from_the_problems(client, cycle, facilitator):
    made = workshops.workshop(cycle, by=facilitator)
    assert f"/ciclos/{cycle.slug}/jornadas" in client.get(f"/ciclos/{cycle.slug}/problematicas").text
    page = client.get(url(made)).text
    assert "Realizada" in page and "/edicion" not in page and "/asistencia" not in page


def test_only_the_facilitation_calls_one(client, cycle):
    client.sign_in(person())
    assert client.post(f"/ciclos/{cycle.slug}/jornadas/nueva", data=form_of()).status_code == 403
    with pytest.raises(Denied):
        operations.plan_workshop(actor=person(), cycle=cycle, plan=workshops.plan(), now=NOW)


@pytest.mark.parametrize(
    "changes", [{"title": " "}, {"place": ""}, {"method": ""}, {"territory": "MX-XXX"}, {"starts_at": "mañana"}]
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(client, cycle, facilitator, changes):
    client.sign_in(facilitator)
    answer = client.post(f"/ciclos/{cycle.slug}/jornadas/nueva", data=form_of(**changes))
    assert answer.status_code == 422
    assert "Hay algo que corregir" in answer.text and "Red Vecinal" in answer.text


def test_the_operation_checks_by_itself(cycle, facilitator):
    for changes in ({"organiser": " "}, {"territory": "XX"}):
        with pytest.raises(Invalid):
            operations.plan_workshop(actor=facilitator, cycle=cycle, plan=workshops.plan(**changes), now=NOW)


def test_a_change_says_what_changed_and_none_says_nothing(client, cycle, facilitator):
    made = workshops.workshop(cycle, by=facilitator, starts_at=NOW + timedelta(days=3))
    client.sign_in(facilitator)
    form = client.get(url(made, "/edicion")).text
    assert 'value="2026-06-08T12:00"' in form and "Casa de la Cultura" in form
    same = form_of(title=made.title, place=made.place, organiser=made.organiser, method=made.method)
    client.post(url(made, "/edicion"), data={**same, "starts_at": "2026-06-08T12:00"})
    assert actions(made.reference) == ["workshop.planned"]
    assert client.post(url(made, "/edicion"), data=form_of()).status_code == 303
    assert actions(made.reference) == ["workshop.planned", "workshop.edited"]
    assert "Cambió lo anunciado" in client.get(url(made)).text


def test_a_cancelled_one_keeps_its_page_and_its_reason(client, cycle, facilitator):
    made = workshops.workshop(cycle, by=facilitator, starts_at=NOW + timedelta(hours=1))
    client.sign_in(facilitator)
    assert client.post(url(made, "/cancelacion"), data={"reason": " "}).status_code == 422
    assert client.post(url(made, "/cancelacion"), data={"reason": f"Hay huracán {SCRIPT}"}).status_code == 303
    page = client.get(url(made)).text
    assert "Hay huracán" in page and SCRIPT not in page and "/edicion" not in page
    for again in ("/cancelacion", "/edicion", "/asistencia"):
        assert client.get(url(made, again)).status_code == 403
    assert actions(made.reference) == ["workshop.planned", "workshop.cancelled"]


def test_one_that_has_begun_is_neither_cancelled_nor_moved(client, cycle, facilitator):
    made = workshops.workshop(cycle, by=facilitator)
    client.sign_in(facilitator)
    assert "/cancelacion" not in client.get(url(made)).text
    assert client.post(url(made, "/cancelacion"), data={"reason": "Lluvia"}).status_code == 403
    with pytest.raises(Denied):
        operations.cancel_workshop(actor=facilitator, workshop=made, reason="Lluvia", now=NOW)
    moved = client.post(url(made, "/edicion"), data=form_of(already_held="y"))
    assert moved.status_code == 422 and "su día y hora no cambian" in moved.text
    same = form_of(starts_at="2026-06-05T09:00")
    assert client.post(url(made, "/edicion"), data=same).status_code == 303
    assert actions(made.reference) == ["workshop.planned", "workshop.edited"]


def test_a_past_one_is_recorded_on_purpose_only(client, cycle, facilitator):
    client.sign_in(facilitator)
    address, past = f"/ciclos/{cycle.slug}/jornadas/nueva", form_of(starts_at="2026-06-02T17:00")
    refused = client.post(address, data=past)
    assert refused.status_code == 422 and "Ese momento ya pasó" in refused.text and "Red Vecinal" in refused.text
    assert client.post(address, data={**past, "already_held": "y"}).status_code == 303


def test_none_is_called_for_after_the_consultation(client, cycle, facilitator):
    client.sign_in(facilitator)
    address = f"/ciclos/{cycle.slug}/jornadas/nueva"
    refused = client.post(address, data=form_of(starts_at="2026-07-02T17:00", already_held="y"))
    assert refused.status_code == 422 and "La consulta termina el" in refused.text


def test_no_small_sector_shows_nor_follows_from_the_total(client, cycle, facilitator):
    made = workshops.workshop(cycle, by=facilitator)
    count(made, facilitator, 30, sector={"academia": 4, "civil_society": 20, "public_body": 6})
    assert queries.attendance(made)[Trait.SECTOR] == {"civil_society": 20, "rest": 10}
    page = client.get(url(made)).text
    assert (
        "Otros sectores o no lo dijeron" in page and 'class="number">10<' in page and 'class="number">4<' not in page
    )
    assert 'class="number">0<' not in page


def test_those_who_did_not_say_are_told_apart_nowhere_if_a_page_joins_them(client, cycle, facilitator):
    made = workshops.workshop(cycle, by=facilitator)
    traits = {"sector": {"academia": 4, "civil_society": 20, "public_body": 6}, "gender": {"woman": 35, "man": 5}}
    count(made, facilitator, 60, **traits)
    kept = records("workshop.counted", subject=made.reference)[-1]["new"]
    assert kept["sector"] == {"civil_society": 20, "rest": 40}
    assert kept["gender"] == {"woman": 35, "man": 5, "undeclared": 20}
    assert 'class="number">40<' in client.get(url(made)).text


def test_where_it_takes_place_is_chosen_on_purpose(client, cycle, facilitator):
    client.sign_in(facilitator)
    address = f"/ciclos/{cycle.slug}/jornadas/nueva"
    assert '<option selected value="">Elige una entidad</option>' in client.get(address).text
    assert client.post(address, data=form_of(territory="")).status_code == 422
    made = client.post(address, data=form_of(territory="MX")).location
    assert "Todo el país o varios estados" in client.get(made).text
    assert '<option selected value="MX">' in client.get(f"{made}/edicion").text


def test_the_history_says_a_place_by_its_name(client, cycle, facilitator):
    made = workshops.workshop(cycle, by=facilitator, territory="MX-COL")
    for page in (url(made), f"/historial?folio={made.reference}"):
        assert "Territorio: Colima" in client.get(page).text


def test_a_correction_with_the_same_total_shows_in_the_history(client, cycle, facilitator):
    made = workshops.workshop(cycle, by=facilitator)
    count(made, facilitator, 30, gender={"woman": 20, "man": 10}, sector={"academia": 4, "civil_society": 26})
    count(made, facilitator, 30, gender={"woman": 10, "man": 20}, sector={"academia": 4, "civil_society": 26})
    kept = records("workshop.counted")[-1]
    assert kept["old"]["gender"] == {"woman": 20, "man": 10} and kept["new"]["gender"] == {"woman": 10, "man": 20}
    assert kept["new"]["sector"] == {"rest": 30}
    assert "Géneros: de Hombre: 10, Mujer: 20 a Hombre: 20, Mujer: 10" in client.get(url(made)).text


def test_people_are_counted_and_counted_again(client, cycle, facilitator):
    made = workshops.workshop(cycle, by=facilitator)
    client.sign_in(facilitator)
    said = {"attended": "31", "sector_academia": "3", "gender_woman": "17", "gender_man": "9"}
    assert client.post(url(made, "/asistencia"), data=said).status_code == 303
    page = client.get(url(made)).text
    assert ">31<" in page and "Mujer" in page and ">17<" in page
    assert 'value="17"' in client.get(url(made, "/asistencia")).text
    client.post(url(made, "/asistencia"), data={**said, "gender_woman": "18"})
    db.session.expire_all()
    assert {(row.trait, row.value): row.people for row in made.attendance} == {
        ("sector", "academia"): 3, ("gender", "woman"): 18, ("gender", "man"): 9
    }  # fmt: skip


@pytest.mark.parametrize(
    "said", [{"attended": "2", "gender_woman": "3"}, {"attended": "-1"}, {"attended": ""}, {"attended": "muchas"}]
)
def test_a_count_that_cannot_be_is_refused(client, cycle, facilitator, said):
    made = workshops.workshop(cycle, by=facilitator)
    client.sign_in(facilitator)
    assert client.post(url(made, "/asistencia"), data=said).status_code == 422
    assert made.attended is None


def test_nobody_is_counted_before_it_begins(cycle, facilitator):
    made = workshops.workshop(cycle, by=facilitator, starts_at=NOW + timedelta(minutes=1))
    with pytest.raises(Denied):
        count(made, facilitator, 10)
    count(made, facilitator, 10, now=NOW + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("genders", "shown"),
    [
        ({"woman": 20, "man": 10}, {"woman": 20, "man": 10}),
        ({"woman": 20, "man": 8, "nonbinary": 2}, {"woman": 20, "rest": 10}),
        ({"woman": 27}, {"rest": 30}),
    ],
)
def test_no_small_group_shows_nor_follows_from_the_others(cycle, facilitator, genders, shown):
    made = workshops.workshop(cycle, by=facilitator)
    count(made, facilitator, 30, gender=genders)
    assert queries.attendance(made)[Trait.GENDER] == shown


def test_those_of_a_draft_cycle_are_not_found(client, cycle, facilitator):
    made = workshops.workshop(cycle, by=facilitator)
    cycle.published_at = None
    db.session.commit()
    assert client.get(url(made)).status_code == 404
    assert client.get(f"/ciclos/{cycle.slug}/jornadas").status_code == 404


def test_the_list_takes_as_many_statements_for_many(client, cycle, facilitator, count_queries):
    workshops.workshop(cycle, by=facilitator)
    address = f"/ciclos/{cycle.slug}/jornadas"
    client.get(address)
    with count_queries() as few:
        client.get(address)
    for _ in range(6):
        workshops.workshop(cycle, by=facilitator)
    with count_queries() as many:
        client.get(address)
    assert len(many) == len(few) <= 10


@pytest.fixture
def sheets(client, cycle, facilitator):
    consultation.topic(cycle, slug="agua", title="Agua en casa: que llegue y que sea limpia")
    consultation.topic(cycle, slug="salud", title="Medicinas")
    client.sign_in(facilitator)
    return workshops.workshop(cycle, by=facilitator, title=f"Jornada {SCRIPT}")


def objects_of(document):
    """All that a PDF says of itself, unpacked."""
    assert document.startswith(b"%PDF-1.7")
    streams = re.findall(rb"stream\n(.*?)\nendstream", document, re.DOTALL)
    return document + b"".join(zlib.decompress(stream) for stream in streams if stream[:1] == b"x")


@pytest.mark.parametrize(("paper", "width", "height"), [("carta", 612, 792), ("a4", 595, 842)])
def test_a_sheet_for_each_topic_and_one_to_answer_on_can_be_printed(client, sheets, paper, width, height):
    answer = client.get(url(sheets, f"/hojas.pdf?papel={paper}"))
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", objects_of(answer.data))
    assert [(round(float(wide)), round(float(high))) for wide, high in boxes] == [(width, height)] * 3


def test_there_is_no_other_paper(client, sheets):
    assert client.get(url(sheets, "/hojas.pdf?papel=a5")).status_code == 404


def test_without_the_library_the_page_says_so(client, sheets, monkeypatch):
    monkeypatch.setattr(pdf, "import_module", lambda _name: (_ for _ in ()).throw(OSError("no pango")))
    answer = client.get(url(sheets, "/hojas.pdf"))
    assert answer.status_code == 503 and "cocrea[pdf]" in answer.text


def test_the_form_takes_topic_and_workshop_from_the_sheet(client, cycle, sheets):
    client.sign_in(person())
    new = f"/ciclos/{cycle.slug}/problematicas/nueva"
    form = client.get(f"{new}?tema=agua&jornada={sheets.reference}").text
    assert f'value="{sheets.reference}"' in form and "Vienes de la jornada" in form and SCRIPT not in form
    assert '<option selected value="MX-COL">' in form and '<option selected value="agua">' in form
    said = {"title": "No hay agua", "body": "Desde marzo.", "affected": "A la colonia", "topic": "agua", "key": "k1"}
    for _ in range(2):
        answer = client.post(new, data={**said, "workshop": sheets.reference})
    assert "Viene de una jornada" in client.get(answer.location).text
    page = client.get(url(sheets)).text
    assert page.count("No hay agua") == 1 and "En línea" in page


@pytest.mark.parametrize("other", ["5PD-JOR-9999", "'", "<b>"])
def test_an_address_with_no_workshop_of_the_cycle_is_only_a_form(client, cycle, sheets, other):
    client.sign_in(person())
    form = client.get(f"/ciclos/{cycle.slug}/problematicas/nueva", query_string={"jornada": other})
    assert form.status_code == 200 and "Vienes de la jornada" not in form.text


def test_a_problem_stays_with_the_workshop_it_was_told_of_first(cycle, sheets):
    author = person()
    problem = consultation.problem(cycle, author=author)
    told = []
    for workshop in (sheets, workshops.workshop(cycle)):
        with transaction():
            told.append(operations.tell_workshop(actor=author, problem=problem, workshop=workshop, now=NOW))
    assert told[0] is told[1] and told[0].workshop_id == sheets.id


def test_nobody_ties_the_problem_of_another_to_a_workshop(cycle, sheets):
    with pytest.raises(Denied):
        operations.tell_workshop(actor=person(), problem=consultation.problem(cycle), workshop=sheets, now=NOW)
