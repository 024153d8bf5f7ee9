"""Damages small files of every form that is read, and counts how the readers answer.

    python benchmarks/fuzz_readers.py --inputs 2000 --seed 1

Each input is a small table, Parquet file, archive, WISDM, watch, UCI HAR or HAPT file that this script makes and then
damages: bytes changed, left out, put in, cut off or repeated, cells replaced. It is read in a child process as a user
would have it read. Right are windows, and an error of ours in one sentence; anything else is shown with the input's
number, and kept. Exit status 1 when there was any.
"""

import argparse
import collections
import io
import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl

SLOW_S = 20.0
BATCH = 50
WORDS = (
    b"NA", b"nan", b"inf", b"1e39", b"1e400", b"-", b"", b"1_000", b'"', b"\xff", b"\0", b"\xef\xbb\xbf", b"\r", b"\n",
    b",", b";", b"\t", b"2024-05-31 noon", b"2024-05-31 12:00:00", b"99999999999999999999", b"-0", "١٢".encode(),
    b"x" * 300,
)  # fmt: skip

CHILD = """
import json, sys, time, traceback
from stridenet.data.load import load_with_recordings
from stridenet.errors import StridenetError
for line in sys.stdin:
    path, begin = line.rstrip("\\n"), time.monotonic()
    try:
        windows, _ = load_with_recordings(path, length=None)
        answer, words = "windows", str(len(windows))
    except StridenetError as error:
        words = str(error)
        answer = "error" if "\\n" not in words and len(words) < 700 and words.endswith((".", "?")) else "bad sentence"
    except BaseException:
        answer, words = "traceback", traceback.format_exc()
    print(json.dumps([answer, words, time.monotonic() - begin]), flush=True)
"""


def table(rng: random.Random) -> bytes:
    """A CSV table of two people and two activities."""
    names = rng.choice(["time,x,y,label,person", "timestamp_ms,acc_x [g],z,activity,user", "datetime,a,b,class,id"])
    lines = [names]
    for i in range(300):
        when = {"t": f"{i / 50:.2f}", "d": f"2024-05-31 12:00:{i / 50:06.3f}"}[names[0]]
        when = str(20 * i) if names.startswith("timestamp") else when
        lines.append(f"{when},{rng.gauss(0, 1):.4f},{i},{'walk' if i < 150 else 'sit'},{'anna'}")
    return rng.choice(["\n", "\r\n"]).join([*lines, ""]).replace(",", rng.choice(",;,")).encode()


def parquet(rng: random.Random) -> bytes:
    """The same as Parquet, in several row groups."""
    n, file = 300, io.BytesIO()
    pl.DataFrame(
        {
            "time": [i / 50 for i in range(n)],
            "x": [rng.gauss(0, 1) for _ in range(n)],
            "label": pl.Series(["walk"] * 150 + ["sit"] * 150, dtype=rng.choice([pl.String, pl.Categorical])),
            "k": list(range(n)),
        }
    ).write_parquet(file, row_group_size=100, compression=rng.choice(["zstd", "snappy", "uncompressed"]))
    return file.getvalue()


def records(rng: random.Random, user: int, letters: tuple[str, ...]) -> bytes:
    """WISDM's records."""
    lines = [
        f"{user},{letter},{(i + 1) * 50_000_000},{rng.gauss(0, 5):.6f},{rng.gauss(0, 5):.6f},9.8;"
        for letter in letters
        for i in range(90)
    ]
    return "\n".join([*lines, ""]).encode()


def uci_har(rng: random.Random) -> dict[str, bytes]:
    """The files of a tiny UCI HAR."""
    draw = np.random.default_rng(rng.randrange(2**32))
    files = {"activity_labels.txt": b"1 WALKING\n2 SITTING\n"}
    for side, person in (("train", 1), ("test", 2)):
        for channel in (f"{kind}_{axis}" for kind in ("total_acc", "body_acc", "body_gyro") for axis in "xyz"):
            rows = draw.normal(size=(2, 128))
            text = "".join(
                "".join(f" {v: .7e}".replace("e-", "e-0").replace("e+", "e+0") for v in r) + "\n" for r in rows
            )
            files[f"{side}/Inertial Signals/{channel}_{side}.txt"] = text.encode()
        files[f"{side}/y_{side}.txt"] = b"1\n2\n"
        files[f"{side}/subject_{side}.txt"] = f"{person}\n{person}\n".encode()
    return files


def hapt(rng: random.Random) -> dict[str, bytes]:
    """The files of a tiny HAPT."""
    files = {"activity_labels.txt": b"1 WALKING\n2 SITTING\n", "RawData/labels.txt": b"1 1 1 1 130\n1 1 2 140 260\n"}
    for kind in ("acc", "gyro"):
        rows = (f"{rng.random()} {rng.random()} {rng.random()}\n" for _ in range(260))
        files[f"RawData/{kind}_exp01_user01.txt"] = "".join(rows).encode()
    return files


def watch(rng: random.Random) -> dict[str, bytes]:
    """The files of two people of the watch set."""
    return {f"data_{user}_accel_watch.txt": records(rng, user, ("A", "B")) for user in (1600, 1601)}


