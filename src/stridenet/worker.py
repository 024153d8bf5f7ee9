"""Repeats trained side by side on a CPU: a process per core, one thread each.

Two cores that work on one small step wait for each other; two that train a repeat each do not. A worker is a new
Python of its own (no fork, no second run of the caller's script); it reads its task from standard input, stores each
finished repeat in the run's folder, and writes a line of progress after each epoch.
"""

import json
import os
import pickle
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO

from stridenet.errors import OutputError
from stridenet.runfolder import keep
from stridenet.spec import RunSpec
from stridenet.splits import Split
from stridenet.windows import Windows

Epoch = tuple[int, int, dict[str, float]]
COMMAND = [sys.executable, "-m", "stridenet.worker"]
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs to know."""

    spec: RunSpec
    windows: Windows
    split: Split
    seeds: tuple[int, ...]
    folder: Path
    core: int | None


_CANNOT_WRITE = 3  # the exit status of a worker whose last line says why


class WorkerError(RuntimeError):
    """A worker ended before its work was done; its own words are in the message."""


def train(
    spec: RunSpec, windows: Windows, split: Split, seeds: Sequence[int], folder: Path, cores: Sequence[int | None]
) -> Iterator[Epoch]:
    """Trains the repeats of these seeds, a process on each of these cores, and stores each in ``folder``.

    Yields:
        The repeat's seed, the epoch's number from 1 and its scores, after each epoch of each worker.

    Raises:
        OutputError: a worker could not store a repeat.
        WorkerError: a worker failed otherwise; the others are stopped.
    """
    shares = [tuple(seeds[i :: len(cores)]) for i in range(len(cores))]
    tasks = [Task(spec, windows, split, s, folder, c) for s, c in zip(shares, cores, strict=True) if s]
    lines: SimpleQueue[Epoch | int] = SimpleQueue()
    with ExitStack() as stack:  # files for what workers say, since a pipe that nobody reads fills up and blocks
        said = [stack.enter_context(tempfile.TemporaryFile()) for _ in tasks]
        workers = [stack.enter_context(_worker(task, words)) for task, words in zip(tasks, said, strict=True)]
        for number, worker in enumerate(workers):
            threading.Thread(target=_listen, args=(worker, number, lines), daemon=True).start()
        running = len(workers)
        while running:
            line = lines.get()
            if isinstance(line, int):
                running -= 1
                status = workers[line].wait()
                if status:
                    raise _failure(said[line], status)
            else:
                yield line


def usable_cores() -> Sequence[int | None]:
    """The cores this process may use, by number where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return [None] * (os.cpu_count() or 1)


@contextmanager
def _worker(task: Task, words: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A running worker, which does not outlive the block."""
    flags = f"{os.environ.get('XLA_FLAGS', '')} {ONE_THREAD}".strip()
    with subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=words,
        env={**os.environ, "XLA_FLAGS": flags, "OMP_NUM_THREADS": "1"},
    ) as worker:
        threading.Thread(target=_hand_over, args=(worker.stdin, task), daemon=True).start()
        try:
            yield worker
        finally:
            worker.kill()


def _hand_over(stream: IO[bytes], task: Task) -> None:
    try:
        pickle.dump(task, stream, protocol=5)
        stream.close()
    except (BrokenPipeError, ValueError):
        return  # it ended early; its status says so


def _listen(worker: subprocess.Popen[bytes], number: int, lines: "SimpleQueue[Epoch | int]") -> None:
    assert worker.stdout is not None  # opened as a pipe above
    for line in worker.stdout:
        seed, epoch, scores = json.loads(line)
        lines.put((seed, epoch, scores))
    lines.put(number)


def _failure(said: IO[bytes], status: int) -> Exception:
    said.seek(0)
    words = said.read().decode(errors="replace").strip()
    if status == _CANNOT_WRITE:
        return OutputError(words.splitlines()[-1])
    return WorkerError(f"a training process ended with status {status}: {words[-2000:] or 'it said nothing'}")


def _work() -> None:
    """A worker's life."""
    task: Task = pickle.load(sys.stdin.buffer)
    if task.core is not None:
        os.sched_setaffinity(0, {task.core})
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a library prints must not mix with our lines
    from stridenet.experiment import Experiment

    experiment = Experiment(task.spec, task.windows, task.split)
    for seed in task.seeds:

        def tell(epoch: int, scores: dict[str, float], seed: int = seed) -> None:
            out.write(json.dumps([seed, epoch, scores]) + "\n")

        keep(task.folder, seed, **experiment.repeat(seed, tell))


if __name__ == "__main__":
    try:
        _work()
    except OutputError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(_CANNOT_WRITE)
