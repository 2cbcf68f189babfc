"""The rules of a stage: what its kind lets a cycle decide for itself, declared by the domains that obey it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cocrea.cycles.models import Stage, StageKind


@dataclass(frozen=True)
class Rule:
    """A yes or no, or with `most` a whole number from `least` to `most`. `default` holds until someone decides."""

    key: str
    label: Any
    description: Any
    default: bool | int
    least: int = 0
    most: int | None = None

    def accepts(self, value: Any) -> bool:
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
    """Every rule of a stage with its value: as decided, else the default."""
    return {key: stage.rules.get(key, rule.default) for key, rule in of_kind(stage.kind).items()}


def value(stage: Stage | None, rule: Rule) -> Any:
    """What a rule says in a stage; its default where there is no stage."""
    return rule.default if stage is None else stage.rules.get(rule.key, rule.default)
