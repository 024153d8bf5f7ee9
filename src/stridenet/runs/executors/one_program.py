"""Repeats trained together on a GPU: as many in one program as its memory holds."""

from collections.abc import Sequence

from jax.errors import JaxRuntimeError

from stridenet.errors import SettingError
from stridenet.models.learner import KerasLearner
from stridenet.runs import trial
from stridenet.runs.executors import memory
from stridenet.runs.resolve import Resolved
from stridenet.runs.store import Store
from stridenet.runs.trial import Sides
from stridenet.system.notes import Note, Tell


def train(run: Resolved, seeds: Sequence[int], store: Store, *, tell: Tell, note: Note) -> None:
    """Trains the trials of these seeds, as many at once as memory allows, and stores each.

    Args:
        run: what is trained.
        seeds: one per repeat.
        store: where trials are kept.
        tell: told the repeat's seed, the epoch's number from 1 and its scores.
        note: told, in sentences, when memory decides.

    Raises:
        OutputError: a trial could not be stored.
        SettingError: the device cannot hold even one training.
    """
    learner = KerasLearner(run.network, run.spec.prepare, run.spec.train, note=note)
    sides = Sides.of(run.windows, run.split)
    each = memory.estimate(learner.trainer(sides.train, seeds[0]).model, run.spec.train.batch_size)
    at_once = memory.replicas_at_once(each, run.windows.places.held, memory.on_device())
    left = list(seeds)
    while left:
        chunk = left[:at_once]
        try:
            fitted = learner.fit_together(sides.train, sides.validation, chunk, tell=tell)
            for seed, one in zip(chunk, fitted, strict=True):
                run.keep(store, seed, trial.outcome(learner, one, sides.test))
        except JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error):
                raise
            if len(chunk) == 1:
                raise SettingError(
                    "one training does not fit in the device's memory; use a smaller train.batch_size, fewer filters "
                    "or shorter windows, or set JAX_PLATFORMS=cpu."
                ) from error
            at_once = len(chunk) // 2
            note(f"{len(chunk)} repeats at once do not fit in the device's memory; going on with {at_once}")
            continue
        left = left[len(chunk) :]
