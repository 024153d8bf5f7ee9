"""Channels that belong together as the three axes of one sensor, and what it measures, by their names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["acceleration", "linear acceleration", "rotation", "magnetic field", ""]

_AXIS = re.compile(r"(?P<stem>.*?)[ _.-]*(?P<axis>[xyz])(?:[ _-]?(?:axis|value))?(?P<rest>)", re.I | re.S)
_INSIDE = re.compile(  # in front of more words, where it is no part of a word: not the y of body_acc
    r"(?P<stem>.*?[ _.-]|\w{0,2}?|.*?[a-z](?=[XYZ]))(?P<axis>(?i:[xyz]))(?:[ _-]?(?:axis|value))?(?P<rest>[ _.-].*)",
    re.S,
)
_ONE_LETTER: dict[str, Kind] = {"a": "acceleration", "gf": "acceleration", "w": "rotation", "m": "magnetic field"}
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
    found: dict[tuple[str, str], dict[str, int]] = {}
    names: dict[tuple[str, str], str] = {}
    for place, channel in enumerate(channels):
        match = _AXIS.fullmatch(channel) or _INSIDE.fullmatch(channel)
        if match:
            key = (match["stem"].lower().rstrip(" _.-"), match["rest"].lower())
            names.setdefault(key, (match["stem"].rstrip(" _.-") + match["rest"]).strip(" _.-"))
            found.setdefault(key, {}).setdefault(match["axis"].lower(), place)
    return [
        Triad(names[key], _kind(names[key]), (axes["x"], axes["y"], axes["z"]))
        for key, axes in found.items()
        if len(axes) == 3
    ]


def _kind(name: str) -> Kind:
    lower = name.lower()
    if lower in _ONE_LETTER:
        return _ONE_LETTER[lower]
    return next((kind for pattern, kind in _KINDS if re.search(pattern, lower)), "")
