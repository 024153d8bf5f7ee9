"""How much memory a network takes at least, before it is built: to build one of a billion filters ends a process."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from stridenet.errors import SettingError
from stridenet.system.machine import free_memory

_COPIES = 16
"""Of each weight, in training: the model's, the start, the state, slopes, what the optimizer remembers, and what a step
works on. Measured: 17 to 19 of a network of 46 million weights, on a CPU."""


class Sizes(NamedTuple):
    """Values that a network holds.

    Args:
        parameters: its weights.
        outputs: of all its layers, for one window.
        largest: weights of its largest array, which takes twice its memory more while it is drawn.
    """

    parameters: int
    outputs: int
    largest: int

    def bytes(self, batch: int) -> int:
        """What training in batches of so many windows needs at least; of none, the drawing of the weights.

        >>> Sizes(1000, 500, 600).bytes(0), Sizes(1000, 500, 600).bytes(8)
        (8800, 72000)
        """
        if not batch:
            return 4 * (self.parameters + 2 * self.largest)
        return 4 * (_COPIES * self.parameters + batch * self.outputs // 2)  # half are kept for the slopes, or more


def sketch(build: Callable[[], Any]) -> Sizes:
    """The sizes of a Keras model that is built without arrays: JAX traces the drawing of weights, and draws none.

    All 0 where it cannot be built so: what is wrong with it is told when it is built in earnest.
    """
    from stridenet.engine.backend import without_arrays
    from stridenet.models.layer_table import layer_table

    built: list[Any] = []

    def traced() -> list[Any]:
        built.append(build())
        return [v.value for v in built[0].weights]

    try:
        without_arrays(traced)
        outputs = sum(math.prod(row.output_shape) for row in layer_table(built[0]).rows)
        largest = max((math.prod(v.shape) for v in built[0].weights), default=0)
    except Exception:  # whatever Keras and JAX say
        return Sizes(0, 0, 0)
    return Sizes(int(built[0].count_params()), outputs, largest)


def refuse_what_no_memory_holds(name: str, sizes: Sizes, batch: int = 0) -> None:
    """Refuses a network that cannot be held or trained here, on a CPU; other devices tell by themselves.

    Raises:
        SettingError: it needs more memory than is free.
    """
    from stridenet.engine.backend import on_cpu

    needed, free = sizes.bytes(batch), free_memory()
    if needed > free and on_cpu():
        what = f"training in batches of {batch}" if batch else "its weights alone"
        smaller = ", shorter windows or a smaller train.batch_size" if batch else " or shorter windows"
        raise SettingError(
            f"network {name}: {what} takes {needed / 1e9:,.1f} GB of memory or more ({sizes.parameters:,} weights), "
            f"and {free / 1e9:,.1f} GB are free; use fewer filters or units{smaller}."
        )
