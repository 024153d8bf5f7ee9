"""People's own tables in every dialect, folders of them, archives, and tables of annotations."""

import gzip
import random
from datetime import datetime, timedelta

from fuzzing.source import RATE_HZ, Maker, N, Source, moved, tarred, text, what, zipped

DAY = datetime(2024, 5, 31, 12, 0, 0)


def rows(rng: random.Random, clock: str = "s", n: int = N, *, who: str = "", label: bool = True) -> list[list[object]]:
    """Time, three axes, and the activity and the person where asked for."""
    found: list[list[object]] = []
    for i in range(n):
        when = DAY + timedelta(seconds=i / RATE_HZ)
        stamp: list[object] = {
            "s": [f"{i / RATE_HZ:.2f}"],
            "ms": [str(20 * i)],
            "epoch": [str(1_717_156_800_000 + 20 * i)],
            "iso": [when.isoformat(timespec="milliseconds")],
            "day first": [when.strftime("%d.%m.%Y %H:%M:%S.%f")[:-3]],
            "of day": [when.strftime("%H:%M:%S.%f")[:-3]],
            "": [],
        }[clock]  # type: ignore[assignment]
        row = [*stamp, *moved(rng, i, n)]
        found.append([*row, *([what(i, n)] if label else []), *([who] if who else [])])
    return found


def people(rng: random.Random, clock: str = "s") -> list[list[object]]:
    """Three people below each other."""
    return [row for who in ("anna", "ben", "carla") for row in rows(rng, clock, 100, who=who)]


NAMES = ("time", "acc_x [g]", "acc_y [g]", "acc_z [g]", "activity", "person")


def plain(separator: str, end: str = "\n", clock: str = "s", name: str = "walk.csv") -> Maker:
    def make(rng: random.Random) -> Source:
        return Source({name: text(NAMES, people(rng, clock), separator, end)})

    return make


def decimal_commas(rng: random.Random) -> Source:
    cells = [[f"{c:.4f}".replace(".", ",") if isinstance(c, float) else str(c) for c in r] for r in people(rng, "ms")]
    return Source({"walk.csv": text(("time_ms", *NAMES[1:]), cells, ";")})


def blanks(rng: random.Random) -> Source:
    return Source({"walk.txt": text((), rows(rng, "", label=False), "   ")}, {"rate_hz": 50})


def said_separator(rng: random.Random) -> Source:
    return Source({"walk.csv": b"sep=;\n" + text(NAMES, people(rng), ";")})


def head_and_units(rng: random.Random) -> Source:
    head = b"Recorder: made up\nSubject: 17\nDate: 2024-05-31\n\n"
    names = text(("time", "acc_x", "acc_y", "acc_z", "activity"), [("s", "g", "g", "g", "")])
    return Source({"walk.csv": head + names + text((), rows(rng))})


def quoted(rng: random.Random) -> Source:
    cells = [[f'"{cell}"' if isinstance(cell, str) else f"{cell:.4f}" for cell in row] for row in people(rng)]
    return Source({"walk.csv": text([f'"{name}"' for name in NAMES], cells)})


def single_quoted(rng: random.Random) -> Source:
    cells = [[f"'{cell}'" if cell in ("sit", "walk") else cell for cell in row] for row in rows(rng)]
    return Source({"walk.csv": text([f"'{name}'" for name in NAMES[:5]], cells)})


def encoded(encoding: str) -> Maker:
    def make(rng: random.Random) -> Source:
        cells = [["während" if cell == "walk" else cell for cell in row] for row in people(rng)]
        return Source({"rec.csv": text(NAMES, cells).decode().encode(encoding)})

    return make


def trailing(rng: random.Random) -> Source:
    return Source({"walk.csv": text((*NAMES, ""), [[*row, ""] for row in people(rng)])})


def without_time(rng: random.Random) -> Source:
    return Source({"walk.csv": text(NAMES[1:5], rows(rng, ""))}, {"rate_hz": 50})


def counted(rng: random.Random) -> Source:
    cells = [[str(i), *row] for i, row in enumerate(rows(rng))]
    return Source({"walk.csv": text(("index", *NAMES[:5]), cells)})


