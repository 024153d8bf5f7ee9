"""What lies beside an export: its README, made from what was measured, and examples."""

from importlib import resources
from typing import Any

ABOUT = "export.json"

_CALLS = {
    "onnx": "pip install onnxruntime numpy\npython example.py window.csv",
    "litert": "pip install ai-edge-litert numpy\npython example.py window.csv",
    "coreml": "swiftc Example.swift -o example && ./example window.csv    # on macOS",
    "c": "gcc -std=c99 -O3 example.c {identifier}.c -lm -o example && ./example < window.csv",
    "js": "node example.cjs window.csv",
}
_WHAT = {
    "onnx": "`model.onnx`: input `windows` (n, {length}, {channels}), output `probabilities` (n, {classes}); opset 18.",
    "litert": "`model_*.tflite`: one window {shape}; float32 in and out, whatever is inside. The int8 "
    "file holds convolutions and dense layers in 8 bits, calibrated on training windows; scaling and what comes before "
    "a logarithm stay in float, so channels of any scale are taken as they are.",
    "coreml": "`model_*.mlpackage`: input `windows` {shape}, in float32, output `classLabel` and its probabilities; "
    "iOS 15, macOS 12 and newer. Made on another system, where Core ML does not answer: run `example` on a Mac once.",
    "c": "`{identifier}.c` and `{identifier}.h`: functions for probabilities and class, C99, no memory asked for. "
    "The header says channels, flash and RAM.",
    "js": "`index.html`: a page that works offline, on a phone too (its motion sensor needs a page from https or a "
    "file). `model.js`: the model alone, for Node and browsers. `model.onnx`: the same for onnxruntime-web.",
}

_MISSING = {
    "c": "`{identifier}_probabilities` gives NaN for every class, and `{identifier}_class` -1",
    "js": "`stridenet.probabilities` gives NaN for every class, and the page and `stridenet.label` say unknown",
    **dict.fromkeys(("onnx", "litert", "coreml"), "the model does not look, so look before, as the example does"),
}
_UNSURE = {
    "c": "`{identifier}_class` sees to it",
    "js": "the page and `stridenet.label` see to it",
    "coreml": "the model does not see to it, nor does the example, so compare them yourself",
    **dict.fromkeys(("onnx", "litert"), "the model does not see to it, the example does"),
}
_FILTERS = {
    "c": ": the function that ends in `_filter`",
    "js": ": the page does it",
    **dict.fromkeys(("onnx", "litert", "coreml"), "; that is not in this file, see `stridenet_runtime.chain`"),
}


def example(name: str) -> str:
    """The text of an example."""
    return resources.files("stridenet.exports.examples").joinpath(f"{name}.txt").read_text(encoding="utf-8")


def text(about: dict[str, Any]) -> str:
    """The README of an export folder.

    Args:
        about: what ``export.json`` holds.
    """
    model = about["model"]
    length, channels = model["length"], model["channels"]
    facts = {
        "identifier": about["identifier"],
        "length": length,
        "channels": len(channels),
        "classes": len(model["classes"]),
        "shape": "of the shape that the file says (flat for gap)",
    }
    target = about["target"]
    rows = [
        f"| {one['file']} | {one['kind']} | {one['bytes']:,} | {_difference(one)} | {_changed(one)} | {_ms(one)} |"
        for one in about["checked"]
    ]
    names = "\n".join(f"| {i} | {name} | {unit or '-'} |" for i, (name, unit) in enumerate(channels))
    filtered = ", ".join(f"{name} [{unit}]" for name, unit in model["raw"])
    before = f"\nUCI HAR's filters make these from what sensors give, {filtered}, sample by sample{_FILTERS[target]}.\n"
    return f"""# {model["name"]} for {target}

{_WHAT[target].format(**facts)}

One window is {length} samples at {model["rate_hz"]:g} Hz, oldest first; of each sample these values, in raw units:

| place | channel | unit |
|---|---|---|
{names}
{before if filtered else ""}
Classes, in order: {", ".join(model["classes"])}. A window with a missing value (NaN or infinite) is *unknown*:
{_MISSING[target].format(**facts)}.{_unsure(model, _UNSURE[target].format(**facts))}

```
{_CALLS[target].format(**facts)}
```

{about["multiply_adds"]:,} multiply-adds a window, {about["parameters"]:,} parameters, {about["peak_bytes"]:,} bytes of
values at once. Measured on this machine ({about["machine"]}), one core:

| file | weights | bytes | largest difference | classes changed of {len_golden(about)} | ms a window |
|---|---|---|---|---|---|
{chr(10).join(rows)}

{"".join(f"- {told}.{chr(10)}" for told in about["told"])}
`stridenet verify` on this folder answers `golden.npz` anew and says the largest difference from Keras.
Made by {model["made_by"]}.
"""


def _unsure(model: dict[str, Any], how: str) -> str:
    """The model's threshold in words; empty where it has none."""
    if not model["unsure"]:
        return ""
    if model["temperature"] == 1:
        return f"\nSo is an answer with a probability below {model['unsure']:.4f}: {how}."
    calibrated = f"calibrated, to the power of 1 / {model['temperature']:.4g} over their sum"
    return f"\nSo is an answer whose probability, {calibrated}, is below {model['unsure']:.4f}: {how}."


def len_golden(about: dict[str, Any]) -> int:
    """How many golden windows there are."""
    return int(about["checked"][0]["windows"]) if about["checked"] else 0


def _difference(one: dict[str, Any]) -> str:
    return one["why"] if one["difference"] is None else f"{one['difference']:.1g}"


def _changed(one: dict[str, Any]) -> str:
    return "-" if one["difference"] is None else str(one["changed"])


def _ms(one: dict[str, Any]) -> str:
    return "-" if one["milliseconds"] is None else f"{one['milliseconds']:.3f}"
