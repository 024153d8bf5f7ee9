"""Writes docs/performance.md and the picture of growth from the JSON that ``bench.py`` stores.

python benchmarks/write_performance.py [FOLDER]
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measuring import load
from performance_tables import NAMES, TABLES, TITLES, markdown, number, spread
from summaries import PEERS

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "performance"
Found = dict[str, dict[str, Any]]

HEAD = """# How fast it is

Written by `make bench` from the figures that lie beside it as JSON; not by hand. All sides are measured in one run and
take turns, each in a new process and an environment of its own. A figure is the median over the rounds, with the range
in brackets; a ratio is the median of the rounds' own ratios, and above 1 stridenet is the faster.
"""

HOW = {
    "a": "{repeats} repeats of A1 for {epochs} epochs, {n_train:,} windows, batches of {batch_size}. *The whole run* "
    "is our process from start to end: Python's own start, reading from the cache, compilation (nothing compiled was "
    "kept), training, testing and the report, divided by repeats and epochs. *Training alone* is the mean time from "
    "the end of an epoch to the end of the repeat's next, over the number of repeats trained at once. A peer trains "
    "one model for {peer_epochs} epochs in each round, the first of which compiles and is left out, as are its start "
    "and its test: so the comparison with the whole run favours the peers. Each process that trains compiles for "
    "{compiling} s, which no figure but the whole run holds. All sides have {parameters:,} parameters.",
    "b": "As (a), with half of the people and fewer repeats and epochs, so that start and compilation weigh more in "
    "the whole run than they do in the document's experiment: here training alone is what compares. {tasks}",
    "c": "Ours only. Repeats: whole runs of A1 for two epochs, from the start of the process, nothing compiled "
    "before. Windows (of 128 samples) and lengths (of {n_windows:,} windows): random numbers of 9 channels, one "
    "training in one process on all cores, its second epoch. Ten repeats take {ten} times as long as one.",
    "d": "Forward, a window costs {forward} MFLOP; a training step three times that, less the gradient of the first "
    "layer's input: {training} MFLOP, for Conv1D and Dense alone. The rate is that of products of 1024 x 1024 "
    "float32 matrices, a process of one thread on each core (one process on a GPU), measured in every round of "
    "(a), NumPy's and JAX's; the faster counts. Nothing can train in less time than the limit without another "
    "algorithm.",
    "e": "One training of A1 in one process on all cores, tested after each epoch on the test people, on all sides; "
    "the time from the call of the training until an epoch's test reaches {target:.0%}, compilation included, "
    "reading and start not. Which epoch that is depends on the seed, which does not mean the same on all sides.",
    "f": "The baseline on random windows, after three calls that compile, from Python to a NumPy array. One window: up"
    " to {calls:,} calls in a row. Many windows: the median of as many calls as fit into {size_s} s.",
    "g": '`pandas.read_csv(sep=r"\\s+")` as the tutorial has it, file by file ({files} files, {megabytes:.0f} MB), '
    "against our reader of the same files, once in a new process each; rounded to 32 bits, as ours are kept, both give "
    "the same numbers. Then "
    "`load_windows` of UCI HAR, in a new process too: of the unpacked folder into an empty cache and from it, and of "
    "the archive from the cache.",
    "h": "The rounds of (a): the most memory that each process held at once. Ours is the sum over the main process and"
    " its workers, with what they share counted in each: at most this much.",
    "i": "Random windows, one training at a time in one process with all cores on every side; the mean of the epochs "
    "after the first, which compiles.",
}


def document(folder: Path) -> str:
    """The whole text."""
    found = {section: stored for section in TITLES if (stored := load(folder, section))}
    parts = [HEAD]
    if found:
        parts += [machine(found), "## What you wait for\n", markdown(waits(found)) + "\n"]
        parts += ["## Targets\n", markdown(targets(found)) + "\n"]
    for section, title in TITLES.items():
        parts.append(f"## ({section}) {title}\n")
        if section not in found:
            parts.append("Not measured yet.\n")
            continue
        parts += [how(section, found[section]) + "\n"]
        parts += [markdown(table) + "\n" for table in TABLES[section](found[section])]
        if section == "c":
            parts.append(f"![Time over repeats, windows and length]({folder.name}/growth.png)\n")
    return "\n".join(parts)


def how(section: str, found: dict[str, Any]) -> str:
    """How a section was measured, in words."""
    fields: dict[str, Any] = {**found, **found.get("task", {})}
    if section == "a":
        fields["compiling"] = spread(found["summary"]["compile_s"])
    if section == "b":
        one = "{name}: {repeats} repeats, {epochs} epochs, {n_train:,} windows{more}, batches of {batch_size}."
        rows = [stored["task"] for stored in found["tasks"].values()]
        more = [f" and {t['n_validation']:,} that validate" if t["n_validation"] else "" for t in rows]
        fields["tasks"] = " ".join(one.format(**t, more=m) for t, m in zip(rows, more, strict=True))
    if section == "c":
        fields |= {"n_windows": found["lengths"][0]["n_windows"], "ten": spread(found["summary"]["ten_over_one"])}
    if section == "d":
        task = found["task"]
        fields |= {"forward": number(task["forward_mflop"]), "training": number(task["training_mflop"])}
    if section == "f":
        fields |= {"calls": found["asked"]["calls"], "size_s": found["asked"]["size_s"]}
    return HOW[section].format(**fields)


def machine(found: Found) -> str:
    """The machine and the versions; a section from another machine or day says so."""
    newest = next(iter(found.values()))
    about = newest["machine"]
    sides = " · ".join(f"{name} {version}" for name, version in sorted(all_versions(found).items()))
    memory = f", {about['memory_gb']:.0f} GB of memory" if about.get("memory_gb") else ""
    lines = [
        f"{about['processor']}, {about['cores']} cores{memory}, {about['platform']}, device {about['device']}; "
        f"{newest['date']}.",
        f"Versions: {sides}.",
    ]
    for section, stored in found.items():
        if (stored["date"], stored["machine"]) != (newest["date"], about):
            other = stored["machine"]
            lines.append(f"({section}): {stored['date']}, {other['processor']}, {other['cores']} cores.")
        if stored["quick"]:
            lines.append(f"**({section}) was run with --quick: its figures mean nothing.**")
    return "\n".join(lines) + "\n"


def all_versions(found: Any) -> dict[str, str]:
    """Every library that a side named."""
    if isinstance(found, list):
        return {name: version for one in found for name, version in all_versions(one).items()}
    if not isinstance(found, dict):
        return {}
    own = {name: version for name, version in found.get("versions", {}).items() if isinstance(version, str)}
    return own | {name: version for one in found.values() for name, version in all_versions(one).items()}


def waits(found: Found) -> tuple[list[str], list[list[str]]]:
    """What a user waits for, first of all."""
    rows = []
    if "a" in found:
        task, times = found["a"]["task"], found["a"]["summary"]["experiment_s"]
        what = f"A1, {task['repeats']} repeats, from start to report (peers: computed from one model's epochs)"
        rows += [_wait(what, times["ours"]["median"], peer, times[peer]["median"], "s") for peer in PEERS]
    if "e" in found:
        s = found["e"]["summary"]
        rows += [
            _wait(f"{found['e']['target']:.0%} on the test people", a["median"], peer, b["median"], "s")
            for peer in PEERS
            if (a := s["ours"]["seconds"]) and (b := s[peer]["seconds"])
        ]
    if "f" in found:
        single = found["f"]["summary"]["single_ms"]
        ours = next(iter(single.values()))["median"]["median"]
        for name, peer in (("tensorflow predict", "tensorflow"), ("jax predict", "jax"), ("torch call", "torch")):
            rows.append(_wait("the answer for one window", ours, peer, single[name]["median"]["median"], "ms"))
    if "g" in found:
        wall = found["g"]["summary"]["wall_s"]
        rows.append(_wait("UCI HAR's 18 files", wall["ours"]["median"], "pandas", wall["pandas"]["median"], "s"))
    return ["", "stridenet", "instead", "", "ratio"], rows


def _wait(what: str, ours: float, peer: str, theirs: float, unit: str) -> list[str]:
    name = {"pandas": "pandas"}.get(peer) or NAMES[peer].replace("Keras fit", "Keras")
    return [what, f"{number(ours)} {unit}", f"{number(theirs)} {unit}", name, number(theirs / ours)]


def targets(found: Found) -> tuple[list[str], list[list[str]]]:
    """What was asked for, and whether it is so."""
    rows = []
    for section, what, needed, figure, is_met in TARGETS:
        if all(name in found for name in section):
            value = figure(found)
            met = "reached" if is_met(value) else "**not reached**"
            rows.append([what, needed, number(value), met])
    return ["target", "asked", "measured", ""], rows


def _median(found: Found, section: str, *names: str) -> float:
    """The median of a figure of a section's summary."""
    figure = found[section]["summary"]
    for name in names:
        figure = figure[name]
    return float(figure["median"])


