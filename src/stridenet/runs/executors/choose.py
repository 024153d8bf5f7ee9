"""Where the repeats of a run are trained."""

from collections.abc import Sequence

from stridenet.errors import SettingError
from stridenet.evaluation.splits import Split
from stridenet.spec import RunSpec
from stridenet.system.machine import may_have_accelerator, usable_cores

THREADS = {"here": "all", "processes": "one", "one-program": "one program"}
"""How each executor shares out the work of a step; sums in another order round otherwise."""
_WORTH_A_WORKER = 1500


def on_cpu() -> bool:
    """Whether JAX computes on the CPU; it is loaded only where it could be otherwise."""
    if not may_have_accelerator():
        return True
    from stridenet.engine.backend import on_cpu as jax_on_cpu

    return jax_on_cpu()


def choose(spec: RunSpec, splits: Sequence[Split], *, portable: bool = True, network: bool = True) -> tuple[str, str]:
    """The executor's name, and why it is this one.

    Args:
        spec: the settings, with the number of repeats.
        splits: who trains, of each fold.
        portable: whether another process can build the network.
        network: whether it is one; an estimator trains on no accelerator.

    Raises:
        SettingError: processes are asked for, and the network cannot be built there.

    >>> import numpy as np
    >>> choose(RunSpec(repeats=1), [Split(np.arange(7352), np.arange(0), np.arange(0), "official")])
    ('here', 'a single training')
    """
    if spec.executor == "processes" and not portable:
        raise SettingError(
            "executor = 'processes': another process cannot build this model, which has layers or classes of its own; "
            "put its function into a file and give file.py:function, or use executor = 'here'."
        )
    if spec.executor != "auto":
        return spec.executor, "asked for"
    each = sum(-(-len(one.train) // spec.train.batch_size) for one in splits)
    steps, n = len(spec.seeds) * spec.train.epochs * each, len(spec.seeds) * len(splits)
    cores, cpu = len(usable_cores()), not network or on_cpu()
    if n == 1:
        return "here", "a single training"
    if cpu and not portable:
        return "here", "another process cannot build the model"
    if cpu and cores == 1:
        return "here", "a single core"
    if cpu and network and steps < _WORTH_A_WORKER:
        return "here", f"{steps} steps in all take less time than another process needs to start"
    if cpu:
        return "processes", f"a process for each of {cores} cores"
    return "one-program", f"one program for {len(spec.seeds)} repeats"
