"""What all sections share: asking a side in a process of its own, the temporary folder, and the stored JSON."""

import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any

import environments
import summaries
import tasks

HERE = Path(__file__).resolve().parent
KERAS_PEERS = ("tensorflow", "jax")
PEERS = (*KERAS_PEERS, "torch")
Answer = dict[str, Any]
Ask = Callable[[], Answer]


class Bench(AbstractContextManager["Bench"]):
    """One run of the benchmarks: its settings, its machine, and a temporary folder that vanishes at its end.

    Args:
        folder: where the JSON goes.
        rounds: how often the sides take turns.
        data_dir: where the real data lies; None lets stridenet look for it.
        quick: tiny sizes.
    """

    def __init__(self, folder: Path, rounds: int, data_dir: Path | None, *, quick: bool = False) -> None:
        self.folder, self.rounds, self.quick = folder, rounds, quick
        self.data_dir = str(data_dir.resolve()) if data_dir else None
        self._temporary = tempfile.TemporaryDirectory(prefix="stridenet-bench-")
        self.work = Path(self._temporary.name)
        about = self.ours("our_data", {})
        self.machine, self.gpu = about["machine"], about["gpu"]
        self._prepared: dict[str, Answer] = {}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._temporary.cleanup()

    def ours(self, script: str, task: dict[str, Any], *, cache: str = "cache") -> Answer:
        """The answer of one of our scripts, with a cache of its own below the temporary folder."""
        place = {"STRIDENET_CACHE": str(self.work / cache)}
        return ask(Path(sys.executable), HERE / "ours" / f"{script}.py", task, place)

    def peer(self, peer: str, task: dict[str, Any]) -> Answer:
        """The answer of a peer's script in the peer's environment."""
        script = "keras_peer" if peer in KERAS_PEERS else f"{peer}_peer"
        python = environments.interpreter(peer, gpu=self.gpu)
        quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": peer}
        return ask(python, HERE / "peers" / f"{script}.py", task, quiet if peer in KERAS_PEERS else {})

    def prepared(self, task: tasks.Task) -> Answer:
        """Where the windows of a task's sides are stored, and its network's size and arithmetic."""
        if task.name not in self._prepared:
            npz = str(self.work / f"{task.name}.npz")
            found = self.ours("our_data", {"spec": task.spec, "npz": npz, "data_dir": self.data_dir})
            self._prepared[task.name] = {**found, "npz": npz}
        return self._prepared[task.name]

    def forget_compiled(self) -> None:
        """Deletes our compiled programs, so that a run compiles as the first one does."""
        shutil.rmtree(self.work / "cache" / "compiled", ignore_errors=True)

    def turns(
        self, sides: Mapping[str, Callable[[], Answer]], rounds: int | None = None
    ) -> Iterator[dict[str, Answer]]:
        """One answer of every side, round after round; each round begins with another side."""
        names = list(sides)
        for number in range(rounds or self.rounds):
            first = number % len(names)
            found = {name: sides[name]() for name in names[first:] + names[:first]}
            yield {name: found[name] for name in names}


def ask(python: Path, script: Path, task: dict[str, Any], environment: dict[str, str]) -> Answer:
    """The JSON that a script prints last, and the seconds of its process from start to end as ``process_s``.

    Raises:
        SystemExit: it failed; its last words are in the message.
    """
    ours = python == Path(sys.executable)
    # Without the first, a Python compiles its own source at each start, which no user's does.
    left_out = {"PYTHONDONTWRITEBYTECODE"} | (set() if ours else {"PYTHONPATH", "PYTHONHOME"})
    place = {name: value for name, value in os.environ.items() if name not in left_out}
    if ours:
        shared = [str(HERE / "peers"), place.get("PYTHONPATH", "")]  # ours use the peers' clock
        place["PYTHONPATH"] = os.pathsep.join(filter(None, shared))
    command = [str(python), str(script), json.dumps(task)]
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env={**place, **environment})
    process_s = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"{script.name} ended with status {done.returncode}:\n{done.stderr[-3000:]}")
    answer: Answer = json.loads(done.stdout.strip().splitlines()[-1])
    return {**answer, "process_s": process_s}


def store(bench: Bench, section: str, found: dict[str, Any], elapsed_s: float) -> dict[str, Any]:
    """Writes a section's JSON: what was measured, and on what; gives it back as it is read."""
    if "from_a" in found:
        whole = {**found["from_a"], "rounds_of": "a"}
    else:
        about = {"date": datetime.datetime.now(datetime.UTC).date().isoformat(), "machine": bench.machine}
        whole = {**about, "quick": bench.quick, "elapsed_s": elapsed_s, **found}
    whole = {"section": section, **whole, "summary": summaries.SUMMARIES[section](whole)}
    if "rounds_of" in whole:
        del whole["rounds"]  # they are in a.json
    bench.folder.mkdir(parents=True, exist_ok=True)
    (bench.folder / f"{section}.json").write_text(to_json(whole), encoding="utf-8")
    stored = load(bench.folder, section)
    assert stored is not None
    return stored


def load(folder: Path, section: str) -> dict[str, Any] | None:
    """A stored section; None when there is none."""
    path = folder / f"{section}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def to_json(value: Any) -> str:
    """JSON with six digits; long rows of numbers stay on one line."""
    return _text(_rounded(value), 0) + "\n"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {str(key): _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list | tuple) else value


def _text(value: Any, depth: int) -> str:
    flat = json.dumps(value, ensure_ascii=False)
    numbers = isinstance(value, list) and not any(isinstance(one, dict | list) for one in value)
    if not isinstance(value, dict | list) or numbers or len(flat) + depth < 110:
        return flat
    inner = "\n" + " " * (depth + 1)
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {_text(one, depth + 1)}" for key, one in value.items()]
        return "{" + inner + f",{inner}".join(parts) + "\n" + " " * depth + "}"
    return "[" + inner + f",{inner}".join(_text(one, depth + 1) for one in value) + "\n" + " " * depth + "]"
