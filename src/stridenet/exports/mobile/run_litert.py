"""Answers of a LiteRT file; run in an environment of its own: file, windows, where the answers go."""

# mypy: ignore-errors
import sys
import time

import numpy as np

_ROUNDS = 300


def main(file: str, windows: str, answers: str) -> None:
    """Writes probabilities and the milliseconds of the median window."""
    from ai_edge_litert.interpreter import Interpreter

    session = Interpreter(file, num_threads=1)
    session.allocate_tensors()
    (given,), (made,) = session.get_input_details(), session.get_output_details()
    with np.load(windows) as arrays:
        x = arrays["x"].reshape(-1, *given["shape"])
    found, took = [], []

    def answer(window):
        session.set_tensor(given["index"], window)
        session.invoke()
        return session.get_tensor(made["index"])[0]

    found = [answer(window) for window in x]
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        answer(x[0])
        took.append(time.perf_counter() - began)
    np.savez(answers, y=np.array(found, np.float32), milliseconds=1e3 * np.median(took))


if __name__ == "__main__":
    main(*sys.argv[1:])
