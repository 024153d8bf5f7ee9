"""Runs an ONNX file with onnxruntime, which is loaded when it is first needed."""

from typing import Any

import numpy as np

from stridenet_runtime.errors import EngineError
from stridenet_runtime.program import Array

_BLOCK = 256
"""Windows that are computed at once."""


class OnnxSession:
    """A graph that is ready to answer.

    Args:
        graph: the bytes of an ONNX file with one input (window, time, channel) and one output (window, class).
        threads: how many compute one window; more than one waits on so little work.

    Raises:
        EngineError: onnxruntime is not installed, or does not take the graph.
    """

    def __init__(self, graph: bytes, *, threads: int = 1) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise EngineError(
                f"onnxruntime is not there ({error}); install it with pip install onnxruntime, or take engine='numpy'."
            ) from None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self._session: Any = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # its own errors have no common root
            words = " ".join(str(error).split())[:200]
            raise EngineError(f"onnxruntime does not take this graph ({words}); take engine='numpy'.") from None
        (self._input,), (answer,) = self._session.get_inputs(), self._session.get_outputs()
        self._output: list[str] = [answer.name]
        self._name: str = self._input.name
        self.n_classes = int(answer.shape[1])

    def __call__(self, windows: Array) -> Array:
        """Probabilities (window, class) of float32 windows (window, time, channel)."""
        if len(windows) <= _BLOCK:
            answer: Array = self._session.run(self._output, {self._name: windows})[0]
            return answer
        blocks = [self(windows[first : first + _BLOCK]) for first in range(0, len(windows), _BLOCK)]
        return np.concatenate(blocks)

    def about(self) -> dict[str, str]:
        """What is kept beside the graph."""
        kept: dict[str, str] = self._session.get_modelmeta().custom_metadata_map
        return kept
