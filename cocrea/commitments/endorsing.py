"""By which words the forum backs a commitment: they name it, and the fingerprint of its text.

So anybody can check from the agreement or the vote alone what was backed, and a text that changed is not.
"""

from __future__ import annotations

from cocrea.core.i18n import Lazy
from cocrea.core.i18n import lazy as _l

SHOWN = 16  # characters of the fingerprint that people copy: 64 bits, as other pages show


def wording(reference: str, fingerprint: str) -> Lazy:
    """A sentence for the forum to agree on or vote about."""
    return _l(
        "El foro avala el texto del compromiso %(reference)s con la huella %(fingerprint)s.",
        reference=reference,
        fingerprint=fingerprint[:SHOWN],
    )


def backs(said: str, reference: str, fingerprint: str) -> bool:
    """Whether these words name the commitment and its text, in any case of letters."""
    words = said.casefold()
    return reference.casefold() in words and fingerprint[:SHOWN] in words
