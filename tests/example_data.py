"""The folders that docs/your-data.md speaks of, small and made up, written where its examples run."""

import io
import zipfile
from pathlib import Path

import numpy as np

PEOPLE = ("anna", "ben", "carla", "dora")


def write_all(folder: Path) -> None:
    """Everything that the examples read."""
    lab(folder / "lab")
    gestures(folder / "gestures")
    emg(folder / "emg")
    wisdm(folder / "WISDM_ar_v1.1_raw.txt")
    ts(folder / "Motions")
    (folder / "2026-01-05_10-00-00.zip").write_bytes(sensor_logger_zip())
    for i, person in enumerate(PEOPLE[:3]):
        take = folder / "walks" / person / "take"
        take.mkdir(parents=True)
        with zipfile.ZipFile(io.BytesIO(sensor_logger_zip(i))) as packed:
            packed.extractall(take)
    phyphox(folder / "phyphox")
    annotated(folder / "annotated")


def lab(folder: Path) -> None:
    """A table for each person."""
    folder.mkdir()
    for n in range(1, 5):
        rng = np.random.default_rng(n)
        rows = ["time,acc_x [g],acc_y [g],acc_z [g],activity"]
        for i in range(1200):
            moving = (i // 300) % 2
            x, y, z = rng.normal(0, 0.02 + 0.3 * moving, 3)
            rows.append(f"{i / 50:.2f},{x:.4f},{y:.4f},{z + 1:.4f},{('sit', 'walk')[moving]}")
        (folder / f"user{n}.csv").write_text("\n".join(rows) + "\n")


def gestures(folder: Path) -> None:
    """64 files of 200 samples and 12 channels in four folders, without names and times."""
    for k, gesture in enumerate(("circle", "clap", "punch", "wave")):
        (folder / gesture).mkdir(parents=True)
        for n in range(1, 17):
            rng = np.random.default_rng(100 * k + n)
            data = rng.normal(size=(200, 12)) * (1 + k)
            np.savetxt(folder / gesture / f"{n:02d}.csv", data, fmt="%.5f", delimiter=",")


def emg(folder: Path) -> None:
    """863 samples of 8 channels a file."""
    folder.mkdir()
    names = ",".join(f"emg_{i}" for i in range(1, 9))
    for k, activity in enumerate(("clench", "rest")):
        for n, person in enumerate(PEOPLE):
            data = np.random.default_rng(10 * k + n).normal(size=(863, 8)) * (2 - k)
            np.savetxt(folder / f"{person}_{activity}.csv", data, fmt="%.5f", delimiter=",", header=names, comments="")


def wisdm(path: Path) -> None:
    """WISDM's lines: people 29 and above are tested."""
    lines = []
    for person in (1, 2, 29):
        for k, activity in enumerate(("Sitting", "Walking")):
            rng = np.random.default_rng(10 * person + k)
            for i in range(400):
                x, y, z = rng.normal(0, 0.1 + 3 * k, 3)
                stamp = 10**12 + (k * 400 + i) * 50_000_000
                lines.append(f"{person},{activity},{stamp},{x:.2f},{y:.2f},{z + 9.81:.2f};")
    path.write_text("\n".join(lines) + "\n")


def ts(folder: Path) -> None:
    """Three channels of 40 samples, 20 series a side."""
    folder.mkdir()
    head = "@problemName Motions\n@timeStamps false\n@missing false\n@univariate false\n@dimensions 3\n"
    head += "@equalLength true\n@seriesLength 40\n@classLabel true run stand\n@data\n"
    for side in ("TRAIN", "TEST"):
        rng = np.random.default_rng(len(side))
        rows = []
        for n in range(20):
            data = rng.normal(size=(3, 40)) * (1 + 2 * (n % 2))
            dimensions = ":".join(",".join(f"{v:.4f}" for v in channel) for channel in data)
            rows.append(f"{dimensions}:{('stand', 'run')[n % 2]}")
        (folder / f"Motions_{side}.ts").write_text(head + "\n".join(rows) + "\n")


def sensor_logger_zip(seed: int = 0) -> bytes:
    """Two sensors with clocks of their own, and annotations."""
    rng = np.random.default_rng(seed)
    start = 1_767_607_200_000_000_000
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for sensor, late in (("Accelerometer", 0.02), ("Gyroscope", 0.05)):
            rows = ["time,seconds_elapsed,z,y,x"]
            for i in range(1000):
                t = late + i / 50
                z, y, x = rng.normal(0, 0.1 + 2 * (t > 10), 3)
                rows.append(f"{start + round(t * 1e9)},{t:.4f},{z:.4f},{y:.4f},{x:.4f}")
            archive.writestr(f"{sensor}.csv", "\n".join(rows) + "\n")
        notes = f"time,seconds_elapsed,text\n{start + 10**8},0.1,rest\n{start + 10**10},10.0,walk\n"
        archive.writestr("Annotation.csv", notes)
        archive.writestr("Metadata.csv", "version,device name\n3,a phone\n")
    return packed.getvalue()


def phyphox(folder: Path) -> None:
    """A folder for each person and activity, a file for each sensor."""
    for n, person in enumerate(PEOPLE[:3]):
        for k, activity in enumerate(("stand", "walk")):
            take = folder / person / activity
            take.mkdir(parents=True)
            rng = np.random.default_rng(10 * n + k)
            for sensor, unit in (("Accelerometer", "m/s^2"), ("Gyroscope", "rad/s")):
                rows = [f'"Time (s)","X ({unit})","Y ({unit})","Z ({unit})"']
                for i in range(600):
                    x, y, z = rng.normal(0, 0.1 + 2 * k, 3)
                    rows.append(f"{0.01 * i:.9E},{x:.9E},{y:.9E},{z:.9E}")
                (take / f"{sensor}.csv").write_text("\n".join(rows) + "\n")


def annotated(folder: Path) -> None:
    """Recordings without labels, and a table of them."""
    folder.mkdir()
    table = ["file,start,end,label"]
    for n in range(1, 4):
        rng = np.random.default_rng(n)
        rows = ["time,x,y", *(f"{i / 20:.2f},{rng.normal():.4f},{rng.normal():.4f}" for i in range(400))]
        (folder / f"p{n}.csv").write_text("\n".join(rows) + "\n")
        table += [f"p{n}.csv,0,9.9,sit", f"p{n}.csv,10,19.9,walk"]
    (folder / "labels.csv").write_text("\n".join(table) + "\n")
