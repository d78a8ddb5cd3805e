"""
The types that users see are all written down: no type checker has to guess one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT


@pytest.mark.e2e
def test_every_public_type_is_known(tmp_path: Path) -> None:
    """pyright knows the type of every name, and infers none of them."""
    # From another folder, and through the path of Python: pyright verifies what is installed, not what lies around.
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--ignoreexternal", "--verifytypes", "flowkit"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        },
    )
    report: dict[str, Any] = json.loads(done.stdout)["typeCompleteness"]
    unknown = [
        symbol["name"]
        for symbol in report["symbols"]
        if symbol["isExported"] and (symbol["isTypeAmbiguous"] or not symbol["isTypeKnown"])
    ]

    assert unknown == []
    assert report["exportedSymbolCounts"]["withKnownType"] > 500
    assert report["completenessScore"] == 1
