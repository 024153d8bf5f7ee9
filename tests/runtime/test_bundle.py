"""A model file opens whole, and whatever was done to it is told in one sentence."""

import pickle
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bundles import contents, packed, rezipped, small_bundle
from stridenet_runtime.bundle import open_bundle
from stridenet_runtime.errors import BundleError
from stridenet_runtime.numpy_engine import run


def test_it_opens_whole(tmp_path: Path) -> None:
    bundle = open_bundle(small_bundle(tmp_path))
    assert bundle.manifest.classes == ("walk", "sit", "lie")
    assert bundle.manifest.window.step == 4
    assert bundle.keras is None
    assert np.array_equal(run(bundle.program, bundle.golden.x), bundle.golden.y)
    assert open_bundle(tmp_path).digest == bundle.digest  # a run's folder


def refused(path: Path) -> str:
    with pytest.raises(BundleError) as error:
        open_bundle(path)
    said = str(error.value)
    assert said.startswith(f"{path}: no model is read from there (")
    assert "\n" not in said
    assert len(said) < len(str(path)) + 300
    return said


def test_what_is_not_there(tmp_path: Path) -> None:
    assert "there is no such file" in refused(tmp_path / "model.stride")
    (tmp_path / "text").write_text("hello")
    assert "it is no model file of stridenet" in refused(tmp_path / "text")


def _link(content: bytes) -> bytes:
    info = zipfile.ZipInfo("model.keras")
    info.external_attr = 0o120777 << 16
    return rezipped(content, {}, more=[(info, b"/etc/passwd")])


def _twice(content: bytes) -> bytes:
    return rezipped(content, {}, more=[(zipfile.ZipInfo("model.onnx"), b"other")])


def _named(name: str) -> Callable[[bytes], bytes]:
    return lambda content: rezipped(content, {}, more=[(zipfile.ZipInfo(name), b"x")])


def _bomb(content: bytes) -> bytes:
    info = zipfile.ZipInfo("model.keras")
    info.compress_type = zipfile.ZIP_DEFLATED
    return rezipped(content, {}, more=[(info, bytes(520 << 20))])


def _lying(content: bytes) -> bytes:
    """Says that a file is smaller than it is."""
    at = content.index(b"PK\x01\x02")
    size = int.from_bytes(content[at + 24 : at + 28], "little")
    return content[: at + 24] + (size - 1).to_bytes(4, "little") + content[at + 28 :]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_named("../../evil.py"), "it holds '../../evil.py', which no model file does"),
        (_named("/etc/passwd"), "it holds '/etc/passwd'"),
        (_named("evil\n.pkl"), "it holds 'evil\\n.pkl'"),
        (_link, "model.keras in it is a link"),
        (_bomb, "it unpacks to more than 512 MB"),
        (_lying, "damaged"),
        (lambda content: rezipped(content, {"model.onnx": None}), "it lacks model.onnx"),
        (lambda content: rezipped(content, {"model.onnx": b"other"}), "model.onnx in it is not the one"),
        (lambda content: rezipped(content, {"manifest.json": b"{}"}), "its manifest is not the one"),
        (lambda content: content[:-200], "damaged"),
        (lambda content: content[:4], "damaged"),
    ],
)
def test_what_was_done_to_it_is_told(tmp_path: Path, spoil: Callable[[bytes], bytes], said: str) -> None:
    path = small_bundle(tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    assert said in refused(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_twice(tmp_path: Path) -> None:
    path = small_bundle(tmp_path)
    path.write_bytes(_twice(path.read_bytes()))
    assert "it holds a file twice" in refused(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 2}, "it was made by a newer stridenet, in format 2; this one reads up to 1"),
        ({"format": "1"}, "does not say its format"),
        ({"classes": ["a", "a", "b"]}, "there twice"),
        ({"classes": ["a", "b"]}, "gives other classes"),
        ({"classes": 3}, "damaged"),
        ({"rate_hz": -1}, "no number above zero"),
        ({"window": {"length": 9, "step": 4, "seconds": 1}}, "takes other windows"),
        ({"filter": "mine"}, "filter 'mine' is not known"),
        ({"channels": [{"name": "x"}]}, "damaged"),
        ({"files": {}}, "names other files than it holds"),
        ({"name": 7}, "is no text"),
    ],
)
def test_what_its_manifest_says_is_looked_at(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    assert said in refused(small_bundle(tmp_path, **change))


class _Evil:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path("executed").write_text, ("x",))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("program.json", b"{}"),
        ("program.json", b"[" * 100_000),
        ("program.npz", b""),
        ("program.npz", pickle.dumps(_Evil())),
        ("golden.npz", b"PK\x05\x06" + bytes(18)),
    ],
)
def test_what_is_made_to_deceive_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "model.stride"
    path.write_bytes(packed(contents() | {name: content}))
    refused(path)
    assert not Path("executed").exists()


def test_a_pickle_among_the_arrays_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    objects = np.empty(1, object)
    objects[0] = _Evil()
    np.savez(tmp_path / "evil.npz", x=objects)
    path = tmp_path / "model.stride"
    path.write_bytes(packed(contents() | {"golden.npz": (tmp_path / "evil.npz").read_bytes()}))
    refused(path)
    assert not Path("executed").exists()


def test_damage_anywhere_is_told(tmp_path: Path) -> None:
    whole = small_bundle(tmp_path).read_bytes()
    rng, path = random.Random(14), tmp_path / "damaged.stride"
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(rng.choice([1, 8])):
            content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        path.write_bytes(content)
        try:
            bundle = open_bundle(path)
        except BundleError:
            continue
        assert bundle.files == open_bundle(tmp_path / "model.stride").files  # what it hit is not read by anyone
