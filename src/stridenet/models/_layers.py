"""What the networks are made of: Keras layers that refuse impossible sizes before training, by layer and length."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator

from stridenet.errors import SettingError
from stridenet.models._named import BiasInitializer, Constraint, Initializer, Regularizer, make
from stridenet.refusal import at_most

Activation = Literal[
    "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "tanh", "sigmoid", "softplus", "softsign", "linear"
]


class Table(BaseModel):
    """A table of settings: nothing unknown, nothing changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    _checked = field_validator("*")(at_most(100_000))


class Conv(Table):
    """Every parameter of ``keras.layers.Conv1D`` but filters and kernel_size, with Keras' names and meanings.

    Source: "Understanding 1D Convolution Layers in Keras" lists them; ``groups`` came to Keras later.
    """

    strides: PositiveInt = Field(1, description="samples that a filter moves on")
    padding: Literal["valid", "same", "causal"] = Field("valid", description="none, both sides, or the past only")
    data_format: Literal["channels_last", "channels_first"] = Field("channels_last", description="axis order inside")
    dilation_rate: PositiveInt = Field(1, description="samples from one filter value to the next")
    groups: PositiveInt = Field(1, description="parts of the channels that are filtered apart")
    activation: Activation = Field("relu", description="what follows the sum")
    use_bias: bool = Field(True, description="a constant added to each filter's output")
    kernel_initializer: Initializer = Field("glorot_uniform", description="how filters begin")
    bias_initializer: BiasInitializer = Field("zeros", description="how biases begin")
    kernel_regularizer: Regularizer = Field(None, description="penalty on large filters")
    bias_regularizer: Regularizer = Field(None, description="penalty on large biases")
    activity_regularizer: Regularizer = Field(None, description="penalty on large outputs")
    kernel_constraint: Constraint = Field(None, description="what filters must keep to")
    bias_constraint: Constraint = Field(None, description="what biases must keep to")


def convolve(x: Any, name: str, filters: int, kernel_size: int, conv: Conv) -> Any:
    """A ``Conv1D`` layer; x is (window, time, channel), or (window, channel, time) with ``channels_first``."""
    from stridenet.engine.backend import keras

    n_time, n_channels = sizes(x, conv.data_format)
    reach = (kernel_size - 1) * conv.dilation_rate + 1
    if conv.strides > 1 and conv.dilation_rate > 1:
        raise SettingError(
            f"layer {name}: strides={conv.strides} with dilation_rate={conv.dilation_rate} on an input of {n_time} "
            "samples; only one of the two may be above 1."
        )
    if conv.padding == "causal" and conv.data_format == "channels_first":
        raise SettingError(f"layer {name}: padding='causal' needs data_format='channels_last'; change one of the two.")
    if conv.padding == "valid" and reach > n_time:
        dilated = f", dilated to {reach}," if conv.dilation_rate > 1 else ""
        raise SettingError(
            f"layer {name}: a kernel of {kernel_size} samples{dilated} on an input of {n_time}; use a smaller "
            "kernel_size, padding='same', fewer layers or longer windows."
        )
    if n_channels % conv.groups or filters % conv.groups:
        raise SettingError(
            f"layer {name}: groups={conv.groups} must divide both its {n_channels} input channels "
            f"and its {filters} filters."
        )
    arguments = conv.model_dump()
    return keras.layers.Conv1D(filters, kernel_size, name=name, **arguments | make(name, arguments))(x)


def pool(x: Any, name: str, pool_size: int, data_format: str = "channels_last") -> Any:
    """A ``MaxPooling1D`` layer."""
    from stridenet.engine.backend import keras

    n_time, _ = sizes(x, data_format)
    if n_time < pool_size:
        raise SettingError(
            f"layer {name}: pooling by {pool_size} on an input of {n_time} samples leaves nothing; use a smaller "
            "pool_size, fewer layers or longer windows."
        )
    return keras.layers.MaxPooling1D(pool_size, data_format=data_format, name=name)(x)


def enter(x: Any, data_format: str, name: str = "channels_first") -> Any:
    """Turns (window, time, channel) into the axis order that the layers after it use."""
    from stridenet.engine.backend import keras

    return keras.layers.Permute((2, 1), name=name)(x) if data_format == "channels_first" else x


def sizes(x: Any, data_format: str) -> tuple[int, int]:
    """Time steps and channels of a tensor."""
    first, second = x.shape[1:]
    return (first, second) if data_format == "channels_last" else (second, first)
