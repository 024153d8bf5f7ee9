"""A Keras file as three LiteRT files; run elsewhere with: Keras file, folder, windows, layers in float."""

# mypy: ignore-errors
import json
import sys
from pathlib import Path

import keras
import numpy as np


def asinh(x):
    """From what LiteRT has."""
    ops = keras.ops
    return ops.sign(x) * ops.log(ops.abs(x) + ops.sqrt(ops.square(x) + 1.0))


def main(file: str, folder: str, windows: str, front: str) -> None:
    """Writes model_float32, model_float16 and, where there are windows, model_int8 and weights_int8."""
    import tensorflow as tf

    keras.src.backend.numpy.arcsinh = asinh
    out, model = Path(folder), keras.models.load_model(file, compile=False)
    signature = [keras.InputSpec(shape=(1, *model.input_shape[1:]), dtype="float32", name="windows")]
    plain = {"format": "litert", "verbose": False, "input_signature": signature}
    model.export(str(out / "model_float32.tflite"), **plain)
    half = {"optimizations": [tf.lite.Optimize.DEFAULT], "target_spec": {"supported_types": [tf.float16]}}
    model.export(str(out / "model_float16.tflite"), **plain, **half)
    if windows:
        with np.load(windows) as arrays:
            x = arrays["x"].reshape(-1, 1, *model.input_shape[1:])
        quantized(out, x, json.loads(front))


def quantized(out: Path, x: np.ndarray, front: list[str]) -> None:
    """Convolutions and dense layers in integers; input, output and all else stay in float.

    In model_int8 their values are integers as well, calibrated on windows; in weights_int8 the weights alone.
    """
    from ai_edge_quantizer import quantizer, recipe_manager
    from ai_edge_quantizer.qtyping import TFLOperationName as Op

    source = str(out / "model_float32.tflite")
    whole, weights = recipe_manager.RecipeManager(), recipe_manager.RecipeManager()
    for op in (Op.CONV_2D, Op.FULLY_CONNECTED, Op.DEPTHWISE_CONV_2D):
        whole.add_static_config(".*", op, activation_num_bits=8, weight_num_bits=8)
        weights.add_dynamic_config(".*", op, num_bits=8)
        for layer in front:
            for recipe in (whole, weights):
                recipe.add_quantization_config(f".*{layer}.*", op, algorithm_key="no_quantize")
    name, detail = next(iter(signatures(source)))
    for file, recipe in (("model_int8", whole), ("weights_int8", weights)):
        (out / f"{file}.tflite").unlink(missing_ok=True)
        made = quantizer.Quantizer(source, recipe.get_quantization_recipe())
        try:
            found = made.calibrate({name: [{detail: window} for window in x]}) if recipe is whole else None
        except ValueError:  # what a recurrent layer holds between steps is not seen
            continue
        made.quantize(found).export_model(str(out / f"{file}.tflite"))


def signatures(source: str):
    """Name and input of each signature."""
    from ai_edge_litert.interpreter import Interpreter

    for name, one in Interpreter(source).get_signature_list().items():
        yield name, one["inputs"][0]


if __name__ == "__main__":
    main(*sys.argv[1:])