def _ratio(peer: str, way: str) -> Callable[[Found], float]:
    return lambda found: _median(found, "a", "ratio", peer, way)


def _from_start(peer: str) -> Callable[[Found], float]:
    """From start to report on both sides; a peer's is computed from what one model took."""
    return lambda found: _median(found, "a", "experiment_s", peer) / _median(found, "a", "experiment_s", "ours")


def _share(way: str) -> Callable[[Found], float]:
    return lambda found: _median(found, "d", "share", way)


def _wall(name: str) -> Callable[[Found], float]:
    return lambda found: _median(found, "g", "wall_s", name)


def slowest(found: Found) -> float:
    """The smallest ratio of one-by-one Keras fit over ours: training alone in (a) and (b)."""
    summaries = [found["a"]["summary"], *found["b"]["summary"].values()]
    return min(float(s["ratio"][peer]["training"]["median"]) for s in summaries for peer in ("tensorflow", "jax"))


def one_training(found: Found) -> float:
    """The same for a single training on all cores: a later epoch of (e)."""
    s = found["e"]["summary"]
    return min(float(s[peer]["later_epoch_s"] / s["ours"]["later_epoch_s"]) for peer in ("tensorflow", "jax"))


def other(found: Found) -> float:
    """The smallest ratio of all settings of (i)."""
    ratios = [one["ratio"] for one in found["i"]["summary"].values()]
    return min(float(ratio[peer]["median"]) for ratio in ratios for peer in ("tensorflow", "jax"))


