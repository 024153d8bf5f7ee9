"""Every preset as C and as JavaScript answers as Keras does."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from networks import CHANNELS, LENGTH, drawn, windows
from stridenet.exports.about import About
from stridenet.exports.c import files as c
from stridenet.exports.given import Given, Vectors
from stridenet.exports.js.run import browser
from stridenet.exports.mobile.environment import is_there
from stridenet.exports.targets import export
from stridenet.exports.trace import trace
from stridenet.models.build import build, names

pytestmark = pytest.mark.slow
ABOUT = About("toy", LENGTH, 8, 50.0, tuple((f"c{i}", "g") for i in range(6)), ("a", "b", "c", "d"))
FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
MOBILE = pytest.mark.skipif(not is_there(), reason="needs TensorFlow in an environment that `make mobile` makes")
_UPRIGHT = "stride upright"
"""Seen along and across gravity as well."""
_ON_PHONES = ("stride", _UPRIGHT, "tiny-har", "lstm")
"""Operations of every kind; benchmarks/exports.py converts all networks, which takes half an hour."""
_KNOWN: dict[str, Given] = {}


@pytest.fixture(params=[*names(), _UPRIGHT])
def preset(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Given:
    """Each preset with drawn weights; built once."""
    name = request.param
    if name not in _KNOWN:
        settings = {"gap": {"kernel_size": 3}, _UPRIGHT: {"upright": "yes"}}.get(name, {})
        channels = CHANNELS
        if name == _UPRIGHT:
            channels = channels._replace(names=tuple(one.replace("body_", "") for one in channels.names))
        known: dict[str, Any] = {"channels": channels, "settings": settings}
        model = drawn(build(name.split()[0], length=LENGTH, n_channels=6, n_classes=4, **known))
        x = np.asarray(windows(), np.float32)
        y = np.asarray(model(x.reshape(-1, *model.input_shape[1:]), training=False), np.float32)
        file = tmp_path_factory.mktemp("models") / "model.keras"
        model.save(file)
        _KNOWN[name] = Given(ABOUT, trace(model, window=(LENGTH, 6)), file.read_bytes(), Vectors(x, y))
    return _KNOWN[name]


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_in_c_without_a_warning_and_under_sanitizers(preset: Given, tmp_path: Path) -> None:
    for name, text in c.files(preset.program, ABOUT).items():
        (tmp_path / name).write_text(text, encoding="ascii")
    subprocess.run(["gcc", *FLAGS, "check.c", "toy.c", "-lm", "-o", "check"], cwd=tmp_path, check=True)
    raw = preset.golden.x.tobytes()
    done = subprocess.run([tmp_path / "check"], input=raw, stdout=subprocess.PIPE, check=True)
    answers = np.frombuffer(done.stdout, np.float32).reshape(-1, 4)
    assert np.abs(answers - preset.golden.y).max() < 1e-4


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_in_c_with_integers(preset: Given, tmp_path: Path) -> None:
    (one,) = export(preset, "c", tmp_path, int8=True).checked
    assert one.difference is not None
    assert one.difference < 0.1


@pytest.mark.skipif(not browser() and not shutil.which("node"), reason="needs Chromium or Node")
def test_in_javascript(preset: Given, tmp_path: Path) -> None:
    page, graph = export(preset, "js", tmp_path).checked
    assert page.good, page
    assert graph.good, graph


@MOBILE
@pytest.mark.parametrize("preset", _ON_PHONES, indirect=True)
def test_in_litert(preset: Given, tmp_path: Path) -> None:
    checked = export(preset, "litert", tmp_path).checked
    assert [one.kind for one in checked] == ["float32", "float16"]  # integers need training windows
    assert checked[0].good, checked[0]
    assert checked[1].difference is not None
    assert checked[1].difference < 0.1


@MOBILE
@pytest.mark.parametrize("preset", _ON_PHONES, indirect=True)
def test_in_core_ml(preset: Given, tmp_path: Path) -> None:
    assert [one.kind for one in export(preset, "coreml", tmp_path).checked] == ["float32", "int8"]
