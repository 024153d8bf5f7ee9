"""The versions and the machine that a run was made with."""

import os
import platform
from importlib.metadata import version

from stridenet.runs.executors.choose import on_cpu
from stridenet.system.machine import processor

LIBRARIES = ("keras", "jax", "jaxlib", "numpy", "scipy", "scikit-learn")
DECIDING = ("stridenet", *LIBRARIES, "device")
"""What of it decides a trial's numbers."""


def describe_environment() -> dict[str, str]:
    """The versions and the machine; libraries and device decide a result's last digits."""
    own = {
        "stridenet": version("stridenet"),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "processor": processor(),
        "cores": str(os.cpu_count()),
    }
    return own | {name: version(name) for name in LIBRARIES} | {"device": _device()}


def _device() -> str:
    if on_cpu():
        return "cpu"
    from stridenet.engine.backend import device

    return device()
