"""The rules of a stage: what its kind lets a cycle decide for itself, declared by the domains that obey it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cocrea.core.i18n import DEFAULT_LOCALE, in_language
from cocrea.core.i18n import lazy as _l
from cocrea.cycles.models import Stage, StageKind


@dataclass(frozen=True)
class Rule:
    """A yes or no; with `most` a whole number from `least` to `most`; with `fits` a text that it finds fitting.

    `default` holds until someone decides; that of a text is a lazy message. `refusal` is told of what is not accepted.
    """

    key: str
    label: Any
    description: Any
    default: Any
    least: int = 0
    most: int | None = None
    fits: Callable[[str], bool] | None = None
    refusal: Any = _l("Elige uno de los valores que se ofrecen.")

    def accepts(self, value: Any) -> bool:
        if self.fits is not None:
            return isinstance(value, str) and self.fits(value)
        if self.most is None:
            return isinstance(value, bool)
        return isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most


_declared: dict[StageKind, dict[str, Rule]] = {}


def provide(kind: StageKind, *rules: Rule) -> None:
    """Declare rules for all stages of a kind; called by `create_app`."""
    _declared.setdefault(kind, {}).update({rule.key: rule for rule in rules})


def of_kind(kind: StageKind) -> Mapping[str, Rule]:
    """The rules of a kind of stage, in the order in which they were declared."""
    return _declared.get(kind, {})


def in_force(stage: Stage) -> dict[str, Any]:
    """Every rule of a stage with its value: as decided, else the default, in the language of the platform."""
    return {key: stage.rules.get(key, _default(rule)) for key, rule in of_kind(stage.kind).items()}


def value(stage: Stage | None, rule: Rule) -> Any:
    """What a rule says in a stage; its default where there is no stage."""
    return rule.default if stage is None else stage.rules.get(rule.key, rule.default)


def _default(rule: Rule) -> Any:
    if rule.fits is None:
        return rule.default
    with in_language(DEFAULT_LOCALE):
        return str(rule.default)
