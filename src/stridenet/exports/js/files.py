"""The files of an export to JavaScript: the model with its engine, a page that holds all of it, an example, a check."""

import base64
import html
import json
from dataclasses import asdict
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from stridenet.exports.about import About, of_phone
from stridenet_runtime import chain as filters
from stridenet_runtime.program import Program

_Floats = npt.NDArray[np.float32]


def files(program: Program, about: About, golden: tuple[_Floats, _Floats]) -> dict[str, str]:
    """The text of each file by its name.

    Args:
        program: checked; the engine knows every operation.
        about: what it takes and gives.
        golden: windows (window, time, channel) and their probabilities.
    """
    model = _model(program, about)
    parts = {
        "title": html.escape(about.name),
        "made by": html.escape(f"Made by {about.made_by}."),
        "model": _inside(model),
        "signals": _inside(_asset("signals.js")),
        "page": _inside(_asset("page.js")),
    }
    page = _asset("page.html")
    for name, text in parts.items():
        page = page.replace(f"<!--{name}-->", text)
    x, y = golden
    vectors = f"const stridenetGolden = {{ x: {_text(x)}, y: {_text(y)}, n: {len(x)} }};\n"
    return {
        "index.html": page,
        "model.js": model,
        "golden.js": vectors,
        "check.html": _asset("check.html"),
        "example.cjs": _asset("example.cjs"),
    }


def _model(program: Program, about: About) -> str:
    constants = {
        name: {"shape": list(value.shape), "data": base64.b64encode(value.astype("<f4").tobytes()).decode()}
        for name, value in program.constants.items()
    }
    parts = {"about": _described(about), "program": json.loads(program.to_json()), "constants": constants}
    return f"{_asset('engine.js')}const stridenetModel = {json.dumps(parts)};\n{_asset('model.js')}"


def _described(about: About) -> dict[str, Any]:
    phone = of_phone(about.sensors)
    return {
        "name": about.name,
        "length": about.length,
        "step": about.step,
        "rate_hz": about.rate_hz,
        "seconds": round(about.length / about.rate_hz, 3),
        "channels": _named(about.channels),
        "classes": about.classes,
        "unsure": about.unsure,
        "temperature": about.temperature,
        "phone": [asdict(one) for one in phone] if phone else None,
        "filter": {"raw": _named(about.raw), "sections": _sections(), "places": about.filtered} if about.raw else None,
    }


def _named(channels: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "unit": unit} for name, unit in channels]


def _sections() -> dict[str, Any]:
    return {"noise": filters.NOISE, "gravity": filters.GRAVITY, "offset": filters.OFFSET}


def _asset(name: str) -> str:
    return resources.files("stridenet.exports.js").joinpath(name).read_text(encoding="utf-8")


def _inside(script: str) -> str:
    """As HTML may hold it: no name or class of any data ends the script."""
    return script.replace("</", "<\\/").replace("<!--", "<\\!--")


def _text(values: _Floats) -> str:
    return json.dumps(base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode())
