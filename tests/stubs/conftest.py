"""
Modules that look like those of an installed provider.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flowkit.analysis.class_order import order_of
from flowkit.analysis.modules import clear_caches

Install = Callable[..., None]
"""Called with the text of each module by its name."""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """
    Return a function that installs modules where packages are installed.
    """
    packages = tmp_path / "site-packages"
    packages.mkdir()
    monkeypatch.syspath_prepend(str(packages))

    def write(**modules: str) -> None:
        for name, text in modules.items():
            file = packages.joinpath(*name.split("__")).with_suffix(".py")
            file.parent.mkdir(parents=True, exist_ok=True)
            for folder in file.relative_to(packages).parents[:-1]:
                (packages / folder / "__init__.py").touch()
            file.write_text(textwrap.dedent(text), encoding="utf-8")
        _forget()

    _forget()
    yield write
    _forget()


def _forget() -> None:
    clear_caches()
    order_of.cache_clear()
