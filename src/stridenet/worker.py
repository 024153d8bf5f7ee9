"""Repeats trained side by side on a CPU: a process per core, one thread each.

Two cores that work on one small step wait for each other; two that train a repeat each do not. A worker is a new
Python of its own (no fork, no second run of the caller's script); it loads its libraries, reads its task from standard
input, stores each finished repeat in the run's folder, and writes a line of progress after each epoch.
"""

import json
import os
import pickle
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
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


class Crew(AbstractContextManager["Crew"]):
    """Workers, which load their libraries while their task is prepared; none outlives the block.

    Args:
        cores: the core of each, see :func:`usable_cores`; no process starts before :meth:`hire`.
    """

    def __init__(self, cores: Sequence[int | None]) -> None:
        self.cores = cores
        self._processes: list[subprocess.Popen[bytes]] = []
        self._said: list[IO[bytes]] = []
        self._files = ExitStack()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.dismiss(0)
        self._files.close()

    def hire(self, n: int) -> None:
        """Starts so many workers, where fewer are at work; a core has one at most."""
        flags = f"{os.environ.get('XLA_FLAGS', '')} {ONE_THREAD}".strip()
        environment = {**os.environ, "XLA_FLAGS": flags, "OMP_NUM_THREADS": "1"}
        while len(self._processes) < min(n, len(self.cores)):
            # A file, since a pipe that nobody reads fills up and blocks.
            said = self._files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  the stack closes it
            self._said.append(said)
            self._processes.append(
                subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, env=environment)
            )

    def dismiss(self, n: int) -> None:
        """Ends all workers but the first ``n``."""
        for process in self._processes[n:]:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with suppress(OSError):  # what was never read
                    stream.close()  # type: ignore[union-attr]  # opened as pipes in `hire`
        del self._processes[n:], self._said[n:]

    def train(
        self, spec: RunSpec, windows: Windows, split: Split, seeds: Sequence[int], folder: Path
    ) -> Iterator[Epoch]:
        """Trains the repeats of these seeds, on as many cores as there are workers or repeats, and stores each.

        Yields:
            The repeat's seed, the epoch's number from 1 and its scores, after each epoch of each worker.

        Raises:
            OutputError: a worker could not store a repeat.
            WorkerError: a worker failed otherwise; the others are stopped.
        """
        self.dismiss(len(seeds))
        n = len(self._processes)
        lines: SimpleQueue[Epoch | int] = SimpleQueue()
        for i, process in enumerate(self._processes):
            task = Task(spec, windows, split, tuple(seeds[i::n]), folder, self.cores[i])
            threading.Thread(target=_hand_over, args=(process.stdin, task), daemon=True).start()
            threading.Thread(target=_listen, args=(process, i, lines), daemon=True).start()
        running = n
        while running:
            line = lines.get()
            if isinstance(line, int):
                running -= 1
                status = self._processes[line].wait()
                if status:
                    raise _failure(self._said[line], status)
            else:
                yield line


def usable_cores() -> Sequence[int | None]:
    """The cores this process may use, by number where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return [None] * (os.cpu_count() or 1)


def _hand_over(stream: IO[bytes], task: Task) -> None:
    try:
        pickle.dump(task, stream, protocol=5)
        stream.close()
    except (BrokenPipeError, ValueError):
        return  # it ended early; its status says so


def _listen(worker: subprocess.Popen[bytes], number: int, lines: "SimpleQueue[Epoch | int]") -> None:
    assert worker.stdout is not None  # opened as a pipe in `hire`
    with suppress(ValueError):  # it was dismissed, and its pipe is closed
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


@contextmanager
def _hidden(*names: str) -> Iterator[None]:
    """Libraries that are not loaded inside, by name: an import of them fails."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None is how Python knows "not there"
    yield
    for name in hidden:
        del sys.modules[name]


def _work() -> None:
    """A worker's life."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a library prints must not mix with our lines
    with _hidden("matplotlib", "sklearn"):  # Keras looks for them and does without: half of its 4 s
        from stridenet.experiment import Experiment
    try:
        task: Task = pickle.load(sys.stdin.buffer)
    except EOFError:
        return  # whoever hired it has gone
    if task.core is not None:
        os.sched_setaffinity(0, {task.core})
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
