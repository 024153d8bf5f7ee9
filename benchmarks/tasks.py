"""The experiments that both sides train: settings of ours, and what the peers need to do the same."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Task:
    """One network on one data set.

    Args:
        name: the section of the documents it comes from.
        spec: the settings of our run.
        peer_epochs: epochs of a peer's one model in each round, the first of which compiles.
        document_repeats: how often the document trains it.
        document_epochs: for how long.
    """

    name: str
    spec: dict[str, Any]
    peer_epochs: int
    document_repeats: int = 10
    document_epochs: int = 10

    @property
    def model(self) -> str:
        """The network's name."""
        return str(self.spec["model"]["name"])

    @property
    def validate(self) -> str | None:
        """The side that is tested after each epoch, if any."""
        return "validation" if self.spec.get("split", {}).get("validation") else None

    def for_peers(self) -> dict[str, Any]:
        """What a peer's script needs besides the data."""
        size = self.spec["train"]["batch_size"]
        task = {"job": "fit", "model": self.model, "epochs": self.peer_epochs, "batch_size": size}
        return {**task, "validate": self.validate}


_UCI = ["1", "2", "3", "4"]  # two who train and two who are tested, for a quick look
_HALF = [str(person) for person in range(1, 16)]  # nine who train and six who are tested, to keep a round short


def baseline(*, quick: bool = False, repeats: int = 10, epochs: int = 10) -> Task:
    """A1: the tutorial's baseline as the document trains it, ten times for ten epochs."""
    return Task("A1", _spec("uci-har", "cnn", 2 if quick else repeats, 2 if quick else epochs, 32, quick), 3)


def heads(*, quick: bool = False) -> Task:
    """A6: three heads side by side."""
    return Task("A6", _together(_spec("uci-har", "multihead", 2, 2 if quick else 3, 32, quick)), 2)


def phone(*, quick: bool = False) -> Task:
    """B1: the network for a phone, on the 20 Hz windows that have the document's shape; validated after each epoch."""
    spec = _together(_spec("hapt-20hz", "gap", 2, 2 if quick else 3, 400, quick))
    spec["split"] = {"validation": 0.2}
    return Task("B1", spec, 2, document_repeats=1, document_epochs=50)


def _together(spec: dict[str, Any]) -> dict[str, Any]:
    """What a whole experiment of ten repeats chooses by itself, and these few epochs would not."""
    return {**spec, "executor": "processes"}


def _spec(data: str, model: str, repeats: int, epochs: int, batch_size: int, quick: bool) -> dict[str, Any]:
    few = {"people": [*_UCI, "5"]} if quick else {"people": _HALF} if model != "cnn" else {}
    return {
        "repeats": repeats,
        "data": {"name": data, **few},
        "model": {"name": model},
        "train": {"epochs": epochs, "batch_size": batch_size},
    }
