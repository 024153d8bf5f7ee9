"""Faults of files: bytes, cells, lines, encodings, numbers, dates, archives, folders; each drawn by a seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from fuzzing.source import tarred

WORDS = (
    b"NA", b"nan", b"inf", b"-inf", b"1e39", b"1e400", b"-", b"", b"1_000", b'"', b"'", b"\xff", b"\0", b"\xef\xbb\xbf",
    b"\r", b"\n", b"\n\n", b",", b";", b"\t", b"|", b" ", b"2024-02-31 12:00:00", b"2024-05-31 25:61:00", b"0000-00-00",
    b"99999999999999999999", b"-0", b"0x1F", b"1,5", b"1.5", b"=1/0", b"#REF!", b"true", "١٢".encode(), b"x" * 300,
    b"{", b"]", b":", b"?", b"\xc3\xa4", b"\xe4",
)  # fmt: skip
SEPARATORS = (b",", b";", b"\t", b"|", b" ")


TEXT_KINDS = (
    "cell lost", "cell doubled", "cell replaced", "cell emptied", "cells swapped", "line lost", "line doubled",
    "lines swapped", "separators of a line", "lines lost", "lines doubled", "separators swapped", "letters",
    "encodings",
)  # fmt: skip


@dataclass
class Damage:
    """What was done.

    Args:
        kinds: its words.
        renamed: whether files changed names, are gone, or swapped: the names then say something else.
    """

    kinds: list[str] = field(default_factory=list)
    renamed: bool = False


def of_bytes(data: bytes, rng: random.Random) -> tuple[str, bytes]:
    """One fault anywhere, whatever the file is."""
    out = bytearray(data)
    at, n = rng.randrange(len(out) + 1), rng.choice((1, 1, 4, 30, 400))
    kind = rng.randrange(9)
    if kind == 0:
        for _ in range(n if out else 0):
            out[rng.randrange(len(out))] = rng.randrange(256)
    elif kind == 1 and out:
        out[min(at, len(out) - 1)] ^= 1 << rng.randrange(8)
    elif kind == 2:
        del out[at:]
    elif kind == 3:
        del out[:at]
    elif kind == 4:
        del out[at : at + n]
    elif kind == 5:
        out[at:at] = rng.randbytes(n)
    elif kind == 6:
        out[at:at] = out[at : at + n] * rng.choice((1, 2, 50))
    elif kind == 7:
        out[at : at + rng.choice((0, 1, 5))] = rng.choice(WORDS)
    else:
        out[at : at + n] = bytes(min(n, len(out) - at))
    kinds = ("flipped", "bit", "cut off", "begin lost", "lost", "inserted", "repeated", "word", "zeros")
    return kinds[kind], bytes(out)


def of_text(data: bytes, rng: random.Random) -> tuple[str, bytes]:
    """One fault of a table: of a cell, a line, or of all of them."""
    lines = data.split(b"\n")
    at = rng.randrange(len(lines)) if rng.random() < 0.8 else rng.randrange(min(3, len(lines)))
    separator = max(SEPARATORS, key=lambda one: (data.count(one), one))
    cells = lines[at].split(separator)
    cell = rng.randrange(len(cells))
    kind = rng.randrange(14)
    if kind == 0:
        del cells[cell]
    elif kind == 1:
        cells.insert(cell, cells[cell])
    elif kind == 2:
        cells[cell] = rng.choice(WORDS)
    elif kind == 3:
        cells[cell] = b""
    elif kind == 4:
        other = rng.randrange(len(cells))
        cells[cell], cells[other] = cells[other], cells[cell]
    lines[at] = separator.join(cells)
    if kind == 5:
        del lines[at]
    elif kind == 6:
        lines.insert(at, lines[at])
    elif kind == 7:
        other = rng.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 8:
        lines[at] = lines[at].replace(separator, rng.choice(SEPARATORS))
    elif kind == 9:
        del lines[at : at + rng.randrange(1, 60)]
    elif kind == 10:
        lines = [*lines[:at], *lines[: at + 1]] if rng.random() < 0.5 else [*lines, *lines]
    out = b"\n".join(lines)
    if kind == 11:
        out = out.replace(separator, rng.choice(SEPARATORS))
    elif kind == 12:
        a, b = rng.choice(((b".", b","), (b",", b"."), (b"\n", b"\r\n"), (b"\n", b"\r"), (b"-", b""), (b"0", b"O")))
        out = out.replace(a, b) if rng.random() < 0.5 else out[:1000].replace(a, b) + out[1000:]
    elif kind == 13:
        out = _encoded(out, rng)
    return TEXT_KINDS[kind], out


def _encoded(data: bytes, rng: random.Random) -> bytes:
    """Another encoding, for all or from somewhere on."""
    at = rng.choice((0, rng.randrange(len(data) + 1)))
    encoding = rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037", "utf-8-sig"))
    return data[:at] + data[at:].decode(errors="replace").encode(encoding, errors="replace")


def of_archive(data: bytes, rng: random.Random) -> tuple[str, bytes]:
    """One fault of a zip's or tar's headers and sizes."""
    out = bytearray(data)
    marks = (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"ustar", b"\x1f\x8b", b"PAR1", b"\x93NUMPY")
    places = [at for mark in marks for at in _all(data, mark)]
    at = rng.choice(places) if places else 0
    spot = min(len(out) - 1, max(0, at + rng.randrange(-140 if out[at : at + 5] == b"ustar" else 0, 46)))
    if not out:
        return "header", data
    kind = rng.randrange(3)
    if kind == 0:
        out[spot] = rng.choice((0, 1, 0xFF, 0x7F, rng.randrange(256)))
    elif kind == 1:
        out[spot : spot + 4] = rng.choice((b"\xff" * 4, bytes(4), rng.randbytes(4)))
    else:
        out[spot] ^= 1 << rng.randrange(8)
    return "header", bytes(out)


def _all(data: bytes, mark: bytes) -> list[int]:
    found, at = [], data.find(mark)
    while at >= 0:
        found.append(at)
        at = data.find(mark, at + 1)
    return found


def of_folder(files: dict[str, bytes], rng: random.Random, done: Damage) -> None:
    """One fault of a folder: a file gone, empty, swapped with another, or with another name."""
    name = rng.choice(sorted(files))
    other = rng.choice(sorted(files))
    kind = rng.randrange(6)
    done.kinds.append(
        ("file gone", "file emptied", "files swapped", "file renamed", "file doubled", "file strange")[kind]
    )
    done.renamed = True
    if kind == 0 and len(files) > 1:
        del files[name]
    elif kind == 1:
        files[name] = b""
    elif kind == 2:
        files[name], files[other] = files[other], files[name]
    elif kind == 3:
        files[_renamed(name, rng)] = files.pop(name)
    elif kind == 4:
        files[_renamed(name, rng)] = files[name]
    elif kind == 5:
        folder = name.rpartition("/")[0]
        strange = rng.choice(
            ("notes.txt", "plot.png", ".hidden", "b.csv", "c.json", "d.npy", "e.zip", "f.xlsx", "g.tar.gz")
        )
        content = rng.choice((b"", b"hello\n", rng.randbytes(300), b"a,b\n1,2\n", b"{}", tarred({"../x": b"1"}, "gz")))
        files[f"{folder}/{strange}" if folder else strange] = content


def _renamed(name: str, rng: random.Random) -> str:
    folder, _, last = name.rpartition("/")
    stem, dot, ending = last.rpartition(".")
    odd = rng.choice(
        (
            f"{stem} (1).{ending}",
            f"copy of {last}",
            f"{stem}.{ending.upper()}",
            f"{stem}{dot}txt",
            f"{stem}{dot}csv",
            f"{stem}[x].{ending}",
            f"{stem}-é.{ending}",
            stem or last,
            f"{'x' * 120}.{ending}",
            f"1.{ending}",
        )
    )
    return f"{folder}/{odd}" if folder else odd


Fault = Callable[[bytes, random.Random], tuple[str, bytes]]


def damaged(files: dict[str, bytes], rng: random.Random, texts: bool) -> Damage:
    """Damages files in place: one to three faults."""
    done = Damage()
    for _ in range(rng.choice((1, 1, 1, 1, 2, 3))):
        if len(files) > 1 and rng.random() < 0.2:
            of_folder(files, rng, done)
            continue
        name = rng.choice(sorted(files))
        packed = name.endswith((".zip", ".gz", ".bz2", ".xz", ".tar", ".xlsx", ".parquet", ".npz", ".npy"))
        fault: Fault = of_text if texts and rng.random() < 0.65 else of_bytes
        if packed:
            fault = of_archive if rng.random() < 0.5 else of_bytes
        kind, files[name] = fault(files[name], rng)
        done.kinds.append(kind)
    return done
