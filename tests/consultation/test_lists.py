"""The list of problems as people use it: filters, search, order, chips, and the same list to take along."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
from io import StringIO

import pytest

from cocrea.core import territories
from cocrea.extensions import db
from tests.conftest import shared
from tests.factories import consultation, discussion
from tests.factories.accounts import person

EMPTY = "Ninguna problemática con esos filtros"


@pytest.fixture
def cycle(app):
    return consultation.open_cycle()


def titled(cycle, title, **kwargs):
    return consultation.problem(cycle, content=dataclasses.replace(consultation.CONTENT, title=title), **kwargs)


def url(cycle, query=""):
    return f"/ciclos/{cycle.slug}/problematicas{query}"


def test_chips_say_what_narrows_and_take_it_away(client, cycle):
    problem = titled(cycle, "Sin alumbrado en la parada")
    page = client.get(url(cycle, f"?q=alumbrados&tema={problem.topic.slug}&estado=MX-COL&ods=16.6&orden=apoyadas"))
    assert problem.reference in page.text
    for words in ("Dicen «alumbrados»", "Colima", "ODS 16.6", "Quitar todos los filtros", "1 problemática"):
        assert words in page.text
    assert (
        f'href="{url(cycle)}?q=alumbrados&amp;tema={problem.topic.slug}&amp;estado=MX-COL&amp;orden=apoyadas"'
        in page.text
    )
    assert f"{url(cycle)}.csv?q=alumbrados&amp;" in page.text


def test_an_empty_answer_says_how_to_go_on(client, cycle):
    consultation.problem(cycle)
    page = client.get(url(cycle, "?q=zapoteco&canal=paper")).text
    assert EMPTY in page
    assert "Quita alguno" in page


@pytest.mark.parametrize(
    "query", ["?tema=x", "?estado=MX-XXX", "?ods=99", "?canal=x", "?sector=x", "?situacion=draft", "?orden=x"]
)
def test_what_does_not_exist_is_not_found(client, cycle, query):
    assert client.get(url(cycle, query)).status_code == 404
    assert client.get(f"{url(cycle)}.csv{query}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "?q=",
        "?q=%22%29%20OR%20*",
        "?q='&orden=azar&sorteo=-1",
        "?antes=1.2.3&orden=apoyadas",
        "?antes=x",
        "?sorteo=99999999999&orden=azar",
    ],
)
def test_odd_input_narrows_or_is_left_out(client, cycle, query):
    consultation.problem(cycle)
    assert client.get(url(cycle, query)).status_code == 200


def test_each_person_has_a_random_order_of_their_own_that_stays(client, cycle):
    within = consultation.topic(cycle)
    for number in range(8):
        titled(cycle, f"Problemática {number}", within=within)
    orders = set()
    for _ in range(6):
        client.sign_in(person())
        pages = [client.get(url(cycle, "?orden=azar")).text for _ in range(2)]
        first, again = (
            tuple(sorted(range(8), key=lambda n, page=page: page.index(f"Problemática {n}"))) for page in pages
        )
        assert first == again
        assert "sorteo=" in pages[0]
        orders.add(first)
    assert len(orders) > 1


def test_page_two_of_a_random_order_goes_on_with_the_draw_of_page_one(client, cycle):
    within = consultation.topic(cycle)
    for _ in range(25):
        consultation.problem(cycle, within=within)
    page = client.get(url(cycle, "?orden=azar")).text
    draw = re.search(r'<input type="hidden" name="sorteo" value="(\d+)">', page).group(1)
    assert re.search(rf'href="[^"]*sorteo={draw}[^"]*antes=', page)
    assert 'name="sorteo"' not in client.get(url(cycle)).text


def test_the_page_and_its_files_say_the_same(client, cycle):
    within = consultation.topic(cycle)
    plain, formula = titled(cycle, "Bache", within=within), titled(cycle, "=1+1", within=within)
    discussion.support(plain)
    query = f"?tema={within.slug}&orden=apoyadas"
    answer = client.get(f"{url(cycle)}.csv{query}")
    rows = list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["reference"] for row in rows] == [plain.reference, formula.reference]
    assert (rows[1]["title"], rows[0]["sdg"], rows[0]["topic"]) == ("'=1+1", "3 16 16.6", within.title)
    assert f"{cycle.slug}-problematicas.csv" in answer.headers["Content-Disposition"]
    about = json.loads(client.get(f"{url(cycle)}.json{query}").data)
    assert [item["title"] for item in about["items"]] == ["Bache", "=1+1"]
    assert about["source"].endswith(url(cycle, query))
    assert client.get(f"{url(cycle)}.xml").status_code == 404


@pytest.mark.parametrize("how", ["withdrawn", "hidden"])
def test_what_is_gone_is_listed_without_its_words(client, cycle, how):
    author = person("Autora que se expuso")
    problem = titled(cycle, "Lo que no debió decir", author=author)
    if how == "withdrawn":
        discussion.withdraw(problem, author)
    else:
        discussion.hide(problem)
    for path in (
        url(cycle, f"?situacion={how}"),
        f"{url(cycle)}.csv?situacion={how}",
        f"{url(cycle)}.json?situacion={how}",
    ):
        page = client.get(path).text
        assert problem.reference in page
        for text in ("Lo que no debió", "Autora que", consultation.CONTENT.body, consultation.CONTENT.causes):
            assert text not in page
    assert problem.reference not in client.get(url(cycle)).text


def test_the_number_of_statements_does_not_grow(client, cycle, count_queries):
    within, counts = consultation.topic(cycle), []
    address = url(cycle)
    query = (
        f"?q=clinica&tema={within.slug}&estado=MX-COL&ods=16&canal=online&sector=civil_society&orden=azar&sorteo=0"
    )
    for more in (1, 12):
        for _ in range(more):
            consultation.problem(cycle, within=within)
        db.session.expire_all()
        with count_queries() as log:
            assert client.get(address + query).status_code == 200
        counts.append(len(log))
    assert counts[0] == counts[1] <= 10


def test_a_reference_finds_its_problem_however_it_is_typed(client, cycle):
    sought, other = titled(cycle, "Calles a oscuras"), titled(cycle, "Agua turbia")
    for typed in (sought.reference, f" {sought.reference.lower()} "):
        page = client.get(url(cycle, f"?q={typed}")).text
        assert sought.title in page
        assert other.title not in page
    assert sought.title not in client.get(url(cycle, f"?q={sought.reference}9")).text


def test_naughty_searches_are_searches(client, cycle):
    consultation.problem(cycle)
    for text in shared("xss", "blns.txt").read_text("utf-8").splitlines()[::7]:
        answer = client.get(url(cycle), query_string={"q": text.replace("\0", "")})
        assert answer.status_code == 200, text


def test_the_map_and_its_table_say_what_the_lists_behind_them_hold(client, cycle, count_queries):
    within = consultation.topic(cycle)
    for territory in ("MX-COL", "MX-COL", "MX-OAX", ""):
        consultation.problem(
            cycle, within=within, content=dataclasses.replace(consultation.CONTENT, territory=territory)
        )
    page = client.get(f"{url(cycle)}/mapa?tema={within.slug}&estado=MX-OAX").text
    assert page.count('class="tile tile--') == 32 == len(territories.TILES)
    assert 'aria-label="Colima: 2 problemáticas"' in page
    assert 'aria-label="Sonora: ninguna"' in page
    assert "4 problemáticas" in page
    for code, number in (("MX-COL", 2), ("MX-OAX", 1), ("MX", 1)):
        address = f"{url(cycle)}?tema={within.slug}&estado={code}"
        assert address.replace("&", "&amp;") in page
        assert client.get(address).text.count('<li class="row">') == number
    db.session.expire_all()
    with count_queries() as log:
        client.get(f"{url(cycle)}/mapa")
    assert len(log) <= 6
    assert EMPTY in client.get(f"{url(cycle)}/mapa?q=zapoteco").text


def test_municipalities_narrow_the_list_of_their_entity_however_they_are_spelt(client, cycle):
    within = consultation.topic(cycle)
    for name in ("Tecomán", "TECOMAN", "Comala", ""):
        content = dataclasses.replace(consultation.CONTENT, title=f"Sin agua {name}", municipality=name)
        consultation.problem(cycle, within=within, content=content)
    page = client.get(f"{url(cycle)}?estado=MX-COL").text
    assert page.count('<option value="TECOMAN"') == page.count('<option value="Comala"') == 1
    assert 'id="municipio"' not in client.get(f"{url(cycle)}?estado=MX-OAX").text
    for spelling in ("TECOMAN", "Tecomán"):
        chosen = client.get(url(cycle), query_string={"estado": "MX-COL", "municipio": spelling}).text
        assert chosen.count('<li class="row">') == 2
        assert '<option value="TECOMAN" selected' in chosen
    other_entity = client.get(f"{url(cycle)}?estado=MX-OAX&municipio=Comala").text
    assert 'subnav__count">1<' in other_entity  # let go: the entity alone narrows
    assert client.get(f"{url(cycle)}?q=tecoman").text.count('<li class="row">') == 2
    table = csv.DictReader(StringIO(client.get(f"{url(cycle)}.csv?estado=MX-COL&municipio=Comala").text))
    assert [row["municipality"] for row in table] == ["Comala"]


def test_the_page_of_a_problem_says_its_municipality(client, cycle):
    content = dataclasses.replace(consultation.CONTENT, municipality="Comala")
    problem = consultation.problem(cycle, content=content)
    assert "Comala, Colima" in client.get(f"/problematicas/{problem.reference}").text


def test_every_entity_has_a_place_of_its_own():
    assert set(territories.TILES) == set(territories.NAMES)
    assert len({tile[:2] for tile in territories.TILES.values()}) == 32


def test_naughty_strings_go_through_every_field_of_a_problem(client, cycle):
    within = consultation.topic(cycle)
    client.sign_in(person())
    lines = [line for line in shared("xss", "blns.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    fields = ("title", "body", "affected", "causes", "effects", "sources")
    for number, text in enumerate(lines[::15]):
        said = {**dict.fromkeys(fields, text), "topic": within.slug, "key": str(number)}
        draft = client.post(f"{url(cycle)}/borrador", data=said, headers={"Accept": "application/json"})
        answer = client.post(f"{url(cycle)}/nueva", data=said)
        assert (draft.status_code, answer.status_code in {303, 422}) == (200, True), text
        if answer.status_code == 303:
            assert client.get(answer.location).status_code == 200, text
    for path in (url(cycle), f"{url(cycle)}.csv", f"/ciclos/{cycle.slug}/temas/{within.slug}/arbol"):
        page = client.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text or path.endswith("csv")
