"""
What an existing configuration file lacks.
"""

from __future__ import annotations

import pytest

from flowkit.scaffold.missing_entries import missing_toml

GENERATED = """
[build-system]
requires = ["setuptools"]

[project]
name = "shop"
dependencies = [
    "airflow-flowkit",
    "apache-airflow==3.3.2", # in production
]

[tool.mypy]
strict = true
plugins = ["flowkit.mypy"]

[tool.ruff.lint] # rules
select = ["ALL"]
"""


@pytest.mark.parametrize(
    ("existing", "missing"),
    [
        (GENERATED, ""),
        ("", GENERATED.strip().replace(" # rules", "")),
        (
            '[project]\nname = "mine"\ndependencies = ["requests"]\n[tool.mypy]\nstrict = false\n',
            '[project]\ndependencies = [\n    "airflow-flowkit",\n    "apache-airflow==3.3.2", # in production\n]\n\n'
            '[tool.mypy]\nplugins = ["flowkit.mypy"]\n\n[tool.ruff.lint]\nselect = ["ALL"]',
        ),
        (
            '[project]\nversion = "1"\ndependencies = ["airflow-flowkit>=0.1"]\n\n[tool.ruff.lint]\nselect = ["E"]\n',
            '[tool.mypy]\nstrict = true\nplugins = ["flowkit.mypy"]',
        ),
    ],
)
def test_missing_pyproject_entries(existing: str, missing: str) -> None:
    """
    Existing tables and keys belong to the user, and so do the project name and the build system.
    """
    assert missing_toml(existing, GENERATED) == missing
