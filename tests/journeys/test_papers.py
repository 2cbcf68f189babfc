"""Voting on paper: a booth is set up, asked for and attended; papers are read apart, decided, and counted with the box.

The papers are those of the demonstration's vote that has closed: nobody waits ten days for the other to close.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from playwright.sync_api import FilePayload, Page, expect

from cocrea.core.i18n import zone
from cocrea.demo.script import TIMEZONE
from tests.journeys.ballots import enter_contest
from tests.journeys.pages import Visitor, check, follow, go_home, press, sign_in_as
from tests.journeys.site import Site

OPEN, CLOSED = "¿Dónde debe reunirse la mesa del agua", "¿Cómo debe avisarse primero cuando se corta el agua?"
BEFORE, HOURS = 15, 3  # minutes until the booth opens, and how long it is open
PLACE, READ_IN = "Kiosco de la plaza", "Casa de la cultura"
SCAN: FilePayload = {"name": "acta.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\nacta"}


def test_whoever_asks_for_paper_is_marked_at_the_booth(visitor: Visitor, site: Site) -> None:
    leads = visitor()
    sign_in_as(leads, "facilitadora")
    enter_contest(leads, OPEN)
    follow(leads, "Casillas para votar en papel")
    opens = site.now() + timedelta(minutes=BEFORE)
    closes = opens + timedelta(hours=HOURS)
    _set_up(leads, opens, closes)
    _assign(leads, "counterpart@demo.example", "Atender la casilla", opens, closes)
    leads.get_by_role("link", name="Dar un turno").last.click()
    _assign(leads, "steward@demo.example", "Capturar las boletas", closes, closes + timedelta(days=20))
    voter = visitor(phone=True)
    sign_in_as(voter, "participante")
    enter_contest(voter, OPEN)
    voter.get_by_role("listitem").filter(has_text=PLACE).get_by_role("button", name="Votar en papel aquí").click()
    voter.get_by_role("dialog").get_by_role("button", name="Votar en papel aquí").click()
    expect(voter.get_by_text("Votarás aquí")).to_be_visible()
    check(voter)
    site.advance(minutes=BEFORE + 1)
    _attend(visitor(phone=True))
    voter.reload()
    expect(voter.get_by_text("Votaste en papel, en una casilla")).to_be_visible()
    check(voter)


def test_papers_are_read_apart_decided_by_a_third_and_counted(visitor: Visitor) -> None:
    first, second, third = visitor(), visitor(phone=True), visitor()
    for page, role in ((first, "participante"), (second, "contraparte"), (third, "responsable")):
        sign_in_as(page, role)
        _to_the_papers(page)
    _read(first, 2, "1", "2", "b", "1")
    _correct_the_act(second)
    _register(second, 2)
    _read(second, 3, "3", "2")
    first.reload()
    _read(first, 3, "3", "x")
    third.reload()
    _decide(third, 1, 4, "3")
    _decide(third, 3, 2, "x")
    expect(third.get_by_text("Esta casilla está lista para contarse")).to_be_visible()
    leads = visitor()
    sign_in_as(leads, "facilitadora")
    enter_contest(leads, CLOSED)
    follow(leads, "Ver el escrutinio, casilla por casilla")
    press(leads, "Contar la votación")
    leads.get_by_role("dialog").get_by_role("button", name="Contar la votación").click()
    reader = visitor(phone=True)
    enter_contest(reader, CLOSED)
    expect(reader.get_by_text("28 boletas contadas")).to_be_visible()
    follow(reader, "Ver el escrutinio, casilla por casilla")
    expect(reader.get_by_role("heading", name="Cifras por canal")).to_be_visible()
    expect(reader.get_by_text("Dos boletas aparecieron dobladas.")).to_be_visible()


def _moment(page: Page, label: str, at: datetime) -> None:
    page.get_by_label(label, exact=True).first.fill(at.astimezone(zone(TIMEZONE)).strftime("%Y-%m-%dT%H:%M"))


def _set_up(page: Page, opens: datetime, closes: datetime) -> None:
    follow(page, "Instalar una casilla")
    page.get_by_label("Lugar").fill(PLACE)
    page.get_by_label("Dirección").fill("Plaza Ficticia, lado norte.")
    _moment(page, "Abre", opens)
    _moment(page, "Cierra", closes)
    press(page, "Instalar la casilla")
    expect(page.get_by_text("La casilla quedó instalada")).to_be_visible()


def _assign(page: Page, email: str, kind: str, starts: datetime, ends: datetime) -> None:
    """On the page that follows from setting a booth up, and from its list."""
    page.get_by_label("Correo de su cuenta").fill(email)
    page.get_by_label(kind).check()
    _moment(page, "Desde", starts)
    _moment(page, "Hasta", ends)
    check(page)
    press(page, "Dar el turno")
    expect(page.get_by_role("heading", name="Casillas", exact=True)).to_be_visible()


def _attend(page: Page) -> None:
    """From what is to be done, an officer finds who comes and marks them."""
    sign_in_as(page, "contraparte")
    follow(page, f"Atiende la casilla «{PLACE}»")
    page.get_by_label("Nombre o correo").fill("participante 001")
    press(page, "Buscar en el padrón")
    expect(page.get_by_text("Puede votar: está en la lista de esta casilla")).to_be_visible()
    check(page)
    press(page, "Anotar que vota aquí")
    expect(page.get_by_text("entrégale su boleta")).to_be_visible()
    check(page)


def _to_the_papers(page: Page) -> None:
    go_home(page)
    follow(page, f"Captura las boletas de la casilla «{READ_IN}»")
    follow(page, "Capturar las boletas")


def _read(page: Page, batch: int, *lines: str) -> None:
    """Type a batch, read it back and hand it in."""
    press(page, f"Leer el paquete {batch}")
    expect(page.get_by_role("heading", name=f"Leer el paquete {batch}")).to_be_visible()
    check(page)
    for folio, line in enumerate(lines, 1):
        page.get_by_label(f"Boleta {folio}", exact=True).fill(line)
    press(page, "Revisar mi lectura")
    expect(page.get_by_text("Esto es lo que leíste")).to_be_visible()
    check(page)
    press(page, "Entregar mi lectura")
    expect(page.get_by_text("Entregaste tu lectura. Ya no cambia.")).to_be_visible()
    check(page)


def _correct_the_act(page: Page) -> None:
    """Two papers more than were stated, refused without a remark, then published with the scan."""
    follow(page, "Corregir el acta")
    page.get_by_label("Encontradas en la urna").fill("11")
    page.get_by_label("Qué se corrige y por qué").fill("Se contaron dos boletas dobladas.")
    page.get_by_label("Hojas del acta firmada").set_input_files(SCAN)
    press(page, "Publicar el acta")
    expect(page.get_by_role("link", name="la diferencia es de -2")).to_be_visible()
    check(page)
    page.get_by_label("Observaciones").fill("Dos boletas aparecieron dobladas.")
    page.get_by_label("Hojas del acta firmada").set_input_files(SCAN)
    press(page, "Publicar el acta")
    expect(page.get_by_text("En la urna: 11 boletas")).to_be_visible()
    check(page)


def _register(page: Page, size: int) -> None:
    page.get_by_label("Cuántas boletas lleva").fill(str(size))
    press(page, "Registrar el paquete 3")
    expect(page.get_by_text("El paquete quedó registrado")).to_be_visible()


def _decide(page: Page, batch: int, folio: int, line: str) -> None:
    follow(page, f"Decidir lo que no coincide del paquete {batch}")
    page.get_by_label(f"La boleta {folio} dice").fill(line)
    press(page, "Revisar lo que decido")
    expect(page.get_by_role("heading", name="Revisa lo que decides")).to_be_visible()
    check(page)
    press(page, "Decidir así")
    expect(page.get_by_text("Quedó decidido")).to_be_visible()
    check(page)
