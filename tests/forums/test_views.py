"""The pages of spaces and forums."""

from __future__ import annotations

import pytest

from cocrea.accounts.models import PLATFORM, Role, Sector
from cocrea.core.db import transaction
from cocrea.cycles.models import StageKind
from cocrea.forums import operations
from cocrea.forums.models import Seat
from tests.factories import cycles
from tests.factories.accounts import grant, organisation, person, save

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def space(app):
    return cycles.space(name="Oaxaca")


@pytest.fixture
def steward(space):
    return grant(person(), Role.STEWARD, space)


def seat(forum, sector):
    return save(Seat(forum_id=forum.id, organisation_id=organisation(sector).id, sector=sector))


def test_an_empty_platform_begins_with_mexico(client, app):
    assert "/espacios/mexico" not in client.get("/espacios").text
    client.sign_in(grant(person(), Role.ADMINISTRATOR, PLATFORM))
    assert "Abre los espacios" in client.get("/").text
    assert "/espacios/mexico" in client.get("/espacios").text
    done = client.post("/espacios/mexico")
    assert done.location == "/administracion/funciones"
    assert "Colima" in client.get(done.location).text
    client.post("/espacios/mexico")
    assert client.get("/historial").text.count("Se abrieron espacios") == 1
    assert "Nombra a quien responde por un espacio" in client.get("/").text
    page = "/espacios/colima/municipios/nuevo"
    assert page in client.get("/espacios/colima").text
    refused = client.post(page, data={"name": "Comala", "code": "20003"})
    assert refused.status_code == 422
    assert 'value="Comala"' in refused.text
    made = client.post(page, data={"name": "Comala", "code": "06003"})
    assert "Comala" in client.get(made.location).text


def test_spaces_say_how_many_public_cycles_they_have(client, app):
    with transaction():
        mexico, _opened = operations.add_mexico()
    for published in (True, True, False):
        cycles.cycle(StageKind.CONSULTATION, published=published, space_id=mexico.id)
    page = client.get("/espacios").text
    assert page.count('class="places__place"') == 33
    assert "2 ciclos" in page
    assert page.index("Ciudad de México") < page.index("Estado de México") < page.index("Zacatecas")


def test_a_space_shows_its_forum_seats_rules_and_cycles(client, space):
    forum = cycles.forum(space, name=f"Foro {SCRIPT}", rules_html="<p>Por consenso</p>")
    for sector in (Sector.ACADEMIA, Sector.ACADEMIA, Sector.PUBLIC_BODY):
        seat(forum, sector)
    shown = cycles.cycle(StageKind.CONSULTATION, space_id=space.id)
    hidden = cycles.cycle(space_id=space.id, published=False)
    page = client.get(f"/espacios/{space.slug}").text
    for words in ("Por consenso", "¿Cómo se reparten los asientos?", shown.title, "Academia"):
        assert words in page
    assert hidden.title not in page
    assert SCRIPT not in page
    assert "Dar un asiento" not in page


def test_a_steward_installs_a_forum_gives_seats_and_sets_rules(client, space, steward):
    client.sign_in(steward)
    home = f"/espacios/{space.slug}"
    assert "Instalar un foro" in client.get(home).text
    new = f"{home}/foros/nuevo"
    assert client.get(new).status_code == 200
    assert client.post(new, data={"name": " "}).status_code == 422
    made = client.post(new, data={"name": "Secretariado", "rules": "Por consenso", "installed_on": "2026-05-01"})
    assert made.location == home
    assert "Se instaló el 1 de mayo de 2026" in client.get(home).text
    forum_url = "/foros/espacio-" + home.rsplit("-", 1)[1] + "-secretariado"
    name = organisation(Sector.ACADEMIA).name
    assert client.post(f"{forum_url}/asientos", data={"organisation": "Nadie"}).status_code == 422
    assert client.post(f"{forum_url}/asientos", data={"organisation": name}).status_code == 303
    assert client.post(f"{forum_url}/reglas", data={"rules": f"Mayoría {SCRIPT}"}).status_code == 303
    page = client.get(home).text
    assert name in page
    assert "Mayoría" in page
    assert SCRIPT not in page


def test_strangers_and_strange_addresses(client, space):
    forum = cycles.forum(space)
    client.sign_in(person())
    paths = (f"/espacios/{space.slug}/foros/nuevo", f"/foros/{forum.slug}/reglas", f"/foros/{forum.slug}/asientos")
    assert {client.get(path).status_code for path in paths} == {403}
    nowhere = ("/espacios/no-existe", "/foros/no-existe/reglas", "/foros/no-existe/asientos")
    assert {client.get(path).status_code for path in nowhere} == {404}


def test_a_space_costs_the_same_whatever_it_holds(client, count_queries, space):
    client.sign_in(person())
    forum = cycles.forum(space)
    costs = []
    for number in (3, 27):
        for _ in range(number):
            seat(forum, Sector.ACADEMIA)
            cycles.cycle(StageKind.CONSULTATION, space_id=space.id)
        with count_queries() as log:
            assert client.get(f"/espacios/{space.slug}").status_code == 200
        costs.append(len(log))
    assert costs[0] == costs[1] <= 10
