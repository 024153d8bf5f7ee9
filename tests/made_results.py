"""Results made by hand, so that tests of what is told of them train nothing."""

from typing import Any

import numpy as np

from stridenet.evaluation.protocol import Protocol, Provenance
from stridenet.evaluation.result import Result

PEOPLE = 10
Y = np.arange(400) % 4
PERSON = np.repeat(np.arange(PEOPLE), 40)


def result(
    wrong: float = 0.2, repeats: int = 3, seed: int = 0, first_seed: int = 0, folds: int = 1, **changes: Any
) -> Result:
    """Ten people, each of whom is harder than the one before; the probabilities are sure and sometimes wrong."""
    rng = np.random.default_rng(seed)
    said = np.where(rng.random((repeats, 400)) < wrong * (0.5 + PERSON / 10), (Y + 1) % 4, Y)
    names = tuple(f"p{i}" for i in range(PEOPLE))
    side = PEOPLE // folds
    tested = tuple(names[f * side : (f + 1) * side] for f in range(folds)) if folds > 1 else ()
    parts: dict[str, Any] = {
        "probability": (0.8 * np.eye(4)[said] + 0.05).astype(np.float32),
        "y": Y,
        "group": np.array(names)[PERSON],
        "recording": np.full(400, "r"),
        "start_s": np.arange(400) / 2,
        "classes": ("sit", "stand", "walk", "run"),
        "seeds": tuple(range(first_seed, first_seed + repeats)),
        "history": ({"loss": [1.0], "accuracy": [0.5]},) * (repeats * folds),
        "seconds": (1.0,) * (repeats * folds),
        "protocol": Protocol("by-person", people={"train": ("t",), "test": names}, windows={"train": 90}, folds=tested),
        "n_parameters": 7,
        "provenance": Provenance("own", False, "d1", 50.0, 100, ("ax", "gx"), ("g", "rad/s")),
        "fold": PERSON // side,
    }
    return Result(**(parts | changes))
