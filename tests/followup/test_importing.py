"""What is wrong with a file of commitments is told cell by cell, and nothing of it is kept."""

from __future__ import annotations

import json
import time
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cocrea.accounts.models import Person, Sector
from cocrea.commitments import operations as commitment_operations
from cocrea.commitments import sections
from cocrea.commitments.models import Commitment
from cocrea.core import exports, text
from cocrea.core.db import transaction
from cocrea.core.errors import CocreaError, Denied, Invalid
from cocrea.cycles.models import Cycle, StageKind
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from cocrea.followup import operations
from cocrea.followup.exchange import checking, comparing, fields, reading, writing
from cocrea.followup.exchange.checking import Directory
from tests.conftest import NOW
from tests.factories import commitments, cycles, exchange
from tests.factories.accounts import credential, person
from tests.followup.test_exchange import bring, confirm, how_many, told, upload, url
from tests.real import at_once

HEAD = ["Número", "Nombre del compromiso", "Inicio del compromiso", "Término del compromiso", "Acción clave", "Peso",
        "Actividad", "Responsable de la actividad", "Inicio de la actividad", "Término de la actividad"]  # fmt: skip
GOOD = [
    "1",
    "Padrón de obras",
    "2026-06-01",
    "01/06/2027",
    "Padrón",
    "100",
    "Publicarlo",
    "",
    "2026-07-01",
    "1/8/2026",
]


@pytest.fixture
def cycle(client):
    made = commitments.drafting_cycle()
    client.sign_in(cycles.facilitator(made))
    return made


def with_cell(column, value):
    line = list(GOOD)
    line[HEAD.index(column)] = value
    return exchange.table(HEAD, line)


def faults(data):
    """What is wrong with a file for an empty plan, as the page would tell it."""
    source = reading.read(data)
    items = [checking.check(part, Directory([])) for part in source.parts]
    verdicts = comparing.compare(items, [], frozenset())
    found = [*source.faults, *(one for verdict in verdicts for one in verdict.faults)]
    return [(str(one.place), str(one.name), one.read) for one in found]


def refused(data):
    with pytest.raises(Invalid) as caught:
        reading.read(data)
    return str(caught.value.message)


@pytest.mark.parametrize(
    ("column", "value", "cell"),
    [
        ("Nombre del compromiso", "", "B2"),
        ("Inicio del compromiso", "31/02/2026", "C2"),
        ("Inicio del compromiso", "mañana", "C2"),
        ("Inicio del compromiso", "0001-01-01", "C2"),
        ("Término del compromiso", "2026-06-01", "D2"),
        ("Acción clave", "x" * 301, "E2"),
        ("Peso", "mucho", "F2"),
        ("Peso", "99", "F2"),
        ("Peso", "101", "F2"),
        ("Peso", "٣", "F2"),
        ("Peso", "100.5", "F2"),
        ("Peso", "", "F2"),
        ("Actividad", "", "G2"),
        ("Responsable de la actividad", "Nadie, A.C.", "H2"),
        ("Inicio de la actividad", "2026-05-31", "I2"),
        ("Inicio de la actividad", "2026-09-01", "J2"),
        ("Término de la actividad", "2027-06-02", "J2"),
        ("Término de la actividad", "", "J2"),
        ("Número", "0", "A2"),
        ("Número", "-1", "A2"),
        ("Número", "1e3", "A2"),
        ("Número", "9" * 400, "A2"),
    ],
)
def test_each_fault_names_its_row_its_column_and_what_was_read(app, column, value, cell):
    found = faults(with_cell(column, value))
    assert any(place == f"fila 2, {cell}" for place, _name, _read in found), found
    assert all(len(read) <= 80 for _place, _name, read in found)


def test_a_good_line_has_no_faults(app):
    assert faults(exchange.table(HEAD, GOOD)) == []


def test_nothing_is_written_while_anything_is_wrong_also_when_it_is_confirmed_anyway(client, cycle):
    good, wrong = exchange.fourth_plan()[:2]
    wrong["roadmap"][0]["weight"] -= 1
    data = exchange.document(good, wrong)
    page = upload(client, cycle, data)
    assert page.status_code == 422 and "Hay 1 dato que corregir" in page.text
    assert "commitments[1].roadmap[0].weight" in page.text and "suman 99" in page.text
    assert 'name="carried"' not in page.text
    answer = client.post(url(cycle), data={"carried": data.decode(), "base": "x"})
    assert answer.status_code == 422 and how_many() == 0


