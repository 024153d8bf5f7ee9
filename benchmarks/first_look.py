"""What loading names on first use saves: `import stridenet` alone against `import stridenet` and all that it offers."""

import subprocess
import sys

ALONE = "import time; start = time.perf_counter(); import stridenet; {more}; print(time.perf_counter() - start)"
EVERYTHING = "[getattr(stridenet, name) for name in stridenet.__all__]"


def best_s(more: str, repeats: int = 5) -> float:
    """The quickest of several new processes, in seconds."""
    command = [sys.executable, "-c", ALONE.format(more=more)]
    return min(float(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(repeats))


if __name__ == "__main__":
    alone, everything = best_s("pass"), best_s(EVERYTHING)
    print(f"import stridenet: {alone:.3f} s; with every name: {everything:.3f} s; ratio {everything / alone:.0f}")
