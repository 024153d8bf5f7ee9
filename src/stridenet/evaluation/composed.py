"""One result from the results of folds that were not all trained on the same windows."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from stridenet.evaluation.held import Held
from stridenet.evaluation.protocol import Protocol, Provenance
from stridenet.evaluation.result import Result
from stridenet.signals.windows import by_number


def composed(parts: Sequence[Result]) -> Result:
    """The result of all folds, each of which has one of its own: of the same seeds, and of people tested nowhere else.

    Numbers of parameters and layers are the first fold's; what is not the same in all folds is not told.
    """
    first, repeats = parts[0], range(len(parts[0].seeds))
    if len(parts) == 1:
        return first
    return replace(
        first,
        probability=np.concatenate([part.probability for part in parts], axis=1),
        y=np.concatenate([part.y for part in parts]),
        group=np.concatenate([part.group for part in parts]),
        recording=np.concatenate([part.recording for part in parts]),
        start_s=np.concatenate([part.start_s for part in parts]),
        fold=np.repeat(np.arange(len(parts)), [len(part.y) for part in parts]),
        history=tuple(part.history[r] for r in repeats for part in parts),
        seconds=tuple(part.seconds[r] for r in repeats for part in parts),
        compile_seconds=tuple(part.compile_seconds[r] for r in repeats for part in parts),
        protocol=_protocol([part.protocol for part in parts]),
        provenance=_provenance([part.provenance for part in parts]),
        held=_held([part.held for part in parts]),
    )


def _held(parts: Sequence[Held | None]) -> Held | None:
    """What validated each fold, by the fold's place; None where nobody did."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return Held(
        np.concatenate([part.probability for part in known], axis=1),
        np.concatenate([part.y for part in known]),
        np.concatenate([part.group for part in known]),
        np.repeat(np.arange(len(known)), [len(part.y) for part in known]),
    )


def _protocol(parts: Sequence[Protocol]) -> Protocol:
    def total(values: Sequence[int | None]) -> int | None:
        known = [value for value in values if value is not None]
        return sum(known) if len(known) == len(values) else None

    sides = parts[0].people
    lost = [part.untaught for part in parts]
    return replace(
        parts[0],
        people={side: by_number(set(chain.from_iterable(part.people[side] for part in parts))) for side in sides},
        windows={side: (sum if side == "test" else min)(part.windows[side] for part in parts) for side in sides},
        shared_people=total([part.shared_people for part in parts]),
        shared_samples=total([part.shared_samples for part in parts]),
        equal_windows=sum(part.equal_windows for part in parts),
        folds=tuple(part.people["test"] for part in parts),
        recordings=max(part.recordings for part in parts),
        purged=max(part.purged for part in parts),
        untaught={name: sum(one.get(name, 0) for one in lost) for name in dict.fromkeys(chain.from_iterable(lost))},
    )


def _provenance(parts: Sequence[Provenance]) -> Provenance:
    """The first one's, without what differs: no one number would be true."""
    first = parts[0]
    nothing = Provenance()
    names = ("rate_hz", "length", "channels", "units", "dropped", "content")
    differ = [name for name in names if any(getattr(part, name) != getattr(first, name) for part in parts)]
    return replace(first, **{name: getattr(nothing, name) for name in differ})
