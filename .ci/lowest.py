"""The oldest versions that pyproject.toml allows of what stridenet and its tests need, as pip takes them."""

import tomllib
from pathlib import Path

about = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
groups = about["dependency-groups"]
asked = [one for one in groups["test"] if isinstance(one, str)]
for included in (one["include-group"] for one in groups["test"] if not isinstance(one, str)):
    asked += groups[included]
for needed in about["project"]["dependencies"] + asked:
    name, least = needed.split(">=")  # fails where there is no lower bound, or more than one
    print(f"{name}=={least}")
