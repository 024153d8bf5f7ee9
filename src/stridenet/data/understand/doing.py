"""Which parts of names speak of what people do."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from stridenet.data.understand import words as known
from stridenet.data.understand.people import canonical
from stridenet.data.understand.words import is_activity, words


@dataclass
class Part:
    """A folder or a piece of a name, what stands before it, and whether it is of one name with the part before."""

    text: str
    is_folder: bool
    role: str = ""
    before: str = ""
    goes_on: bool = False


def give_activities(parts: Sequence[Sequence[Part]]) -> None:
    """Parts that speak of what is done; where files hold labels themselves, this is to compare."""
    for one in parts:
        doing = [part for part in one if part.role == "" and is_activity(part.text)]
        folders = [part for part in doing if part.is_folder]
        for part in folders or doing:
            part.role = "activity"
        for outer, inner in pairwise(folders):
            if canonical(outer.text) in canonical(inner.text) or _is_constant(outer, parts):
                outer.role = "any"
        for part, following in pairwise(one):
            _give_manner(part, following)
        said = {word for part in folders for word in words(part.text)}
        for part in one:
            if part.role == "" and not part.is_folder and not part.text.isdigit() and said.issuperset(words(part.text)):
                part.role = "any"  # the folder's name again
    _give_alike(parts)
    _give_runs(parts)


def _give_runs(parts: Sequence[Sequence[Part]]) -> None:
    """``run_1`` is a recording where nothing else is done."""
    doing = [(part, following) for one in parts for part, following in pairwise(one) if part.role == "activity"]
    if doing and all(
        part.text.lower() == "run" and (following.text.isdigit() or following.text.lower() == "number")
        for part, following in doing
    ):
        for part, _ in doing:
            part.role = "session"


def _is_constant(part: Part, parts: Sequence[Sequence[Part]]) -> bool:
    return all(any(other.is_folder and other.text == part.text for other in one) for one in parts)


def _give_manner(part: Part, following: Part) -> None:
    """How something is done belongs to it: ``walk_fast`` and ``Treppe hoch`` are not ``walk`` and ``Treppe``."""
    roles = {part.role, following.role}
    free = following if part.role == "activity" else part
    turning = part.text.lower() in known.TURNS and following.text.lower() in ("left", "right")
    if (
        "activity" in roles
        and following.goes_on
        and ((free.role == "" and free.text.lower() in known.MANNERS) or (turning and free is following))
    ):
        free.role = "activity"


def _give_alike(parts: Sequence[Sequence[Part]]) -> None:
    """What stands where most others speak of activities is one too, in whatever words."""
    places: dict[tuple[int, int, bool], list[Part]] = {}
    for one in parts:
        for i, part in enumerate(one):
            places.setdefault((len(one), i, part.is_folder), []).append(part)
    without = {id(part) for one in parts if not any(p.role == "activity" for p in one) for part in one}
    for column in places.values():
        told = {part.text for part in column if part.role == "activity"}
        others = [part for part in column if part.role == "" and id(part) in without]
        if told and len(told) >= len({part.text for part in others}) and all(p.text[0].isalpha() for p in others):
            for part in others:
                part.role = "activity"
