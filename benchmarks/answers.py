"""How fast a model file answers: a week of samples, windows one sample apart, and a stream of 100 million samples.

    python benchmarks/answers.py MODEL

MODEL is a model file. Signals are drawn, in the channels that the model takes. Each part runs in a process of its own,
so that its memory is its own; other work on the machine shows in its load. All goes to docs/performance/answers.json.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from large_file import Watch, machine
from stridenet.prediction import tables
from stridenet.prediction.answering import predict
from stridenet.signals.recording import Recording
from stridenet_runtime.bundle import open_bundle
from stridenet_runtime.predictor import Engine, Predictor
from stridenet_runtime.stream import StreamingPredictor

OUT = Path(__file__).parents[1] / "docs" / "performance" / "answers.json"
WEEK = 30_000_000
STREAM = 100_000_000
_BLOCK = 1 << 20


def drawn(path: Path, n: int, channels: int) -> np.ndarray[Any, Any]:
    """A mapped file of samples that change as those of people do."""
    rng = np.random.default_rng(0)
    made = np.lib.format.open_memmap(path, "w+", np.float32, (n, channels))
    for first in range(0, n, _BLOCK):
        part = made[first : first + _BLOCK]
        loud = rng.choice([0.02, 0.2, 0.6], size=-(-len(part) // 3000)).repeat(3000)[: len(part), None]
        part[:] = loud * rng.normal(size=part.shape)
        part[:, 2] += 1
    made.flush()
    return np.asarray(np.load(path, mmap_mode="r"))


def week(model: Predictor, folder: Path, n: int) -> dict[str, Any]:
    """A recording from a mapped file to a table of its windows, and to one of its samples."""
    task, notes = model.task, list[str]()
    signal = drawn(folder / "week.npy", n, len(task.channels))
    recording = Recording(
        "week", "p", signal, task.channels, task.units, task.rate_hz, np.broadcast_to(np.int8(-1), n), ()
    )
    watch, begin, busy = Watch(), time.perf_counter(), time.process_time()
    told = predict(model, recording, note=notes.append)
    answered = time.perf_counter() - begin
    tables.write(told, folder / "windows.csv")
    seconds, cpu = time.perf_counter() - begin, time.process_time() - busy
    memory = watch.done()
    begin = time.perf_counter()
    tables.write(told, folder / "samples.csv", "samples")
    return {
        "samples": n,
        "channels": len(task.channels),
        "filters": task.filters,
        "windows": told.n_windows,
        "step": task.step,
        "seconds": round(seconds, 1),
        "of_which_answering": round(answered, 1),
        "cpu_seconds": round(cpu, 1),
        **memory,
        "and_a_table_of_samples_s": round(time.perf_counter() - begin, 1),
        "notes": notes,
    }


def steps(model: Predictor, folder: Path, n: int) -> dict[str, Any]:
    """The same signal with windows one sample apart, and a window's length apart."""
    signal = drawn(folder / "signal.npy", n, len(model.task.channels))
    found: dict[str, Any] = {"samples": n, "length": model.task.length}
    for step in (1, model.task.length):
        begin = time.process_time()
        answers = model.recording(signal, step=step)
        cpu = time.process_time() - begin
        found[f"step_{step}"] = {"windows": len(answers.start), "cpu_seconds": round(cpu, 3)}
        found[f"step_{step}"]["us_a_window"] = round(1e6 * cpu / len(answers.start), 1)
    one, apart = found["step_1"]["cpu_seconds"], found[f"step_{model.task.length}"]["cpu_seconds"]
    return found | {"times_the_work": round(one / apart, 1), "of_at_most": model.task.length}


def stream(model: Predictor, folder: Path, n: int) -> dict[str, Any]:
    """One stream, pushed in chunks of 5,000 samples; memory after a tenth and at the end."""
    signal = drawn(folder / "stream.npy", min(n, 1_000_000), len(model.task.channels))
    live, begin, busy = StreamingPredictor(model), time.perf_counter(), time.process_time()
    watch, tenth, windows = Watch(), 0.0, 0
    for i, first in enumerate(range(0, n, 5000)):
        at = first % len(signal)
        windows += len(live.push(signal[at : at + 5000]))
        if i == n // 50_000:
            tenth = watch.done()["own_gb"]
            watch = Watch()
    return {
        "samples": n,
        "windows": windows,
        "seconds": round(time.perf_counter() - begin, 1),
        "cpu_seconds": round(time.process_time() - busy, 1),
        "own_gb_in_the_first_tenth": tenth,
        "own_gb_after_it": watch.done()["own_gb"],
        **live.report(),
    }


PARTS = {"week": (week, WEEK), "steps": (steps, 200_000), "stream": (stream, STREAM)}


def main() -> None:
    """Runs each part in a child and keeps what it says."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("model")
    asked.add_argument("--engine", default="auto")
    asked.add_argument("--parts", nargs="*", default=list(PARTS))
    asked.add_argument("--share", type=float, default=1.0, help="of the samples, to try it out")
    asked.add_argument("--out", type=Path, default=OUT)
    asked.add_argument("--child", choices=PARTS, help=argparse.SUPPRESS)
    said = asked.parse_args()
    if said.child:
        engine: Engine = said.engine
        function, n = PARTS[said.child]
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(function(Predictor(said.model, engine), Path(folder), int(n * said.share))))
        return
    found: dict[str, Any] = json.loads(said.out.read_text(encoding="utf-8")) if said.out.exists() else {}
    name = open_bundle(said.model).manifest.name
    for part in said.parts:
        options = ["--engine", said.engine, "--share", str(said.share), "--child", part]
        done = subprocess.run(
            [sys.executable, __file__, said.model, *options], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{part} ended with {done.returncode}: {done.stderr[-3000:]}")
        told = json.loads(done.stdout.splitlines()[-1]) | {"load_of_the_machine": round(os.getloadavg()[1], 1)}
        found.setdefault(name, {})[part] = told
        print(json.dumps({name: {part: told}}, indent=1), flush=True)
    found["machine"] = machine()
    said.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
