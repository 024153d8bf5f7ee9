"""A plain PyTorch loop over the same networks: trains or predicts, prints one line of JSON.

Runs in an environment of its own and knows nothing of stridenet. Initial weights and Adam's epsilon are Keras', and
batches are slices of one shuffled order, which is faster than a data loader. The task comes as JSON.
"""

import json
import sys
import time
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found, import-untyped, unused-ignore]
from clock import memory_mb, timed
from torch import nn  # type: ignore[import-not-found, import-untyped, unused-ignore]

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Heads(nn.Module):  # type: ignore[misc, unused-ignore]
    def __init__(self, heads: list[Any]) -> None:
        super().__init__()
        self.heads = nn.ModuleList(heads)

    def forward(self, x: Any) -> Any:
        return torch.cat([head(x) for head in self.heads], dim=1)


class MeanOverTime(nn.Module):  # type: ignore[misc, unused-ignore]
    def forward(self, x: Any) -> Any:
        return x.mean(dim=2)


def cnn(length: int, n_channels: int, n_classes: int) -> Any:
    flat = 64 * ((length - 4) // 2)
    return nn.Sequential(
        nn.Conv1d(n_channels, 64, 3), nn.ReLU(), nn.Conv1d(64, 64, 3), nn.ReLU(), nn.Dropout(0.5), nn.MaxPool1d(2),
        nn.Flatten(), nn.Linear(flat, 100), nn.ReLU(), nn.Linear(100, n_classes),
    )  # fmt: skip


def multihead(length: int, n_channels: int, n_classes: int) -> Any:
    kernels = (3, 5, 11)
    flat = sum(64 * ((length - kernel + 1) // 2) for kernel in kernels)
    heads = [
        nn.Sequential(nn.Conv1d(n_channels, 64, kernel), nn.ReLU(), nn.Dropout(0.5), nn.MaxPool1d(2), nn.Flatten())
        for kernel in kernels
    ]
    return nn.Sequential(Heads(heads), nn.Linear(flat, 100), nn.ReLU(), nn.Linear(100, n_classes))


def gap(length: int, n_channels: int, n_classes: int) -> Any:
    del length
    return nn.Sequential(
        nn.Conv1d(n_channels, 100, 10), nn.ReLU(), nn.Conv1d(100, 100, 10), nn.ReLU(), nn.MaxPool1d(3),
        nn.Conv1d(100, 160, 10), nn.ReLU(), nn.Conv1d(160, 160, 10), nn.ReLU(), MeanOverTime(), nn.Dropout(0.5),
        nn.Linear(160, n_classes),
    )  # fmt: skip


def like_keras(model: Any) -> Any:
    for layer in model.modules():
        if isinstance(layer, nn.Conv1d | nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return model.to(DEVICE)


def fit(task: dict[str, Any]) -> dict[str, Any]:
    data = np.load(task["npz"])
    torch.manual_seed(task.get("seed", 0))
    x = _channels_first(data["x"])
    y = torch.from_numpy(data["y"]).long().to(DEVICE)
    model = like_keras(BUILD[task["model"]](x.shape[2], x.shape[1], int(y.max()) + 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, eps=1e-7)
    loss_of = nn.CrossEntropyLoss()
    side = task.get("validate")
    test = (_channels_first(data[f"x_{side}"]), torch.from_numpy(data[f"y_{side}"]).long().to(DEVICE)) if side else None
    seconds: list[float] = []
    accuracy: list[float] = []
    last = time.perf_counter()
    for _ in range(task["epochs"]):
        model.train()
        total = torch.zeros((), device=DEVICE)
        for batch in torch.randperm(len(x), device=DEVICE).split(task["batch_size"]):
            optimizer.zero_grad()
            loss = loss_of(model(x[batch]), y[batch])
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(batch)
        total.item()  # waits until the device is done
        if test:
            accuracy.append(_accuracy(model, *test))
        now = time.perf_counter()
        seconds.append(now - last)
        last = now
        if task.get("target") and len(accuracy) > 1 and max(accuracy) >= task["target"]:
            break
    return {"epoch_s": seconds, "accuracy": accuracy, "parameters": _parameters(model)}


def predict(task: dict[str, Any]) -> dict[str, Any]:
    length, n_channels = task["shape"]
    model = like_keras(BUILD[task["model"]](length, n_channels, task["n_classes"])).eval()
    x = np.random.default_rng(0).normal(size=(max(task["sizes"]), *task["shape"])).astype(np.float32)

    def call(x: Any) -> Any:
        with torch.inference_mode():
            return torch.softmax(model(_channels_first(x)), dim=1).cpu().numpy()

    return {
        "parameters": _parameters(model),
        "single_ms": {"call": timed(call, x, [1], task["calls"], task["limit_s"])[1]},
        "batch_ms": {"call": timed(call, x, task["sizes"], task["calls"], task["size_s"])},
    }


def _accuracy(model: Any, x: Any, y: Any) -> float:
    model.eval()
    with torch.inference_mode():
        right = sum(
            int((model(part).argmax(1) == of).sum()) for part, of in zip(x.split(512), y.split(512), strict=True)
        )
    return right / len(y)


def _channels_first(x: Any) -> Any:
    return torch.from_numpy(np.ascontiguousarray(x.transpose(0, 2, 1))).to(DEVICE)


def _parameters(model: Any) -> int:
    return sum(int(p.numel()) for p in model.parameters())


BUILD = {"cnn": cnn, "multihead": multihead, "gap": gap}
JOBS = {"fit": fit, "predict": predict}

if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    answer = JOBS[given["job"]](given)
    about = {"memory_mb": memory_mb(), "device": str(DEVICE), "versions": {"torch": torch.__version__}}
    print(json.dumps({**answer, **about}))