def test_two_weights_that_add_to_less_and_rows_in_any_order(client, cycle):
    lines = [["2", "Otro", "", "", "B", "50", "Segunda", "", "2026-01-02", "2026-01-03"],
             ["1", "Uno", "", "", "", "", "", "", "", ""],
             ["2", "", "", "", "A", "50", "Primera", "", "2026-01-01", "2026-01-02"],
             ["2", "", "", "", "B", "", "Tercera", "", "2026-01-04", "2026-01-05"]]  # fmt: skip
    bring(client, cycle, exchange.table(HEAD, *lines))
    first, second = told(client, cycle)
    assert first["roadmap"] == []
    assert [(one["title"], len(one["activities"])) for one in second["roadmap"]] == [("B", 2), ("A", 1)]


def test_rows_of_one_commitment_may_not_contradict_each_other(app):
    again = [*GOOD[:1], "Otro nombre", *GOOD[2:6], "Más", *GOOD[7:]]
    assert ("fila 3, B3", "Nombre del compromiso", "Otro nombre") in faults(exchange.table(HEAD, GOOD, again))


def test_a_row_that_names_no_commitment_goes_on_with_the_one_above(client, cycle):
    more = ["", "", "", "", "", "", "Revisarlo", "", "2026-08-01", "2026-08-02"]
    bring(client, cycle, exchange.table(HEAD, GOOD, more))
    assert [step["title"] for step in told(client, cycle)[0]["roadmap"][0]["activities"]] == [
        "Publicarlo",
        "Revisarlo",
    ]
    assert faults(exchange.table(HEAD, more))[0][0] == "fila 2"


def test_columns_that_are_unknown_or_twice_are_told_and_not_lost(app):
    found = faults(exchange.table([*HEAD, "Objetvo", "Peso"], [*GOOD, "Algo", "100"]))
    assert [(place, name) for place, name, _read in found] == [("fila 1, K1", "Objetvo"), ("fila 1, L1", "Peso")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_come_as_spreadsheets_of_all_kinds_write_them(client, cycle, encoding, separator):
    bring(client, cycle, exchange.table(HEAD, GOOD, separator=separator, encoding=encoding))
    assert told(client, cycle)[0]["title"] == "Padrón de obras"


def test_a_spreadsheet_may_have_dates_numbers_and_more_sheets(client, cycle):
    lines = [HEAD, [1, *GOOD[1:5], 100, *GOOD[6:]]]
    bring(client, cycle, exchange.sheet([["Notas mías"], ["x"]], lines))
    assert told(client, cycle)[0]["roadmap"][0]["weight"] == 100
    assert "«Sheet2», fila 2, F2" in faults(exchange.sheet([["Notas"]], [HEAD, [*GOOD[:5], "cien", *GOOD[6:]]]))[0][0]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "No encontramos la columna"),
        (b"\xef\xbb\xbf", "No encontramos la columna"),
        (b"x" * (3 << 20), "pesa más de 2 MB"),
        (b"{" + b" " * (10 << 20) + b"}", "pesa más de 2 MB"),
        (b"a,b\n1,2\n", "No encontramos la columna"),
        (b"N\0mero\n", "No pudimos leer"),
        ("Número\n1\n".encode("utf-16"), "No"),
        (b"PK\x03\x04 not a zip", "No pudimos leer"),
        (b"Nombre del compromiso\n" + b"a\n" * 7000, "más de 2000 filas"),
        (b"{", "línea 1, columna 2"),
        (b"[]", "No es un archivo de compromisos"),
        (b'{"format": "otro"}', "No es un archivo de compromisos"),
        (b"[" * 100_000, "demasiados niveles"),
        (b'{"format":' + b'{"a":' * 50_000, "demasiados niveles"),
        ('{"format": "á"}'.encode("latin-1"), "no está en UTF-8"),
        (b'{"format": "cocrea-commitments/1", "format": "x"}', "dos veces «format»"),
        (b'{"format": "cocrea-commitments/1", "commitments": [{"number": NaN}]}', "NaN"),
        (b'{"format": "cocrea-commitments/1", "commitments": [{"number": -Infinity}]}', "Infinity"),
        (b'{"format": "cocrea-commitments/1", "commitments": [{"number": 1e999}]}', "1e999"),
        (b'{"format": "cocrea-commitments/1", "commitments": [{"number": ' + b"9" * 5000 + b"}]}", "largos"),
        (b'{"format": "cocrea-commitments/1", "commitments": []}', "ningún compromiso"),
        (exchange.document(*[{"title": f"C{number}"} for number in range(61)]), "más de 60 compromisos"),
        (exchange.document({"title": "x", "roadmap": [{"activities": [{}] * 20_000}]}), "demasiadas actividades"),
        (exchange.document(*[{}] * 300_000), "demasiadas actividades"),
        (
            exchange.table(HEAD, *[[*GOOD[:6], f"Paso {n}", *GOOD[7:]] for n in range(1001)]),
            "más de 1000 actividades",
        ),
        (b"," * (2 << 20), "No encontramos la columna"),
    ],
)
def test_hostile_files_are_refused_in_plain_words_and_at_once(app, data, says):
    begun = time.perf_counter()
    assert says in refused(data)
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"number": 1.5}, "commitments[0].number"),
        ({"number": True}, "commitments[0].number"),
        ({"title": {"a": 1}}, "commitments[0].title"),
        ({"title": "\ud800"}, "commitments[0].title"),
        ({"targets": ["16.99"]}, "commitments[0].targets"),
        ({"targets": [[1]]}, "commitments[0].targets"),
        ({"partners": [{"a": 1}]}, "commitments[0].partners"),
        ({"origin": "dictado"}, "commitments[0].origin"),
        ({"is_costless": "quizá"}, "commitments[0].is_costless"),
        ({"budget_amount": "1,000"}, "commitments[0].budget_amount"),
        ({"budget_amount": 10**17}, "commitments[0].budget_amount"),
        ({"is_costless": True, "budget_amount": 5, "costless_reason": "x"}, "commitments[0].budget_amount"),
        ({"is_costless": True}, "commitments[0]"),
        ({"unit": "x" * 81}, "commitments[0].unit"),
        ({"lead": "Nadie"}, "commitments[0].lead"),
        ({"roadmap": "x"}, "commitments[0].roadmap"),
        ({"roadmap": [1]}, "commitments[0].roadmap[0]"),
        ({"roadmap": [{"title": "A", "weight": 100}]}, "commitments[0].roadmap[0].activities"),
        ({"roadmap": [{"title": "A", "weight": 100, "activities": [{"x": 1}]}]}, "…activities[0].x"),
        ({"objetivo": "x"}, "commitments[0].objetivo"),
    ],
)
def test_each_fault_of_a_document_names_its_path(app, content, path):
    found = [place for place, _name, _read in faults(exchange.document({"title": "Uno", **content}))]
    assert any(place.endswith(path.lstrip("…")) for place in found), found


