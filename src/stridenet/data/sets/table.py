"""The table of data sets: one a file, one line here."""

from importlib import import_module
from typing import TYPE_CHECKING

from stridenet.errors import unknown_name

if TYPE_CHECKING:
    from stridenet.data.sets.dataset import Dataset

TABLE = {
    "simulated": "stridenet.data.sets.simulated",
    "uci-har": "stridenet.data.sets.uci_har",
    "hapt": "stridenet.data.sets.hapt",
    "hapt-20hz": "stridenet.data.sets.hapt_20hz",
    "wisdm": "stridenet.data.sets.wisdm",
    "wisdm-watch": "stridenet.data.sets.wisdm_watch",
}


def names() -> tuple[str, ...]:
    """The data sets that are known by name.

    >>> "uci-har" in names()
    True
    """
    return tuple(TABLE)


def info(name: str) -> "Dataset":
    """What is known of a data set before it is read.

    Raises:
        UnknownNameError: no data set has this name.

    >>> info("uci-har").rate_hz
    50.0
    """
    if name not in TABLE:
        raise unknown_name("data set", name, TABLE)
    dataset: Dataset = import_module(TABLE[name]).DATASET
    return dataset