def wisdm(rng: random.Random) -> dict[str, bytes]:
    """The one file of WISDM v1.1."""
    return {"WISDM_ar_v1.1_raw.txt": records(rng, 33, ("Walking", "Sitting"))}


def packed(files: dict[str, bytes], how: str) -> bytes:
    """The files in an archive."""
    out = io.BytesIO()
    if how == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
    else:
        with tarfile.open(fileobj=out, mode=f"w:{how.partition('.')[2]}") as tar:  # type: ignore[call-overload]
            for name, data in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The same with one to three faults."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3))):
        at, n = rng.randrange(len(out) + 1), rng.choice((1, 4, 30, 400))
        kind = rng.randrange(8)
        if kind == 0:
            for _ in range(n):
                if out:
                    out[rng.randrange(len(out))] = rng.randrange(256)
        elif kind == 1:
            del out[at:]
        elif kind == 2:
            del out[:at]
        elif kind == 3:
            del out[at : at + n]
        elif kind == 4:
            out[at:at] = rng.randbytes(n)
        elif kind == 5:
            out[at:at] = out[at : at + n] * rng.choice((1, 2, 50))
        elif kind == 6:
            out[at : at + rng.choice((0, 1, 5))] = rng.choice(WORDS)
        else:
            out[at : at + n] = bytes(n)
    return bytes(out)


FOLDERS: dict[str, Callable[[random.Random], dict[str, bytes]]] = {
    "uci-har": uci_har, "hapt": hapt, "watch": watch, "wisdm": wisdm,
}  # fmt: skip


def make(place: Path, rng: random.Random) -> tuple[str, Path]:
    """One damaged input and what it is."""
    form = rng.choice(("csv", "parquet", *FOLDERS, "zip", "zip", "tar", "tar.gz", "tar.xz", "tar.bz2"))
    if form in ("csv", "parquet"):
        path = place / f"walk.{form}"
        path.write_bytes(damaged({"csv": table, "parquet": parquet}[form](rng), rng))
    elif form in FOLDERS:
        files, path = FOLDERS[form](rng), place / "data"
        for name in rng.sample(sorted(files), k=rng.choice((1, 1, min(3, len(files))))):
            files[name] = damaged(files[name], rng)
        for name, data in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(data)
    else:
        path = place / f"data.{form}"
        path.write_bytes(damaged(packed(FOLDERS[rng.choice(sorted(FOLDERS))](rng), form), rng))
    return form, path


def answers(paths: list[Path]) -> Iterator[tuple[str, str, float]]:
    """How each was answered; a child that dies or hangs is an answer too, and another goes on."""
    left = list(paths)
    while left:
        environment = os.environ | {"STRIDENET_CACHE": str(paths[0].parent.parent / "cache")}
        given = "".join(f"{path}\n" for path in left)
        with tempfile.TemporaryFile("w+") as said:
            child = subprocess.Popen(
                [sys.executable, "-c", CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                env=environment,
            )
            try:
                out, _ = child.communicate(given, timeout=SLOW_S + 3 * len(left))
                why = f"status {child.returncode}"
            except subprocess.TimeoutExpired:
                child.kill()
                out, _ = child.communicate()
                why = "hang"
            said.seek(0)
            noise = said.read()
        lines = out.splitlines()
        for line in lines:
            answer, words, seconds = json.loads(line)
            yield answer if seconds < SLOW_S else "slow", words, seconds
        if len(lines) == len(left):
            if noise:
                raise SystemExit(f"something was printed on standard error: {noise[:2000]}")
            return
        yield "ended", f"{why}; {noise[-2000:]}", 0.0
        left = left[len(lines) + 1 :]


def main() -> int:
    """Runs it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=None, help="where inputs that were answered wrongly are kept")
    given = parser.parse_args()
    print(f"seed {given.seed}, {given.inputs} inputs")
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    wrong, longest, begin = 0, 0.0, time.monotonic()
    for first in range(0, given.inputs, BATCH):
        with tempfile.TemporaryDirectory() as folder:
            made = []
            for number in range(first, min(first + BATCH, given.inputs)):
                place = Path(folder, str(number))
                place.mkdir()
                made.append(make(place, random.Random(f"{given.seed} {number}")))
            for (form, path), (answer, words, seconds) in zip(made, answers([p for _, p in made]), strict=True):
                counts[form, answer] += 1
                longest = max(longest, seconds)
                if answer not in ("windows", "error"):
                    wrong += 1
                    print(f"input {path.parent.name} ({form}): {answer} after {seconds:.1f} s: {words}")
                    if given.keep:
                        given.keep.mkdir(parents=True, exist_ok=True)
                        path.parent.rename(given.keep / path.parent.name)
    for (form, answer), count in sorted(counts.items()):
        print(f"{form:8} {answer:12} {count}")
    print(f"{wrong} of {given.inputs} wrong; the slowest took {longest:.1f} s; {time.monotonic() - begin:.0f} s in all")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
