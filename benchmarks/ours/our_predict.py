"""Times our answers, one window at a time and many; prints one line of JSON."""

import json
import sys

import jax
import numpy as np
from clock import timed

from stridenet.engine.predictor import Predictor
from stridenet.models import build as models


def main() -> None:
    task = json.loads(sys.argv[1])
    length, n_channels = task["shape"]
    model = models.build(task["model"], length=length, n_channels=n_channels, n_classes=task["n_classes"])
    predictor = Predictor(model)
    x = np.random.default_rng(0).normal(size=(max(task["sizes"]), length, n_channels)).astype(np.float32)
    single = timed(lambda part: predictor.predict_one(part[0]), x, [1], task["calls"], task["limit_s"])[1]
    batches = timed(predictor.predict, x, task["sizes"], task["calls"], task["size_s"])
    answer = {
        "parameters": int(model.count_params()),
        "single_ms": {"predict_one": single},
        "batch_ms": {"predict": batches},
        "device": str(jax.devices()[0].device_kind),
        "versions": {"jax": jax.__version__},
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