def _p99(found: Found) -> float:
    return float(next(iter(found["f"]["summary"]["single_ms"].values()))["p99"]["median"])


Target = tuple[str, str, str, Callable[[Found], float], Callable[[float], bool]]
TARGETS: tuple[Target, ...] = (
    (
        "a",
        "A1 from start to report, against Keras fit on TensorFlow's",
        "2",
        _from_start("tensorflow"),
        lambda v: v >= 2,
    ),
    (
        "a",
        "A1 whole, against training alone of Keras fit on TensorFlow",
        "2",
        _ratio("tensorflow", "whole"),
        lambda v: v >= 2,
    ),
    ("a", "training alone on both sides", "2", _ratio("tensorflow", "training"), lambda v: v >= 2),
    ("a", "A1 from start to report, against Keras fit on JAX's", "1.4", _from_start("jax"), lambda v: v >= 1.4),
    ("a", "A1 whole, against training alone of Keras fit on JAX", "1.4", _ratio("jax", "whole"), lambda v: v >= 1.4),
    ("a", "training alone on both sides", "1.4", _ratio("jax", "training"), lambda v: v >= 1.4),
    ("d", "share of the limit, A1 whole", "0.5", _share("whole"), lambda v: v >= 0.5),
    ("d", "the same, training alone", "0.5", _share("training"), lambda v: v >= 0.5),
    ("c", "ten repeats over one", "below 10", lambda found: _median(found, "c", "ten_over_one"), lambda v: v < 10),
    ("ab", "no setting slower than one-by-one Keras fit: the smallest ratio", "1", slowest, lambda v: v >= 1),
    ("e", "a single training, an epoch against Keras fit: the smallest ratio", "1", one_training, lambda v: v >= 1),
    ("f", "one window, 99th percentile, ms", "below 1", _p99, lambda v: v < 1),
    (
        "i",
        "other settings, one training at a time, against Keras fit: the smallest ratio",
        "1",
        other,
        lambda v: v >= 1,
    ),
    (
        "g",
        "the 18 files, pandas over ours",
        "4",
        lambda found: _median(found, "g", "wall_s", "ratio"),
        lambda v: v >= 4,
    ),
    (
        "g",
        "load_windows from the cache, s",
        "below 0.2",
        lambda found: _median(found, "g", "wall_s", "cached"),
        lambda v: v < 0.2,
    ),
)


def picture(folder: Path, summary: dict[str, Any]) -> None:
    """Time over repeats, windows and length, on log axes."""
    from matplotlib.ticker import LogLocator, NullLocator

    from stridenet.views.plots import style

    repeats = {n: s["median"] for n, s in summary["repeats"].items()}
    panels = (
        ("repeats", repeats, "s per model and epoch"),
        ("windows", summary["windows"], "s per epoch"),
        ("samples in a window", summary["lengths"], "s per epoch"),
    )
    with style.drawing():
        fig = style.figure(9, 3.2)
        for axes, (label, times, ylabel) in zip(fig.subplots(1, 3), panels, strict=True):
            sizes = [int(n) for n in times]
            axes.loglog(sizes, list(times.values()), "o-", color=style.BLUE)
            axes.set(xlabel=label, ylabel=ylabel)
            axes.set_xticks(sizes, [f"{n // 1000}k" if n >= 1000 and n % 1000 == 0 else str(n) for n in sizes])
            axes.xaxis.set_minor_locator(NullLocator())
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.yaxis.set_minor_locator(NullLocator())
            axes.yaxis.set_major_formatter(lambda value, _: number(value))
        style.save(fig, folder, "growth")


def write(folder: Path) -> Path:
    """Writes the document beside the folder, and the picture into it."""
    found = load(folder, "c")
    if found:
        picture(folder, found["summary"])
    path = folder.with_suffix(".md")
    path.write_text(document(folder), encoding="utf-8")
    return path


if __name__ == "__main__":
    print(write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