def test_an_unknown_key_above_everything_is_told(app):
    assert faults(exchange.document({"title": "Uno"}, compromisos=[]))[0][0] == "compromisos"


def test_a_bomb_and_entities_in_a_spreadsheet_do_no_harm(app):
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (60 << 20))
    assert "demasiado grande por dentro" in refused(bomb.getvalue())
    laughs = exchange.sheet([HEAD, GOOD])
    target = BytesIO()
    entities = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "&x;&x;&x;">]>'
    with zipfile.ZipFile(BytesIO(laughs)) as found, zipfile.ZipFile(target, "w") as archive:
        for item in found.infolist():
            body = found.read(item)
            if item.filename == "xl/sharedStrings.xml":
                body = body.replace(b"?>", b"?>" + entities, 1).replace("Padrón de obras".encode(), b"&y;root")
            archive.writestr(item, body)
    try:
        told_in = json.dumps([part.cells["title"].value for part in reading.read(target.getvalue()).parts])
    except Invalid:
        told_in = ""
    assert "/bin" not in told_in


def test_names_of_organisations_are_found_however_they_are_written_and_never_guessed(client, cycle):
    lead = exchange.registered("Secretaría de Obras; Dirección General")
    watcher = exchange.registered("Vecinas, A.C.", Sector.CIVIL_SOCIETY)
    for _ in range(2):
        exchange.registered("Las Dos", Sector.CIVIL_SOCIETY)
    said = {
        "title": "Uno",
        "lead": "SECRETARIA de obras; dirección general",
        "partners": f"{lead.name}\nvecinas, a.c.",
    }
    bring(client, cycle, exchange.document({**said, "counterpart": " Vecinas,  A.C. "}))
    (one,) = told(client, cycle)
    assert (one["lead"], one["counterpart"]) == (lead.name, watcher.name)
    assert one["partners"] == sorted([lead.name, watcher.name])
    for wrong in (
        {"counterpart": "Las Dos"},
        {"counterpart": lead.name},
        {"lead": watcher.name},
        {"partners": "Nadie"},
    ):
        page = upload(client, cycle, exchange.document({"title": "Dos", **wrong}))
        assert page.status_code == 422 and f"commitments[0].{next(iter(wrong))}" in page.text


