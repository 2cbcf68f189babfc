"""Everything that a reader can open, looked through for words that are not theirs."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from cocrea.accounts.models import Visitor
from cocrea.audit.jobs import seal_now
from cocrea.discussion.models import Attachment, Visibility
from cocrea.extensions import db
from cocrea.proposals import policies
from cocrea.proposals.models import Amendment, Proposal, Rearrangement, Response, Routing
from tests.proposals.life import World, reads_text

WORD = re.compile(r"zq\d+zq")
LISTS = ("", "?autoria=propias", "?estado=published", "?estado=withdrawn", "?estado=hidden", ".csv", ".json")
PAGES = ("versiones", "versiones/1", "enmiendas", "coautoria", "edicion", "archivos", "fusion", "division")
VISITOR = Visitor()


class Readers:
    """Who reads, by name."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world
        self.names = [*world.people, "visitor"]

    def reads(self, name: str) -> None:
        """Open all there is; what a page shows and counts is what the policies say."""
        reader, client = self._as(name), self._client(name)
        slug = self.world.cycle.slug
        for address in ("/", f"/ciclos/{slug}", *self._data(slug), *self._pages(reader)):
            self._judge(reader, address, client.get(address))
        self._judge_counts(client.get(f"/ciclos/{slug}/propuestas").text)
        for proposal in self.world.all(Proposal):
            answer = client.get(f"/propuestas/{proposal.reference}")
            may = policies.can_read(reader, proposal, self.world.clock())
            assert answer.status_code == (200 if may else 404), (name, proposal.reference)
            self._judge(reader, proposal.reference, answer)
            self._search(reader, client, proposal)
        self._opens(name, reader, client)

    def _opens(self, name: str, reader: Any, client: Any) -> None:
        """Files of what this reader reads, and merges and splits that they know of: these, and no others."""
        now, opened = self.world.clock(), {}
        for file in self.world.all(Attachment):
            may = not file.is_removed and reads_text(reader, file.contribution_id, now)
            proposal = db.session.get_one(Proposal, file.contribution_id)
            opened[f"/propuestas/{proposal.reference}/archivos/{file.id}"] = may
        for one in self.world.all(Rearrangement):
            opened[f"/reacomodos/{one.id}"] = policies.can_see_rearrangement(reader, one, now)
        for address, may in opened.items():
            answer = client.get(address)
            assert answer.status_code == (200 if may else 404), (name, address)
            self._judge(reader, address, answer)

    def gets(self, letter: Any) -> None:
        """A letter is for somebody who takes part, and says nothing that they could not read."""
        known = {self.world.address(name): name for name in self.world.people}
        assert len(letter.to) == 1
        reader = self._as(known[letter.to[0]]) if letter.to[0] in known else VISITOR
        assert reader is VISITOR or reader.suspended_at is None, letter.subject
        self._words(reader, "letter", f"{letter.subject}\n{letter.body}", drafts_too=False)

    def history(self) -> list[str]:
        """The public download, sealed up to now."""
        seal_now()
        return self._client("visitor").get("/historial/descarga.ndjson").text.splitlines()

    def _data(self, slug: str) -> list[str]:
        lists = [f"/ciclos/{slug}/propuestas{narrowed}" for narrowed in LISTS]
        lists.append(f"/ciclos/{slug}/propuestas/reacomodos")
        return [*lists, f"/ciclos/{slug}/datos/propuestas.json", "/historial", "/historial/descarga.ndjson"]

    def _pages(self, reader: Any) -> list[str]:
        """The pages of what there is, whether or not they are this reader's."""
        found = []
        for proposal in self.world.all(Proposal):
            own = f"/propuestas/{proposal.reference}"
            found += [f"{own}/{page}" for page in PAGES]
        found += ["/avisos", "/lo-que-sigo"]
        found += [f"/respuestas/{response.id}/versiones" for response in self.world.all(Response)]
        found += [f"/enmiendas/{amendment.reference}" for amendment in self.world.all(Amendment)]
        return [*found, *(f"/respuestas-pendientes/{routing.id}" for routing in self.world.all(Routing))]

    def _search(self, reader: Any, client: Any, proposal: Proposal) -> None:
        """What cannot be read is not found by its words, nor suggested."""
        slug, shown = self.world.cycle.slug, proposal.is_public
        for word in self.world.words_of(proposal)[:1]:
            for address in (f"propuestas?q={word}", f"propuestas/parecidas?titulo=Titulo+{word}"):
                page = client.get(f"/ciclos/{slug}/{address}").text
                assert (proposal.reference in page) is shown, (address, proposal.reference)

    def _judge(self, reader: Any, address: str, answer: Any) -> None:
        assert answer.status_code < 500, address
        self._words(reader, address, answer.text)

    def _words(self, reader: Any, where: str, text: str, *, drafts_too: bool = True) -> None:
        for word in set(WORD.findall(text)):
            assert self.world.secrets[word].is_for(reader), (where, word)
        for proposal in self.world.all(Proposal) if drafts_too else ():
            may = proposal.reference in where or policies.can_read(reader, proposal, self.world.clock())
            assert may or proposal.reference not in text, (where, proposal.reference)

    def _judge_counts(self, page: str) -> None:
        public = sum(one.visibility is Visibility.PUBLIC for one in self.world.all(Proposal))
        counted = re.search(r"role=\"status\">(\d+) propuesta", page)
        assert public == (int(counted[1]) if counted else 0)

    def _as(self, name: str) -> Any:
        """Who is shut out or gone reads as a visitor does."""
        person = self.world.people.get(name)
        return person if person is not None and person.is_active else VISITOR

    def _client(self, name: str) -> Any:
        """Signed in anew: a sign-in ends by itself when time has passed."""
        client = self.app.test_client()
        person = self._as(name)
        return client if person is VISITOR else client.sign_in(person)
