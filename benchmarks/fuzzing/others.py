"""What is no text table: arrays, Parquet, workbooks, JSON, series; and the known data sets in their packings."""

import io
import json
import random
from typing import Any

import numpy as np
import polars as pl
import xlsxwriter

from fuzzing.source import Maker, N, Source, moved, tarred, text, zipped
from fuzzing.tables import NAMES, people, rows


def parquet(compression: str) -> Maker:
    def make(rng: random.Random) -> Source:
        cells = people(rng)
        frame = {
            "time": [float(str(row[0])) for row in cells],
            **{f"acc_{axis}": [row[i] for row in cells] for i, axis in enumerate("xyz", start=1)},
            "activity": [row[4] for row in cells],
            "person": [row[5] for row in cells],
        }
        file = io.BytesIO()
        pl.DataFrame(frame).write_parquet(file, row_group_size=100, compression=compression)  # type: ignore[arg-type]
        return Source({"walk.parquet": file.getvalue()})

    return make


def workbook(rng: random.Random) -> Source:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for who in ("anna", "ben"):
            sheet = book.add_worksheet(who)
            sheet.write_row(0, 0, NAMES[:5])
            for i, row in enumerate(rows(rng)):
                sheet.write_row(1 + i, 0, [float(str(row[0])), *row[1:]])
    return Source({"walk.xlsx": file.getvalue()})


def json_lines(rng: random.Random) -> Source:
    names = ("time", "acc.x", "acc.y", "acc.z", "activity", "person")
    lines = []
    for row in people(rng):
        cells = dict(zip(names, row, strict=True))
        acc = {axis: round(float(str(cells[f"acc.{axis}"])), 4) for axis in "xyz"}
        one = {"time": float(str(cells["time"])), "acc": acc, "activity": cells["activity"], "person": cells["person"]}
        lines.append(json.dumps(one))
    return Source({"walk.jsonl": ("\n".join(lines) + "\n").encode()})


def json_list(rng: random.Random) -> Source:
    names = ("time", "x", "y", "z", "activity")
    cells = [[float(str(row[0])), *(round(float(str(v)), 4) for v in row[1:4]), row[4]] for row in rows(rng)]
    return Source({"walk.json": json.dumps([dict(zip(names, row, strict=True)) for row in cells]).encode()})


