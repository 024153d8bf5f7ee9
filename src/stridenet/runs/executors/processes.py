"""Repeats trained side by side on a CPU: a process per core, one thread each.

Two cores that work on one small step wait for each other; two that train a repeat each do not. A worker is a new
Python of its own (no fork, no second run of the caller's script), and the only one that loads Keras and JAX. It reads
its task from standard input, says how much memory a training takes, and then trains the turns that it is given, one by
one. It stores each finished trial. What it says is a line of JSON each.
"""

import json
import os
import pickle
import re
import signal
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Any

from stridenet import errors
from stridenet.errors import WorkerError
from stridenet.runs.executors.worker import Task
from stridenet.runs.resolve import Resolved
from stridenet.runs.store import Store
from stridenet.signals.places import Places
from stridenet.system import child
from stridenet.system.machine import SHARE, free_memory
from stridenet.system.mapped import in_file
from stridenet.system.notes import Note, once, silent

Epoch = tuple[int, int, dict[str, float]]
WORKER = "stridenet.runs.executors.worker"
WORKER_OF_ESTIMATORS = "stridenet.runs.executors.estimator_worker"
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
"""XLA's options by name: it ends a process that gives one that it does not know, and then workers do without."""
_FROM_OUTSIDE = {-getattr(signal, name, 0) for name in ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGXCPU")}
_NO_MEMORY = re.compile(r"bad_alloc|MemoryError|RESOURCE_EXHAUSTED|out of memory|cannot allocate memory", re.IGNORECASE)
_ROOM = 0.25
"""Of the memory that is free for a worker, what a signal may take that it copies to train on."""
_PROCESS = 600_000_000
"""Bytes of a Python with Keras and JAX in it."""


class _FlagRefusedError(Exception):
    """A worker ended at its start, with words about a flag."""


@dataclass(slots=True, eq=False)
class _Worker:
    """A process, what it wrote to standard error (a file: a pipe that nobody reads blocks), and how it stands with it.

    Args:
        process: with pipes to and from it.
        said: standard error.
        dismissed: whether it may end.
        heard: whether a thread listens to it.
    """

    process: subprocess.Popen[bytes]
    said: IO[bytes]
    dismissed: bool = False
    heard: bool = False

    def tell(self, message: Any) -> None:
        assert self.process.stdin is not None  # opened as a pipe in `hire`
        with suppress(BrokenPipeError, ValueError):  # it ended early, which its status tells; or it was dismissed
            pickle.dump(message, self.process.stdin, protocol=5)
            self.process.stdin.flush()

    def dismiss(self) -> None:
        self.dismissed = True
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.said):
            with suppress(OSError):  # what was never read
                stream.close()  # type: ignore[union-attr]  # opened as pipes in `hire`


