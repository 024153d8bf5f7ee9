"""Writes the pictures and tables of docs/stride.md: from UCI HAR's training people, a run, and choose.py's figures.

    python benchmarks/write_stride.py --data-dir ../shared/data [RUN_FOLDER]

RUN_FOLDER is a `stridenet run uci-har` of `stride`, whose kernels are drawn; without it that picture stays as it is.
"""

import argparse
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from choose import ABLATION, CHOICE, HAPT_ABLATION, TRIES, training_people
from other_phones import FILE, PHONES
from stridenet.engine.model_file import load_model
from stridenet.models.stride import FRAME_S, HOPS, fourier
from stridenet.signals.windows import Windows
from stridenet.views.plots import style

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "stride.md"
IMAGES = ROOT / "docs" / "images"
SHOWN = {"sitting": style.BLUE, "standing": style.RED, "walking": style.GREY}


def densities(windows: Windows, channels: list[int], which: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Each person's mean power density, summed over axes, shape (person, frequency)."""
    found = []
    for person in np.unique(windows.group):
        x = np.asarray(windows.x[np.flatnonzero(which & (windows.group == person))])[:, :, channels]
        x = (x - x.mean(axis=1, keepdims=True)) * np.hanning(x.shape[1])[:, None]
        power = (np.abs(np.fft.rfft(x, axis=1)) ** 2).sum(axis=2)
        found.append(power.mean(axis=0) / (windows.rate_hz * (np.hanning(x.shape[1]) ** 2).sum()))
    return np.array(found)


def micro_motion(windows: Windows) -> None:
    """Draws what people who sit and people who stand do, beside what walking does."""
    sensors = {"accelerometer, g²/Hz": "body_acc", "gyroscope, (rad/s)²/Hz": "body_gyro"}
    hz = np.fft.rfftfreq(windows.length, 1 / windows.rate_hz)[1:]
    with style.drawing():
        fig = style.figure(7.2, 3.4)
        axes = fig.subplots(1, 2)
        for ax, (label, sensor) in zip(axes, sensors.items(), strict=True):
            channels = [i for i, name in enumerate(windows.channels) if name.startswith(sensor)]
            for name, colour in SHOWN.items():
                own = densities(windows, channels, windows.y == windows.classes.index(name))[:, 1:]
                ax.loglog(hz, np.median(own, axis=0), color=colour, lw=1.6, label=name)
                low, high = np.quantile(own, [0.25, 0.75], axis=0)
                ax.fill_between(hz, low, high, color=colour, alpha=0.18, lw=0)
            ax.set(xlabel="frequency, Hz", title=label, xlim=(hz[0], 20), ylim=(1e-7, 1))
            ax.yaxis.set_major_formatter("{x:.0e}")
            ax.set_xticks([0.5, 1, 2, 5, 10, 20], ["0.5", "1", "2", "5", "10", "20"])
        axes[0].legend()
        style.save(fig, IMAGES, "micro_motion")[1].unlink()


def bands(run: Path, rate_hz: float = 50.0) -> None:
    """Draws to which frequencies each band of the spectrum view answers, before and after training."""
    model = load_model(run)
    after = [np.asarray(model.get_layer(name).kernel) for name in ("cosines", "sines")]
    hop = round(FRAME_S / HOPS * rate_hz)
    before = list(fourier(HOPS * hop, rate_hz))
    with style.drawing():
        fig = style.figure(7.2, 3.2)
        for ax, kernels, title in zip(
            fig.subplots(1, 2, sharey=True), (before, after), ("as it begins: Fourier's", "after training"), strict=True
        ):
            n = 256
            power = np.sum([np.abs(np.fft.rfft(k, n, axis=0)) ** 2 for k in kernels], axis=0)
            shown = 10 * np.log10(power / power.max(axis=0) + 1e-4)
            image = ax.imshow(
                shown, origin="lower", aspect="auto", cmap="cividis", vmin=-30, vmax=0,
                extent=(0.5, shown.shape[1] + 0.5, 0, rate_hz / 2),
            )  # fmt: skip
            ax.set(xlabel="band", title=title)
            ax.grid(visible=False)
        fig.axes[0].set_ylabel("frequency, Hz")
        fig.colorbar(image, ax=fig.axes, label="answer, dB below its own strongest")
        style.save(fig, IMAGES, "learned_bands")[1].unlink()


def table(names: list[str]) -> str:
    """A line for each try, the best of the same kind first."""
    lines = [
        "| tried | windows right % | sd over people | sitting/standing | other errors | parameters | CPU seconds |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in names:
        file = CHOICE / f"{name}.json"
        if file.exists():
            lines.append(line(name, json.loads(file.read_text())))
    return "\n".join(lines)


def line(name: str, found: dict[str, Any]) -> str:
    """One try."""
    right = " ".join(f"{one:.2f}" for one in found["accuracy"])
    f1 = f" (macro F1 {np.mean(found['macro_f1']):.1f})" if name.startswith("hapt") else ""
    cells = [
        name.replace("-", " "), right + f1, f"{found['sd_people']:.1f}", f"{found['sitting_standing']:.2f}",
        f"{found['other']:.2f}", f"{found['n_parameters']:,}", f"{found['cpu_seconds'] or ''}",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def phones() -> str:
    """A line for each phone."""
    lines = ["| recorded as | windows right % | macro F1 % | parameters |", "|---|---|---|---|"]
    measured = json.loads(FILE.read_text())["phones"] if FILE.exists() else {}
    for one in (measured[name] for name in PHONES if name in measured):
        cells = [one["words"], f"{one['accuracy']:.1f}", f"{one['macro_f1']:.1f}", f"{one['n_parameters']:,}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    """Draws, and replaces what stands between the comments of the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, default=None)
    parser.add_argument("run", type=Path, nargs="?")
    given = parser.parse_args()
    micro_motion(training_people("uci-har", given.data_dir))
    if given.run is not None:
        bands(given.run)
    text = PAGE.read_text()
    others = [name for name in TRIES if name not in ABLATION and name not in HAPT_ABLATION]
    tables = {"choice": table(others), "ablation": table(list(ABLATION)), "hapt": table(list(HAPT_ABLATION))}
    for what, lines in (tables | {"phones": phones()}).items():
        block = re.compile(rf"(<!-- {what}:.*?-->\n).*?(<!-- end of {what} -->)", re.DOTALL)
        text = block.sub(lambda found, lines=lines: f"{found[1]}{lines}\n{found[2]}", text)  # type: ignore[misc]
    PAGE.write_text(text)


if __name__ == "__main__":
    main()
