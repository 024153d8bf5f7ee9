"""The ONNX file of an export to JavaScript, answered by onnxruntime-web in Chromium: one JSON in docs/reliability.

    python benchmarks/onnx_in_browser.py RUN [RUN ...]

Wants Chromium and npm, which fetches onnxruntime-web into a folder that is gone afterwards. The page's own engine
needs neither; this shows that the graph beside it runs in a browser too, on the golden vectors.
"""

import html
import json
import re
import subprocess
import sys
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from stridenet import spec
from stridenet.exports.js.run import browser, dumped
from stridenet.exports.targets import export
from stridenet.runs.environment import describe_environment
from stridenet.runs.exporting import given

FILE = Path(__file__).resolve().parents[1] / "docs" / "reliability" / "onnxruntime_web.json"
VERSION = "1.30.0"
PAGE = """<!doctype html><pre id="answers"></pre>
<script src="model.js"></script><script src="golden.js"></script><script src="ort.wasm.min.js"></script>
<script>
(async () => {
  ort.env.wasm.numThreads = 1;
  const x = stridenet.floats(stridenetGolden.x), y = stridenet.floats(stridenetGolden.y), n = stridenetGolden.n;
  const { length, channels } = stridenet.about, one = x.length / n;
  const session = await ort.InferenceSession.create("model.onnx");
  let off = 0;
  for (let i = 0; i < n; i++) {
    const window = new ort.Tensor("float32", x.slice(i * one, (i + 1) * one), [1, length, channels.length]);
    const said = (await session.run({ [session.inputNames[0]]: window }))[session.outputNames[0]].data;
    said.forEach((p, c) => { off = Math.max(off, Math.abs(p - y[i * said.length + c])); });
  }
  document.getElementById("answers").textContent = JSON.stringify({ n, off });
})().catch((error) => { document.getElementById("answers").textContent = JSON.stringify({ error: String(error) }); });
</script>
"""


class _Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript", ".wasm": "application/wasm"}

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def answered(chromium: str, folder: Path) -> dict[str, Any]:
    """What the page tells, served from a port of this machine."""
    (folder / "web.html").write_text(PAGE, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = dumped(chromium, f"http://127.0.0.1:{server.server_port}/web.html")
    finally:
        server.shutdown()
    found = re.search(r'<pre id="answers">(.+?)</pre>', page, flags=re.DOTALL)
    return dict(json.loads(html.unescape(found[1]))) if found else {"error": "the page said nothing"}


def main(*runs: str) -> None:
    """Exports each run, asks the browser, tells and stores."""
    chromium = browser()
    if chromium is None:
        raise SystemExit("Chromium is not here; apt-get install -y chromium.")
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["npm", "install", "--silent", f"onnxruntime-web@{VERSION}"], cwd=place, check=True)
        dist = Path(place) / "node_modules" / "onnxruntime-web" / "dist"
        for run in map(Path, runs):
            name = spec.read_toml(run / "settings.toml")["model"]["name"]
            out = Path(place) / name
            export(given(run), "js", out)
            for file in (dist / "ort.wasm.min.js", *dist.glob("ort-wasm-simd-threaded.*")):
                if "jsep" not in file.name and "asyncify" not in file.name and file.suffix in (".js", ".mjs", ".wasm"):
                    (out / file.name).write_bytes(file.read_bytes())
            told[name] = answered(chromium, out)
            print(name, told[name], flush=True)
    version = subprocess.run([chromium, "--version"], capture_output=True, text=True).stdout.strip()
    environment = describe_environment() | {"onnxruntime-web": VERSION, "browser": version}
    FILE.write_text(json.dumps({"networks": told, "environment": environment}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
