"""A small model file, made without Keras, and the ways in which one is spoilt."""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from programs import small
from stridenet_runtime.arrays import write_npz, zipped
from stridenet_runtime.bundle import MARK
from stridenet_runtime.manifest import Channel, Manifest, Window
from stridenet_runtime.numpy_engine import run


def manifest() -> Manifest:
    """Of the small program."""
    return Manifest(
        name="walks-cnn-1",
        window=Window(8, 4, 0.4),
        rate_hz=20.0,
        channels=(Channel("acc_x", "g"), Channel("acc_y", "g")),
        raw_channels=(Channel("acc_x", "g"), Channel("acc_y", "g")),
        classes=("walk", "sit", "lie"),
    )


def contents(onnx: bytes = b"no graph") -> dict[str, bytes]:
    """All files but the manifest."""
    x = np.random.default_rng(0).normal(size=(4, 8, 2)).astype(np.float32)
    program = small()
    return {
        "program.json": program.to_json().encode(),
        "program.npz": write_npz(program.constants),
        "model.onnx": onnx,
        "golden.npz": write_npz({"x": x, "y": run(program, x)}),
    }


def packed(parts: dict[str, bytes], **changes: Any) -> bytes:
    """A model file of these files, its digests right, its manifest changed."""
    digests = {n: {"sha256": hashlib.sha256(one).hexdigest(), "bytes": len(one)} for n, one in parts.items()}
    told = manifest().plain() | {"files": digests} | changes
    text = json.dumps(told).encode()
    return zipped({"manifest.json": text, **parts}, comment=MARK + hashlib.sha256(text).hexdigest().encode())


def small_bundle(folder: Path, **changes: Any) -> Path:
    """A model file in a folder."""
    path = folder / "model.stride"
    path.write_bytes(packed(contents(), **changes))
    return path


def rezipped(
    content: bytes, change: dict[str, bytes | None], *, more: list[tuple[zipfile.ZipInfo, bytes]] | None = None
) -> bytes:
    """The same zip with other content for some files, None leaving one out, and with more of them."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        new.comment = old.comment
        for info in old.infolist():
            kept = change.get(info.filename, old.read(info))
            if kept is not None:
                new.writestr(info, kept)
        for info, one in more or []:
            new.writestr(info, one)
    return made.getvalue()
