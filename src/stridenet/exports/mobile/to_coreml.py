"""A Keras file as two Core ML programs; run in an environment of its own: keras file, folder, classes, about."""

# mypy: ignore-errors
import json
import sys
from pathlib import Path

import keras


def asinh(x):
    """From what Core ML has."""
    ops = keras.ops
    return ops.sign(x) * ops.log(ops.abs(x) + ops.sqrt(ops.square(x) + 1.0))


def main(file: str, folder: str, classes: str, about: str) -> None:
    """Writes model.mlpackage (float32) and model_int8.mlpackage (weights of 8 bits)."""
    import coremltools
    import tensorflow as tf
    from coremltools.optimize import coreml

    keras.src.backend.numpy.arcsinh = asinh
    model = keras.models.load_model(file, compile=False)
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.RNN):
            layer.unroll = True  # coremltools does not convert Keras' loops
    spec = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32, name="windows")
    steps = tf.function(lambda x: model(x, training=False)).get_concrete_function(spec)
    made = coremltools.convert(
        [steps],
        source="tensorflow",
        classifier_config=coremltools.ClassifierConfig(json.loads(classes)),
        compute_precision=coremltools.precision.FLOAT32,
    )
    made.short_description = about
    made.save(str(Path(folder) / "model_float32.mlpackage"))
    symmetric = coreml.OpLinearQuantizerConfig(mode="linear_symmetric")
    small = coreml.linear_quantize_weights(made, coreml.OptimizationConfig(global_config=symmetric))
    small.save(str(Path(folder) / "model_int8.mlpackage"))


if __name__ == "__main__":
    main(*sys.argv[1:])
