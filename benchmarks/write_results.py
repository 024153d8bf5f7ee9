"""Writes docs/results.md from the runs in docs/evaluation; see results.py.

python benchmarks/write_results.py
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from results import ARCHIVE, RESULTS, TASKS
from stridenet.views.plots import style

PAGE = RESULTS.parent / "results.md"
INTRODUCTION = """# Results

Networks and baselines on the same windows and folds, each trained by `stridenet run` with its own settings. Written by
`benchmarks/write_results.py` from the runs in [evaluation](evaluation), which `benchmarks/results.py` made.

- Test people were used for nothing but the test. *Read by* counts how many choices had read the same people, in the
  folder of runs, when a row was made: whoever takes the best row has chosen on them.
- One reservation: while the baselines were written, test accuracies of `features-logistic` and `features-svm` on the
  official people were seen for several values of C. Both have scikit-learn's own default, not the best of those seen.
- *±* is the standard deviation over seeds (ddof 0); without it there was one seed. Brackets hold the 95 % interval over
  people ([how](evaluation.md)). *Together* is the mean of all seeds' probabilities.
- `stride` was chosen on the training people ([how](stride.md)). The official test people had been read by the row that
  names other settings, its first version, before the present one was made cheaper; those of `hapt` had been read
  in 13 epochs before more were tried, on training people, those of `hapt-20hz` and `wisdm-watch` in 13 and in 26. So
  these were read twice and three times, whatever *read by* says of one folder. How long to train on the watch was
  chosen on `hapt-20hz`.
- Rows with `train.last_batch=smaller` are of before `stride` filled an epoch's last batch, which was done for the time
  that compiling takes and not for a score; people whose row is without it were read once more for it.
- *1 of 20* is one network that learnt what 20 say of their training windows (`--distill`). It is worse here than one
  that learnt the classes; the 20 together are better. Hand-made features beside a network (`model.features=true`, which
  is `--with-features`) lift `cnn` and leave `stride` where it was.
- Networks without a scaling of their own were given standardized channels.
- Against the others `stride` is paired by person as `stridenet compare` does, seeds averaged (`benchmarks/against.py`,
  from the files of this page); a negative number says plainly where it is not ahead. Holm counts all pairs of a table,
  not those of `stride` alone: nine official people can show next to nothing so, thirty in folds can.
- Not there for the hours that they take on two cores: `minirocket` and `hydra` with each person of UCI HAR left out (80
  and 50 minutes), `deep-conv-lstm` on HAPT, and networks other than `cnn` and `stride` in folds.
- *Seconds* are the CPU's for one training, on average, compilation and all else of the run included. The machine had
  other work to do, so they are upper bounds. Empty where something was there already. *Peak MB* is what the whole
  process of one training took at most (`benchmarks/memory.py`).
"""
SMALL = """## Small problems of the UEA and UCR archive