def packed(rng: random.Random) -> Source:
    return Source({"walk.csv.gz": gzip.compress(text(NAMES, people(rng)), mtime=0)})


def by_person(rng: random.Random) -> Source:
    return Source({f"{who}.csv": text(NAMES[:5], rows(rng)) for who in ("anna", "ben", "carla")})


def by_activity(rng: random.Random) -> Source:
    names = ("x", "y", "z")
    files = {f"{do}/{k:02d}.csv": text(names, rows(rng, "", 60, label=False)) for do in ("sit", "walk") for k in (1, 2)}
    return Source(files, {"rate_hz": 50, "people_from": "{activity}/{person}.csv"})


def by_pattern(rng: random.Random) -> Source:
    files = {
        f"{who}_{do}_1.csv": text(NAMES[:4], rows(rng, n=60, label=False)) for who in "ab" for do in ("sit", "run")
    }
    return Source(files, {"people_from": "{person}_{activity}_{trial}.csv"})


def sides(rng: random.Random) -> Source:
    cells = [("train", "anna"), ("train", "ben"), ("test", "carla")]
    return Source({f"{side}/{who}.csv": text(NAMES[:5], rows(rng)) for side, who in cells})


def annotated(rng: random.Random) -> Source:
    files = {f"p{k}.csv": text(NAMES[:4], rows(rng, label=False)) for k in (1, 2)}
    table = [
        (f"p{k}.csv", start, end, do) for k in (1, 2) for start, end, do in ((0, 1.58, "sit"), (1.6, 3.18, "walk"))
    ]
    return Source(files | {"labels.csv": text(("file", "start", "end", "label"), table)})


def wide(rng: random.Random) -> Source:
    names = [f"x_{i}" for i in range(1, 41)]
    cells = [[*(rng.gauss(0, 1 + k % 2) for _ in names), what(k % 2, 2), "ab"[k // 10]] for k in range(20)]
    return Source({"windows.csv": text((*names, "label", "person"), cells)}, {"wide": True, "rate_hz": 20}, window=None)


def described(rng: random.Random) -> Source:
    toml = (
        'format = 1\npath = "walk.csv"\n\n[read]\ntime = "time"\nlabel = "activity"\nperson = "person"\n'
        'channels = ["acc_x", "acc_y", "acc_z"]\n\n[read.unit]\nacc_x = "g"\ntime = "s"\n'
    )
    return Source({"lab.toml": toml.encode(), "walk.csv": text(NAMES, people(rng))}, enter="lab.toml")


def archive(ending: str) -> Maker:
    def make(rng: random.Random) -> Source:
        files = {f"lab/{name}": data for name, data in by_person(rng).files.items()}
        whole = zipped(files) if ending == "zip" else tarred(files, ending.removeprefix("tar").removeprefix("."))
        return Source({f"lab.{ending}": whole})

    return make


TABLES: dict[str, Maker] = {
    "table, commas": plain(","),
    "table, semicolons": plain(";"),
    "table, tabs": plain("\t", clock="iso", name="walk.tsv"),
    "table, bars": plain("|", name="walk.txt"),
    "table, CRLF": plain(",", "\r\n", clock="epoch"),
    "table, bare CR": plain(",", "\r"),
    "table, decimal commas": decimal_commas,
    "table, blanks": blanks,
    "table, sep=": said_separator,
    "table, head and units": head_and_units,
    "table, quoted": quoted,
    "table, single quotes": single_quoted,
    "table, UTF-16": encoded("utf-16"),
    "table, Latin-1": encoded("latin-1"),
    "table, UTF-8 with a mark": encoded("utf-8-sig"),
    "table, day first": plain(",", clock="day first"),
    "table, time of day": plain(",", clock="of day"),
    "table, trailing commas": trailing,
    "table, no time": without_time,
    "table, counter": counted,
    "table, gz": packed,
    "folder, by person": by_person,
    "folder, by activity": by_activity,
    "folder, by pattern": by_pattern,
    "folder, train and test": sides,
    "folder, annotated": annotated,
    "table, wide": wide,
    "lab.toml": described,
    **{f"archive, {ending}": archive(ending) for ending in ("zip", "tar", "tar.gz", "tar.bz2", "tar.xz")},
}
