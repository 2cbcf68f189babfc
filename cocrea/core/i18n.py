"""Translation and dates in words. Source strings are Spanish of Mexico; `en` is a full catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import LazyString, force_locale, get_locale, get_translations, gettext, ngettext
from markupsafe import escape

LOCALES = {"es_MX": "Español", "en": "English"}
DEFAULT_LOCALE = "es_MX"
LOCALE_COOKIE = "idioma"


def init_app(app: Flask) -> None:
    """What pages say and count, without asking for the language at every word: a page has a hundred of them."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: _catalogue().ugettext(text),
        ngettext=lambda one, many, count: _catalogue().ungettext(one, many, count),
        newstyle=True,
    )
    app.jinja_env.filters["numberformat"] = grouped


@contextmanager
def in_language(locale: str) -> Iterator[None]:
    """Another language for a while: an e-mail speaks that of the person it goes to."""
    own = g.pop("catalogue", None)
    try:
        with force_locale(locale):
            yield
    finally:
        g.pop("catalogue", None)
        if own is not None:
            g.catalogue = own


def _catalogue() -> Any:
    held = g._get_current_object()
    try:
        return held.catalogue
    except AttributeError:
        held.catalogue = get_translations()
        return held.catalogue


class Lazy(LazyString):  # type: ignore[misc]
    """A message translated when it is shown. Pages escape it: what was put into it may be people's text."""

    def __html__(self) -> str:
        return escape(str(self))


def lazy(message: str, **values: Any) -> Lazy:
    """A message translated when it is shown, not when it is written."""
    return Lazy(gettext, message, **values)


def select_locale() -> str:
    """The language that was chosen, else the browser's best match, else Spanish of Mexico."""
    if not has_request_context():
        return DEFAULT_LOCALE
    chosen = None if is_for_programs() else request.cookies.get(LOCALE_COOKIE)
    if chosen in LOCALES:
        return chosen
    return "en" if request.accept_languages.best_match(["es", "en"], default="es") == "en" else DEFAULT_LOCALE


def is_for_programs() -> bool:
    """Whether the request is one to the API, which reads no cookie and answers errors as data."""
    return request.path.startswith("/api/")


def grouped(number: float) -> str:
    """«12,345.6», in the reader's language."""
    return _grouped(number, str(get_locale() or "es_MX"))


@lru_cache(maxsize=4096)
def _grouped(number: float, locale: str) -> str:
    return format_decimal(number, locale=locale)


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def listed(names: list[Any]) -> str:
    """«Ana, Beto y Carla», in the reader's language."""
    return format_list([str(name) for name in names], locale=str(get_locale() or DEFAULT_LOCALE))


def in_words(moment: datetime, tz: str | None = None) -> str:
    """«viernes 5 de junio de 2026, 18:00», in the reader's language and the cycle's (or default) time zone."""
    return _in_words(moment, tz or _default_zone(), str(get_locale() or "es_MX"))


@lru_cache(maxsize=4096)
def _in_words(moment: datetime, tz: str, locale: str) -> str:
    pattern = "EEEE d MMMM y, HH:mm" if locale.startswith("en") else "EEEE d 'de' MMMM 'de' y, HH:mm"
    return format_datetime(moment.astimezone(zone(tz)), pattern, locale=locale)


def hour(moment: datetime, tz: str | None = None) -> str:
    """«10:32», in the cycle's (or default) time zone."""
    return f"{moment.astimezone(zone(tz or _default_zone())):%H:%M}"


def weekday_in_words(moment: datetime, tz: str | None = None) -> str:
    """«viernes 5 de junio de 2026»."""
    return in_words(moment, tz).rpartition(",")[0]


def iso_day(moment: datetime, tz: str | None = None) -> str:
    """«2026-06-05», the day that it was there."""
    return f"{moment.astimezone(zone(tz or _default_zone())):%Y-%m-%d}"


def lasting(seconds: int) -> str:
    """«2 minutos», «1 minuto y 20 segundos», «40 segundos»."""
    minutes, rest = divmod(seconds, 60)
    parts = [ngettext("%(num)s minuto", "%(num)s minutos", minutes)] if minutes else []
    if rest or not minutes:
        parts.append(ngettext("%(num)s segundo", "%(num)s segundos", rest))
    return str(gettext("%(minutes)s y %(seconds)s", minutes=parts[0], seconds=parts[1]) if parts[1:] else parts[0])


def day_in_words(moment: datetime | date, tz: str | None = None) -> str:
    """«5 de junio de 2026» for a moment (in the given zone) or a calendar day."""
    day = moment.astimezone(zone(tz or _default_zone())).date() if isinstance(moment, datetime) else moment
    return _day_in_words(day, str(get_locale() or "es_MX"))


@lru_cache(maxsize=4096)
def _day_in_words(day: date, locale: str) -> str:
    pattern = "d MMMM y" if locale.startswith("en") else "d 'de' MMMM 'de' y"
    return format_date(day, pattern, locale=locale)


def month_in_words(day: date) -> str:
    """«jun 2026»."""
    return format_date(day, "LLL y", locale=str(get_locale() or "es_MX"))


def _default_zone() -> str:
    return str(current_app.config["BABEL_DEFAULT_TIMEZONE"])
