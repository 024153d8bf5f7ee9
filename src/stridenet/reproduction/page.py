"""Writes the document of all reproductions, and its pictures, from what is stored and from nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from stridenet.reproduction.outcome import Outcome, outcome
from stridenet.reproduction.sections import SECTIONS, folder_of
from stridenet.system.files import write_aside
from stridenet.views.plots import results as figures

_HOW = """\
Written by `stridenet reproduce` from the figures that lie beside the pictures as JSON; not by hand. The documents:

- A: "How to Develop 1D Convolutional Neural Network Models for Human Activity Recognition"
- B: "Introduction to 1D Convolutional Neural Networks in Keras for Time Sequences"
- C: a guide to Keras' Conv1D and its parameters
- D: "Conv1D layer nuts and bolts"

How to read it:

- Accuracies are of test windows from people that the training has never seen, in percent, as mean ± standard deviation
  over repeats. The deviation divides by the number of repeats (ddof 0), as the documents' does.
- Each repeat starts from new random weights; its seed decides them, the dropout and the order of the windows.
- The difference is ours minus the document's, with Welch's 95 % interval, which allows both sides their own variance
  (turned to ddof 1 for it). *Agrees* means that the interval holds 0, so that chance alone explains the difference. One
  figure in twenty differs by chance alone even if nothing does.
- In the pictures the box holds the middle half of our scores, the line in it is their median, the diamond their mean
  and each dot a repeat; the square with whiskers is the document's mean ± standard deviation.
