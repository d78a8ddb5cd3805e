"""
What people see: Airflow's UI in a real browser, with a real Airflow behind it.

Needs the package `playwright`, and Chromium as Debian installs it; without them, the tests are skipped. With
`WRITE_DOCS=1` in the environment, they rewrite the pictures of the documentation. Look at them!
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.airflow_server import AirflowServer, StartAirflow
from tests.support import DAGS, ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.e2e

IMAGES = ROOT / "docs" / "images"
LARGEST = 150_000
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# Nothing is fetched in the background, and no sandbox is needed for pages of one's own, which root could not have.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WAIT = 30_000

GROUPS = {
    "ingestion_layer": ["fetch_api", "validate_json"],
    "transformation_layer": ["clean_data", "calculate_metrics"],
}
CHAIN = ["start", *(f"{group}.{task}" for group, tasks in GROUPS.items() for task in tasks), "end"]

BROKEN = '''"""Airflow DAGs: one good pipeline, and one that waits for a task that is not there."""

from flowkit import Pipeline
from flowkit.airflow.dags import register

register(Pipeline("orders").task("fetch"))
register(Pipeline("refunds").task("fetch").task("pay", after="fetsch"))
'''
EDITED = '''"""Airflow DAGs: one that somebody works on."""

from flowkit import Pipeline
from flowkit.airflow.dags import register

register(Pipeline("draft").task("fetch").task("{task}"))
'''

# In one step, so that all states are those of one moment.
STATES = """nodes => Object.fromEntries(nodes.map(node => [
    node.dataset.id, (node.innerText.match(/\\b(success|running|queued|scheduled|failed)\\b/) || [null])[0]
]))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """
    Debian's Chromium, without a window.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: on Debian, it is the package chromium")
    with playwright.sync_playwright() as player:
        started = player.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def dags(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The DAG folder: the examples, a file with a broken pipeline, and one to edit.
    """
    folder = tmp_path_factory.mktemp("browser") / "dags"
    shutil.copytree(DAGS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "returns.py").write_text(BROKEN, encoding="utf-8")
    (folder / "draft.py").write_text(EDITED.format(task="store"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def airflow(browser: Browser, dags: Path, start_airflow: StartAirflow) -> AirflowServer:
    """
    An Airflow that has read all files. Asks for a browser, since nobody would look at it otherwise.
    """
    del browser
    settings = {
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "0",
        "AIRFLOW__API__AUTO_REFRESH_INTERVAL": "1",
    }
    airflow = start_airflow(settings=settings)
    expected = {"complex_processing", "draft", "orders"}
    airflow.wait_for(lambda: expected <= set(airflow.dags()) and len(airflow.dags()) == 65, "all DAGs")
    airflow.wait_for(airflow.import_errors, "the broken pipeline")
    return airflow


@pytest.fixture
def page(airflow: AirflowServer, browser: Browser) -> Iterator[Page]:
    """
    An empty page of somebody who was never there. Paths are those of Airflow's UI.
    """
    size = {"width": 1280, "height": 800}
    context = browser.new_context(base_url=airflow.url, viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
    context.set_default_timeout(WAIT)
    yield context.new_page()
    context.close()


def _picture(page: Page, name: str) -> None:
    """
    Keep what the page shows, for the documentation.
    """
    # Until what unfolds has unfolded.
    page.wait_for_timeout(700)
    shown = page.screenshot(animations="disabled")
    assert len(shown) < LARGEST
    if os.environ.get("WRITE_DOCS"):
        (IMAGES / f"{name}.png").write_bytes(shown)


def _graph(page: Page, dag_id: str) -> None:
    page.goto(f"/dags/{dag_id}")
    page.get_by_label(re.compile("Show Graph")).click()
    page.locator(".react-flow__node").first.wait_for()


def _node(page: Page, node_id: str) -> Locator:
    return page.locator(f'.react-flow__node[data-id="{node_id}"]')


def _nodes(page: Page) -> set[str]:
    found = page.locator(".react-flow__node").evaluate_all("nodes => nodes.map(node => node.dataset.id)")
    # Groups have invisible tasks of Airflow's, where their edges meet.
    return {node for node in found if not node.endswith("stream_join_id")}


def test_groups_unfold_to_their_tasks(page: Page) -> None:
    """
    `complex_processing` shows its two groups folded, with their tooltips, and what is in them when one asks.
    """
    _graph(page, "complex_processing")
    assert _nodes(page) == {"start", *GROUPS, "end"}

    _node(page, "transformation_layer").hover()
    page.get_by_role("tooltip", name="What it comes to").wait_for()
    page.mouse.move(0, 0)
    _node(page, "ingestion_layer").hover()
    page.get_by_role("tooltip", name="What the shop sends").wait_for()
    _picture(page, "groups-folded")

    _node(page, "ingestion_layer").get_by_role("button", name="+ 2 Tasks").click()
    _node(page, "ingestion_layer.validate_json").wait_for()
    assert "transformation_layer.clean_data" not in _nodes(page)
    _node(page, "transformation_layer").get_by_role("button", name="+ 2 Tasks").click()
    _node(page, "transformation_layer.clean_data").wait_for()
    assert _nodes(page) == {*CHAIN, *GROUPS}
    for group, tasks in GROUPS.items():
        for task in tasks:
            # Within their group they go by their own ids.
            assert _node(page, f"{group}.{task}").inner_text().split()[0] == task
    page.mouse.move(0, 0)
    _picture(page, "groups-unfolded")


def test_documentation_is_there(page: Page) -> None:
    """
    That of the DAG says where it is written, and that of a task is the docstring of its function.
    """
    page.goto("/dags/complex_processing")
    page.get_by_test_id("markdown-button").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(re.compile(r"Defined in complex_processing\.py:\d+ with flowkit\.")).wait_for()

    page.goto("/dags/complex_processing/tasks/ingestion_layer.fetch_api")
    page.get_by_test_id("markdown-button").click()
    dialog.get_by_text("Return the records that the source of table offers, as they come.").wait_for()


def test_a_run_goes_green_task_by_task(page: Page) -> None:
    """
    From the button in the page to the last task, while the page stays open: a task is green when those before it are.
    """
    _graph(page, "complex_processing")
    page.get_by_label("Expand all task groups").first.click()
    _node(page, "transformation_layer.clean_data").wait_for()
    page.get_by_test_id("trigger-dag-button").click()
    page.get_by_role("dialog").get_by_role("button", name="Trigger", exact=True).click()
    page.wait_for_url("**/runs/manual__*")

    seen: list[list[str]] = []
    for _ in range(600):
        states = page.locator(".react-flow__node").evaluate_all(STATES)
        green = [task for task in CHAIN if states.get(task) == "success"]
        assert green == CHAIN[: len(green)]
        assert "failed" not in states.values()
        if green not in seen:
            seen.append(green)
        if green == CHAIN:
            break
        page.wait_for_timeout(100)
    assert seen[-1] == CHAIN
    assert len(seen) >= 3, "all tasks went green at once"

    for group in GROUPS:
        _node(page, group).get_by_text("success").wait_for()
    page.get_by_test_id("main-content").get_by_text("Success", exact=True).first.wait_for()
    _picture(page, "run")


def test_sixty_generated_dags_are_listed(page: Page) -> None:
    """
    All that one function makes, each by its name.
    """
    page.goto("/dags?tags=report&limit=100")
    page.get_by_role("heading", name="60 Dags").wait_for()
    links = page.locator("a[href^='/dags/report_']")
    links.nth(59).wait_for()
    listed = {link.rpartition("/")[2] for link in links.evaluate_all("all => all.map(one => one.pathname)")}

    regions = "balkans baltics benelux british_isles dach france greece iberia italy nordics poland turkey"
    metrics = "average customers largest orders revenue"
    expected = {f"report_{region}_{metric}" for region, metric in product(regions.split(), metrics.split())}
    assert len(expected) == 60
    assert listed == expected
    _picture(page, "sixty")


def test_a_broken_pipeline_is_named_and_harms_no_other(page: Page) -> None:
    """
    The import errors have it with file, line and cure; the good one of the same file is listed with all others.
    """
    page.goto("/")
    page.get_by_role("button", name="Dag Import Error").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("returns.py::refunds").click()
    dialog.get_by_text("returns.py:7: FK102 Task 'pay' waits for 'fetsch'").wait_for()
    dialog.get_by_text("Did you mean 'fetch'?").wait_for()
    assert dialog.get_by_text("returns.py").count() == 2
    _picture(page, "import-error")

    page.goto("/dags?limit=100")
    page.get_by_role("heading", name="65 Dags").wait_for()
    page.get_by_role("link", name="orders", exact=True).wait_for()
    assert page.get_by_role("link", name="refunds", exact=True).count() == 0


def test_an_edit_is_seen(page: Page, airflow: AirflowServer, dags: Path) -> None:
    """
    A task that was renamed in the file has its new name in the page, when the page is loaded again.

    Airflow's UI asks for the graph of a DAG when its page is loaded, and then not for five minutes.
    """
    _graph(page, "draft")
    assert _nodes(page) == {"fetch", "store"}

    (dags / "draft.py").write_text(EDITED.format(task="publish"), encoding="utf-8")
    sql = "SELECT data FROM serialized_dag WHERE dag_id = 'draft'"
    airflow.wait_for(lambda: any("publish" in str(row["data"]) for row in airflow.rows(sql)), "the edit")
    page.reload()
    _node(page, "publish").wait_for()
    assert _nodes(page) == {"fetch", "publish"}


def test_pictures_are_those_of_the_documentation() -> None:
    """
    Each is taken by a test, is shown on a page, and is small.
    """
    taken = set(
        re.findall(r'^    _picture\(page, "([\w-]+)"\)', Path(__file__).read_text("utf-8"), re.MULTILINE)
    )
    assert {file.stem for file in IMAGES.iterdir()} == taken
    pages = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "docs").glob("**/*.md"))
    assert {name for name in taken if f"(images/{name}.png)" in pages} == taken
    for file in IMAGES.iterdir():
        assert file.stat().st_size < LARGEST
