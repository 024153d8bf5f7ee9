"""Rules that compute parts of a traced function in a cheaper way, whatever Keras layer they come from.

A function is traced to JAX's own program (a jaxpr) and evaluated operation by operation; an operation that a rule
knows is replaced, all others are left as they are. So any Keras model gains, and no model is changed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jax

from stridenet.system.notes import Note, silent

if TYPE_CHECKING:
    from jax.extend.core import ClosedJaxpr, Jaxpr

Rule = Callable[[Any, Sequence[Any]], Any]
"""Given an operation and its inputs: its one output, or None where the rule does not fit."""
Transform = Callable[[Callable[..., Any]], Callable[..., Any]]

_CALLS = ("pjit", "jit", "closed_call")  # a rule may look inside these without changing what they mean


def with_rules(
    function: Callable[..., Any],
    rules: Mapping[str, Rule],
    *,
    note: Note = silent,
    transform: Transform = lambda function: function,
) -> Callable[..., Any]:
    """The same function, with the operations that rules know computed by them.

    JAX promises nothing about its programs: what it names otherwise tomorrow costs speed, not the training. A rule that
    fails is left out; where it cannot be known which, all are.

    Args:
        function: takes and gives trees of arrays.
        rules: by the name of the JAX operation; with none, the function itself is traced as ever.
        note: told, in a sentence, what is left out.
        transform: what is made of the function, such as its gradient.

    >>> import jax.numpy as jnp
    >>> def doubled(_, inputs):
    ...     return inputs[0] * 2
    >>> float(with_rules(lambda x: jnp.sin(x) + 1, {"sin": doubled})(jnp.array(3.0)))
    7.0
    """
    plain = transform(function)
    if not rules:
        return plain

    def ruled(*arguments: Any) -> Any:
        traced, shape = jax.make_jaxpr(function, return_shape=True)(*arguments)
        outputs = _evaluate(traced, jax.tree.leaves(arguments), rules, note)
        return jax.tree.unflatten(jax.tree.structure(shape), outputs)

    def computed(*arguments: Any) -> Any:
        try:
            return transform(ruled)(*arguments)
        except Exception as error:  # whatever another JAX does
            outputs = plain(*arguments)  # the function's own faults come again here
            note(f"operations are computed as JAX has them, our rules fail on this version ({_words(error)})")
            return outputs

    return computed


def _evaluate(traced: "ClosedJaxpr", arguments: Sequence[Any], rules: Mapping[str, Rule], note: Note) -> list[Any]:
    from jax.extend.core import Literal

    values = dict(zip(traced.jaxpr.constvars, traced.consts, strict=True))
    values |= dict(zip(traced.jaxpr.invars, arguments, strict=True))

    def read(name: Any) -> Any:
        return name.val if isinstance(name, Literal) else values[name]

    for operation in traced.jaxpr.eqns:
        inputs = [read(name) for name in operation.invars]
        outputs = _apply(operation, inputs, rules, note)
        values |= dict(zip(operation.outvars, outputs, strict=True))
    return [read(name) for name in traced.jaxpr.outvars]


def _apply(operation: Any, inputs: Sequence[Any], rules: Mapping[str, Rule], note: Note) -> Sequence[Any]:
    primitive = operation.primitive
    if primitive.name in rules:
        output = _by_rule(rules[primitive.name], operation, inputs, note)
        if output is not None:
            return [output]
    if primitive.name in _CALLS:
        inner = operation.params["jaxpr" if "jaxpr" in operation.params else "call_jaxpr"]
        if _holds(inner.jaxpr, rules):
            return _evaluate(inner, inputs, rules, note)
    bound = primitive.get_bind_params(operation.params)
    functions, params = bound if isinstance(bound, tuple) else ((), bound)  # newer JAX gives the parameters alone
    output = primitive.bind(*functions, *inputs, **params)
    return list(output) if primitive.multiple_results else [output]


def _by_rule(rule: Rule, operation: Any, inputs: Sequence[Any], note: Note) -> Any:
    """What the rule gives; None where it does not fit, or fails."""
    try:
        output = rule(operation, inputs)
        if output is not None:
            needed = operation.outvars[0].aval
            if (output.shape, output.dtype) != (needed.shape, needed.dtype):
                raise TypeError(f"{output.dtype}{output.shape} for {needed.dtype}{needed.shape}")
    except Exception as error:  # whatever another JAX does
        note(f"operation {operation.primitive.name} is computed as JAX has it, our rule for it fails ({_words(error)})")
        return None
    return output


def _words(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:120]


def _holds(jaxpr: "Jaxpr", rules: Mapping[str, Rule]) -> bool:
    """Whether an operation that a rule knows is somewhere inside."""
    for operation in jaxpr.eqns:
        if operation.primitive.name in rules:
            return True
        if operation.primitive.name in _CALLS:
            inner = operation.params["jaxpr" if "jaxpr" in operation.params else "call_jaxpr"]
            if _holds(inner.jaxpr, rules):
                return True
    return False
