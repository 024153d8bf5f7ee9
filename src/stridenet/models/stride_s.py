"""The two views of :mod:`stridenet.models.stride` with at most 12,000 parameters, for small devices."""

from typing import Any

from pydantic import Field, PositiveInt

from stridenet.models import stride
from stridenet.models.stride import LOOKS, build

__all__ = ["LOOKS", "TRAINING", "WINDOWS_PER_CLASS", "Settings", "build"]

TRAINING: dict[str, Any] = stride.TRAINING | {"epochs": 12}
WINDOWS_PER_CLASS = 15_000
"""In proportion to its epochs."""


class Settings(stride.Settings):
    """What can be changed."""

    waveform: tuple[PositiveInt, ...] = Field((12, 16, 20), description="filters of the waveform view; none: no view")
    spectrum: tuple[PositiveInt, ...] = Field((16, 24, 24), description="filters of the spectrum view; none: no view")
