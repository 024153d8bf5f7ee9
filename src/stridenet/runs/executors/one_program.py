"""Repeats trained together on a GPU: as many in one program as its memory holds."""

from collections.abc import Callable, Sequence
from pathlib import Path

from jax.errors import JaxRuntimeError

from stridenet.errors import SettingError
from stridenet.runs.executors import memory
from stridenet.runs.folder import keep
from stridenet.runs.trial import Experiment
from stridenet.system.notes import Note

Tell = Callable[[int, int, dict[str, float]], None]


def train(experiment: Experiment, seeds: Sequence[int], folder: Path, *, tell: Tell, note: Note) -> None:
    """Trains the repeats of these seeds, as many at once as memory allows, and stores each in ``folder``.

    Args:
        experiment: what is repeated.
        seeds: one per repeat.
        folder: where repeats are stored.
        tell: told the repeat's seed, the epoch's number from 1 and its scores.
        note: told, in sentences, when memory decides.

    Raises:
        OutputError: a repeat could not be stored.
        SettingError: the device cannot hold even one training.
    """
    each = memory.of_training(experiment.trainer.model, experiment.spec.train.batch_size)
    at_once = memory.replicas_at_once(each, experiment.windows.x.nbytes, memory.on_device())
    left = list(seeds)
    while left:
        chunk = left[:at_once]
        try:
            for seed, repeat in zip(chunk, experiment.repeats(chunk, tell), strict=True):
                keep(folder, seed, *repeat)
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