def movesense(rng: random.Random) -> Source:
    blocks = []
    for b in range(N // 4):
        samples = [dict(zip("xyz", (round(v, 3) for v in moved(rng, 4 * b + k)), strict=True)) for k in range(4)]
        blocks.append({"Timestamp": 100 + 80 * b, "ArrayAcc": samples, "ArrayGyro": samples})
    return Source({"walk.json": json.dumps({"Meas": {"IMU6": blocks}}).encode()})


def edge_impulse_json(rng: random.Random) -> Source:
    files = {}
    for do in ("walk", "sit"):
        sensors = [{"name": f"acc{axis}", "units": "m/s2"} for axis in "XYZ"]
        values = [[round(v, 3) for v in moved(rng, i, scale=9.8)] for i in range(N)]
        payload = {"device_type": "X", "interval_ms": 20, "sensors": sensors, "values": values}
        files[f"{do}.1a2b3c4d.json"] = json.dumps({"protected": {"ver": "v1"}, "payload": payload}).encode()
    return Source(files)


def whar(rng: random.Random) -> Source:
    file = io.BytesIO()
    cells = [(k, i, moved(rng, i)) for k in range(4) for i in range(100)]
    frame = {
        "timestamp": pl.Series([1_577_836_800_000 + 20 * i for _, i, _ in cells]).cast(pl.Datetime("ms")),
        **{f"acc_{axis}": [v[a] for _, _, v in cells] for a, axis in enumerate("xyz")},
        "session_id": [k for k, _, _ in cells],
    }
    pl.DataFrame(frame).write_parquet(file, compression="snappy")
    sessions = text(("", "session_id", "subject_id", "activity_id"), ((k, k, k // 2, k % 2) for k in range(4)))
    return Source(
        {
            "metadata/session_df.csv": sessions,
            "metadata/activity_df.csv": b",activity_id,activity_name\n0,0,walk\n1,1,sit\n",
            "sessions/sessions.parquet": file.getvalue(),
        }
    )


def ts(unequal: bool) -> Maker:
    def make(rng: random.Random) -> Source:
        head = "@problemName Motions\n@timeStamps false\n@missing false\n@univariate false\n@dimensions 3\n"
        head += "@equalLength false\n" if unequal else "@equalLength true\n@seriesLength 30\n"
        head += "@classLabel true run stand\n@data\n"
        files = {}
        for side in ("TRAIN", "TEST"):
            lines = []
            for k in range(12):
                n = 30 + (rng.randrange(9) if unequal else 0)
                parts = [",".join(f"{rng.gauss(0, 1 + k % 2):.3f}" for _ in range(n)) for _ in range(3)]
                lines.append(":".join([*parts, ("stand", "run")[k % 2]]))
            files[f"Motions_{side}.ts"] = (head + "\n".join(lines) + "\n").encode()
        return Source(files, window=None)

    return make


def _arrays(rng: random.Random) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(rng.randrange(2**32))
    y = np.arange(24) % 2
    x = (draw.normal(size=(24, 50, 3)) * (1 + y[:, None, None])).astype(np.float32)
    return {"X": x, "y": np.array(["sit", "walk"])[y], "groups": np.repeat(["a", "b", "c"], 8)}


def npz(rng: random.Random) -> Source:
    file = io.BytesIO()
    arrays: dict[str, Any] = _arrays(rng)
    (np.savez_compressed if rng.random() < 0.5 else np.savez)(file, **arrays)
    return Source({"windows.npz": file.getvalue()}, {"rate_hz": 50}, window=None)


def npy(rng: random.Random) -> Source:
    file = io.BytesIO()
    np.save(file, _arrays(rng)["X"])
    return Source({"windows.npy": file.getvalue()}, {"rate_hz": 50}, window=None)


def records(rng: random.Random, user: int, letters: tuple[str, ...]) -> bytes:
    """WISDM's records."""
    cells = [
        f"{user},{letter},{10**9 + (90 * k + i) * 50_000_000},{rng.gauss(0, 5):.4f},{rng.gauss(0, 5):.4f},9.8;"
        for k, letter in enumerate(letters)
        for i in range(90)
    ]
    return "\n".join([*cells, ""]).encode()


def uci_har(rng: random.Random) -> Source:
    draw = np.random.default_rng(rng.randrange(2**32))
    files = {"activity_labels.txt": b"1 WALKING\n2 SITTING\n"}
    for side, person in (("train", 1), ("test", 2)):
        for channel in (f"{kind}_{axis}" for kind in ("total_acc", "body_acc", "body_gyro") for axis in "xyz"):
            lines = (
                "".join(f" {v: .7e}".replace("e-", "e-0").replace("e+", "e+0") for v in r)
                for r in draw.normal(size=(2, 128))
            )
            files[f"{side}/Inertial Signals/{channel}_{side}.txt"] = ("\n".join(lines) + "\n").encode()
        files[f"{side}/y_{side}.txt"] = b"1\n2\n"
        files[f"{side}/subject_{side}.txt"] = f"{person}\n{person}\n".encode()
    return Source(files, window=None)


def hapt(rng: random.Random) -> Source:
    files = {"activity_labels.txt": b"1 WALKING\n2 SITTING\n", "RawData/labels.txt": b"1 1 1 1 130\n1 1 2 140 260\n"}
    for kind in ("acc", "gyro"):
        files[f"RawData/{kind}_exp01_user01.txt"] = text((), (moved(rng, i, 260) for i in range(260)), " ")
    return Source(files, window=None)


def watch(rng: random.Random) -> Source:
    return Source(
        {f"data_{user}_accel_watch.txt": records(rng, user, ("A", "B")) for user in (1600, 1601)}, window=None
    )


def wisdm(rng: random.Random) -> Source:
    return Source({"WISDM_ar_v1.1_raw.txt": records(rng, 33, ("Walking", "Sitting"))}, window=None)


def packed(maker: Maker, ending: str) -> Maker:
    """The same in an archive."""

    def make(rng: random.Random) -> Source:
        files = maker(rng).files
        how = ending.removeprefix("tar").removeprefix(".")
        return Source({f"data.{ending}": zipped(files) if ending == "zip" else tarred(files, how)}, window=None)

    return make


OTHERS: dict[str, Maker] = {
    **{f"Parquet, {how}": parquet(how) for how in ("zstd", "snappy", "uncompressed")},
    "xlsx": workbook,
    "JSON lines": json_lines,
    "JSON list": json_list,
    "Movesense": movesense,
    "Edge Impulse, JSON": edge_impulse_json,
    "whar-datasets": whar,
    ".ts, equal": ts(False),
    ".ts, unequal": ts(True),
    ".npz": npz,
    ".npy": npy,
    "UCI HAR": uci_har,
    "HAPT": hapt,
    "WISDM watch": watch,
    "WISDM": wisdm,
    "UCI HAR, zip": packed(uci_har, "zip"),
    "HAPT, zip": packed(hapt, "zip"),
    "WISDM watch, tar.xz": packed(watch, "tar.xz"),
    "WISDM, tar.gz": packed(wisdm, "tar.gz"),
}
