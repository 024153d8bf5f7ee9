"""The oldest versions that both pyproject.toml allow of what the packages and their tests need, as pip takes them."""

import tomllib
from pathlib import Path

about, runtime = (
    tomllib.loads(Path(file).read_text(encoding="utf-8")) for file in ("pyproject.toml", "runtime/pyproject.toml")
)
groups = about["dependency-groups"]
asked = [one for one in groups["test"] if isinstance(one, str)]
for included in (one["include-group"] for one in groups["test"] if not isinstance(one, str)):
    asked += groups[included]
of_both = dict.fromkeys(about["project"]["dependencies"] + runtime["project"]["dependencies"])
for needed in [*of_both, *asked]:
    name, least = needed.split(">=")  # fails where there is no lower bound, or more than one
    if name != runtime["project"]["name"]:  # it lies here
        print(f"{name}=={least}")
