"""The plan: composed of what stands, published in versions that stay, and put in order by the facilitation."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest

from cocrea.commitments import annexes, operations, plans
from cocrea.commitments.models import ActionPlan, PlanVersion
from cocrea.core.db import transaction
from cocrea.core.errors import Conflict, Denied, Invalid
from cocrea.cycles.models import StageKind
from cocrea.discussion.models import Visibility
from cocrea.extensions import db
from tests.factories import commitments, cycles, tables, voting
from tests.factories.accounts import person
from tests.factories.history import actions

WORDS = {"title": "Plan 2026", "period": "2026 a 2027", "presented_by": "El foro", "introduction": "**Así** se hizo."}


@pytest.fixture
def cycle(app):
    return commitments.drafting_cycle()


def _write(cycle, now, *, order=(), base=0, actor=None, **content):
    with transaction():
        return operations.write_plan(
            actor=actor or cycles.facilitator(cycle), cycle=cycle, content={**WORDS, **content}, order=order, base=base,
            now=now,
        )  # fmt: skip


def _publish(cycle, now):
    with transaction():
        return operations.publish_plan(
            actor=cycles.steward(cycle), cycle=cycle, title=WORDS["title"], introduction=WORDS["introduction"],
            left_out={}, now=now,
        )  # fmt: skip


def _again(cycle, now, reason="Se corrigió la portada."):
    with transaction():
        return operations.publish_version(actor=cycles.steward(cycle), cycle=cycle, reason=reason, now=now)


def test_the_facilitation_writes_the_texts_and_nobody_overwrites_another(cycle, now):
    assert _write(cycle, now).revision == 1
    with pytest.raises(Conflict):
        _write(cycle, now, title="Otro")
    assert _write(cycle, now, base=1).revision == 1
    assert actions(cycle.scope) == ["plan.written"]
    with pytest.raises(Denied):
        _write(cycle, now, base=1, actor=person())


def test_commitments_are_read_in_the_order_of_the_facilitation(cycle, now):
    first, second = (commitments.signed(cycle)[0] for _ in range(2))
    _write(cycle, now, order=[second.reference, first.reference])
    _publish(cycle, now)
    version = plans.standing(cycle).version
    assert [entry["reference"] for entry in version.content["commitments"]] == [second.reference, first.reference]
    assert version.content["period"] == WORDS["period"]


def test_each_publication_is_a_version_that_stays(cycle, now):
    commitments.signed(cycle)
    plan = _publish(cycle, now)
    with pytest.raises(Conflict):
        _again(cycle, now)
    _write(cycle, now, base=plans.standing(cycle).texts.revision, title="Plan 2026, corregido")
    with pytest.raises(Invalid):
        _again(cycle, now, reason=" ")
    second = _again(cycle, now)
    first = db.session.get(PlanVersion, (cycle.id, 1))
    assert (first.content["title"], second.content["title"]) == ("Plan 2026", "Plan 2026, corregido")
    assert plan.title == second.content["title"] and plan.fingerprint == second.fingerprint
    assert plans.fingerprint(first.content) == first.fingerprint
    found = plans.changes(first.content, second.content)
    assert len(found.parts) == 3 and not (found.added or found.removed or found.amended or found.is_reordered)
    with pytest.raises(RuntimeError):
        second.reason = "otra"
        db.session.flush()
    db.session.rollback()


def test_only_stewards_publish_a_version_and_only_of_a_published_plan(cycle, now):
    commitments.signed(cycle)
    with pytest.raises(Conflict):
        _again(cycle, now)
    with pytest.raises(Denied), transaction():
        operations.publish_version(actor=cycles.facilitator(cycle), cycle=cycle, reason="x", now=now)
    assert db.session.get(ActionPlan, cycle.id) is None


def test_a_stage_without_report_is_told_as_a_gap(client, cycle, now):
    page = client.get(f"/ciclos/{cycle.slug}/plan").text
    assert "Sin informe publicado" not in page and "En curso." in page and "Por empezar." not in page
    cycles.stage(cycle, StageKind.VOTING, start=now - timedelta(days=9), end=now - timedelta(days=1))
    cycles.stage(cycle, StageKind.FOLLOW_UP, start=now + timedelta(days=9), end=now + timedelta(days=99))
    page = client.get(f"/ciclos/{cycle.slug}/plan").text
    assert page.count("Sin informe publicado") == page.count("Por empezar.") == 1


def test_a_version_is_read_cited_and_hashed_again(client, cycle, now):
    commitment, _of = commitments.signed(cycle)
    _publish(cycle, now)
    address = f"/ciclos/{cycle.slug}/plan/versiones/1"
    page = client.get(address).text
    assert commitment.title in page and "Cómo citar" in page and f"{address}</p>" in page
    version = plans.standing(cycle).version
    body = client.get(f"{address}.json").data
    assert sha256(body).hexdigest() == version.fingerprint and version.fingerprint in page
    assert client.get(f"/ciclos/{cycle.slug}/plan/versiones/2").status_code == 404
    assert client.get(f"/ciclos/{cycle.slug}/plan/versiones/{10**30}").status_code == 404


def test_a_version_is_printed_for_everybody(client, cycle, now):
    commitments.signed(cycle)
    _publish(cycle, now)
    address = f"/ciclos/{cycle.slug}/plan/versiones/1.pdf"
    printed = client.get(f"{address}?papel=a4")
    assert printed.mimetype == "application/pdf" and printed.data.startswith(b"%PDF")
    assert client.get(f"{address}?papel=a5").status_code == 404
    assert client.get(address.replace("/1.", "/2.")).status_code == 404


def test_what_was_hidden_leaves_no_text_in_a_version(client, cycle, now):
    commitment, _of = commitments.signed(cycle)
    commitments.signed(cycle)
    _publish(cycle, now)
    with transaction():
        commitment.visibility = Visibility.HIDDEN
    page = client.get(f"/ciclos/{cycle.slug}/plan/versiones/1").text
    assert "Falta un texto" in page and f'id="{commitment.reference}"' not in page


def test_texts_and_versions_are_made_on_their_pages(client, cycle, now):
    first, second = (commitments.signed(cycle)[0] for _ in range(2))
    client.sign_in(cycles.facilitator(cycle))
    address = f"/ciclos/{cycle.slug}/plan/textos"
    places = {first.reference: 2, second.reference: 1}
    assert client.get(address).status_code == 200
    assert client.post(address, data={**WORDS, **places, "base": 0}).status_code == 303
    stale = client.post(address, data={**WORDS, **places, "title": "Otro título", "base": 0})
    assert stale.status_code == 422 and "Los dos textos" in stale.text and stale.text.count("Otro título") == 2
    assert 'name="base" type="hidden" value="1"' in stale.text
    page = client.get(f"/ciclos/{cycle.slug}/plan").text
    assert page.index(f'id="{second.reference}"') < page.index(f'id="{first.reference}"')
    client.sign_in(cycles.steward(cycle))
    published = client.post(f"/ciclos/{cycle.slug}/plan/publicacion", data={"title": "Plan"})
    assert published.status_code == 303
    again = f"/ciclos/{cycle.slug}/plan/versiones/nueva"
    assert client.get(again).status_code == 200
    assert client.post(again, data={"reason": "Nada"}).status_code == 422
    assert client.post(address, data={**WORDS, "base": 2}).status_code == 303
    answer = client.post(again, data={"reason": "Se completó la portada."})
    assert answer.status_code == 303
    assert "Se completó la portada." in client.get(answer.location).text


def test_a_published_plan_costs_the_same_however_long(client, cycle, now, count_queries):
    commitments.signed(cycle)
    _publish(cycle, now)
    costs, address = [], f"/ciclos/{cycle.slug}/plan"
    for _ in range(2):
        db.session.expire_all()
        with count_queries() as log:
            client.get(address)
        costs.append(len(log))
    assert max(costs) <= 10, log


def test_the_annexes_tell_what_was_decided_and_point_nobody_out(app):
    contest = voting.sealed(voting.contest(options=2))
    found = annexes.of(contest.cycle)
    assert found["participants"] == {}
    assert [vote["reference"] for vote in found["votes"]] == [contest.reference]
    assert found["votes"][0]["ballots"] == 0 and found["votes"][0]["closed_at"]
    session, _facilitator = tables.live_session()
    [held] = annexes.of(session.table.cycle)["sessions"]
    assert held["reference"] == session.reference
