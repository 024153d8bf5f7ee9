"""What the rules save: CPU time of one training step with and without them, on one core and thread, in turn.

python benchmarks/step_rules.py [MODEL]
"""

import os
import sys
import time
from typing import Any

from stridenet.runs.executors.processes import ONE_THREAD

os.environ["XLA_FLAGS"] = ONE_THREAD

import jax.numpy as jnp
import numpy as np

from stridenet.engine import operations
from stridenet.engine.rules import Rule
from stridenet.engine.trainer import Trainer
from stridenet.models import build as models
from stridenet.spec import TrainSpec

ROUNDS, STEPS = 7, 20


def main() -> None:
    """Prints the medians and the median of the paired ratios."""
    name = sys.argv[1] if len(sys.argv) > 1 else "cnn"
    rng = np.random.default_rng(0)
    model = models.build(name, length=128, n_channels=9, n_classes=6)
    x = jnp.asarray(rng.normal(size=(640, *model.input_shape[1:])), dtype=jnp.float32)
    y = jnp.asarray(rng.integers(0, 6, 640))
    batch = np.arange(32, dtype=np.int32)
    sides = {side: Side(model, rules) for side, rules in (("without", {}), ("with", operations.rules()))}
    for side in sides.values():
        side.steps(x, y, batch)  # compiles
    times = np.array([[side.steps(x, y, batch) for side in sides.values()] for _ in range(ROUNDS)])
    without, ruled = np.median(times, axis=0)
    ratio = np.median(times[:, 0] / times[:, 1])
    print(f"{name}: {without:.2f} ms a step without rules, {ruled:.2f} ms with them, ratio {ratio:.2f}")


class Side:
    """A trainer that uses these rules, and its state."""

    def __init__(self, model: Any, rules: dict[str, Rule]) -> None:
        self.trainer = Trainer(model, TrainSpec(), rules=rules)
        start = self.trainer.start()
        self.state = (start.weights, start.others, self.trainer.fresh_optimizer(1))

    def steps(self, x: Any, y: Any, batch: Any) -> float:
        """Milliseconds of CPU time a step."""
        began = time.process_time()
        for _ in range(STEPS):
            self.state, scores = self.trainer.step(self.state, x, y, batch)
        scores.block_until_ready()
        return (time.process_time() - began) / STEPS * 1e3


if __name__ == "__main__":
    main()
