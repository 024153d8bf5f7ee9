"""Rules that compute parts of a traced function in a cheaper way, whatever Keras layer they come from.

A function is traced to JAX's own program (a jaxpr) and evaluated operation by operation; an operation that a rule
knows is replaced, all others are left as they are. So any Keras model gains, and no model is changed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
from jax.extend.core import ClosedJaxpr, Jaxpr, Literal

Rule = Callable[[Any, Sequence[Any]], Any]
"""Given an operation and its inputs: its one output, or None where the rule does not fit."""

_CALLS = ("pjit", "jit", "closed_call")  # a rule may look inside these without changing what they mean


def with_rules(function: Callable[..., Any], rules: Mapping[str, Rule]) -> Callable[..., Any]:
    """The same function, with the operations that rules know computed by them.

    Args:
        function: takes and gives trees of arrays.
        rules: by the name of the JAX operation.

    >>> import jax.numpy as jnp
    >>> def doubled(_, inputs):
    ...     return inputs[0] * 2
    >>> float(with_rules(lambda x: jnp.sin(x) + 1, {"sin": doubled})(3.0))
    7.0
    """

    def ruled(*arguments: Any) -> Any:
        traced, shape = jax.make_jaxpr(function, return_shape=True)(*arguments)
        outputs = _evaluate(traced, jax.tree.leaves(arguments), rules)
        return jax.tree.unflatten(jax.tree.structure(shape), outputs)

    return ruled


def _evaluate(traced: ClosedJaxpr, arguments: Sequence[Any], rules: Mapping[str, Rule]) -> list[Any]:
    values = dict(zip(traced.jaxpr.constvars, traced.consts, strict=True))
    values |= dict(zip(traced.jaxpr.invars, arguments, strict=True))

    def read(name: Any) -> Any:
        return name.val if isinstance(name, Literal) else values[name]

    for operation in traced.jaxpr.eqns:
        inputs = [read(name) for name in operation.invars]
        outputs = _apply(operation, inputs, rules)
        values |= dict(zip(operation.outvars, outputs, strict=True))
    return [read(name) for name in traced.jaxpr.outvars]


def _apply(operation: Any, inputs: Sequence[Any], rules: Mapping[str, Rule]) -> Sequence[Any]:
    primitive = operation.primitive
    if primitive.name in rules:
        output = rules[primitive.name](operation, inputs)
        if output is not None:
            return [output]
    if primitive.name in _CALLS:
        inner = operation.params["jaxpr" if "jaxpr" in operation.params else "call_jaxpr"]
        if _holds(inner.jaxpr, rules):
            return _evaluate(inner, inputs, rules)
    bound = primitive.get_bind_params(operation.params)
    functions, params = bound if isinstance(bound, tuple) else ((), bound)  # newer JAX gives the parameters alone
    output = primitive.bind(*functions, *inputs, **params)
    return list(output) if primitive.multiple_results else [output]


def _holds(jaxpr: Jaxpr, rules: Mapping[str, Rule]) -> bool:
    """Whether an operation that a rule knows is somewhere inside."""
    for operation in jaxpr.eqns:
        if operation.primitive.name in rules:
            return True
        if operation.primitive.name in _CALLS:
            inner = operation.params["jaxpr" if "jaxpr" in operation.params else "call_jaxpr"]
            if _holds(inner.jaxpr, rules):
                return True
    return False
