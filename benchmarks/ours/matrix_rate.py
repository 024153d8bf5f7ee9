"""The rate of float32 matrix products, all cores at once: the best of several; prints one line of JSON.

On a CPU each core has a process of its own with one thread, which is the fastest way there: NumPy's product, then
JAX's, and the faster counts, for which that is depends on the processor. On a GPU it is one JAX process.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from stridenet.runs.executors.processes import ONE_THREAD
from stridenet.system.machine import usable_cores

SIZE, TRIES, SECONDS = 1024, 8, 1.5


def numpy_product() -> Callable[[], Any]:
    import numpy as np

    a = np.random.default_rng(0).standard_normal((SIZE, SIZE), dtype=np.float32)
    out = np.empty_like(a)
    return lambda: np.matmul(a, a, out=out)


def jax_product() -> Callable[[], Any]:
    import jax

    a = jax.random.normal(jax.random.key(0), (SIZE, SIZE))
    product = jax.jit(lambda a: a @ a)
    return lambda: product(a).block_until_ready()


PRODUCTS = {"numpy": numpy_product, "jax": jax_product}


def one_core(core: int | None, library: str) -> float:
    """GFLOP/s on this core: the best of several stretches while all cores are at work."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    product = PRODUCTS[library]()
    product()
    best, n = 0.0, 4
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        began = time.perf_counter()
        for _ in range(n):
            product()
        best = max(best, n * 2 * SIZE**3 / (time.perf_counter() - began) / 1e9)
    return best


def all_cores(library: str) -> list[float]:
    """GFLOP/s of each core."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    place = {**os.environ, **one, "XLA_FLAGS": ONE_THREAD}
    commands = [[sys.executable, __file__, library, str(-1 if core is None else core)] for core in usable_cores()]
    running = [subprocess.Popen(command, env=place, stdout=subprocess.PIPE) for command in commands]
    return [float(process.communicate()[0]) for process in running]


def device() -> float | None:
    """GFLOP/s of JAX with larger matrices where it computes on a GPU; None on a CPU."""
    import jax
    import jax.numpy as jnp

    if jax.default_backend() == "cpu":
        return None
    size = 8 * SIZE
    a = jnp.ones((size, size), jnp.float32)
    product = jax.jit(lambda a: jnp.matmul(a, a, precision="highest"))
    product(a).block_until_ready()
    times = []
    for _ in range(TRIES):
        began = time.perf_counter()
        product(a).block_until_ready()
        times.append(time.perf_counter() - began)
    return 2 * size**3 / min(times) / 1e9


def main() -> None:
    found = device()
    if found is not None:
        print(json.dumps({"gflops": found, "each": {"jax": [found]}}))
        return
    each = {library: all_cores(library) for library in PRODUCTS}
    print(json.dumps({"gflops": max(map(sum, each.values())), "each": each}))


if __name__ == "__main__":
    if len(sys.argv) > 2:
        library, core = sys.argv[1], int(sys.argv[2])
        print(one_core(None if core < 0 else core, library))
    else:
        main()