class Crew(AbstractContextManager["Crew"]):
    """Workers; none outlives the block.

    Args:
        cores: the core of each, see :func:`stridenet.system.machine.usable_cores`; no process starts before
            :meth:`hire`.
        note: told, in sentences, when memory decides how many work, and what workers note; each one once.
        worker: the module that a worker runs.
    """

    def __init__(self, cores: Sequence[int | None], note: Note = silent, worker: str = WORKER) -> None:
        self.cores, self.note, self._module = cores, once(note), worker
        self._free = free_memory()  # before anyone takes of it
        self._flags = ONE_THREAD
        self._workers: list[_Worker] = []
        self._lines = SimpleQueue[tuple[_Worker, Any]]()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.dismiss(0)

    def hire(self, n: int) -> None:
        """Starts so many workers, where fewer are at work; a core has one at most."""
        flags = f"{os.environ.get('XLA_FLAGS', '')} {self._flags}".strip()
        arenas = os.environ.get("MALLOC_ARENA_MAX", "1")  # see :func:`stridenet.system.heap.share`
        environment = child.environment(XLA_FLAGS=flags, OMP_NUM_THREADS="1", MALLOC_ARENA_MAX=arenas)
        while len(self._workers) < min(n, len(self.cores)):
            said = tempfile.TemporaryFile()  # noqa: SIM115  `dismiss` closes it
            pipe = subprocess.PIPE
            command = child.command(self._module)
            process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=said, env=environment)
            self._workers.append(_Worker(process, said))

    def dismiss(self, n: int) -> None:
        """Ends all workers but the first ``n``."""
        for worker in self._workers[n:]:
            worker.dismiss()
        del self._workers[n:]

    def train(self, run: Resolved, places: Sequence[int], store: Store) -> Iterator[Epoch]:
        """Trains the turns at these places of the run, on as many cores as there are workers or turns; stores each.

        Afterwards the workers wait for another run.

        Yields:
            The turn's place, the epoch's number from 1 and its scores, after each epoch of each worker.

        Raises:
            StridenetError: what a worker could not do because of what came in, in its own words.
            WorkerError: a worker was ended from outside, or has no memory; the others are stopped.
            RuntimeError: a worker failed otherwise; its words are in the message.
        """
        try:
            yield from self._train(run, places, store)
        except _FlagRefusedError as refused:
            self.note(f"XLA refuses {self._flags}, and workers go on without ({refused}); last digits can differ")
            self.dismiss(0)
            self._flags = ""
            yield from self._train(run, places, store)

    def _train(self, run: Resolved, places: Sequence[int], store: Store) -> Iterator[Epoch]:
        self.hire(len(places))
        left, began = deque(places), False
        at_work = set(self._workers[: len(places)])
        for worker, core in zip(self._workers[: len(places)], self.cores, strict=False):
            task = Task(run, store.folder.parent, core, self._room)
            threading.Thread(target=worker.tell, args=(task,), daemon=True).start()
            if not worker.heard:
                worker.heard = True
                threading.Thread(target=_listen, args=(worker, self._lines), daemon=True).start()
        while at_work:
            worker, line = self._lines.get()
            match line:
                case ["epoch", turn, epoch, scores]:
                    yield turn, epoch, scores
                case ["needs", each]:
                    began = True
                    self._send_away_who_does_not_fit(each, signal_of_each(run.windows.places, self._room))
                    _next(worker, left)
                case ["note", text]:
                    self.note(text)
                case ["stored"]:
                    _next(worker, left)
                case ["done"]:
                    at_work.discard(worker)
                case ["refused", kind, words]:
                    raise getattr(errors, kind)(words)
                case _:
                    at_work.discard(worker)
                    if not worker.dismissed and (status := worker.process.wait()):
                        words = _words(worker.said)
                        if self._flags and not began and "flag" in words.lower():
                            raise _FlagRefusedError(words.partition("\n")[0][-120:])
                        raise _failure(words, status)
                    if not worker.dismissed:  # nobody told it to end: it takes no other run
                        worker.dismiss()
                        self._workers.remove(worker)

    @property
    def _room(self) -> int:
        """Bytes of a signal that a worker may copy: those who go make room for nobody, so that all train alike."""
        return int(_ROOM * self._free / len(self.cores))

    def _send_away_who_does_not_fit(self, each: int, signal: int) -> None:
        fit = processes_at_once(each, signal, self._free)
        if fit < len(self._workers):
            self.note(
                f"{fit} of {len(self.cores)} cores are used: memory is short ({self._free / 1e9:.1f} GB were free)"
            )
            self.dismiss(fit)


def processes_at_once(each: int, signal: int, free: int) -> int:
    """How many processes that train fit in memory; at least one.

    Args:
        each: bytes of a training.
        signal: bytes of the signal that each holds, see :func:`signal_of_each`.
        free: bytes that are free before the first starts.
    """
    return max(1, int(SHARE * free // (_PROCESS + each + signal)))


def signal_of_each(places: Places, room: int) -> int:
    """Bytes of the windows' signal in each process: as it was sent, but for what it maps, and as it trains on it."""
    sent = sum(signal.size * 4 for signal in places.signals if in_file(signal) is None)
    copied = places.covered * places.shape[2] * 4
    return sent + (copied if copied <= room else 0)


def _next(worker: _Worker, left: deque[int]) -> None:
    """Gives the worker its next turn; None is the end of work."""
    if not worker.dismissed:
        worker.tell(left.popleft() if left else None)


def _listen(worker: _Worker, lines: "SimpleQueue[tuple[_Worker, Any]]") -> None:
    assert worker.process.stdout is not None  # opened as a pipe in `hire`
    with suppress(ValueError):  # it was dismissed, and its pipe is closed
        for line in worker.process.stdout:
            lines.put((worker, json.loads(line)))
    lines.put((worker, None))


def _words(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read().decode(errors="replace").strip()


def _failure(words: str, status: int) -> Exception:
    """What to tell of a worker that ended so."""
    outside, no_memory = status in _FROM_OUTSIDE, _NO_MEMORY.search(words)
    if not outside and not no_memory:
        return RuntimeError(f"a training process ended with status {status}: {words[-2000:] or 'it said nothing'}")
    how = "ran out of memory" if no_memory else f"was ended by the system (signal {-status})"
    why = ", most often for want of memory" if status == -9 and not no_memory else ""
    return WorkerError(
        f"a training process {how}{why}; use a smaller train.batch_size, fewer filters, shorter windows, or "
        "executor = 'here', which trains one repeat at a time."
    )
