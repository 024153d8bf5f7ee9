"""What smaller numbers cost: answers on test windows beside those in single precision."""

import numpy as np

from stridenet.exports.given import Floats, Measured
from stridenet_runtime.numpy_engine import run
from stridenet_runtime.program import Program


def cost(what: str, program: Program, measured: Measured, answers: Floats) -> str:
    """What it costs, in one sentence.

    Args:
        what: which numbers are smaller.
        program: the network in single precision.
        measured: the test windows.
        answers: to these, shape (window, class).
    """
    exact = run(program, measured.test)
    same = float((answers.argmax(axis=1) == exact.argmax(axis=1)).mean())
    before, after = (float((p.argmax(axis=1) == measured.labels).mean()) for p in (exact, answers))
    return (
        f"{what}: the same answer for {same:.2%} of {len(exact):,} test windows, accuracy {after:.2%} for {before:.2%} "
        f"in float32, probabilities differ by up to {float(np.abs(answers - exact).max()):.2g}"
    )
