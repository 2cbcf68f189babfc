"""What columns of several lists mean, said once."""

from __future__ import annotations

from cocrea.core.i18n import lazy as _l

REFERENCE = _l("Clave que la nombra en la plataforma; no cambia.")
TITLE = _l("Título.")
CHANNEL = _l("Cómo llegó: online (en línea), paper (en papel) o in_person (en persona).")
AUTHOR_SECTOR = _l("Sector que declaró quien la escribió, al escribirla.")
SUPPORTS = _l("Cuántas personas la apoyan.")
COMMENTS = _l("Cuántos comentarios públicos tiene.")
PUBLISHED = _l("Cuándo se publicó.")
TARGETS = _l("Objetivos y metas de desarrollo sostenible que toca, con espacios entre ellos.")
PROPOSAL = _l("Clave de la propuesta.")
INSTITUTION = _l("Nombre corto de la institución en las direcciones del sitio.")
INSTITUTION_NAME = _l("Nombre de la institución.")
NUMBER = _l("Número de orden.")
STARTS = _l("Cuándo empieza.")
ENDS = _l("Cuándo termina.")
