"""A run is its trials: what is typed otherwise is the same, and nothing that is there is trained again."""

from pathlib import Path
from typing import Any

import pytest

from stridenet import spec
from stridenet.errors import SettingError
from stridenet.models.network import network
from stridenet.runs import job, trial
from stridenet.runs import resolve as resolving
from stridenet.runs.resolve import Resolved, resolve
from stridenet.signals.windows import Windows


def settings(tables: Path | str, **more: Any) -> dict[str, Any]:
    return {
        "repeats": 2,
        "executor": "here",
        "data": {"name": str(tables), "length": 16},
        "model": {"settings": {"filters": 2, "dense": [4]}},
        "train": {"epochs": 1},
    } | more


def resolved(given: dict[str, Any], windows: Windows | None = None) -> Resolved:
    checked = spec.parse(given)
    return resolve(checked, windows or job.load(checked), network(checked.model))


def keys(given: dict[str, Any]) -> list[str]:
    job = resolved(given)
    return [job.key(seed) for seed in job.spec.seeds]


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"length": 16, "step": 8}},
        {"data": {"length_s": 0.8}},
        {"data": {"length": 16, "labels": "majority", "purity": 0.5}},
        {"model": {"name": "cnn", "settings": {"filters": 2, "dense": [4], "kernel_size": 3}}},
        {"model": {"settings": {"filters": 2, "dense": [4], "conv": {"padding": "valid"}}}},
        {"split": {"kind": "by-person"}},
        {"split": {"test": 0.3, "seed": 0}},
        {"prepare": "none"},
        {"train": {"epochs": 1, "batch_size": 32}},
        {"keep": "all"},
    ],
)
def test_a_default_written_out_names_the_same_run(tables: Path, change: dict[str, Any]) -> None:
    base = settings(tables)
    given = {k: (base[k] | v if isinstance(v, dict) and k == "data" else v) for k, v in change.items()}
    if "length_s" in given.get("data", {}):
        del given["data"]["length"]
    assert keys(base | given) == keys(base)
    assert resolved(base | given).name == resolved(base).name


def test_the_spelling_of_a_path_names_the_same_run(
    tables: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "lab").symlink_to(tables)
    monkeypatch.chdir(tmp_path)
    names = {
        resolved(settings(name)).name for name in ("lab", "./lab", f"{tmp_path}/lab", "../" + tmp_path.name + "/lab")
    }
    names |= {resolved(settings(tables)).name}
    assert len(names) == 1
    assert Path(resolved(settings("lab")).spec.data.name).is_absolute()


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 7},
        {"prepare": "standardize"},
        {"train": {"epochs": 2}},
        {"train": {"epochs": 1, "learning_rate": 0.01}},
        {"split": {"seed": 1}},
        {"split": {"kind": "random"}},
        {"split": {"validation": 0.3}},
        {"data": {"length": 16, "step": 4}},
        {"data": {"length": 16, "labels": "end"}},
        {"model": {"settings": {"filters": 3, "dense": [4]}}},
        {"model": {"settings": {"filters": 2, "dense": [4], "conv": {"padding": "same"}}}},
        {"executor": "processes"},
    ],
)
def test_what_decides_the_numbers_names_another_trial(tables: Path, change: dict[str, Any]) -> None:
    base = settings(tables)
    if "data" in change:
        change = {"data": base["data"] | change["data"]}
    assert not set(keys(base | change)) & set(keys(base))


def test_another_number_of_repeats_has_the_same_trials(tables: Path) -> None:
    assert keys(settings(tables, repeats=3))[:2] == keys(settings(tables))
    assert resolved(settings(tables, repeats=3)).name != resolved(settings(tables)).name
    assert keys(settings(tables, seed=1, repeats=1)) == keys(settings(tables))[1:]


def test_a_seed_of_the_trainings_tests_the_same_people(tables: Path) -> None:
    tested = {resolved(settings(tables, seed=seed)).split.digest for seed in (0, 5, 20)}
    assert len(tested) == 1


@pytest.mark.parametrize("changed", ["keras", "jax", "jaxlib", "numpy", "scipy", "scikit-learn", "stridenet", "device"])
def test_other_libraries_name_another_trial(tables: Path, monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    before = keys(settings(tables))
    environment = resolved(settings(tables)).environment | {changed: "another"}
    monkeypatch.setattr(resolving, "describe_environment", lambda: environment)
    assert not set(keys(settings(tables))) & set(before)


def test_content_counts_and_not_where_it_came_from(easy: Windows) -> None:
    from dataclasses import replace

    assert trial.content(replace(easy, source="elsewhere", digest="other")) == trial.content(easy)
    x = easy.x.copy()
    x[3, 2, 1] += 1e-6
    others = [
        replace(easy, x=x),
        replace(easy, y=easy.y[::-1].copy()),
        replace(easy, group=easy.group[::-1].copy()),
        replace(easy, classes=tuple(reversed(easy.classes))),
        replace(easy, channels=("y", "x")),
        replace(easy, rate_hz=21.0),
    ]
    assert len({trial.content(w) for w in [easy, *others]}) == 1 + len(others)


def test_all_code_that_decides_is_looked_at() -> None:
    assert trial.code() == trial.code()
    trial.code.cache_clear()
    seen: list[str] = []
    real = Path.read_bytes

    def read(path: Path) -> bytes:
        seen.append(path.name)
        return real(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_bytes", read)
        trial.code()
    assert {"trainer.py", "replicas.py", "operations.py", "cnn.py", "_layers.py", "prepare.py", "trial.py"} <= set(seen)


def test_a_network_of_ones_own_does_not_go_where_it_cannot(easy: Windows) -> None:
    class Nowhere:
        name = address = "mine"
        portable = False

        def settings(self) -> dict[str, Any]:
            return {}

        def identity(self) -> dict[str, Any]:
            return {}

        def build(self, **_: Any) -> Any:
            raise NotImplementedError

    assert resolve(spec.parse({}), easy, Nowhere()).executor == "here"
    with pytest.raises(SettingError, match="another process cannot build this model"):
        resolve(spec.parse({"executor": "processes"}), easy, Nowhere())
