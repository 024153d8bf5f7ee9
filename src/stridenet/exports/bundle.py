"""Packs a trained network with all that its answers need into one model file; the same content gives the same bytes."""

import hashlib
import json
from dataclasses import replace

from stridenet.exports.onnx import to_onnx
from stridenet_runtime.arrays import write_npz, zipped
from stridenet_runtime.bundle import MARK, Golden
from stridenet_runtime.manifest import Manifest
from stridenet_runtime.program import Program


def pack(manifest: Manifest, program: Program, golden: Golden, keras: bytes | None = None) -> bytes:
    """The bytes of a ``model.stride``.

    Args:
        manifest: what it says of itself; the digests are added here.
        program: the network, see :func:`stridenet.exports.trace.trace`.
        golden: windows in raw units, and the probabilities that Keras gave them.
        keras: the Keras file.
    """
    files = {
        "program.json": program.to_json().encode(),
        "program.npz": write_npz(program.constants),
        "model.onnx": to_onnx(program, _about(manifest)),
        "golden.npz": write_npz({"x": golden.x, "y": golden.y}),
    }
    if keras is not None:
        files["model.keras"] = keras
    digests = {name: {"sha256": _digest(one), "bytes": len(one)} for name, one in files.items()}
    text = replace(manifest, files=digests).to_json().encode()
    return zipped({"manifest.json": text, **files}, comment=MARK + _digest(text).encode())


def _about(manifest: Manifest) -> dict[str, str]:
    """What the ONNX file says of itself, for those who have nothing else."""
    told = {
        "stridenet.name": manifest.name,
        "stridenet.classes": manifest.classes,
        "stridenet.channels": [one.name for one in manifest.channels],
        "stridenet.units": [one.unit for one in manifest.channels],
        "stridenet.rate_hz": manifest.rate_hz,
        "stridenet.filter": manifest.filter,
        "stridenet.threshold": manifest.threshold or 0.0,
        "stridenet.temperature": manifest.temperature or 1.0,
    }
    return {name: one if isinstance(one, str) else json.dumps(one) for name, one in told.items()}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
