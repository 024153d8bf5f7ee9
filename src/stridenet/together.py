"""Repeats trained together, in the way that suits the device: one program on a GPU, a process per core on a CPU."""

from collections.abc import Callable, Sequence
from pathlib import Path

from jax.errors import JaxRuntimeError

from stridenet import memory
from stridenet.engine import on_cpu
from stridenet.errors import SettingError
from stridenet.experiment import Experiment
from stridenet.runfolder import keep
from stridenet.worker import Crew

Tell = Callable[[int, int, dict[str, float]], None]
Note = Callable[[str], None]


def train(experiment: Experiment, seeds: Sequence[int], folder: Path, crew: Crew, *, tell: Tell, note: Note) -> None:
    """Trains the repeats of these seeds, as many at once as memory allows, and stores each in ``folder``.

    Args:
        experiment: what is repeated.
        seeds: one per repeat.
        folder: where repeats are stored.
        crew: who trains them on a CPU; may have been hired already.
        tell: told the repeat's seed, the epoch's number from 1 and its scores.
        note: told, in sentences, when memory decides.

    Raises:
        OutputError: a repeat could not be stored.
        WorkerError: a worker failed otherwise.
    """
    each = memory.of_training(experiment.trainer.model, experiment.spec.train.batch_size)
    if on_cpu():
        fit = memory.processes_at_once(each, experiment.windows.x.nbytes)
        if fit < min(len(crew.cores), len(seeds)):
            note(f"{fit} of {len(crew.cores)} cores are used: memory is short ({memory.free() / 1e9:.1f} GB are free)")
        crew.dismiss(fit)
        crew.hire(min(fit, len(seeds)))
        for seed, epoch, scores in crew.train(experiment.spec, experiment.windows, experiment.split, seeds, folder):
            tell(seed, epoch, scores)
        return
    _as_one_program(experiment, seeds, folder, memory.replicas_at_once(each, experiment.windows.x.nbytes), tell, note)


def _as_one_program(
    experiment: Experiment, seeds: Sequence[int], folder: Path, at_once: int, tell: Tell, note: Note
) -> None:
    left = list(seeds)
    while left:
        chunk = left[:at_once]
        try:
            for seed, arrays in zip(chunk, experiment.repeats(chunk, tell), strict=True):
                keep(folder, seed, **arrays)
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