def test_a_number_that_is_anothers_is_refused_and_one_that_was_hidden_is_never_given_again(client, cycle):
    bring(client, cycle, exchange.document({"number": 3, "title": "Uno"}))
    page = upload(client, cycle, exchange.document({"number": 3, "title": "Dos"}))
    assert page.status_code == 422 and "ese es de «Uno»" in page.text
    page = upload(client, cycle, exchange.document({"number": 4, "title": "uno"}))
    assert page.status_code == 422 and "se llama igual" in page.text
    one = db.session.scalars(sa.select(Commitment)).one()
    renamed = upload(client, cycle, exchange.document({"reference": one.reference, "number": 3, "title": "Dos"}))
    assert renamed.status_code == 200 and "Ya está y difiere" in renamed.text
    one.visibility = Visibility.HIDDEN
    db.session.commit()
    page = upload(client, cycle, exchange.document({"number": 3, "title": "Dos"}))
    assert page.status_code == 422 and "ya se usó" in page.text and "Uno" not in page.text
    bring(client, cycle, exchange.document({"title": "Dos"}))
    assert [one["number"] for one in told(client, cycle)] == [4]


def test_the_same_commitment_twice_in_a_file_is_told(app):
    assert faults(exchange.document({"title": "Uno"}, {"title": "UNO"}))[0][0] == "commitments[1].title"
    assert faults(exchange.document({"number": 1, "title": "A"}, {"number": 1, "title": "B"}))[0][0].startswith(
        "commitments[1]"
    )


def test_the_origin_of_what_is_there_does_not_change(client, cycle):
    bring(client, cycle, exchange.document({"title": "Uno", "origin": "proactivo"}))
    page = upload(client, cycle, exchange.document({"title": "Uno", "origin": "cocreado"}))
    assert page.status_code == 422 and "el origen de un compromiso no cambia" in page.text


def test_scripts_in_a_file_never_run(client, cycle):
    nasty = "<script>alert(1)</script>"
    page = upload(client, cycle, exchange.document({"title": nasty, "body": f"[x](javascript:alert(1)) {nasty}"}))
    assert nasty not in page.text
    confirm(client, cycle, page)
    one = db.session.scalars(sa.select(Commitment)).one()
    assert "<script" not in one.body_html and "href" not in one.body_html


def test_only_the_facilitation_brings_commitments_in_and_only_while_they_are_drafted(client, app):
    cycle = commitments.drafting_cycle()
    of = commitments.parties(cycle)
    for who in (person(), of.official, of.watcher, cycles.facilitator(commitments.drafting_cycle())):
        client.sign_in(who)
        assert client.get(url(cycle)).status_code == 403
        assert client.get(f"{url(cycle)}/ejemplo.csv").status_code == 403
        assert "Traer compromisos" not in client.get(f"/ciclos/{cycle.slug}/compromisos").text
    client.sign_in(of.facilitator)
    assert "Traer compromisos" in client.get(f"/ciclos/{cycle.slug}/compromisos").text
    closed = cycles.cycle(StageKind.PROPOSALS)
    cycles.stage(closed, StageKind.DRAFTING, start=NOW - timedelta(days=9), end=NOW - timedelta(days=1))
    client.sign_in(cycles.facilitator(closed))
    answer = client.get(url(closed))
    assert answer.status_code == 403 and "Ya no se puede" in answer.text


def test_the_stage_may_close_between_the_review_and_the_confirmation(client, cycle):
    source = reading.read(exchange.document({"title": "Uno"}))
    base = comparing.fingerprint(operations.judge(cycle, source))
    later = NOW + timedelta(days=30)
    facilitator = cycles.facilitator(cycle)
    with pytest.raises(Denied), transaction():
        operations.import_commitments(
            actor=facilitator, cycle=cycle, source=source, base=base, is_changing=False, now=later
        )
    assert how_many() == 0


