"""The rate of float32 matrix products, all cores at once: the best of several; prints one line of JSON.

On a CPU each core has a process of its own with one thread, which is the fastest way there; on a GPU one JAX process.
"""

import json
import os
import subprocess
import sys
import time

SIZE, TRIES, SECONDS = 1024, 8, 1.5


def one_core(core: int | None) -> float:
    """GFLOP/s of NumPy on this core: the best of several stretches while all cores are at work."""
    import numpy as np

    if core is not None:
        os.sched_setaffinity(0, {core})
    a = np.random.default_rng(0).standard_normal((SIZE, SIZE), dtype=np.float32)
    out = np.empty_like(a)
    np.matmul(a, a, out=out)
    best, n = 0.0, 4
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        began = time.perf_counter()
        for _ in range(n):
            np.matmul(a, a, out=out)
        best = max(best, n * 2 * SIZE**3 / (time.perf_counter() - began) / 1e9)
    return best


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
        print(json.dumps({"gflops": found, "each": [found]}))
        return
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [None] * (os.cpu_count() or 1)
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    commands = [[sys.executable, __file__, str(-1 if core is None else core)] for core in cores]
    running = [subprocess.Popen(c, env={**os.environ, **one}, stdout=subprocess.PIPE) for c in commands]
    each = [float(process.communicate()[0]) for process in running]
    print(json.dumps({"gflops": sum(each), "each": each}))


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].lstrip("-").isdigit():
        number = int(sys.argv[1])
        print(one_core(None if number < 0 else number))
    else:
        main()
