"""Damages model files and counts how they are answered; writes docs/reliability/bundles.json.

    python benchmarks/damaged_bundles.py --inputs 1000 --seed 1

Each input is a small model file after one seeded fault: bits, bytes cut off or put in, a file of the zip left out,
doubled or replaced by a pickle that would leave a file behind, or a file changed and all digests made right again. It
is opened and asked as a user would. Right is:

- refused: one sentence of ours that names the file
- the same: the very same content
- as it says: other content that fits, where the digests were made right again

Anything else is wrong: a traceback, other content in silence, something executed. Exit status 1 when there was any.
"""

import argparse
import collections
import json
import os
import pickle
import platform
import random
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from bundles import contents, manifest, packed, rezipped
from stridenet_runtime.bundle import Bundle, open_bundle
from stridenet_runtime.errors import BundleError
from stridenet_runtime.numpy_engine import run

RESULT = Path(__file__).resolve().parents[1] / "docs" / "reliability" / "bundles.json"
EXECUTED = "executed"


class Evil:
    """A pickle that leaves a file behind when it is loaded."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path(EXECUTED).touch, ()


def flipped(whole: bytes, rng: random.Random) -> bytes:
    """Some bits the other way round."""
    content = bytearray(whole)
    for _ in range(rng.choice([1, 2, 8, 64])):
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    return bytes(content)


def cut(whole: bytes, rng: random.Random) -> bytes:
    """The beginning, the end, or all but a piece."""
    first, last = sorted(rng.randrange(len(whole)) for _ in range(2))
    return rng.choice([whole[:first], whole[last:], whole[:first] + whole[last:]])


def more(whole: bytes, rng: random.Random) -> bytes:
    """Other bytes put in somewhere."""
    place = rng.randrange(len(whole) + 1)
    return whole[:place] + rng.randbytes(rng.choice([1, 100, 5000])) + whole[place:]


def members(whole: bytes, rng: random.Random) -> bytes:
    """A file of the zip left out, changed, or one more under some name."""
    names = zipfile.ZipFile(_file(whole)).namelist()
    info = zipfile.ZipInfo(
        rng.choice([*names, "../../x", "/etc/x", "a\\b", "x.pkl", "\u202ex", "model.keras", "", "x\n"])
    )
    info.external_attr = rng.choice([0, 0o120777, 0o040755, 0o100644]) << 16
    change: dict[str, bytes | None] = {
        rng.choice(names): rng.choice([None, b"", rng.randbytes(50), pickle.dumps(Evil())])
    }
    return rezipped(whole, rng.choice([change, {}]), more=[(info, rng.randbytes(9))] if rng.random() < 0.5 else [])


def inside(whole: bytes, rng: random.Random) -> bytes:
    """A file changed, and all digests made right again."""
    del whole
    parts = contents()
    name = rng.choice(sorted(parts))
    how = rng.choice([flipped, cut, more, _pickled, _words])
    return packed(parts | {name: how(parts[name], rng)})


def told(whole: bytes, rng: random.Random) -> bytes:
    """A manifest that says something else, and all digests made right again."""
    del whole
    odd: list[Any] = [None, 0, -1, 2**70, 1e308, "", "\ud800", [], {}, [[]], {"a": {}}, True, "x" * 10**5, float("nan")]
    return packed(contents(), **{rng.choice(sorted(manifest().plain())): rng.choice(odd)})


def _pickled(part: bytes, rng: random.Random) -> bytes:
    del part, rng
    return pickle.dumps(Evil())


def _words(part: bytes, rng: random.Random) -> bytes:
    """A number or a name of a text changed."""
    text = part.decode("latin-1")
    old, new = rng.choice(
        [("0", "7"), ("3", "-3"), ("1", "1e9"), ("2", "99999999999"), ("relu", "exec"), ("v", ""), ("[", "{")]
    )
    return text.replace(old, new, rng.choice([1, 3, -1])).encode("latin-1")


def _file(content: bytes) -> Any:
    import io

    return io.BytesIO(content)


FAULTS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "bits": flipped,
    "cut": cut,
    "more bytes": more,
    "files of the zip": members,
    "a file, digests right": inside,
    "the manifest, digests right": told,
}


def verdict(path: Path, whole: Bundle) -> str:
    """How a damaged file was answered."""
    try:
        bundle = open_bundle(path)
        answers = run(bundle.program, bundle.golden.x)
    except BundleError as error:
        said = str(error)
        fine = str(path) in said and "\n" not in said and len(said) < 500
        return "refused" if fine else "BAD SENTENCE"
    except Exception as error:  # what a user would see as a traceback
        return f"TRACEBACK {type(error).__name__}"
    finally:
        if Path(EXECUTED).exists():
            Path(EXECUTED).unlink()
            return "EXECUTED"  # noqa: B012  whatever else was said
    same = bundle.files == whole.files
    fits = answers.shape == (len(bundle.golden.x), len(bundle.manifest.classes))
    return "the same" if same else "as it says" if fits else "SILENT"


def main() -> int:
    """Runs all inputs and writes what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RESULT)
    given = parser.parse_args()
    rng, counts, slowest = random.Random(given.seed), collections.Counter[tuple[str, str]](), 0.0
    warnings.filterwarnings("ignore", "Duplicate name")
    out = given.out.resolve()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        path, whole = Path(folder, "damaged.stride"), packed(contents())
        path.write_bytes(whole)
        opened = open_bundle(path)
        for number in range(given.inputs):
            fault = list(FAULTS)[number % len(FAULTS)]
            path.write_bytes(FAULTS[fault](whole, rng))
            began = time.process_time()
            said = verdict(path, opened)
            said = "SILENT" if said == "as it says" and "digests right" not in fault else said
            slowest = max(slowest, time.process_time() - began)
            counts[fault, said] += 1
            if said not in ("refused", "the same", "as it says"):
                print(f"{number} {fault}: {said}")
        os.chdir("/")
    wrong = sum(n for (_, said), n in counts.items() if said not in ("refused", "the same", "as it says"))
    faults = {fault: {said: n for (one, said), n in sorted(counts.items()) if one == fault} for fault in FAULTS}
    about = {"inputs": given.inputs, "seed": given.seed, "wrong": wrong, "slowest_cpu_s": round(slowest, 3)}
    about |= {"faults": faults, "python": platform.python_version()}
    out.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(about))
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
