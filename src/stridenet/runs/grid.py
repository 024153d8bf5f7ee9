"""A grid of settings: every combination of some settings' values, in words and as settings of a run."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from stridenet import spec
from stridenet.spec import RunSpec


def combinations(grid: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Every combination of the values; the last setting changes fastest.

    >>> [list(c.values()) for c in combinations({"a": [1, 2], "b": [3]})]
    [[1, 3], [2, 3]]
    """
    for values in product(*grid.values()):
        yield dict(zip(grid, values, strict=True))


def specs(settings: dict[str, Any], grid: Mapping[str, Sequence[Any]]) -> list[tuple[dict[str, Any], RunSpec]]:
    """The values and the checked settings of every combination.

    Raises:
        SettingError: a combination that no run can have.
    """
    made = []
    for values in combinations(grid):
        nested = settings
        for name, value in values.items():
            nested = spec.override(nested, name, value)
        made.append((values, spec.parse(nested)))
    return made


def named(values: Mapping[str, Any]) -> dict[str, str]:
    """The values in words, by the settings' short names."""
    return {name.removeprefix("model.settings."): in_words(value) for name, value in values.items()}


def in_words(value: Any) -> str:
    """A value, a list's by commas."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
