"""What runs in a worker: a new Python that trains the turns of the runs it is told; ``processes.py`` tells it."""

import json
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from stridenet import errors
from stridenet.baselines.estimators import Estimator
from stridenet.runs.resolve import Resolved


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker needs to know, besides the turns.

    Args:
        run: what is trained; a signal in a file is mapped by the worker, another is in here once.
        out: the folder of runs.
        core: where it works.
        room: bytes of a signal that it may copy.
    """

    run: Resolved
    out: Path
    core: int | None
    room: int


@contextmanager
def _hidden(*names: str) -> Iterator[None]:
    """Libraries that are not loaded inside, by name: an import of them fails."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None is how Python knows "not there"
    yield
    for name in hidden:
        del sys.modules[name]


def _hear() -> Any:
    """What the worker is told next; None once whoever hired it has gone."""
    try:
        return pickle.load(sys.stdin.buffer)
    except EOFError:
        return None


def _work(say: Callable[..., None], *, networks: bool) -> None:
    """A worker's life."""
    if networks:
        with _hidden("matplotlib", "sklearn"):  # Keras looks for them and does without: half of its import
            import_module("stridenet.models.learner")
            import_module("stridenet.runs.executors.memory")
    from stridenet.models import recipes
    from stridenet.runs import trial
    from stridenet.runs.store import Store

    while (task := _hear()) is not None:
        if task.core is not None:
            os.sched_setaffinity(0, {task.core})
        run, store = task.run, Store(task.out)
        learner: Any = recipes.learner(run.network, run.spec, jobs=1, room=task.room, note=partial(say, "note"))
        sides = run.sides()
        first = sides.of(0).train
        if isinstance(run.network, Estimator):
            needs = run.network.memory(first)
        else:
            memory = import_module("stridenet.runs.executors.memory")
            needs = memory.of_training(learner.trainer(first, run.spec.seed), first.places)
        say("needs", needs)
        while (i := _hear()) is not None:
            turn = run.turns[i]
            run.keep(store, turn, trial.train(learner, sides.of(turn.fold), turn.seed, partial(say, "epoch", i)))
            say("stored")
        say("done")


def main(*, networks: bool = True) -> None:
    """Works, and says what it refuses."""
    out = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a library prints must not mix with our lines

    def say(*line: Any) -> None:
        out.write(json.dumps(line) + "\n")

    try:
        _work(say, networks=networks)
    except errors.StridenetError as error:
        say("refused", type(error).__name__, str(error))