def test_after_its_plan_is_published_a_cycle_takes_no_more(client, app):
    commitment, of = commitments.signed()
    cycle = commitment.cycle
    with transaction():
        commitment_operations.publish_plan(
            actor=cycles.steward(cycle), cycle=cycle, title="Plan", introduction="", left_out={}, now=NOW
        )
    client.sign_in(of.facilitator)
    page = upload(client, cycle, exchange.document({"title": "Otro"}))
    assert page.status_code == 422 and "ya está publicado" in page.text
    assert upload(client, cycle, exchange.document({"title": commitment.title})).status_code == 200


def test_a_draft_that_somebody_is_writing_waits(client, cycle):
    bring(client, cycle, exchange.document({"title": "Uno", "objective": "Algo."}))
    one, writer = db.session.scalars(sa.select(Commitment)).one(), cycles.facilitator(cycle)
    with transaction():
        commitment_operations.take_turn(actor=writer, commitment=one, section=sections.BY_SLUG["objetivo"], now=NOW)
    page = upload(client, cycle, exchange.document({"title": "Uno", "objective": "Otro."}))
    answer = confirm(client, cycle, page, is_changing="y")
    assert answer.status_code == 422 and "Ahora escribe esta sección" in answer.text
    assert told(client, cycle)[0]["objective"] == "Algo."


def test_two_people_who_confirm_the_same_file_at_once_create_it_once(committed_app):
    cycle = commitments.drafting_cycle()
    who = [cycles.facilitator(cycle).id for _ in range(2)]
    cycle_id, data = cycle.id, exchange.document({"number": 1, "title": "Uno"}, {"title": "Dos"})
    base = comparing.fingerprint(operations.judge(cycle, reading.read(data)))
    db.session.commit()

    def bringing(person_id):
        def bring_in():
            with transaction():
                return operations.import_commitments(
                    actor=db.session.get_one(Person, person_id),
                    cycle=db.session.get_one(Cycle, cycle_id),
                    source=reading.read(data),
                    base=base,
                    is_changing=False,
                    now=NOW,
                ).created

        return bring_in

    answers = at_once(committed_app, [bringing(one) for one in who])
    assert sorted(answers) == [0, 2]
    assert how_many() == 2


def test_what_is_downloaded_says_no_more_than_the_page(client, app):
    commitment, _of = commitments.complete()
    hidden, _other = commitments.complete(commitment.cycle)
    hidden.visibility, hidden.title = Visibility.HIDDEN, "Secreto de prueba"
    db.session.commit()
    for kind in ("json", "csv"):
        data = client.get(f"/ciclos/{commitment.cycle.slug}/compromisos.{kind}").text
        assert commitment.title in data and "Secreto" not in data
    assert client.get(f"/compromisos/{hidden.reference}/plantilla.json").status_code == 404
    assert client.get(f"/ciclos/{commitment.cycle.slug}/compromisos.exe").status_code == 404


def test_a_plan_goes_out_in_as_many_statements_however_many_commitments_it_has(client, app, count_queries):
    cycle = commitments.drafting_cycle()
    commitments.complete(cycle)
    address = f"/ciclos/{cycle.slug}/compromisos.json"
    with count_queries() as few:
        client.get(address)
    commitments.complete(cycle)
    commitments.signed(cycle)
    with count_queries() as many:
        client.get(address)
    assert len(few) == len(many) <= 12


LETTERS = st.characters(codec="utf-8", exclude_characters="\ufffe\uffff")
WORDS = st.one_of(
    st.text(LETTERS, max_size=60), st.sampled_from(["=1+1", "'=x", "''", "-", "_x0041_", "\r", "a\r\nb", "5"])
)
LINE = WORDS.map(text.plain)
NAME = LINE.filter(lambda name: bool(text.folded(name)))
BLOCK = WORDS.map(text.block)
DAYS = st.tuples(st.dates(), st.dates()).filter(lambda days: all(1900 <= day.year < 2200 for day in days)).map(sorted)


@st.composite
def step(draw):
    starts, ends = draw(DAYS)
    days = {"starts_on": starts.isoformat(), "ends_on": ends.isoformat()}
    return {"title": draw(NAME), "responsible": "", **days, "means_of_verification": draw(LINE)}


