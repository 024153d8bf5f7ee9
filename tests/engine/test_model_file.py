"""Whatever is wrong with a file of a model is one sentence, and nothing in the file is executed."""

import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stridenet.engine.backend import keras
from stridenet.engine.model_file import load_model
from stridenet.errors import DataError, DataMissingError

L = keras.layers


@keras.saving.register_keras_serializable("stridenet-test")
class Twice(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    def call(self, x: Any) -> Any:
        return 2 * x


class Unregistered(keras.layers.Layer):  # type: ignore[misc]
    def call(self, x: Any) -> Any:
        return 2 * x


def save(path: Path, *layers: Any) -> Path:
    model = keras.Sequential([keras.Input((4, 2)), *layers, L.Flatten(), L.Dense(3, "softmax")])
    model.save(path / "model.keras")
    return path / "model.keras"


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """The archive again, each member as the function gives it, None for none."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            if (new := change(name, content)) is not None:
                archive.writestr(name, new)


def without(lost: str) -> Callable[[Path], None]:
    return lambda path: rewritten(path, lambda name, content: None if name == lost else content)


def config(change: Callable[[Any], None]) -> Callable[[Path], None]:
    def altered(name: str, content: bytes) -> bytes:
        if name != "config.json":
            return content
        table = json.loads(content)
        change(table)
        return json.dumps(table).encode()

    return lambda path: rewritten(path, altered)


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def dense(table: Any) -> Any:
    return table["config"]["layers"][-1]


DAMAGES: dict[str, Callable[[Path], Any]] = {
    "no configuration": without("config.json"),
    "no weights": without("model.weights.h5"),
    "weights that are none": lambda path: rewritten(path, lambda n, c: b"no" if n.endswith("h5") else c),
    "a byte": flipped,
    "the end": cut_off,
    "text": lambda path: path.write_text("no"),
    "nothing in it": lambda path: path.write_bytes(b""),
    "a configuration of another kind": config(lambda table: table.update(config=[])),
    "a list": lambda path: rewritten(path, lambda n, c: b"[1]" if n == "config.json" else c),
    "half a configuration": lambda path: rewritten(path, lambda n, c: c[:40] if n == "config.json" else c),
    "an unknown layer": config(lambda table: dense(table).update(class_name="Denser")),
    "an unknown argument": config(lambda table: dense(table)["config"].update(depth=3)),
    "other sizes than the weights": config(lambda table: dense(table)["config"].update(units=4)),
    "no class": config(lambda table: table.pop("class_name")),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.filterwarnings("ignore:Skipping variable loading")
def test_a_damaged_file_is_one_sentence(damage: str, tmp_path: Path) -> None:
    file = save(tmp_path)
    DAMAGES[damage](file)
    with pytest.raises(DataError, match=r"^[^\n]*model.keras: no model is read from there \(.*\); name a .*\.$"):
        load_model(file)


def test_what_is_not_there_or_no_model_is_named(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nothing.keras"):
        with pytest.raises(DataMissingError, match="there is no such file"):
            load_model(path)
    other = save(tmp_path).rename(tmp_path / "model.zip")
    with pytest.raises(DataError, match=r"model\.zip: no model is read from there"):
        load_model(other)


def test_a_lambda_is_code_and_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds a Python lambda, which is code and is not executed"):
        load_model(save(tmp_path, L.Lambda(lambda x: x * 2)))


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A module that must not be imported."""
    (tmp_path / "trap.py").write_text("raise SystemExit('the file was executed')")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    assert "trap" not in sys.modules


@pytest.mark.usefixtures("trap")
@pytest.mark.parametrize("part", [{"module": "trap", "class_name": "Twice"}, {"module": "trap.inner"}])
def test_no_module_that_a_file_names_is_imported(part: dict[str, str], tmp_path: Path) -> None:
    file = save(tmp_path)
    config(lambda table: dense(table).update(part))(file)
    with pytest.raises(DataError, match=r"the model needs '\w+' of 'trap.*', which is not known here"):
        load_model(file)


def test_a_layer_of_ones_own_must_be_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = save(tmp_path, Twice())
    assert load_model(tmp_path).layers[0].name.startswith("twice")
    monkeypatch.delitem(keras.saving.get_custom_objects(), "stridenet-test>Twice")
    with pytest.raises(DataError, match=r"the model needs .Twice.* decorate it with keras.saving.register"):
        load_model(file)
    with pytest.raises(DataError, match="the model needs 'Unregistered'"):
        load_model(save(tmp_path, Unregistered()))
