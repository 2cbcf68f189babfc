"""The pages of the consultation, as each role sees them and as hostile or hurried people use them."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from cocrea.consultation.models import Problem
from cocrea.cycles.models import StageKind
from cocrea.extensions import db
from tests.factories import consultation, cycles, discussion
from tests.factories.accounts import person

SCRIPT = "<script>alert(1)</script>"
HOSTILE = f"{SCRIPT}\n\n<img src=x onerror=alert(1)>\n\n[enlace](javascript:alert(1))"


@pytest.fixture
def cycle(app):
    return consultation.open_cycle(StageKind.TABLES)


def form_of(topic, **changes):
    said = {"title": "No hay agua", "body": "Desde marzo.", "affected": "A la colonia", "topic": topic.slug}
    return {**said, "key": "k1", **changes}


def new_url(cycle):
    return f"/ciclos/{cycle.slug}/problematicas/nueva"


def list_url(cycle):
    return f"/ciclos/{cycle.slug}/problematicas"


def page_url(problem):
    return f"/problematicas/{problem.reference}"


def number_of_problems():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Problem))


def unpublished(cycle):
    cycle.published_at = None
    db.session.commit()
    return cycle


def test_from_the_list_to_a_published_problem(client, cycle):
    topic = consultation.topic(cycle)
    client.sign_in(person())
    assert new_url(cycle) in client.get(list_url(cycle)).text
    form = client.get(f"{new_url(cycle)}?tema={topic.slug}").text
    key = re.search(r'name="key"[^>]*value="([^"]+)"', form).group(1)
    answer = client.post(new_url(cycle), data=form_of(topic, key=key, territory="MX-COL", targets=["16.6", "3"]))
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Ya es pública. Se puede apoyar y comentar hasta el" in page
    for shown in ("No hay agua", "Desde marzo.", "A la colonia", "Colima", "16.6", "Salud y bienestar", "Qué sigue"):
        assert shown in page


def test_a_form_sent_twice_makes_one_problem(client, cycle):
    topic = consultation.topic(cycle)
    client.sign_in(person())
    places = {client.post(new_url(cycle), data=form_of(topic)).location for _ in range(2)}
    assert (len(places), number_of_problems()) == (1, 1)


def test_the_same_problem_in_another_form_leads_to_the_one_that_stands(client, cycle):
    topic = consultation.topic(cycle)
    client.sign_in(person())
    first = client.post(new_url(cycle), data=form_of(topic)).location
    answer = client.post(new_url(cycle), data=form_of(topic, key="otra", causes="Lo que agregué"))
    assert (answer.status_code, number_of_problems()) == (422, 1)
    for shown in ("Ya la publicaste", f'href="{first}"', "Lo que agregué"):
        assert shown in answer.text


def test_no_script_of_theirs_reaches_a_page(client, cycle):
    topic = consultation.topic(cycle)
    client.sign_in(person(SCRIPT))
    hostile = dict.fromkeys(("title", "body", "affected", "causes", "effects", "sources"), HOSTILE)
    answer = client.post(new_url(cycle), data=form_of(topic, **hostile))
    assert answer.status_code == 303
    client.post(f"/aportaciones/{answer.location.rsplit('/', 1)[1]}/comentarios", data={"body": HOSTILE, "key": "k"})
    for address in (answer.location, list_url(cycle), f"{answer.location}/edicion"):
        page = client.get(address).text
        assert SCRIPT not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "Este dato hace falta"),
        ({"body": "a" * 20_001}, "como máximo 20000"),
        ({"title": "a" * 201}, "como máximo 200"),
        ({"territory": "US-CA"}, 'href="#territory"'),
        ({"targets": "99.9"}, "objetivos y metas de la lista"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(client, cycle, change, said):
    topic = consultation.topic(cycle)
    client.sign_in(person())
    answer = client.post(new_url(cycle), data=form_of(topic, causes="Lo que tardé en escribir", **change))
    assert answer.status_code == 422
    assert said in answer.text
    assert "Lo que tardé en escribir" in answer.text
    assert number_of_problems() == 0


def test_a_topic_of_another_cycle_is_no_choice(client, cycle):
    topic, elsewhere = consultation.topic(cycle), consultation.topic(consultation.open_cycle())
    client.sign_in(person())
    assert elsewhere.slug != topic.slug
    answer = client.post(new_url(cycle), data=form_of(elsewhere))
    assert answer.status_code == 422
    assert 'href="#topic"' in answer.text


def test_ten_megabytes_are_refused_in_words(client, cycle):
    topic = consultation.topic(cycle)
    client.sign_in(person())
    answer = client.post(new_url(cycle), data=form_of(topic, body="a" * 10_000_000, causes="Esto sí cabe"))
    assert answer.status_code == 422
    assert "como máximo 20000" in answer.text
    assert "Esto sí cabe" in answer.text
    answer = client.post(new_url(cycle), data=form_of(topic, body="a" * 13_000_000))
    assert answer.status_code == 413
    assert "demasiado grande" in answer.text


def test_visitors_are_led_to_sign_in_and_back(client, cycle):
    topic = consultation.topic(cycle)
    answer = client.get(new_url(cycle))
    assert answer.status_code == 302
    assert "/entrar?next=" in answer.location
    assert client.post(new_url(cycle), data=form_of(topic)).status_code == 401
    assert new_url(cycle) in client.get(list_url(cycle)).text


def test_a_closed_stage_says_so_instead_of_offering(client, cycle, clock):
    topic = consultation.topic(cycle)
    problem = consultation.problem(cycle, within=topic)
    clock.moment = cycle.stages[0].ends_at
    client.sign_in(person())
    for address in (list_url(cycle), f"/ciclos/{cycle.slug}/temas"):
        page = client.get(address).text
        assert "Ya no se puede" in page
        assert new_url(cycle) not in page
    page = client.get(page_url(problem)).text
    assert "Ya no se puede apoyar temas y problemáticas" in page
    assert f"/aportaciones/{problem.reference}/apoyo" not in page
    answer = client.post(new_url(cycle), data=form_of(topic, causes="Mi texto"))
    assert answer.status_code == 403
    assert "Mi texto" in answer.text
    assert number_of_problems() == 1


def test_supporting_topics_with_plain_buttons(client, cycle):
    topics = [consultation.topic(cycle) for _ in range(4)]
    client.sign_in(person())
    url = f"/ciclos/{cycle.slug}/temas"
    for topic in topics[:3]:
        assert client.post(f"{url}/{topic.slug}/apoyo").location == f"{url}#{topic.slug}"
    page = client.get(url).text
    assert "Te quedan 0 apoyos" in page
    assert f"{topics[3].slug}/apoyo" not in page
    client.post(f"{url}/{topics[3].slug}/apoyo")
    assert "Ya diste tus 3 apoyos" in client.get(url).text
    client.post(f"{url}/{topics[0].slug}/apoyo/retiro")
    client.post(f"{url}/{topics[3].slug}/apoyo")
    assert [consultation.supports(topic) for topic in topics] == [0, 1, 1, 1]
    assert client.post(f"{url}/no-existe/apoyo").status_code == 404


@pytest.mark.parametrize("from_page", [False, True])
def test_what_a_support_did_is_said_beside_its_topic(client, cycle, from_page):
    topics = [consultation.topic(cycle) for _ in range(4)]
    section, sent = f"/ciclos/{cycle.slug}/temas", {"from": "topic"} if from_page else {}
    client.sign_in(person())
    for topic in topics[:3]:
        answer = client.post(f"{section}/{topic.slug}/apoyo", data=sent)
    assert answer.location == (f"{section}/{topic.slug}#apoyos" if from_page else f"{section}#{topic.slug}")
    assert "Tu apoyo cuenta." in client.get(answer.location).text.partition('contenido" tabindex')[2]
    refused = client.get(client.post(f"{section}/{topics[3].slug}/apoyo", data=sent).location).text
    said = refused.partition('contenido" tabindex')[2]
    assert said.count("Ya diste tus 3 apoyos.") == 2  # the refusal, and what stands in the place of the button
    assert f'href="{section}#tus-apoyos"' in said
    assert f'href="#{topics[0].slug}"' in client.get(section).text


def test_facilitators_record_from_paper_and_others_do_not(client, cycle):
    topic, url = consultation.topic(cycle), f"/ciclos/{cycle.slug}/problematicas/registro"
    client.sign_in(person())
    assert client.get(url).status_code == 403
    client.sign_in(cycles.facilitator(cycle))
    assert client.post(url, data=form_of(topic)).status_code == 422
    said = form_of(topic, channel="paper", attribution="Buzón de la feria de Comala")
    page = client.get(client.post(url, data=said).location).text
    assert "Buzón de la feria de Comala" in page
    assert "En papel; la registró la facilitación" in page


def test_only_its_author_corrects_it(client, cycle):
    author = person()
    problem = consultation.problem(cycle, author=author)
    url = f"{page_url(problem)}/edicion"
    client.sign_in(person())
    assert client.get(url).status_code == 403
    assert client.post(url, data=form_of(problem.topic)).status_code == 403
    client.sign_in(author)
    assert "de madrugada" in client.get(url).text
    said = form_of(problem.topic, title="Título corregido", base=problem.version)
    assert client.post(url, data=said).status_code == 303
    assert "Título corregido" in client.get(page_url(problem)).text


@pytest.mark.parametrize("how", ["withdrawn", "hidden"])
def test_the_text_of_a_tombstone_shows_nowhere(client, cycle, how):
    author = person("Autora que se expuso")
    problem = consultation.problem(cycle, author=author)
    discussion.comment(problem, "Comentario que se queda")
    if how == "withdrawn":
        discussion.withdraw(problem, author, "Puse mi dirección")
    else:
        discussion.hide(problem, "Expone una dirección")
    client.sign_in(author)
    page = client.get(page_url(problem))
    assert page.status_code == 200
    assert "Comentario que se queda" in page.text
    assert ("Puse mi dirección" if how == "withdrawn" else "Expone una dirección") in page.text
    addresses = (page_url(problem), list_url(cycle), f"/ciclos/{cycle.slug}/temas", "/historial")
    for text in ("Nadie avisa", "de madrugada", "cabecera", "se publique"):
        assert all(text not in client.get(address).text for address in addresses), text
    assert client.post(f"/aportaciones/{problem.reference}/apoyo").status_code == 403
    assert client.get(f"{page_url(problem)}/edicion").status_code == 403


def test_cycles_that_are_not_public_do_not_exist(client):
    problem = consultation.problem()
    draft = unpublished(problem.cycle)
    client.sign_in(person())
    for address in (page_url(problem), list_url(draft), new_url(draft), f"/ciclos/{draft.slug}/temas"):
        assert client.get(address).status_code == 404
    assert client.post(f"/aportaciones/{problem.reference}/apoyo").status_code == 404
    assert client.get(page_url(problem).replace("0001", "9999")).status_code == 404


@pytest.mark.parametrize("query", ["tema=nada", "estado=US-CA", "canal=paloma"])
def test_filters_that_do_not_exist_are_not_found(client, cycle, query):
    assert client.get(f"{list_url(cycle)}?{query}").status_code == 404


def test_lists_cost_the_same_with_three_rows_and_with_thirty(client, cycle, count_queries):
    topic = consultation.topic(cycle)
    counts = []
    client.sign_in(person())
    for more in (3, 27):
        for _ in range(more):
            consultation.problem(cycle, within=topic)
        for address in (list_url(cycle), f"{list_url(cycle)}?tema={topic.slug}&estado=MX-COL&canal=online"):
            db.session.expire_all()
            with count_queries() as log:
                assert client.get(address).status_code == 200
            counts.append(len(log))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 10
    page = client.get(f"{list_url(cycle)}?estado=MX-COL").text
    assert page.count('class="row"') == 20
    assert re.search(r"estado=MX-COL&amp;antes=\d+", page)


def test_a_problem_costs_the_same_with_many_comments(client, cycle, count_queries):
    problem, counts = consultation.problem(cycle), []
    address = page_url(problem)
    client.sign_in(person())
    for more in (3, 27):
        for _ in range(more):
            discussion.comment(problem, "Respuesta", parent=discussion.comment(problem))
        db.session.expire_all()
        with count_queries() as log:
            assert client.get(address).status_code == 200
        counts.append(len(log))
    assert counts[0] == counts[1] <= 10


def test_a_facilitator_adds_a_topic(client, cycle):
    client.sign_in(cycles.facilitator(cycle))
    said = {"axis": "Bienestar", "title": "Agua", "summary": HOSTILE}
    assert client.post(f"/ciclos/{cycle.slug}/temas/nuevo", data=said).status_code == 303
    page = client.get(f"/ciclos/{cycle.slug}/temas").text
    assert "Agua" in page
    assert SCRIPT not in page
    assert client.post(f"/ciclos/{cycle.slug}/temas/nuevo", data=said).status_code == 422
    client.sign_in(person())
    assert client.get(f"/ciclos/{cycle.slug}/temas/nuevo").status_code == 403


def test_what_another_tab_saved_is_not_overwritten_without_a_word(client, cycle):
    author = person()
    made = consultation.problem(cycle, author=author)
    url = f"{page_url(made)}/edicion"
    page = client.sign_in(author).get(url).text
    base = re.search(r'name="base"[^>]*value="([^"]+)"', page).group(1)
    said = form_of(made.topic, base=base)
    assert client.post(url, data={**said, "body": "Lo de la primera"}).status_code == 303
    answer = client.post(url, data={**said, "title": "Título mío", "body": "Lo de la segunda", "territory": "MX-COL"})
    assert answer.status_code == 422
    for shown in ("Cambió mientras la editabas", "Lo de la primera", "Lo de la segunda", "Título mío", "Colima"):
        assert shown in answer.text
    db.session.refresh(made)
    assert made.body_source == "Lo de la primera"
    again = re.search(r'name="base"[^>]*value="([^"]+)"', answer.text).group(1)
    assert client.post(url, data={**said, "base": again}).status_code == 303
