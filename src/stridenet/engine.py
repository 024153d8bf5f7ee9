"""The only room that picks Keras' backend: JAX. Everyone else imports ``keras`` from here."""

import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from stridenet.errors import BackendError

if "keras" not in sys.modules:
    os.environ["KERAS_BACKEND"] = "jax"

import keras

if keras.backend.backend() != "jax":
    raise BackendError(
        f"Keras was loaded on {keras.backend.backend()!r} before stridenet, which runs on 'jax'; "
        "import stridenet first, or set KERAS_BACKEND=jax."
    )

__all__ = ["keras", "on_cpu", "seeded", "versions"]


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """All that Keras draws inside comes from ``seed``; Python's and NumPy's own generators stay as they were."""
    kept = random.getstate(), np.random.get_state()  # noqa: NPY002  Keras draws from the old global generator
    keras.utils.set_random_seed(seed)
    try:
        yield
    finally:
        random.setstate(kept[0])
        np.random.set_state(kept[1])  # noqa: NPY002


def on_cpu() -> bool:
    """Whether JAX computes on the CPU."""
    import jax

    return bool(jax.default_backend() == "cpu")


def versions() -> dict[str, str]:
    """The libraries and the device that decide the last digits of a result."""
    import jax

    device = jax.devices()[0]
    return {
        "keras": keras.__version__,
        "jax": jax.__version__,
        "numpy": np.__version__,
        "device": str(device.device_kind),
    }
