"""One run of ours as a user starts it, with the time of every epoch; prints one line of JSON."""

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from stridenet import spec
from stridenet.runs import job
from stridenet.system.notes import Progress


def peak_mb(process: str) -> float:
    """The most memory that a process held at once; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


def children() -> list[str]:
    """The processes that this one started, by number."""
    files = Path("/proc/self/task").glob("*/children")
    try:
        return [child for file in files for child in file.read_text(encoding="ascii").split()]
    except OSError:
        return []


class Watch:
    """Keeps when each epoch ended, and the workers' memory."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.events: list[tuple[float, int, int]] = []
        self.workers: dict[str, float] = {}
        threading.Thread(target=self._look, daemon=True).start()

    def epoch(self, progress: Progress) -> None:
        self.events.append((time.perf_counter() - self.began, progress.repeat, progress.epoch))

    def _look(self) -> None:
        while True:
            for child in children():  # one that has ended says nothing any more
                self.workers[child] = max(self.workers.get(child, 0.0), peak_mb(child))
            time.sleep(0.25)


def together(events: list[tuple[float, int, int]]) -> int:
    """How many models one process trains at once: so many first epochs end before anyone's second."""
    return next((i for i, (_, _, epoch) in enumerate(events) if epoch > 1), 1)


def main() -> None:
    task: dict[str, Any] = json.loads(sys.argv[1])
    watch = Watch()
    data_dir = Path(task["data_dir"]) if task["data_dir"] else None
    done = job.run(spec.parse(task["spec"]), out=task["out"], data_dir=data_dir, fresh=True, on_progress=watch.epoch)
    result = done.result
    workers = sorted(watch.workers.values(), reverse=True)[: os.cpu_count()]
    answer = {
        "events": watch.events,
        "job_s": result.total_seconds,
        "repeat_s": result.seconds,
        "compile_s": sum(result.compile_seconds),
        "engine": result.executor,
        "at_once": len(watch.workers) or together(watch.events),
        "parameters": result.n_parameters,
        "accuracy": result.metrics()["accuracy_mean"],
        "accuracies": list(result.accuracies),
        "memory_mb": peak_mb("self") + sum(workers),
        "processes_mb": [peak_mb("self"), *workers],
        "device": done.environment()["device"],
        "versions": {name: done.environment()[name] for name in ("stridenet", "keras", "jax", "numpy")},
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
