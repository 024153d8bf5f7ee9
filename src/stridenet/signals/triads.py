"""Channels that belong together as the three axes of one sensor, and what it measures, by their names."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Literal

Kind = Literal["acceleration", "linear acceleration", "rotation", "magnetic field", ""]

_END = r"(?P<axis>[xyz])(?:[ _-]?(?:axis|value))?"
_REST = r"(?P<rest>[ _.-].*)?"
_AXIS = [  # the first that fits: body_acc_x has a y in it
    re.compile(rf"(?P<stem>.*?)(?:^|[ _.-]+){_END}{_REST}", re.I | re.S),
    re.compile(rf"(?P<stem>.*){_END}{_REST}", re.I | re.S),
]
_ONE_LETTER: dict[str, Kind] = {"a": "acceleration", "gf": "acceleration", "w": "rotation", "m": "magnetic field"}
_PARTS = re.compile(r"[ _.-]+")
_UNIT = frozenset(["g", "gs", "mg", "dps", "mdps", "ms2", "mps2", "rads", "degs", "ut"])
"""What may follow a letter: ``ax_g``."""
_KINDS: tuple[tuple[str, Kind], ...] = (  # the first that is found in a name
    (r"gyr|rotation|angular|(?:^|[ _.])omega", "rotation"),
    (r"mag(?:n|_|$| )|compass", "magnetic field"),
    (
        r"lin(?:ear)?[ _.]?acc|user[ _.]?acc|free[ _.]?acc|body[ _.]?acc|(?:^|[ _.])lacm|without g",
        "linear acceleration",
    ),
    (r"acc|g[ _.-]?force|gravity", "acceleration"),
)


@dataclass(frozen=True, slots=True)
class Triad:
    """Three axes of one sensor.

    Args:
        name: what the names of its channels share: ``"acc"``; empty where they are x, y and z.
        kind: what it measures; empty where its name does not say it.
        places: of its x, y and z among the channels.
    """

    name: str
    kind: Kind
    places: tuple[int, int, int]


def triads(channels: Sequence[str]) -> list[Triad]:
    """The triads among the channels, in the order in which they first occur.

    >>> [(t.name, t.kind, t.places) for t in triads(["acc_z", "acc_y", "acc_x", "wx", "wy", "wz", "pulse"])]
    [('acc', 'acceleration', (2, 1, 0)), ('w', 'rotation', (3, 4, 5))]
    """
    places: dict[tuple[str, str], dict[str, int]] = {}
    names: dict[tuple[str, str], str] = {}
    for place, channel in enumerate(channels):
        match = next((found for one in _AXIS if (found := one.fullmatch(channel))), None)
        if match:
            key = (match["stem"].lower(), (match["rest"] or "").lower())
            names.setdefault(key, (match["stem"] + (match["rest"] or "")).strip(" _.-"))
            places.setdefault(key, {}).setdefault(match["axis"].lower(), place)
    letters = {_letter(names[key]) for key, axes in places.items() if len(axes) == 3}
    return [
        Triad(names[key], _kind(names[key], letters), (axes["x"], axes["y"], axes["z"]))
        for key, axes in places.items()
        if len(axes) == 3
    ]


def _kind(name: str, letters: Set[tuple[str, str]]) -> Kind:
    """What a name says; g alone may be gravity or a gyroscope, and is the latter where an a stands beside it."""
    lower = name.lower()
    for pattern, kind in _KINDS:
        if re.search(pattern, lower):
            return kind
    where, letter = _letter(name)
    if letter == "g" and (where, "a") in letters:
        return "rotation"
    return _ONE_LETTER.get(letter, "")


def _letter(name: str) -> tuple[str, str]:
    """The last part of a name that is not its unit, in small letters, and what stands before it.

    >>> _letter("left_a"), _letter("a_g"), _letter("g")
    (('left', 'a'), ('', 'a'), ('', 'g'))
    """
    *before, last = _PARTS.split(name.lower())
    if last in _UNIT and before and before[-1] in (*_ONE_LETTER, "g"):
        *before, last = before
    return "_".join(before), last
