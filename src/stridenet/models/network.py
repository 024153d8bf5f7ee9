"""A network that is to be trained: a preset with its settings, typed and checked once, or anyone's own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel

from stridenet.errors import SettingError
from stridenet.evaluation.learner import Recipe
from stridenet.models import build as presets
from stridenet.models import own
from stridenet.models._preset import Prepare, as_it_is
from stridenet.models.sizes import refuse_what_no_memory_holds
from stridenet.signals.channels import Channels
from stridenet.signals.windows import Windows
from stridenet.spec import ModelSpec


class Network(Recipe, Protocol):
    """Builds Keras models of one architecture."""

    def build(
        self,
        *,
        length: int,
        n_channels: int,
        n_classes: int,
        prepare: Prepare = as_it_is,
        channels: Channels | None = None,
        seed: int = 0,
    ) -> Any:
        """A new Keras model with random weights from ``seed``; see :func:`stridenet.models.build.build`."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One of our own networks.

    Args:
        name: one of :func:`stridenet.models.build.names`.
        table: its settings, checked.
        features: whether hand-made features stand beside it.
    """

    name: str
    table: BaseModel
    features: bool = False
    portable: bool = True

    @property
    def address(self) -> str:
        """Its name."""
        return self.name

    def settings(self) -> dict[str, Any]:
        """All its settings as TOML holds them, defaults written out."""
        return self.table.model_dump(mode="json", exclude_none=True)

    def identity(self) -> dict[str, Any]:
        """What decides the numbers that it gives."""
        more = {"features": True} if self.features else {}
        return {"name": self.name, "settings": self.settings()} | more

    @property
    def raw(self) -> bool:
        """Whether it takes raw units and scales them by itself, so that no other scaling goes before."""
        return presets.looks(self.name)

    def training(self, n_windows: int, n_classes: int) -> dict[str, Any]:
        """How it is trained where nobody says otherwise."""
        return presets.training_of(self.name, n_windows=n_windows, n_classes=n_classes)

    def build(
        self,
        *,
        length: int,
        n_channels: int,
        n_classes: int,
        prepare: Prepare = as_it_is,
        channels: Channels | None = None,
        seed: int = 0,
    ) -> Any:
        """A new Keras model with random weights from ``seed``."""
        known = channels or Channels.unknown(n_channels)
        return presets.assemble(
            self.name,
            self.table,
            length=length,
            n_classes=n_classes,
            prepare=prepare,
            channels=known,
            features=self.features,
            seed=seed,
        )


def check_memory(one: Network, windows: Windows, channels: Channels, batch_size: int) -> None:
    """Refuses one of our networks that cannot be trained in this memory; anyone's own is known only once it is built.

    Raises:
        SettingError: it needs more than is free.
    """
    if isinstance(one, Preset):
        shape = windows.length, channels, len(windows.classes)
        sizes = presets.sizes(one.name, one.table, *shape, features=one.features)
        refuse_what_no_memory_holds(one.name, sizes, min(batch_size, len(windows)))


def network(spec: ModelSpec, *, base: Path | None = None) -> Network:
    """The network that the settings name.

    Args:
        spec: a preset's name, or ``file.py:function``.
        base: the folder that a relative file is looked for in; by default the current one.

    Raises:
        UnknownNameError: no such network or setting.
        SettingError: a value that the setting does not allow, or a file that gives no function.

    >>> network(ModelSpec(name="cnn", settings={"filters": 8})).settings()["filters"]
    8
    """
    if own.is_file(spec.name):
        if spec.features:
            raise SettingError(
                f"model.features = true: hand-made features go beside networks by name, and {spec.name} is a file; add "
                "them there, or leave model.features out."
            )
        return own.from_file(spec.name, spec.settings, base=base)
    return Preset(spec.name, presets.settings_of(spec.name, spec.settings), spec.features)
