"""The oldest versions that pyproject.toml allows of what stridenet and its tests need, as pip takes them."""

import tomllib
from pathlib import Path

about = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
for needed in about["project"]["dependencies"] + about["dependency-groups"]["test"]:
    name, least = needed.split(">=")  # fails where there is no lower bound, or more than one
    print(f"{name}=={least}")
