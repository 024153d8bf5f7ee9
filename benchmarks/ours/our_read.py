"""Times our reading: the numbers of given files, or a whole data set as a user loads it; prints one line of JSON."""

import hashlib
import json
import sys
import time
from pathlib import Path

import numpy as np

import stridenet
from stridenet.data.formats import number_text
from stridenet.data.load import load_windows
from stridenet.system import heap


def main() -> None:
    task = json.loads(sys.argv[1])
    wall, cpu = time.perf_counter(), time.process_time()
    if "files" in task:
        with heap.kept():  # as the loader does
            tables = [number_text.read_floats(Path(file).read_bytes(), 128, file, np.float32) for file in task["files"]]
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        content = hashlib.sha256(b"".join(table.tobytes() for table in tables)).hexdigest()
    else:
        windows = load_windows(task["data"], data_dir=Path(task["data_dir"]), download=False)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        content = windows.digest
    versions = {"stridenet": stridenet.__version__, "numpy": np.__version__}
    print(json.dumps({"wall_s": wall, "cpu_s": cpu, "content": content, "versions": versions}))


if __name__ == "__main__":
    main()
