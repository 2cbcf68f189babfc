"""The home page and the pages of cycles, as each role sees them and as hostile or hurried people use them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cocrea.cycles import figures
from cocrea.cycles.models import Cycle, Stage, StageKind, StageReport
from cocrea.extensions import db
from tests.conftest import NOW
from tests.factories import cycles
from tests.factories.accounts import person

SCRIPT = "<script>alert(1)</script>"
DAY = timedelta(days=1)
MONTH = timedelta(days=30)


@pytest.fixture
def cycle(app):
    return cycles.cycle(StageKind.CONSULTATION, summary=SCRIPT)


@pytest.fixture
def steward(cycle):
    return cycles.steward(cycle)


def url(cycle, rest=""):
    return f"/ciclos/{cycle.slug}{rest}"


def edition(cycle, position=1):
    return url(cycle, f"/etapas/{position}/edicion")


def report(cycle, position=1):
    return url(cycle, f"/etapas/{position}/informe")


def stage_form(**changes):
    return {
        "title": "Consulta",
        "purpose": "Escuchar",
        "product": "Problemáticas",
        "starts_on": "2026-05-29",
        "starts_time": "12:00",
        "ends_on": "2026-06-12",
        "ends_time": "12:00",
        **changes,
    }


def cycle_form(**changes):
    return {
        "title": "Plan municipal",
        "prefix": "pm1",
        "summary": "Para qué es",
        "methodology": "expres_municipio",
        "first_day": "2026-08-03",
        "timezone": "America/Tijuana",
        **changes,
    }


def test_a_visitor_learns_what_this_is_and_what_is_open(client, cycle):
    page = client.get("/").text
    for words in ("se escriben en esta mesa", "en seis pasos", cycle.title, "Publicar una problemática"):
        assert words in page
    assert f"/ciclos/{cycle.slug}/problematicas/nueva" in page
    assert "viernes 12 de junio de 2026" in page
    assert "Entrar como participante" not in page


def test_the_demonstration_offers_to_enter_as_each_role(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "COCREA", app.config["COCREA"].model_copy(update={"demo": True}))
    page = client.get("/").text
    for key in ("participant", "facilitator", "official", "counterpart", "steward"):
        assert f'name="as" value="{key}"' in page


def test_who_signed_in_sees_first_what_is_expected(client, cycle, steward, clock):
    clock.advance(days=8)
    page = client.sign_in(steward).get("/").text
    assert f"Hola, {steward.name}" in page
    assert "Publica el informe de la etapa" in page
    assert page.index("Por hacer</h2>") < page.index("Abierto ahora</h2>")
    assert "Publica el informe" not in client.sign_in(person()).get("/").text


def test_a_cycle_says_what_is_open_what_comes_next_and_where_one_is(client, cycle):
    cycles.stage(cycle, StageKind.VOTING, start=NOW + MONTH, end=NOW + 2 * MONTH)
    page = client.get(url(cycle)).text
    for words in (
        "Estás aquí",
        "Propósito de prueba",
        "Producto de prueba",
        "Qué sigue:",
        "domingo 5 de julio de 2026",
    ):
        assert words in page
    assert SCRIPT not in page


def test_overlapping_stages_offer_all_their_doors(client, app):
    both = cycles.cycle(StageKind.TABLES, StageKind.PROPOSALS)
    page = client.get(url(both)).text
    assert url(both, "/mesas") in page
    assert url(both, "/propuestas/nueva") in page


def test_a_draft_is_its_stewards_alone(client, app):
    draft = cycles.cycle(StageKind.CONSULTATION, published=False)
    for path in (url(draft), report(draft), edition(draft)):
        assert client.get(path).status_code == 404
    assert draft.title not in client.get("/ciclos").text
    assert draft.title not in client.get("/").text
    client.sign_in(cycles.steward(draft))
    assert "Este ciclo es un borrador" in client.get(url(draft)).text
    assert draft.title in client.get("/ciclos").text


def test_a_steward_makes_a_cycle_and_publishes_its_calendar(client, cycle, steward):
    client.sign_in(steward)
    new = f"/espacios/{cycle.space.slug}/ciclos/nuevo"
    assert "Exprés (municipio)" in client.get(new).text
    made = client.post(new, data=cycle_form())
    assert made.status_code == 303
    assert "Este ciclo es un borrador" in client.get(made.location).text
    assert client.post(f"{made.location}/publicacion").status_code == 303
    found = db.session.scalar(sa.select(Cycle).filter_by(prefix="PM1"))
    assert found.published_at == NOW
    assert found.timezone == "America/Tijuana"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": " "},
        {"prefix": "x"},
        {"prefix": "Ñandú"},
        {"methodology": "otra"},
        {"first_day": "mañana"},
        {"timezone": "Marte/Olimpo"},
    ],
)
def test_what_is_wrong_in_a_new_cycle_is_said_and_kept(client, cycle, steward, changes):
    answer = client.sign_in(steward).post(f"/espacios/{cycle.space.slug}/ciclos/nuevo", data=cycle_form(**changes))
    assert answer.status_code == 422
    assert "Para qué es" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Cycle)) == 1


def test_a_calendar_with_short_notice_asks_why_on_the_same_page(client, app):
    draft = cycles.cycle(published=False)
    cycles.stage(draft, StageKind.VOTING, start=NOW + DAY, end=NOW + 2 * DAY)
    client.sign_in(cycles.steward(draft))
    refused = client.post(url(draft, "/publicacion"))
    assert refused.status_code == 422
    assert "menos de 14 días de aviso" in refused.text
    assert client.post(url(draft, "/publicacion"), data={"notice_waiver": f"Urge {SCRIPT}"}).status_code == 303
    page = client.get(url(draft)).text
    assert "se anunció con menos aviso: Urge" in page
    assert SCRIPT not in page
    assert client.post(url(draft, "/publicacion")).status_code == 403


def test_a_date_moves_with_a_reason_and_in_the_cycles_own_zone(client, cycle, steward):
    client.sign_in(steward)
    page = client.get(edition(cycle)).text
    assert 'value="2026-06-12"' in page
    refused = client.post(edition(cycle), data=stage_form(ends_on="2026-06-20", purpose="Lo que escribí"))
    assert refused.status_code == 422
    assert "escribe por qué cambian las fechas" in refused.text
    assert "Lo que escribí" in refused.text
    data = stage_form(ends_on="2026-06-20", ends_time="18:30", reason="Faltó gente")
    assert client.post(edition(cycle), data=data).status_code == 303
    assert db.session.get(Stage, cycle.stages[0].id).ends_at.isoformat() == "2026-06-21T00:30:00+00:00"


def test_saving_the_form_as_it_came_moves_nothing(client, cycle, steward):
    stage = cycle.stages[0]
    stage.ends_at = stage.ends_at.replace(second=37, microsecond=5)
    db.session.commit()
    before = stage.ends_at
    assert client.sign_in(steward).post(edition(cycle), data=stage_form()).status_code == 303
    assert stage.ends_at == before


def test_an_aimless_stage_gets_no_dates(client, cycle, steward):
    client.sign_in(steward)
    added = client.post(url(cycle, "/etapas"), data={"kind": "voting"})
    dates = {"starts_on": "2026-08-01", "ends_on": "2026-08-09", "reason": "Se acordó", "title": "Voto"}
    for missing in ("purpose", "product"):
        refused = client.post(added.location, data=stage_form(**dates, **{missing: ""}))
        assert refused.status_code == 422
        assert "no puede tener fechas" in refused.text
    assert client.post(added.location, data=stage_form(**dates)).status_code == 303


def test_a_stage_is_closed_now_and_then_for_good(client, cycle, steward, clock):
    client.sign_in(steward)
    close = url(cycle, "/etapas/1/cierre")
    assert client.post(close, data={"reason": ""}).status_code == 422
    closed = client.post(close, data={"reason": "Sismo"})
    assert closed.location == report(cycle)
    assert client.post(close, data={"reason": "Otra"}).status_code == 403
    assert client.post(report(cycle), data={"source": " "}).status_code == 422
    text = f"## Qué se recibió\n\n{SCRIPT} y [esto](javascript:alert(1))"
    assert client.post(report(cycle), data={"source": text}).status_code == 303
    assert client.post(report(cycle), data={"source": text}).status_code == 403
    page = client.get(report(cycle)).text
    assert "Cerrada con informe" in page
    assert SCRIPT not in page
    assert 'href="javascript:' not in page
    assert client.get(edition(cycle)).status_code == 403
    assert client.post(edition(cycle), data=stage_form(ends_on="2027-01-01", reason="x")).status_code == 403
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StageReport)) == 1


def test_an_open_stage_has_no_report_yet(client, cycle, steward):
    assert client.sign_in(steward).post(report(cycle), data={"source": "Antes de tiempo"}).status_code == 403
    assert "Cuando la etapa termine" in client.get(report(cycle)).text


def test_stages_are_reordered_and_removed(client, cycle, steward):
    client.sign_in(steward)
    client.post(url(cycle, "/etapas"), data={"kind": "voting"})
    assert client.post(url(cycle, "/etapas/2/adelanto")).status_code == 303
    db.session.expire_all()
    assert [stage.kind.value for stage in cycle.stages] == ["voting", "consultation"]
    assert client.post(url(cycle, "/etapas/2/retiro")).status_code == 403
    assert client.post(url(cycle, "/etapas/1/retiro")).status_code == 303
    db.session.expire_all()
    assert [stage.kind.value for stage in cycle.stages] == ["consultation"]


def test_strangers_steer_nothing(client, cycle):
    client.sign_in(person())
    posts = (
        "/publicacion",
        "/etapas",
        "/etapas/1/cierre",
        "/etapas/1/retiro",
        "/etapas/1/adelanto",
        "/etapas/1/informe",
    )
    assert {client.post(url(cycle, path)).status_code for path in posts} == {403}
    assert client.get(edition(cycle)).status_code == 403
    assert client.get(f"/espacios/{cycle.space.slug}/ciclos/nuevo").status_code == 403
    assert "Tu trabajo como responsable" not in client.get(url(cycle)).text


def test_what_does_not_exist_is_not_found(client, cycle, steward):
    client.sign_in(steward)
    paths = ("/ciclos/no-existe", url(cycle, "/etapas/9/informe"), url(cycle, "/etapas/9/edicion"))
    assert {client.get(path).status_code for path in (*paths, "/espacios/no-existe/ciclos/nuevo")} == {404}


def test_figures_show_every_channel_and_no_small_group(client, cycle, monkeypatch):
    counted = {
        "problem": {
            "channel": {"online": 9, "paper": 4, "in_person": 2},
            "sector": {"academia": 2},
            "gender": {"woman": 9, "man": 3, "nonbinary": 2},
            "territory": {"MX-OAX": 4},
        }
    }
    monkeypatch.setattr(figures, "_providers", [lambda _cycle, _stage: counted])
    monkeypatch.setitem(figures.LABELS, "problem", "Problemáticas")
    page = client.get(report(cycle)).text
    for words in ("En papel", "En persona", "juntos para no señalar", ">15<", "Academia"):
        assert words in page
    assert "Persona no binaria" not in page
    assert "Oaxaca" not in page


def _with_stages(number):
    made = cycles.cycle(StageKind.CONSULTATION)
    for months in range(1, number):
        cycles.stage(made, StageKind.VOTING, start=NOW + months * MONTH, end=NOW + (months + 1) * MONTH)
    return made


def test_pages_cost_the_same_whatever_they_hold(client, count_queries, cycle, steward):
    few, many = _with_stages(3), _with_stages(30)
    client.sign_in(steward)
    costs = []
    for shown in (few, many):
        with count_queries() as log:
            assert client.get(url(shown)).status_code == 200
        costs.append(len(log))
    assert costs[0] == costs[1] <= 10


@pytest.mark.parametrize("path", ["/", "/ciclos"])
def test_lists_of_cycles_cost_the_same_whatever_they_hold(client, count_queries, app, path):
    costs = []
    for number in (3, 27):
        for _ in range(number):
            cycles.cycle(StageKind.CONSULTATION)
        with count_queries() as log:
            assert client.get(path).status_code == 200
        costs.append(len(log))
    assert costs[0] == costs[1] <= 10


def test_all_cycles_are_reached_page_by_page(client, app):
    for _ in range(23):
        cycles.cycle(StageKind.CONSULTATION)
    assert client.get("/ciclos").text.count('class="card"') == 20
    oldest = db.session.scalar(sa.select(Cycle.id).order_by(Cycle.id).offset(3).limit(1))
    assert client.get(f"/ciclos?antes={oldest}").text.count('class="card"') == 3


def test_the_forms_of_a_stage_are_whole_when_it_is_published(client, cycle, steward):
    page = client.sign_in(steward).get(edition(cycle)).text
    for name in ("starts_on", "starts_time", "ends_on", "ends_time", "reason", "notice_waiver"):
        assert f'name="{name}"' in page