"""


def write(out: Path, *, quick: bool = False) -> Path:
    """Writes ``reproduction.md``, and the picture of each section that has scores.

    The same stored figures give the same files.

    Args:
        out: the folder that the document lies in.
        quick: of the figures made with ``--quick``, which have a document of their own.

    Returns:
        The document.
    """
    folder = folder_of(out, quick=quick)
    told = [outcome(section, folder) for section in SECTIONS.values()]
    for one in told:
        _draw(one, folder)
    path = out / f"{folder.name}.md"
    write_aside(path, "\n".join(_lines(told, folder, quick=quick)).rstrip() + "\n")
    return path


def table(told: Outcome) -> list[list[str]]:
    """A section's rows as text, the header first: ours beside the document's."""
    if told["rows"]:
        header = ["", "ours %", "n", "document %", "difference [95 %]", "verdict"]
        return [header, *(_cells(row) for row in told["rows"])]
    header = ["", "ours", "document", "verdict"]
    return [header, *_fact_cells(told)]


def _fact_cells(told: Outcome) -> list[list[str]]:
    return [[f["label"], f["ours"], f["printed"] or "–", f["verdict"]] for f in told["facts"]]


def _cells(row: Outcome) -> list[str]:
    ours, printed, difference = row["ours"], row["printed"], row["difference"]
    return [
        row["label"],
        f"{ours['mean']:.3f} ± {ours['sd']:.3f}" if ours else "–",
        str(ours["repeats"]) if ours else "–",
        "–" if not printed else f"{printed['mean']:.3f} ± {printed['sd']:.3f}" if printed["sd"] else _once(printed),
        f"{difference['difference']:+.3f} [{difference['low']:+.3f}, {difference['high']:+.3f}]" if difference else "–",
        row["verdict"],
    ]


def _once(printed: Mapping[str, Any]) -> str:
    return f"{printed['mean']:g} (one training)"


def _draw(told: Outcome, folder: Path) -> None:
    rows = [row for row in told["rows"] if row["ours"]]
    compared = [] if told["quick"] else rows
    if rows:
        figures.accuracies(
            {row["label"]: row["ours"]["accuracies"] for row in rows},
            folder,
            told["section"],
            f"{told['section']}: {told['title'].lower()}{' (quick: no figures)' if told['quick'] else ''}",
            xlabel=SECTIONS[told["section"]].experiment.xlabel,  # type: ignore[union-attr]  # it has rows
            printed={r["label"]: (r["printed"]["mean"], r["printed"]["sd"]) for r in compared if r["printed"]},
        )


def _lines(told: Sequence[Outcome], folder: Path, *, quick: bool) -> Iterator[str]:
    yield "# The documents' experiments, done again"
    yield ""
    if quick:
        yield (
            "**Made with `--quick`: a few people, one epoch, two repeats. It shows that everything runs; no accuracy "
            "here can be compared with anything.**"
        )
        yield ""
    yield _HOW
    yield "## All at a glance"
    yield ""
    yield from _markdown([["section", "", "agree", "differ", "not compared"], *map(_counts, told)])
    yield ""
    for one in told:
        yield from _section(one, folder, quick=quick)


def _counts(told: Outcome) -> list[str]:
    verdicts = [one["verdict"] for one in [*told["rows"], *told["facts"]]]
    agree, differ = (sum(v.startswith(word) for v in verdicts) for word in ("agrees", "differs"))
    rest = len(verdicts) - agree - differ
    link = f"[{told['section']}](#{told['section'].lower()})"
    if told["state"] == "missing":
        return [link, told["title"], "", "", "not run yet"]
    return [link, told["title"], *(str(n) if n else "" for n in (agree, differ, rest))]


def _section(told: Outcome, folder: Path, *, quick: bool) -> Iterator[str]:
    name = told["section"]
    yield f'<a id="{name.lower()}"></a>'
    yield ""
    yield f"## {name}. {told['title']}"
    yield ""
    yield f"*What the document does:* {told['about']}"
    yield ""
    if told["state"] != "stored":
        missing = "Not run yet" if told["state"] == "missing" else "Run in part"
        yield f"{missing}: `stridenet reproduce {name}{' --quick' if quick else ''}` runs what is missing."
        yield ""
    if told["rows"]:
        yield from _markdown(table(told))
        yield ""
    if told["facts"]:
        yield from _markdown([["", "ours", "document", "verdict"], *_fact_cells(told)])
        yield ""
        yield from _bullets([f"{f['label']}: {f['why']}." for f in told["facts"] if f["why"]])
    if told["listing"]:
        yield from ["```text", *told["listing"], "```", ""]
    yield from _bullets([*told["notes"], *_remarks(told)])
    picture = folder / f"{name}.png"
    if picture.exists() and told["state"] != "missing":
        yield f"![{told['title']}]({folder.name}/{name}.png)"
        yield ""
    yield from _details(told)


def _remarks(told: Outcome) -> Iterator[str]:
    """What belongs to single rows."""
    for row in told["rows"]:
        ours = row["ours"]
        if row["explained"]:
            yield f"{row['label']} differs: {row['explained']}."
        if ours and row["printed_parameters"]:
            equal = "as many as" if ours["n_parameters"] == row["printed_parameters"] else "not as many as"
            yield (
                f"{row['label']}: {ours['n_parameters']:,} parameters, {equal} the document's "
                f"{row['printed_parameters']:,}."
            )
        if row["printed"] and row["printed"]["scores"]:
            yield f"{row['label']}: the document's scores are {_scores(row['printed']['scores'])}."
        if row["why"] and row["printed"]:
            yield f"{row['label']}: {row['why']}."


def _details(told: Outcome) -> Iterator[str]:
    """Settings, single scores, time and machine."""
    rows = [row for row in told["rows"] if row["ours"]]
    if not rows:
        return
    yield "<details><summary>Settings, single scores, time and machine</summary>"
    yield ""
    cells = []
    for row in rows:
        ours = row["ours"]
        cells.append(
            [
                row["label"],
                _settings(ours["settings"]),
                _seeds(ours["seeds"]),
                _scores(ours["scores"]),
                f"{ours['n_parameters']:,}",
                f"{ours['seconds']:.0f}",
                ", ".join(row["same_as"]) or "–",
            ]
        )
    header = ["", "differs from a plain run", "seeds", "scores %", "parameters", "seconds", "same run as"]
    yield from _markdown([header, *cells])
    yield ""
    yield from _classes(rows) if told["section"] == "B" else ()
    machines = {_machine(row["ours"]): None for row in rows}
    yield from _bullets(list(machines))
    yield "</details>"
    yield ""


def _classes(rows: Sequence[Outcome]) -> Iterator[str]:
    """Precision, recall and F1 of each class, as the document prints them for its network."""
    for row in rows:
        if classes := row["ours"]["classes"]:
            cells = [
                [name.replace("_", " "), *(f"{c[s]['mean']:.2f}" for s in ("precision", "recall", "f1")), c["support"]]
                for name, c in classes.items()
            ]
            yield from _markdown([[row["label"], "precision", "recall", "F1", "support"], *cells])
            yield ""


def _settings(settings: Mapping[str, Any]) -> str:
    shown = {k.removeprefix("model.settings."): v for k, v in settings.items() if k != "repeats"}
    return ", ".join(f"`{k}={','.join(v) if isinstance(v, list) else v}`" for k, v in shown.items())


def _scores(scores: Sequence[float]) -> str:
    return " ".join(f"{score:.3f}" for score in scores)


def _seeds(seeds: Sequence[int]) -> str:
    run = len(seeds) > 2 and list(seeds) == list(range(seeds[0], seeds[-1] + 1))
    return f"{seeds[0]} to {seeds[-1]}" if run else ", ".join(map(str, seeds))


def _machine(ours: Mapping[str, Any]) -> str:
    environment = ", ".join(f"{name} {value}" for name, value in ours["environment"].items())
    return f"{environment}; trained {ours['engine']}."


def _bullets(sentences: Sequence[str]) -> Iterator[str]:
    if sentences:
        yield from (f"- {sentence}" for sentence in sentences)
        yield ""


def _markdown(rows: Sequence[Sequence[object]]) -> Iterator[str]:
    header, *rest = ([str(cell).replace("|", "\\|") for cell in row] for row in rows)
    yield f"| {' | '.join(header)} |"
    yield f"|{'|'.join('---' for _ in header)}|"
    yield from (f"| {' | '.join(row)} |" for row in rest)
