"""Writes the README's first figures: `stride` from docs/evaluation, the tutorial's network from docs/reproduction.

python benchmarks/write_readme.py
"""

import json
import re
from pathlib import Path

import numpy as np

from stridenet.reproduction import records
from stridenet.reproduction.printed import TRAINED

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"(<!-- figures:.*?-->\n).*?(<!-- end of figures -->)", re.DOTALL)


def sentence() -> str:
    """Both figures, with who made them on what."""
    ours = json.loads((ROOT / "docs" / "evaluation" / "uci-har_official" / "stride.json").read_text())
    score, cost, machine = ours["scores"]["accuracy"], ours["n_parameters"], ours["environment"]
    row = TRAINED["A1"].rows[0]
    record = records.load(ROOT / "docs" / "reproduction", "A1")[row.label]
    if row.printed is None:
        raise SystemExit("A1 has no printed figure.")
    theirs = 100 * np.array(record.accuracies)
    low, high = 100 * score["low"], 100 * score["high"]
    return (
        f"UCI HAR, nine people whom no network had seen: **{100 * score['value']:.2f} % ± {100 * score['sd']:.2f}** "
        f"over {len(ours['seeds'])} trainings of `stride` ({cost:,} parameters; 95 % interval over people {low:.1f} to "
        f"{high:.1f}), **{theirs.mean():.2f} % ± {theirs.std():.2f}** over {len(theirs)} of the tutorial's network "
        f"({record.n_parameters:,} parameters; the tutorial prints {row.printed.mean:.2f} ± {row.printed.sd:.2f}). "
        f"stridenet {machine['stridenet']}, Keras {machine['keras']} on JAX {machine['jax']}. [All networks and "
        "baselines](docs/results.md), [why](docs/stride.md), [every experiment of the "
        "documents](docs/reproduction.md).\n"
    )


def main() -> None:
    """Replaces what stands between the two comments."""
    readme = ROOT / "README.md"
    text = BLOCK.sub(lambda found: found[1] + sentence() + found[2], readme.read_text(encoding="utf-8"))
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
