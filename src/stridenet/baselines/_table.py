"""A baseline's settings, by scikit-learn's own names where it has one."""

from pydantic import BaseModel, ConfigDict, field_validator

from stridenet.refusal import at_most


class Table(BaseModel):
    """A table of settings: nothing unknown, nothing changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    _checked = field_validator("*")(at_most(10_000_000))
