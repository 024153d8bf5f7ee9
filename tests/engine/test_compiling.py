"""What is compiled for us is kept and counted; the programs and the settings of whoever uses us are left alone."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from stridenet.engine import compiling
from stridenet.engine.compiling import Program

SETTINGS = ("jax_compilation_cache_dir", "jax_compilation_cache_max_size", "jax_enable_compilation_cache",
            "jax_persistent_cache_min_compile_time_secs", "jax_persistent_cache_min_entry_size_bytes")  # fmt: skip
START = f"""
import json, sys
import jax, jax.numpy as jnp
def settings(): return [getattr(jax.config, name) for name in {SETTINGS}]
before = settings()
def own_programs():
    for i in range(20):
        jax.jit(lambda x: x * i)(jnp.ones(i + 1)).block_until_ready()
from jax._src import monitoring
"""
TRAIN = """
import numpy as np
from stridenet.engine.predictor import Predictor
from stridenet.engine.trainer import Trainer
from stridenet.models.build import build
from stridenet.spec import TrainSpec
def train(on_epoch=None):
    model = build("cnn", length=8, n_channels=2, n_classes=2, settings={"filters": 2, "dense": [2]})
    trainer = Trainer(model, TrainSpec(epochs=2, batch_size=4, best_weights="loss"))
    x, y = np.zeros((10, 8, 2), np.float32), np.zeros(10, np.int64)
    trained = trainer.fit(trainer.start(), x, y, seed=0, validation=(x, y), on_epoch=on_epoch)
    Predictor(trainer.put(trained)).predict(x)
"""


def _run(code: str, cache: Path, **more: str) -> Any:
    """What code prints in a new process with a cache."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("JAX_", "XLA_"))}
    environment |= {"STRIDENET_CACHE": str(cache), **more}
    command = [sys.executable, "-c", START + code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return json.loads(done.stdout or "null")


def _programs(cache: Path) -> list[Path]:
    return sorted(cache.glob("compiled/*/*-cache"))


def test_to_import_the_engine_changes_nothing(tmp_path: Path) -> None:
    code = (
        "import stridenet.engine.trainer, stridenet.engine.predictor, stridenet.engine.replicas\n"
        "print(json.dumps([settings() == before, len(monitoring.get_event_duration_listeners())]))"
    )
    with_us, listeners = _run(code, tmp_path)
    (without,) = _run("print(json.dumps([len(monitoring.get_event_duration_listeners())]))", tmp_path)
    assert (with_us, listeners) == (True, without)
    assert list(tmp_path.iterdir()) == []


def test_programs_of_others_are_never_kept(tmp_path: Path) -> None:
    """Neither before, between or after our trainings, nor when they are told of an epoch."""
    _run(TRAIN + "train()", tmp_path)
    ours = _programs(tmp_path)
    assert len(ours) > 5
    code = "own_programs(); train(); own_programs(); train(lambda *_: own_programs()); own_programs()\n"
    assert _run(TRAIN + code + "print(json.dumps(settings() == before))", tmp_path)
    assert _programs(tmp_path) == ours


def test_what_is_kept_is_not_compiled_again(tmp_path: Path) -> None:
    code = (
        "from stridenet.engine.compiling import compile_seconds\n"
        "hits = []\n"
        "jax.monitoring.register_event_listener(lambda event, **_: hits.append(event))\n"
        "train()\n"
        "print(json.dumps([sum('cache_misses' in h for h in hits), sum('cache_hits' in h for h in hits)]))"
    )
    misses, _ = _run(TRAIN + code, tmp_path)
    assert misses > 5
    misses, hits = _run(TRAIN + code, tmp_path)
    assert misses == 0
    assert hits > 5


def test_a_cache_that_jax_was_told_of_is_used_as_it_was_told(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    code = "train(); print(json.dumps(settings() == before))"
    more = {"JAX_COMPILATION_CACHE_DIR": str(mine), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
    assert _run(TRAIN + code, tmp_path / "ours", **more)
    assert list(mine.iterdir())
    assert _programs(tmp_path / "ours") == []


@pytest.mark.parametrize("where", ["a file in the way", "JAX without the settings"])
def test_where_nothing_can_be_kept_it_is_done_without(where: str, tmp_path: Path) -> None:
    code = ""
    if where == "a file in the way":
        (tmp_path / "compiled").touch()
    else:
        code = (
            "import stridenet.engine.compiling as c\n"
            "def none(_): raise AttributeError('unrecognized config option')\n"
            "c._set = none\n"
        )
    assert _run(TRAIN + code + "train(); print(json.dumps(settings() == before))", tmp_path)
    assert _programs(tmp_path) == []


def test_what_was_not_used_for_longest_goes_where_there_is_too_much(tmp_path: Path) -> None:
    _run(TRAIN + "train()", tmp_path)
    kept = _programs(tmp_path)
    for i, path in enumerate(kept):
        os.utime(path, (1e9 + i, 1e9 + i))
    everything = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())  # JAX may keep notes too
    most = everything - sum(path.stat().st_size for path in kept[:3])
    _run(f"import stridenet.engine.compiling as c; c.MOST = {most}\nwith c.compiling(): pass", tmp_path)
    assert _programs(tmp_path) == kept[3:]


def test_a_program_is_compiled_once_for_each_shape() -> None:
    traced = []

    def double(tree: Any, x: Any) -> Any:
        traced.append(x.shape)
        return [v * 2 for v in tree], x

    program, weights = Program(double), [np.ones(2), np.ones(3)]
    for n in (4, 5, 4, 5):
        (_, second), x = program(weights, np.ones(n))
        assert second.tolist() == [2, 2, 2]
        assert x.shape == (n,)
    assert traced == [(4,), (5,)]


def test_what_is_donated_is_gone() -> None:
    program, x = Program(lambda x, y: x + y, donate=(0,)), jnp.ones(3)
    program(x, np.ones(3, np.float32))
    assert x.is_deleted()


@pytest.mark.parametrize("refused", [{"xla_no_such_option": True}, {"xla_cpu_multi_thread_eigen": "perhaps"}])
def test_an_option_that_xla_refuses_is_left_out(refused: dict[str, Any]) -> None:
    program = Program(lambda x: x + 1, options=refused)
    assert program(np.ones(2)).tolist() == [2, 2]


def test_a_fault_of_the_function_is_told_as_it_is() -> None:
    def wrong(_: Any) -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        Program(wrong, options={"xla_no_such_option": True})(np.ones(2))


def test_time_spent_on_compiling_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "_COMPILING", [])
    monkeypatch.setattr(compiling, "_inside", 1)
    monkeypatch.setattr(time, "perf_counter", iter([10.0, 11.0, 20.0]).__next__)
    compiling._note_compiling("/jax/core/compile/jaxpr_trace_duration", 1.0)  # 9 to 10
    compiling._note_compiling("/jax/core/compile/jaxpr_trace_duration", 3.0)  # 8 to 11, with the one before inside
    compiling._note_compiling("/jax/core/compile/backend_compile_duration", 5.0)
    compiling._note_compiling("/jax/compilation_cache/cache_retrieval_time_sec", 5.0)
    assert compiling.compile_seconds() == 8.0


def test_only_a_new_program_of_ours_is_counted() -> None:
    program, x = Program(lambda x: jnp.sin(x) @ x + 3), jnp.ones((7, 7))
    began, before = time.perf_counter(), compiling.compile_seconds()
    program(x)
    once = compiling.compile_seconds()
    assert before < once < before + time.perf_counter() - began
    program(x)
    jax.jit(lambda x: jnp.cos(x) @ x + 3)(x)
    assert compiling.compile_seconds() == once
