"""Opens a model file (``model.stride``); nothing in it is executed, and what is damaged is refused in one sentence.

A zip: ``manifest.json``, ``program.json`` and ``program.npz`` (the network for NumPy), ``model.onnx``, ``golden.npz``
(windows and the answers to them) and ``model.keras``. The manifest holds the digest of every other file, the zip's
comment the manifest's.
"""

import hashlib
import io
import stat
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from stridenet_runtime.arrays import read_npz
from stridenet_runtime.errors import BundleError
from stridenet_runtime.manifest import Manifest
from stridenet_runtime.program import Array, Facts, Program

LARGEST = 512 * 2**20
"""Bytes of a file, packed and unpacked."""
NAME = "model.stride"
REQUIRED = ("manifest.json", "program.json", "program.npz", "model.onnx", "golden.npz")
OPTIONAL = ("model.keras",)
_PIECE = 1 << 20
MARK = b"stridenet manifest sha256 "


@dataclass(frozen=True, slots=True, eq=False)
class Golden:
    """Windows in raw units, float32 (window, time, channel), and the probabilities that Keras gave them."""

    x: Array
    y: Array


@dataclass(frozen=True, eq=False)
class Bundle:
    """A model file, opened and checked.

    Args:
        path: where it lies.
        manifest: what it says of itself.
        program: the network as NumPy runs it.
        golden: what every engine must answer.
        files: the content of every file in it, by name.
    """

    path: Path
    manifest: Manifest
    program: Program
    golden: Golden
    files: dict[str, bytes]

    @property
    def onnx(self) -> bytes:
        """The ONNX file."""
        return self.files["model.onnx"]

    @property
    def keras(self) -> bytes | None:
        """The Keras file, which stridenet alone opens; None where it was left out."""
        return self.files.get("model.keras")

    @cached_property
    def facts(self) -> Facts:
        """Shapes, multiply-adds and memory of the network."""
        return self.program.check()

    @property
    def digest(self) -> str:
        """Identifies the whole content."""
        return _digest(self.files["manifest.json"])


def open_bundle(path: Path | str) -> Bundle:
    """Opens a model file, or that of a run's folder.

    Raises:
        BundleError: there is none, or it is damaged, tampered with or made by a newer version.
    """
    path = Path(path)
    file = path / NAME if path.is_dir() else path
    try:
        return _opened(file)
    except BundleError as error:
        why = str(error).rstrip(".")
    except OSError as error:
        why = error.strerror or type(error).__name__
    except Exception as error:  # a damaged file makes zipfile, zlib and NumPy fail in any way
        why = f"it is damaged, {type(error).__name__}: {' '.join(str(error).split())[:100]}".rstrip(": ")
    raise BundleError(f"{_plain(file)}: no model is read from there ({why}); name a whole {NAME} of a run.")


def _plain(file: Path) -> str:
    name = str(file)
    return name if name.isprintable() else ascii(name)


def _opened(file: Path) -> Bundle:
    if not file.is_file():
        raise BundleError("there is no such file")
    if file.stat().st_size > LARGEST:
        raise BundleError(f"it is larger than {LARGEST >> 20} MB")
    content = file.read_bytes()
    if content[:4] != b"PK\x03\x04":
        raise BundleError("it is no model file of stridenet")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = _unpacked(archive)
        comment = archive.comment
    if comment != MARK + _digest(files["manifest.json"]).encode():
        raise BundleError("its manifest is not the one that it was made with")
    manifest = Manifest.from_json(files["manifest.json"])
    _check_digests(manifest, files)
    return _fitting(file, manifest, files)


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Every file in a zip, after names and sizes were looked at."""
    members = archive.infolist()
    names = [member.filename for member in members]
    if foreign := [name for name in names if name not in REQUIRED + OPTIONAL]:
        raise BundleError(f"it holds {foreign[0][:60]!a}, which no model file does")
    if len(set(names)) != len(names):
        raise BundleError("it holds a file twice")
    if missing := [name for name in REQUIRED if name not in names]:
        raise BundleError(f"it lacks {missing[0]}")
    if sum(member.file_size for member in members) > LARGEST:
        raise BundleError(f"it unpacks to more than {LARGEST >> 20} MB")
    for member in members:
        kind = stat.S_IFMT(member.external_attr >> 16)
        known = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if kind not in (0, stat.S_IFREG) or member.flag_bits & 1 or not known:
            raise BundleError(f"{member.filename} in it is a link, encrypted or packed in an unknown way")
    return {member.filename: _read(archive, member) for member in members}


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """A file in pieces, and never more of it than was said."""
    content = bytearray()
    with archive.open(member) as file:
        while piece := file.read(_PIECE):
            content += piece
            if len(content) > member.file_size:
                break
    if len(content) != member.file_size:
        raise BundleError(f"{member.filename} in it has another size than it says")
    return bytes(content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _check_digests(manifest: Manifest, files: dict[str, bytes]) -> None:
    told = set(manifest.files)
    if told != set(files) - {"manifest.json"}:
        raise BundleError("its manifest names other files than it holds")
    for name, one in manifest.files.items():
        if one["bytes"] != len(files[name]) or one["sha256"] != _digest(files[name]):
            raise BundleError(f"{name} in it is not the one that it was made with")


def _fitting(file: Path, manifest: Manifest, files: dict[str, bytes]) -> Bundle:
    """The bundle, whose parts are seen to fit each other."""
    program = Program.from_json(files["program.json"], _arrays(files, "program.npz"))
    facts = program.check()
    windows, n_classes = (program.length, program.n_channels), facts.shapes[program.output][0]
    if windows != (manifest.window.length, len(manifest.channels)) or n_classes != len(manifest.classes):
        raise BundleError("its network takes other windows, or gives other classes, than its manifest says")
    golden = _arrays(files, "golden.npz")
    if set(golden) != {"x", "y"} or golden["x"].shape[1:] != windows or golden["y"].shape[1:] != (n_classes,):
        raise BundleError("its golden vectors have other shapes than its network")
    if len(golden["x"]) != len(golden["y"]) or not len(golden["x"]):
        raise BundleError("its golden vectors are not one answer a window")
    return Bundle(file, manifest, program, Golden(golden["x"], golden["y"]), files)


def _arrays(files: dict[str, bytes], name: str) -> Any:
    return read_npz(files[name], largest=LARGEST)
