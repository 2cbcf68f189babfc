"""How to write each field of a proposal: what to put, one example that helps and one that does not."""

from __future__ import annotations

from typing import Any, NamedTuple

from cocrea.core.i18n import lazy as _l


class Guide(NamedTuple):
    """For one field, in plain words."""

    what: Any
    good: Any
    weak: Any


GUIDES: dict[str, Guide] = {
    "title": Guide(
        _l("Di en una frase qué hay que hacer y dónde. Empieza con un verbo: publicar, abrir, avisar, arreglar."),
        _l("Avisar por radio, cada domingo, qué días llega la pipa a cada colonia de Tlaxiaco."),
        _l("El agua. (No dice qué se pide ni a quién le toca.)"),
    ),
    "problems": Guide(
        _l("Marca lo que se arreglaría si esto se hace. Con una basta; varias, si de verdad las atiende todas."),
        _l("La propuesta avisa qué días llega la pipa: marca «Nadie sabe cuándo hay agua»."),
        _l("Marcar todas las que hablan de agua, aunque el aviso no las resuelva."),
    ),
    "body": Guide(
        _l(
            "Cuéntalo como se lo contarías a una vecina: qué se hace primero, qué después, cada cuándo y cómo "
            "sabríamos que ya se hizo. Un paso por renglón, con un guion al principio, se lee mejor."
        ),
        _l(
            "- Cada viernes el municipio hace la lista de colonias y días.\n- El domingo la radio la lee en español y "
            "en mixteco.\n- La clínica pega la misma lista en su puerta.\n- Cada mes se publica si se cumplió."
        ),
        _l("Que las autoridades tomen cartas en el asunto y den seguimiento oportuno. (No dice qué se haría.)"),
    ),
    "beneficiaries": Guide(
        _l("Di qué personas vivirían mejor y más o menos cuántas, si lo sabes. Sin nombres ni datos de nadie."),
        _l("Unas 400 familias de las colonias altas, sobre todo las mujeres que hoy esperan la pipa todo el día."),
        _l("A toda la ciudadanía en general. (Así no se sabe si llegó a quien más lo necesita.)"),
    ),
    "responsible": Guide(
        _l("Pon quién tendría que hacerlo. Si no sabes cómo se llama la oficina, di de qué se encarga."),
        _l("La oficina de agua del municipio, con la radio comunitaria."),
        _l("El gobierno. (Hay muchos: nadie sabría si le toca responder.)"),
    ),
    "needs": Guide(
        _l("Di qué hace falta para empezar: personas, dinero, permisos, cosas. Si no sabes cuánto, di de qué."),
        _l("Una persona dos horas cada viernes para hacer la lista, y que la radio dé cinco minutos gratis."),
        _l("Recursos y voluntad política. (No dice cuántos ni de quién.)"),
    ),
    "causes": Guide(
        _l("Toda problemática tiene porqués. Marca los que esta propuesta quita, no los que solo alivia."),
        _l("Marca «Nadie publica el recorrido de la pipa», porque la propuesta hace justo eso."),
        _l("Marcar «Hay poca agua», que un aviso no cambia."),
    ),
    "targets": Guide(
        _l(
            "Son metas que los países acordaron para 2030. Marca solo las que se acercarían si esto se hace. Si no las "
            "conoces, déjalo en blanco: la propuesta vale igual."
        ),
        _l("Un aviso público de los días de agua acerca la meta 16.10, sobre información para todas las personas."),
        _l("Marcar diez porque suenan bien."),
    ),
}
