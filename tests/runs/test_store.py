import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridenet.evaluation.learner import Layer
from stridenet.runs.store import Store

ARRAYS: dict[str, Any] = {
    "probability": np.arange(6.0).reshape(3, 2),
    "scores": np.array(["loss"]),
    "history": np.array([[1.0, 0.5]]),
    "seconds": np.array(1.5),
    "n_parameters": np.array(7),
    "compile_seconds": np.array(0.5),
    "layers": np.array('[["conv", "Conv1D", 3, [126, 64], 10, 3]]'),
}


class Model:
    """Stands for what was trained."""

    def __init__(self) -> None:
        self.history, self.seconds, self.n_parameters = dict[str, list[float]](), 0.0, 0
        self.layers: tuple[Layer, ...] = ()

    def predict(self, windows: Any) -> Any:
        raise NotImplementedError

    def save(self, path: Path) -> None:
        path.write_text("a model")


def test_a_trial_comes_back_as_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.get("k") is None
    store.keep("k", ARRAYS, {"data": "d"})
    np.testing.assert_equal(store.get("k"), ARRAYS)
    assert store.get("k", model=True) is None  # no model was kept
    store.keep("k", ARRAYS, {}, Model())
    assert store.get("k", model=True) is not None
    assert sorted(p.name for p in store.folder.iterdir()) == ["k.keras", "k.npz"]
    store.forget(["k", "other"])
    assert list(store.folder.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"PK", b"what is this", b"PK\x05\x06" + bytes(18)])
def test_a_damaged_trial_counts_as_none_and_is_told(tmp_path: Path, content: bytes) -> None:
    told: list[str] = []
    store = Store(tmp_path, told.append)
    store.keep("k", ARRAYS, {})
    (store.folder / "k.npz").write_bytes(content)
    assert store.get("k") is None
    assert len(told) == 1
    assert told[0].endswith("and is trained anew")


def test_a_byte_that_changed_is_noticed(tmp_path: Path) -> None:
    told: list[str] = []
    store = Store(tmp_path, told.append)
    store.keep("k", ARRAYS, {})
    file = store.folder / "k.npz"
    body = bytearray(file.read_bytes())
    body[body.find(ARRAYS["probability"].tobytes()) + 5] ^= 1
    file.write_bytes(body)
    assert store.get("k") is None
    assert told


def test_what_a_writer_that_is_gone_left_is_tidied(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.keep("k", ARRAYS, {})
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for pid in (gone.pid, os.getpid()):
        (store.folder / f".writing-{pid}-1-k.npz").touch()
    store.tidy()
    assert sorted(p.name for p in store.folder.iterdir()) == [f".writing-{os.getpid()}-1-k.npz", "k.npz"]
