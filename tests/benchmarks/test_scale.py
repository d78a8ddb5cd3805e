"""
The measurements of large installations: what needs no Airflow that runs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import named_errors, scale_paper, scale_seen, watching
from benchmarks.scale_sources import Way, write
from flowkit.project.loading import load
from tests.support import ROOT, load_dags

PAGE = ROOT / "docs" / "scale.md"


@pytest.fixture(autouse=True)
def _own_modules() -> Iterator[None]:
    """Each installation has a module of this name."""
    sys.modules.pop("pipelines", None)
    yield
    sys.modules.pop("pipelines", None)


def _tasks(folder: Path) -> dict[str, dict[str, tuple[object, ...]]]:
    found: dict[str, dict[str, tuple[object, ...]]] = {}
    for file in sorted(folder.glob("*_*.py")):
        bag = load_dags(file)
        assert bag.import_errors == {}
        for dag_id, dag in bag.dags.items():
            found[dag_id] = {
                one.task_id: (type(one).__name__, one.upstream_task_ids, one.owner, one.retries)
                for one in dag.tasks
            }
    return found


@pytest.mark.parametrize("other", ["by hand", "by hand, one DAG each"])
def test_both_ways_make_the_same_tasks(other: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only then may their times stand side by side."""
    write("flowkit", [tmp_path / "flowkit"], 12, 3)
    write(other, [tmp_path / "hand"], 12, 3)
    monkeypatch.syspath_prepend(str(tmp_path / "flowkit"))
    ours = _tasks(tmp_path / "flowkit")

    assert len(ours) == 12
    assert ours == _tasks(tmp_path / "hand")


def test_two_bundles_hold_all_pipelines(tmp_path: Path) -> None:
    """Each file is in one of them, and each has the module that the files import."""
    folders = [tmp_path / "one", tmp_path / "two"]
    write("flowkit", folders, 20, 4)

    names = [sorted(file.name for file in folder.glob("loader*.py")) for folder in folders]
    assert names == [
        ["loader_1_of_4.py", "loader_2_of_4.py"],
        ["loader_3_of_4.py", "loader_4_of_4.py"],
    ]
    found = {spec.dag_id for folder in folders for spec in load(folder).pipelines}
    assert len(found) == 20


def test_what_is_reckoned_follows_the_formulas() -> None:
    """50,000 DAGs at 10 ms each keep one processor busy for 500 s: two of them within 600 s leave time to spare."""
    text = scale_paper.page(scale_paper.Cost(10, 25, 2, 10 * 1024), "flowkit")
    rows = {line.split(" | ")[0].strip("| "): line for line in text.splitlines() if line.startswith("|")}

    assert rows["DAG processors, a bundle each"].endswith("| 1 | 2 | 1 |")
    assert rows["`parsing_processes` of each"].endswith("| 3 | 3 | 3 |")
    assert rows["cores busy with parsing"].endswith("| 0.6 | 2.9 | 1.0 |")
    assert rows["one round"].endswith("| 50 s | 250 s | 500 s |")
    assert rows["database, one version of each DAG"].endswith("| 0.05 GiB | 0.48 GiB | 0.48 GiB |")


def _seen() -> scale_seen.FileState:
    return scale_seen.FileState(
        "flowkit", 100, 4, 1.5, first=2, all=9, api=0.5, rounds=[6, 4], parsed=[125, 100], tasks=1500,
        memory=300 * 2**20, largest=200 * 2**20, empty=2**20, stored=3 * 2**20, grown=3 * 2**20,
        manager=[2, 4.5], parsers=[1, 2.25], server=[0.5, 0.9],
    )  # fmt: skip


def test_figures_are_kept_and_read(tmp_path: Path) -> None:
    """So the page can be written anew without a measurement."""
    scale_seen.keep(tmp_path / "results" / "scale.json", "scale.py", "On Monday.", 1.25, [_seen()])

    assert scale_seen.kept(tmp_path / "results" / "scale.json") == ("On Monday.", 1.2, [_seen()])


def test_a_round_and_its_cost_are_those_of_as_many_dags_as_there_are() -> None:
    """Some more may have been parsed in that time: 225 DAGs for 4.5 s are 20 ms each."""
    seen = _seen()

    assert seen.round == 4
    assert list(seen.costs) == ["manager", "parsers", "server"]
    firsts, laters = zip(*seen.costs.values(), strict=True)
    assert firsts == pytest.approx((20, 10, 5))
    assert laters == pytest.approx((20, 10, 4))
    text = scale_seen.table([seen])
    assert "| flowkit | 100 | 4 | 2.0 s | **9.0 s** | 9.5 s | 4.0 s | 300 MiB | 200 MiB | 2 MiB |" in text
    assert "| flowkit | 20.0 / 20.0 | 10.0 / 10.0 | 5.0 / 4.0 | 35.0 / 34.0 |" in text


@pytest.mark.parametrize(
    ("name", "share", "bounds"),
    [
        ("ten", 0.95, (0.9, 1)),
        ("third", 1 / 6, (0, 1 / 3)),
        ("four", 0.875, (0.75, 1)),
        ("git", 1, (1, 1)),
    ],
)
def test_the_share_that_is_expected(name: str, share: float, bounds: tuple[float, float]) -> None:
    """What a refresh wipes comes back with the next parse."""
    (bundle,) = (one for one in named_errors.bundles() if one.name == name)

    assert bundle.expected == pytest.approx(share)
    assert bundle.bounds == pytest.approx(bounds)


def test_a_bundle_has_a_good_and_a_broken_pipeline(tmp_path: Path) -> None:
    """And two good ones when it is mended."""
    (bundle, *_) = named_errors.bundles()
    for mended, broken in ((False, ["bad_ten"]), (True, [])):
        (tmp_path / "file.py").write_text(named_errors.text_of(bundle, mended=mended))
        assert [one.dag_id for one in load(tmp_path).broken] == broken


@pytest.mark.parametrize("script", ["scale.py", "scale_paper.py", "named_errors.py"])
def test_the_page_has_its_markers(script: str, tmp_path: Path) -> None:
    """What stands around them stays, and writing twice is writing once."""
    page = tmp_path / "scale.md"
    before = PAGE.read_text(encoding="utf-8")
    page.write_text(before, encoding="utf-8")
    watching.write_page(page, f"benchmarks/{script}", "| new |")
    once = page.read_text(encoding="utf-8")
    watching.write_page(page, f"benchmarks/{script}", "| new |")

    assert page.read_text(encoding="utf-8") == once
    start, _, rest = before.partition(f"<!-- benchmarks/{script} writes what follows -->")
    assert once.startswith(start)
    assert once.endswith(rest.partition(f"<!-- benchmarks/{script} wrote what precedes -->")[2])

    page.write_text("no markers")
    with pytest.raises(SystemExit, match="lacks the markers"):
        watching.write_page(page, f"benchmarks/{script}", "| new |")
