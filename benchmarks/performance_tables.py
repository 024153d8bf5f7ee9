"""The figures as tables of text, for the terminal and for the document."""

from collections.abc import Callable
from typing import Any

from summaries import PEERS, Spread

Table = tuple[list[str], list[list[str]]]
NAMES = {
    "ours": "stridenet",
    "tensorflow": "Keras fit on TensorFlow",
    "jax": "Keras fit on JAX",
    "torch": "a PyTorch loop",
}
LIBRARIES = {"numpy": "NumPy", "jax": "JAX"}
TITLES = {
    "a": "The baseline, ten repeats",
    "b": "Heads side by side, and the network for a phone",
    "c": "Growth",
    "d": "The limit",
    "e": "Time to a test accuracy",
    "f": "Answers",
    "g": "Reading",
    "h": "Memory",
    "i": "Other settings, one training at a time",
}


def number(value: float) -> str:
    """Three digits that count.

    >>> number(0.01234), number(12.34), number(1234.5)
    ('0.0123', '12.3', '1,234')
    """
    if abs(value) >= 100:
        return f"{value:,.0f}"
    digits = f"{value:.3g}"
    return digits if "e" not in digits else f"{value:.2g}"


def spread(one: Spread | None) -> str:
    """A median and its range."""
    if one is None:
        return "–"
    if one["low"] == one["high"]:
        return number(one["median"])
    return f"{number(one['median'])} ({number(one['low'])}–{number(one['high'])})"


def training(found: dict[str, Any]) -> Table:
    """(a), and each task of (b)."""
    summary = found["summary"]
    head = ["", "s per model and epoch", "over our whole run", "over our training alone"]
    rows = [
        ["stridenet, the whole run", spread(summary["epoch_s"]["whole"]), "", ""],
        ["stridenet, training alone", spread(summary["epoch_s"]["training"]), "", ""],
    ]
    for peer in PEERS:
        ratio = summary["ratio"][peer]
        rows.append([NAMES[peer], spread(summary["epoch_s"][peer]), spread(ratio["whole"]), spread(ratio["training"])])
    return head, rows


def trainings(found: dict[str, Any]) -> list[Table]:
    """(b): a table for each task."""
    tables = []
    for name, summary in found["summary"].items():
        head, rows = training({"summary": summary})
        tables.append(([name, *head[1:]], rows))
    return tables


def growth(found: dict[str, Any]) -> list[Table]:
    """(c): repeats, windows and lengths."""
    summary, n_windows = found["summary"], found["lengths"][0]["n_windows"]
    rows = [[str(n), spread(s)] for n, s in summary["repeats"].items()]
    return [
        (["repeats", "s per model and epoch, whole run"], rows),
        (["windows", "s per epoch", "µs per window"], _each(summary["windows"], 1)),
        (["samples in a window", "s per epoch", "µs per sample"], _each(summary["lengths"], n_windows)),
    ]


def _each(times: dict[str, float], n: int) -> list[list[str]]:
    return [[f"{int(size):,}", number(s), number(1e6 * s / int(size) / n)] for size, s in times.items()]


def limit(found: dict[str, Any]) -> Table:
    """(d)."""
    summary = found["summary"]
    each = summary["of"].values()
    rows = [
        ["arithmetic of an epoch, GFLOP", *(number(summary["gflop"]) for _ in each)],
        ["matrix products, GFLOP/s", *(spread(one["gflops"]) for one in each)],
        ["limit, s per epoch", *(spread(one["limit_s"]) for one in each)],
        ["limit over our training alone", *(spread(one["share"]["training"]) for one in each)],
        ["limit over our whole run", *(spread(one["share"]["whole"]) for one in each)],
    ]
    return ["", *(f"by {LIBRARIES[of]}'s products" for of in summary["of"])], rows


def time_to_accuracy(found: dict[str, Any]) -> Table:
    """(e)."""
    head = ["", "s", "epochs", "s of the first epoch", "s of another", "reached"]
    rows = []
    for side, s in found["summary"].items():
        each = [number(s["first_epoch_s"]), number(s["later_epoch_s"])]
        reached = f"{s['reached']} of {s['trainings']}"
        rows.append([NAMES[side], spread(s["seconds"]), spread(s["epochs"]), *each, reached])
    return head, rows


def answers(found: dict[str, Any]) -> list[Table]:
    """(f): single windows, then batches."""
    summary = found["summary"]
    single = [
        [_way(name), *(spread(times[q]) for q in ("median", "p95", "p99")), _over(summary, name)]
        for name, times in summary["single_ms"].items()
    ]
    sizes = [size for size in next(iter(summary["batch_ms"].values())) if int(size) > 1]
    batches = [[_way(name), *(_batch(summary, name, size) for size in sizes)] for name in summary["batch_ms"]]
    return [
        (["one window, ms", "median", "95th percentile", "99th percentile", "median over ours"], single),
        (["ms (over ours)", *(f"{int(size):,} windows" for size in sizes)], batches),
    ]


def _batch(summary: dict[str, Any], name: str, size: str) -> str:
    time = number(summary["batch_ms"][name][size]["median"])
    if name not in summary["ratio"]:
        return time
    return f"{time} ({number(summary['ratio'][name]['batch'][size]['median'])})"


def _way(name: str) -> str:
    side, way = name.split()
    who = {"ours": "stridenet", "tensorflow": "Keras on TensorFlow", "jax": "Keras on JAX", "torch": "PyTorch"}[side]
    return f"{who}, {'model(x)' if way == 'call' else way}"


def _over(summary: dict[str, Any], name: str) -> str:
    return spread(summary["ratio"][name]["single"]) if name in summary["ratio"] else ""


def reading(found: dict[str, Any]) -> Table:
    """(g)."""
    wall, cpu = found["summary"]["wall_s"], found["summary"]["cpu_s"]
    names = {
        "ours": "the 18 files, stridenet",
        "pandas": "the 18 files, pandas",
        "ratio": "pandas over stridenet",
        "first": "load_windows of the folder, the first time",
        "cached": "load_windows of the folder, from the cache",
        "archive": "load_windows of the archive, from the cache",
    }
    return ["", "wall s", "CPU s"], [[text, spread(wall[name]), spread(cpu[name])] for name, text in names.items()]


def memory(found: dict[str, Any]) -> Table:
    """(h)."""
    return ["", "MB"], [[NAMES[side], spread(one)] for side, one in found["summary"].items()]


def settings(found: dict[str, Any]) -> Table:
    """(i)."""
    head = ["", "stridenet, s per epoch", "Keras fit on TensorFlow, over ours", "Keras fit on JAX, over ours"]
    return head, [
        [name, spread(one["epoch_s"]), spread(one["ratio"]["tensorflow"]), spread(one["ratio"]["jax"])]
        for name, one in found["summary"].items()
    ]


TABLES: dict[str, Callable[[dict[str, Any]], list[Table]]] = {
    "a": lambda found: [training(found)],
    "b": trainings,
    "c": growth,
    "d": lambda found: [limit(found)],
    "e": lambda found: [time_to_accuracy(found)],
    "f": answers,
    "g": lambda found: [reading(found)],
    "h": lambda found: [memory(found)],
    "i": lambda found: [settings(found)],
}


def markdown(table: Table) -> str:
    """A table as the document has it."""
    head, rows = table
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
