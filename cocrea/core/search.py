"""Words as the search index keeps them: folded, without the smallest ones, reduced to their Spanish stem.

Every word becomes plain ASCII letters and digits, so that neither database's own parser has anything to decide and
nothing that people write is an operator of a query.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

import snowballstemmer

from cocrea.core.text import fold

LONGEST = 40
# Words that say nothing of what a text is about, folded.
_SMALLEST = """
a al algo algun alguna algunas alguno algunos ante antes aqui asi aun aunque cada casi como con cual cuales cuando
cuanto de del desde donde dos e el ella ellas ellos en entre era eran es esa esas ese eso esos esta estaba estan
estar este esto estos fue fueron ha haber habia han hasta hay he la las le les lo los mas me mi mis mucho muy nada
ni no nos nosotros nuestra nuestro o os otra otras otro otros para pero poco por porque pues que quien quienes se
sea ser si sido sin sobre son su sus tal tambien tan tanto te tener tiene tienen toda todas todo todos tu tus un
una unas uno unos va van y ya yo
"""
FUNCTION_WORDS = frozenset(_SMALLEST.split())
_WORD = re.compile(r"[^\W_]+")
_spanish = snowballstemmer.stemmer("spanish")


def stems(text: str, *, keep: Collection[str] = ()) -> list[str]:
    """The stems of a text, each once, in order of appearance; of the smallest words those to `keep`."""
    words = (word for word in _WORD.findall(fold(text)) if word not in FUNCTION_WORDS or word in keep)
    return list(dict.fromkeys(map(_stem, words)))


def scope(cycle_id: int, kind: str) -> str:
    """The word that every text of one kind in one cycle carries, so that looking among them is part of the query."""
    return f"{kind}0in0{cycle_id}"


def document(texts: Iterable[str], *scopes: str) -> str:
    """What the index keeps of a contribution."""
    return " ".join([*scopes, *stems("\n".join(texts))])


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    stem = fold(_spanish.stemWord(word[:LONGEST]))
    return stem if stem.isascii() else f"u{stem.encode().hex()}"
