"""
Environments: one for each tool, so that no tool meets the dependencies of another.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the project."""

AIRFLOW = "apache-airflow==3.3.2"

PACKAGES: dict[str, list[str]] = {
    "airflow": [],
    # flowkit itself is installed there, as Airflow finds its plugin by that.
    "lazy": ["apache-airflow-providers-cncf-kubernetes", "--editable", str(ROOT)],
    "dag-factory": ["dag-factory==1.1.0"],
    "gusty": ["gusty==0.23.1"],
    "airflow-blueprint": ["airflow-blueprint==0.5.0"],
    # It imports the SSH provider, and does not say so.
    "airflow-pydantic": ["airflow-pydantic==1.7.2", "apache-airflow-providers-ssh"],
}
"""By environment: what is installed beside Airflow."""

RIVALS = [name for name in PACKAGES if name not in ("airflow", "lazy")]

OF_TOOL = {
    "hand": "airflow",
    "hand-pruned": "airflow",
    "flowkit": "airflow",
    "dag-factory-dict": "dag-factory",
    "dag-factory-yaml": "dag-factory",
    "gusty": "gusty",
    "gusty-pruned": "gusty",
    "airflow-blueprint": "airflow-blueprint",
    "airflow-pydantic": "airflow-pydantic",
}
"""By tool: its environment. flowkit itself is taken from this folder."""


def default_folder() -> Path:
    """Return where environments are kept between two runs."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path(tempfile.gettempdir())) / "flowkit_bench_envs"


def make(name: str, folder: Path) -> Path:
    """
    Return the Python of the environment *name*, and make the environment if it is not there.
    """
    python = folder / name / "bin" / "python"
    done = folder / name / "installed.txt"
    wanted = "\n".join([AIRFLOW, *PACKAGES[name]])
    if done.exists() and done.read_text() == wanted:
        return python
    constraints = ["-c", str(ROOT / "constraints.txt")]
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is not None:
        _run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder / name)])
        _run(
            [uv, "pip", "install", "--quiet", "--python", str(python), AIRFLOW, *PACKAGES[name], *constraints]
        )
    else:
        _run([sys.executable, "-m", "venv", "--clear", str(folder / name)])
        _run([str(python), "-m", "pip", "install", "--quiet", AIRFLOW, *PACKAGES[name], *constraints])
    done.write_text(wanted)
    return python


def versions(python: Path | str) -> dict[str, str]:
    """Return what is installed there and matters."""
    code = (
        "import json\nfrom importlib.metadata import distributions\n"
        "print(json.dumps({one.name.lower(): one.version for one in distributions()}))"
    )
    import json

    output = subprocess.run([str(python), "-c", code], check=True, capture_output=True, text=True).stdout
    found: dict[str, str] = json.loads(output)
    own = {package.partition("==")[0] for packages in PACKAGES.values() for package in packages}
    wanted = own | {"apache-airflow", "attrs", "pydantic", "apache-airflow-providers-standard"}
    return {name: version for name, version in sorted(found.items()) if name in wanted}


def own_version() -> dict[str, str]:
    """Return the version of flowkit in this folder."""
    text = (ROOT / "pyproject.toml").read_text()
    return {"flowkit": text.partition('\nversion = "')[2].partition('"')[0]}


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:3])} … failed:\n{done.stderr[-2000:]}")
