"""The table of all sections, and the one way to run them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stridenet.data import load as datasets
from stridenet.errors import DataMissingError, unknown_name
from stridenet.evaluation.splits import split
from stridenet.reproduction import facts, records, rows
from stridenet.reproduction.printed import TRAINED, Experiment
from stridenet.reproduction.records import Checked, Fact
from stridenet.runs import job
from stridenet.system.notes import Note, OnProgress, silent
from stridenet.views.plots.data import histograms


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a document.

    Args:
        name: its short name.
        title: what it is about.
        about: what the document does there, in our words.
        experiment: the rows to train, if any.
        check: gives the facts that need neither training nor data, if any.
        data: the data set that it cannot do without.
    """

    name: str
    title: str
    about: str
    experiment: Experiment | None = None
    check: Callable[[], Checked] | None = None
    data: str | None = None


def _trained(name: str, check: Callable[[], Checked] | None = None) -> Section:
    experiment = TRAINED[name]
    return Section(name, experiment.title, experiment.about, experiment, check, experiment.data)


SECTIONS: dict[str, Section] = {
    section.name: section
    for section in (
        _trained("A1"),
        Section(
            "A2",
            "Histograms of the training data",
            "One histogram per channel over the training windows with their overlap removed: 100 bins, from -1 to 1 on "
            "a shared axis. The document prints a picture and no figure.",
            data="uci-har",
        ),
        _trained("A3"),
        _trained("A4"),
        _trained("A5"),
        _trained("A6"),
        _trained("B", facts.b1_layers),
        Section(
            "C2",
            "How a filter slides",
            "A filter of height 2 slides over the words of a sentence; each place gives one value.",
            check=facts.c2_positions,
        ),
        Section(
            "D1",
            "A convolution by hand",
            "In plain NumPy: the filter [1 2] slides over the data [0 3 4 5], the products are printed at each place "
            "and added up.",
            check=facts.d1_steps,
        ),
        Section(
            "D2",
            "The filter learned from its output",
            "One Conv1D layer without bias is trained to turn [0 3 4 5] into [6 11 14]: Adam with a learning rate of "
            "0.05, mean absolute error, 200 fits, the weights printed every 20.",
            check=facts.d2_one_filter,
        ),
        Section(
            "D3",
            "Two channels",
            "The same with two channels, whose expected filter is [[1 3] [2 4]]. The training is slow and ends at "
            "another filter that fits as well.",
            check=facts.d3_two_channels,
        ),
        Section(
            "D4",
            "Two filters",
            "The same with two filters on one channel, expected [1 2] and [3 4].",
            check=facts.d4_two_filters,
        ),
        Section(
            "D5",
            "Lengths and shapes",
            "The output has (W - K + 2P)/S + 1 time steps, rounded down, for W samples, a kernel of K, P zeros on each "
            "side and strides of S. Data has the shape (batch, time, channels), a kernel (kernel size, channels, "
            "filters). The document's column holds what its formula gives.",
            check=facts.d5_lengths,
        ),
    )
}


def chosen(names: Sequence[str]) -> list[Section]:
    """The sections of these names, in the documents' order; ``b1`` and ``B`` are both B.

    Raises:
        UnknownNameError: a name that is none; the message names the nearest.

    >>> [section.name for section in chosen(["d1", "A1"])]
    ['A1', 'D1']
    """
    wanted = {_PARTS.get(name.upper(), name.upper()) for name in names}
    for name in names:
        if _PARTS.get(name.upper(), name.upper()) not in SECTIONS:
            raise unknown_name("section", name, SECTIONS)
    return [section for name, section in SECTIONS.items() if name in wanted]


_PARTS = {"B1": "B", "B2": "B", "B3": "B"}


def folder_of(out: Path, *, quick: bool) -> Path:
    """Where figures and pictures are kept; what is quick never replaces what is not."""
    return out / ("reproduction-quick" if quick else "reproduction")


def run(
    sections: Sequence[Section],
    out: Path,
    *,
    repeats: int | None = None,
    quick: bool = False,
    runs: Path = Path("runs"),
    data_dir: Path | None = None,
    note: Note = silent,
    on_progress: OnProgress | None = None,
) -> DataMissingError | None:
    """Runs what is not stored yet, and stores its figures.

    A section whose data is nowhere is left out, the others are run; nothing falls back to simulated data.

    Args:
        sections: from :func:`chosen`.
        out: the folder that the document lies in; figures go into a folder beside it.
        repeats: trainings per row; by default 10, or 2 when quick.
        quick: a few people and one epoch: shows that it works, and no figure to compare.
        runs: the folder that holds runs.
        data_dir: where to look for the data first.
        note: told what is done.
        on_progress: told after each epoch.

    Returns:
        What the first section that had to be left out says; None when all were run.
    """
    folder = folder_of(out, quick=quick)
    lacking: dict[str | None, DataMissingError] = {}
    for section in sections:
        if section.check is not None:
            records.store_checked(folder, section.name, section.check())
        if section.data in lacking:  # looked for once, downloads included
            note(f"{section.name}: left out, {section.data} is not here")
            continue
        try:
            if section.name == "A2":
                _histograms(folder, quick=quick, data_dir=data_dir, note=note)
            if section.experiment is not None:
                rows.run(
                    section.experiment,
                    folder,
                    repeats=repeats,
                    quick=quick,
                    runs=runs,
                    data_dir=data_dir,
                    note=note,
                    on_progress=on_progress,
                )
        except DataMissingError as error:
            note(f"{section.name}: left out, {section.data} is not here")
            lacking[section.data] = error
    return next(iter(lacking.values()), None)


def _histograms(folder: Path, *, quick: bool, data_dir: Path | None, note: Note) -> None:
    """Draws A2, and stores how much of each channel lies on the axis."""
    stored = records.load_checked(folder, "A2")
    if stored is not None and (folder / "A2.png").exists():
        note("A2: stored")
        return
    windows = datasets.load_windows("uci-har", data_dir=data_dir, note=note)
    if quick:
        windows = job.only(windows, rows.QUICK_PEOPLE["uci-har"])
    training = windows.take(split(windows).train)
    samples = training.without_overlap()
    histograms(training, folder, name="A2", limits=(-1.0, 1.0))
    listing = [f"{'channel':13} {'mean':>7} {'sd':>7}  within -1 to 1"]
    for channel, values in zip(training.channels, samples.T.astype(np.float64), strict=True):
        share = 100 * float(np.mean(np.abs(values) <= 1))
        listing.append(f"{channel:13} {values.mean():7.4f} {values.std():7.4f}  {share:12.2f} %")
    fact = Fact(
        "samples of each channel, each once",
        f"{len(samples):,} from {len(training):,} windows",
        "",
        "cannot be compared: the document prints a picture, no figure",
        "the document keeps the second half of each window; here the first half of each recording's first window "
        "is kept as well, since no other window holds it",
    )
    records.store_checked(folder, "A2", Checked([fact], listing, quick))
