"""Which executor trains the repeats of a run."""

from stridenet.spec import RunSpec
from stridenet.system.machine import may_have_accelerator, usable_cores

_WORTH_A_WORKER = 1500


def on_cpu() -> bool:
    """Whether JAX computes on the CPU; it is loaded only where it could be otherwise."""
    if not may_have_accelerator():
        return True
    from stridenet.engine.backend import on_cpu as jax_on_cpu

    return jax_on_cpu()


def choose_engine(spec: RunSpec, n_train: int, *, cpu: bool) -> tuple[str, str]:
    """How the repeats are trained, and why.

    >>> choose_engine(RunSpec(repeats=1), 7352, cpu=True)
    ('one-by-one', 'a single repeat')
    """
    if spec.engine != "auto":
        return spec.engine, "asked for"
    steps = spec.repeats * spec.train.epochs * -(-n_train // spec.train.batch_size)
    if spec.repeats == 1:
        return "one-by-one", "a single repeat"
    if cpu and len(usable_cores()) == 1:
        return "one-by-one", "a single core"
    if cpu and steps < _WORTH_A_WORKER:
        return "one-by-one", f"{steps} steps in all take less time than another process needs to start"
    if cpu:
        return "together", f"a process for each of {len(usable_cores())} cores"
    return "together", f"one program for {spec.repeats} repeats"
