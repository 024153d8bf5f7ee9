"""Writes the README's figures from the stored reproduction, and its picture from a run folder.

    python benchmarks/write_readme.py [RUN_FOLDER]

RUN_FOLDER is the ten-repeat ``stridenet run uci-har`` whose confusion picture the README shows.
"""

import re
import shutil
import sys
from pathlib import Path

import numpy as np

from stridenet.reproduction import records
from stridenet.reproduction.printed import TRAINED

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"(<!-- figures:.*?-->\n).*?(<!-- end of figures -->)", re.DOTALL)


def sentence() -> str:
    """The baseline's figures, with who made them on what."""
    row = TRAINED["A1"].rows[0]
    record = records.load(ROOT / "docs" / "reproduction", "A1")[row.label]
    if row.printed is None:
        raise SystemExit("A1 has no printed figure.")
    scores = 100 * np.array(record.accuracies)
    machine = record.environment
    return (
        f"UCI HAR, official split by person, {len(scores)} repeats: **{scores.mean():.2f} % ± {scores.std():.2f}** "
        f"(the tutorial prints {row.printed.mean:.2f} ± {row.printed.sd:.2f}); lowest {scores.min():.2f}, "
        f"highest {scores.max():.2f}. stridenet {machine['stridenet']}, Keras {machine['keras']} on JAX "
        f"{machine['jax']}. [Every experiment of the documents, side by side](docs/reproduction.md).\n"
    )


def main() -> None:
    """Replaces what stands between the two comments."""
    readme = ROOT / "README.md"
    text = BLOCK.sub(lambda found: found[1] + sentence() + found[2], readme.read_text(encoding="utf-8"))
    readme.write_text(text, encoding="utf-8")
    if len(sys.argv) > 1:
        shutil.copy(Path(sys.argv[1]) / "confusion.png", ROOT / "docs" / "images" / "confusion.png")


if __name__ == "__main__":
    main()