@st.composite
def content(draw, number):
    cut = draw(st.lists(st.integers(1, 99), unique=True, max_size=3).map(sorted))
    weights = [end - start for start, end in zip([0, *cut], [*cut, 100], strict=True)]
    lines = {key: draw(LINE) for key in ("baseline", "goal", "unit", "budget_source", "programme_key")}
    blocks = {of.key: draw(BLOCK) for of in fields.COMMITMENT if of.kind is fields.Kind.BLOCK}
    return {
        **comparing.BLANK,
        **lines,
        **blocks,
        "number": number,
        "title": f"{number} {draw(NAME)}",
        "origin": draw(st.sampled_from(["cocreated", "proactive", "unknown"])),
        "targets": sorted(draw(st.sets(st.sampled_from(["1", "16", "16.6", "16.10", "5.b"])))),
        "budget_amount": draw(st.none() | st.integers(0, 10**15)),
        "roadmap": [
            {"title": draw(NAME), "weight": weight, "activities": draw(st.lists(step(), max_size=3))}
            for weight in (weights if draw(st.booleans()) else [])
        ],
    }


def read_back(data):
    source = reading.read(data)
    assert source.faults == []
    items = [checking.check(part, Directory([])) for part in source.parts]
    assert [wrong for item in items for wrong in item.faults] == []
    return [item.text for item in items]


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_a_commitment_says_comes_back_from_every_kind_of_file(app, data):
    contents = [data.draw(content(number)) for number in (1, 2)]
    assert read_back(writing.document(contents, {}).encode()) == contents
    as_csv = "".join(exports.as_csv(writing.COLUMNS, writing.rows(contents))).encode()
    assert read_back(as_csv) == contents


@given(st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_and_from_spreadsheets(app, data):
    contents = [data.draw(content(number)) for number in (1, 2)]
    assert read_back(writing.workbook(contents)) == contents


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_bytes_of_no_kind_are_refused_or_have_faults(data):
    try:
        source = reading.read(b"Nombre del compromiso,Peso\n" + data)
    except CocreaError:
        return
    for part in source.parts:
        checking.check(part, Directory([]))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["title", "roadmap", "weight", "activities", "starts_on", "targets", "x"]), inner
        )
    ),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=200, deadline=None)
def test_documents_of_any_shape_are_refused_or_have_faults(value):
    try:
        source = reading.read(exchange.document(value, {"title": "Uno", "roadmap": value}))
    except CocreaError:
        return
    items = [checking.check(part, Directory([])) for part in source.parts]
    comparing.compare(items, [], frozenset())


@given(st.text())
def test_cleaning_twice_is_cleaning_once(words):
    assert text.block(text.block(words)) == text.block(words)
    assert text.plain(text.plain(words)) == text.plain(words)


@given(st.text() | st.sampled_from(["'=x", "''=", " '-"]))
def test_what_is_disarmed_can_be_told_from_what_was_written(words):
    assert exports.uncelled(exports.cell(words)) == words


def test_an_operator_brings_a_file_in_as_the_page_does(app, tmp_path):
    cycle = commitments.drafting_cycle()
    credential(cycles.facilitator(cycle), "facilita@example.org")
    credential(person(), "otra@example.org")
    file = tmp_path / "plan.json"

    def run(*more, email="facilita@example.org"):
        arguments = ["commitments", "import", str(file), cycle.slug, email, *more]
        return app.test_cli_runner().invoke(args=arguments)

    file.write_bytes(exchange.document({"title": "Uno", "origin": "dictado"}))
    wrong = run("--confirm")
    assert wrong.exit_code == 1 and "commitments[0].origin" in wrong.output and how_many() == 0
    file.write_bytes(exchange.document({"title": "Uno"}))
    assert "No se guardó nada" in run().output and how_many() == 0
    assert run("--confirm", email="otra@example.org").exit_code == 1
    assert run("--confirm", email="nadie@example.org").exit_code == 1
    assert "1 creados" in run("--confirm").output
    assert "0 creados" in run("--confirm").output and how_many() == 1


def test_faults_are_told_in_words_beside_their_path(client, cycle):
    step = {"title": "A", "starts_on": "2026-01-01", "ends_on": "ayer"}
    roadmap = [{"title": "A", "weight": 100, "activities": [step]}]
    page = upload(client, cycle, exchange.document({"title": "Uno"}, {"title": "Dos", "roadmap": roadmap}))
    assert "compromiso 2, acción clave 1, actividad 1" in page.text
    assert "commitments[1].roadmap[0].activities[0].ends_on" in page.text
    assert "Término de la actividad" in page.text and "ayer" in page.text


def test_leaving_what_differs_is_said(client, cycle):
    bring(client, cycle, exchange.document({"title": "Uno", "goal": "1"}))
    answer = confirm(client, cycle, upload(client, cycle, exchange.document({"title": "Uno", "goal": "2"})))
    assert "se quedan como estaban" in client.get(answer.location).text