No people, no units, no rate: what is made for two sensors at 50 Hz has nothing to hold on to here. Windows right in %
with the archive's own training and test series (40 to 270 train), a mean of three seeds for `stride` and `cnn`, one for
the others. The test series had been read once before by `stride` (91.4, 100, 99.5, 97.3, 70.0): the last figure made
us look at what it does where nobody knows the rate. That a window then counts as one of 2.56 s was checked in three
folds of the training series of four: within a point of before on three, two better on the last.
"""
COST = RESULTS.parent / "performance" / "stride_cost.json"
PICTURED = "uci-har/official"
HEAD = "| model | parameters | seeds | accuracy % | macro F1 % | together % | read by | seconds |"
MEMORY = RESULTS.parent / "performance" / "memory.json"


def main() -> None:
    """Writes the page."""
    parts = [INTRODUCTION]
    for name, task in TASKS.items():
        found = sorted(stored(name), key=lambda one: -one["scores"]["accuracy"]["value"])
        if not found or name.partition("/")[0] in ARCHIVE:
            continue
        parts.append(f"## {task.data['name']}, {task.protocol}\n")
        parts.append(f"{one_line(found[0])}\n")
        if name == PICTURED:
            picture(found)
            parts.append("![Accuracy of every training and its interval over people](images/results.png)\n")
        memory = json.loads(MEMORY.read_text())["peak_mb"] if name == PICTURED and MEMORY.exists() else {}
        head = f"{HEAD} peak MB |" if memory else HEAD
        parts += [head, "|---" * head.count(" | ") + "|---|", *(row(one, memory) for one in found), ""]
        if (file := RESULTS / "against" / f"{name.replace('/', '_')}.json").exists():
            parts += ahead(json.loads(file.read_text())["pairs"])
    parts += archive()
    if COST.exists():
        parts += costs(json.loads(COST.read_text()))
    versions = sorted({machine(one) for file in RESULTS.glob("*_*/*.json") for one in [json.loads(file.read_text())]})
    parts += ["## Machine and versions\n", *(f"- {one}" for one in versions), ""]
    PAGE.write_text("\n".join(parts))
    print(f"wrote {PAGE}")


def stored(task: str) -> list[dict[str, Any]]:
    """What is there of a task."""
    return [json.loads(file.read_text()) for file in sorted((RESULTS / task.replace("/", "_")).glob("*.json"))]


def archive() -> list[str]:
    """Accuracies on small problems, a line for each model; the best of a problem is bold."""
    found = {
        (one["model"], name): 100 * one["scores"]["accuracy"]["value"]
        for name in ARCHIVE
        for one in stored(f"{name}/official")
    }
    best = {name: max((value for (_, of), value in found.items() if of == name), default=0) for name in ARCHIVE}
    models = {model: [found.get((model, name)) for name in ARCHIVE] for model, _ in found}
    lines = [SMALL, f"| model | {' | '.join(ARCHIVE)} |", "|---" * (len(ARCHIVE) + 1) + "|"]
    for model in sorted(models, key=lambda one: -sum(value or 0 for value in models[one])):
        cells = [
            "" if value is None else f"**{value:.1f}**" if value == best[name] else f"{value:.1f}"
            for name, value in zip(ARCHIVE, models[model], strict=True)
        ]
        lines.append(f"| `{model}` | {' | '.join(cells)} |")
    return [*lines, ""]


def picture(found: list[dict[str, Any]]) -> None:
    """Draws every training of every model by its own settings, and the interval over people; majority is not drawn."""
    rows = [one for one in found if one["scores"]["accuracy"]["value"] > 0.5 and not one["more"]][::-1]
    with style.drawing():
        fig = style.figure(6.8, 0.9 + 0.24 * len(rows))
        ax = fig.subplots()
        for y, one in enumerate(rows):
            score = one["scores"]["accuracy"]
            colour = style.BLUE if one["model"].startswith("stride") else style.GREY
            ax.plot([100 * score["low"], 100 * score["high"]], [y, y], color=colour, lw=3, alpha=0.25)
            seeds = 100 * np.array(score["repeats"])
            ax.scatter(seeds, np.full(len(seeds), y), s=9, color=colour, alpha=0.6, lw=0)
            ax.scatter([100 * score["value"]], [y], s=60, marker="|", color=colour)
        ax.set_yticks(range(len(rows)), [called(one) for one in rows])
        ax.set(xlabel="windows of new people right, %", xlim=(72, 100), title="UCI HAR, official split")
        style.save(fig, PAGE.parent / "images", "results")[1].unlink()


def called(found: dict[str, Any]) -> str:
    """A model and what was said beyond its name."""
    return Path(found["model"]).name + ("".join(f" {k}={v}" for k, v in found["more"].items()))


def ahead(pairs: list[dict[str, Any]]) -> list[str]:
    """By how much `stride` is ahead of each, paired by person."""
    head = "| `stride` against | points | people better, worse, equal | p, Wilcoxon, Holm | over folds, Nadeau-Bengio |"
    lines = [head, "|---" * head.count(" | ") + "|---|"]
    for one in pairs:
        signs = one["wilcoxon"]
        folds = f"p {one['folds']['p']:.2g}" if one.get("folds") else ""
        people = f"{signs['better']}, {signs['worse']}, {signs['equal']}"
        points = f"{100 * one['difference']:+.1f}{ends(one, '+.1f')}"
        lines.append(f"| `{one['second']}` | {points} | {people} | {one['p_holm']:.2g} | {folds} |")
    return [*lines, ""]


def costs(told: dict[str, Any]) -> list[str]:
    """What one training costs, of whole processes that took turns; see cost.py."""
    ours = told["sides"]["stride"]["median"]
    head = "| UCI HAR, official: read, train, test | CPU seconds | of `stride` | peak memory, MB |"
    lines = ["## What one training costs", "", "Whole processes that took turns, medians; `benchmarks/cost.py`.", ""]
    lines += [head, "|---" * head.count(" | ") + "|---|"]
    for name, side in told["sides"].items():
        share = side["median"] / ours
        lines.append(f"| {name} | {side['median']:.1f} | {share:.2f} | {side['peak_mb']:,.0f} |")
    return [*lines, ""]


def one_line(found: dict[str, Any]) -> str:
    """Who was tested."""
    return f"{found['protocol']['words'].capitalize()}. Ledger: {found['ledger']['words'].partition(';')[0]}."


def row(found: dict[str, Any], memory: dict[str, int]) -> str:
    """A model's line of the table; where one learnt from all repeats, that one's; the last column where it is known."""
    scores, cost, together = found["scores"], found["cost"], found["ensemble"]
    if learnt := found.get("distilled"):
        scores, together = learnt, None
    cells = [
        f"`{called(found)}`",
        f"{found['n_parameters']:,}" if found["n_parameters"] else "",
        f"1 of {len(found['seeds'])}" if learnt else str(len(found["seeds"])),
        spread(scores["accuracy"]),
        spread(scores["macro_f1"]),
        f"{100 * together['accuracy']['value']:.1f}" if together else "",
        str(found["ledger"]["readings"]),
        f"{cost['cpu_seconds'] / found['trainings']:,.0f}" if cost else "",
    ]
    if memory:
        cells.append(f"{memory[found['model']]:,}" if found["model"] in memory and not found["more"] else "")
    return f"| {' | '.join(cells)} |"


def spread(score: dict[str, Any]) -> str:
    """A score, its spread over seeds, and its interval over people."""
    sd = f" ± {100 * score['sd']:.1f}" if len(score["repeats"]) > 1 else ""
    return f"{100 * score['value']:.1f}{sd}{ends(score)}"


def ends(score: dict[str, Any], form: str = ".1f") -> str:
    """The interval over people, in brackets; nothing where there is none."""
    return f" ({100 * score['low']:{form}} to {100 * score['high']:{form}})" if score["low"] is not None else ""


def machine(found: dict[str, Any]) -> str:
    """What it was made with."""
    told = found["environment"]
    wanted = ("processor", "cores", "python", "stridenet", "keras", "jax", "numpy", "scikit-learn", "aeon")
    return ", ".join(f"{name} {told[name]}" for name in wanted if name in told)


if __name__ == "__main__":
    main()
