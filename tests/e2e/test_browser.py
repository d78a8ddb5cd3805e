"""
What people see: Airflow's UI in a real browser, with a real Airflow behind it.

Needs the package `playwright`, and Chromium as Debian installs it; without them, the tests are skipped. With
`WRITE_DOCS=1` in the environment, they rewrite the pictures of the documentation: look at them! Otherwise the pictures
lie in the temporary folder of pytest.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

from flowkit.embedded.dev.live_pages import VARIABLE
from tests.e2e.airflow_server import AirflowServer, StartAirflow
from tests.support import DAGS, ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.e2e

IMAGES = ROOT / "docs" / "images"
LARGEST = 150_000
"""Bytes of a picture."""

TakePicture: TypeAlias = Callable[[str], None]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# Nothing is fetched in the background, and no sandbox is needed for pages of one's own, which root could not have.
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WAIT = 60_000
"""Milliseconds: how long a page may take on a busy machine."""


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

DAG_FOLDER = """path => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(path, "/opt/airflow/dags");
}"""

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
        "AIRFLOW__CORE__MIN_SERIALIZED_DAG_FETCH_INTERVAL": "0",
        # With it, the errors of single pipelines would be gone until their files are parsed again.
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "86400",
        "AIRFLOW__API__AUTO_REFRESH_INTERVAL": "1",
        # As under `flowkit dev`.
        VARIABLE: "1",
    }
    airflow = start_airflow(settings=settings)
    expected = {"complex_processing", "draft", "orders"}
    airflow.wait_for(lambda: expected <= set(airflow.dags()) and len(airflow.dags()) == 65, "all DAGs")
    airflow.wait_for(airflow.import_errors, "the broken pipeline")
    # The schedule has a run of its own then, for the day that is over.
    airflow.client.patch("dags/complex_processing", json={"is_paused": False}).raise_for_status()
    return airflow


@pytest.fixture
def orders(airflow: AirflowServer, dags: Path) -> Path:
    """
    A pipe in the place of the shop's orders: the next task that reads them waits until they are sent.
    """
    sql = "SELECT state FROM dag_run WHERE dag_id = 'complex_processing'"
    airflow.wait_for(lambda: [row["state"] for row in airflow.rows(sql)] == ["success"], "scheduled run", 120)
    pipe = dags / "data" / "orders.json"
    pipe.unlink()
    os.mkfifo(pipe)
    return pipe


@pytest.fixture
def page(airflow: AirflowServer, browser: Browser) -> Iterator[Page]:
    """
    An empty page of somebody who was never there. Paths are those of Airflow's UI.
    """
    context = browser.new_context(
        base_url=airflow.url, viewport={"width": 1280, "height": 640}, reduced_motion="reduce"
    )
    context.set_default_timeout(WAIT)
    yield context.new_page()
    context.close()


@pytest.fixture
def picture(page: Page, dags: Path, tmp_path: Path) -> TakePicture:
    """
    A function that keeps what the page shows, under a name.
    """
    folder = IMAGES if os.environ.get("WRITE_DOCS") else tmp_path

    def take(name: str) -> None:
        # Until what unfolds has unfolded.
        page.wait_for_timeout(700)
        # Where pytest has its temporary folders tells nobody anything.
        page.evaluate(DAG_FOLDER, str(dags))
        shown = page.screenshot(animations="disabled")
        assert len(shown) < LARGEST
        (folder / f"{name}.png").write_bytes(shown)

    return take


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


def test_groups_unfold_to_their_tasks(page: Page, picture: TakePicture) -> None:
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
    picture("groups-folded")

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
    picture("groups-unfolded")


def test_documentation_is_there(page: Page) -> None:
    """
    That of the DAG says where it is written, and that of a task is the docstring of its function, as a text.
    """
    page.goto("/dags/complex_processing")
    page.get_by_test_id("markdown-button").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(re.compile(r"Defined in complex_processing\.py:\d+ with flowkit\.")).wait_for()

    page.goto("/dags/complex_processing/tasks/ingestion_layer.fetch_api")
    page.get_by_test_id("markdown-button").click()
    dialog.get_by_role("emphasis").get_by_text("table", exact=True).wait_for()
    dialog.get_by_text("Return the records that the source of table offers, as they come.").wait_for()


def test_a_run_goes_green_task_by_task(
    page: Page, airflow: AirflowServer, orders: Path, picture: TakePicture
) -> None:
    """
    From the button in the page to the last task, while the page stays open: a task is green when those before it are.
    """
    _graph(page, "complex_processing")
    page.get_by_label("Expand all task groups").first.click()
    _node(page, "transformation_layer.clean_data").wait_for()
    page.get_by_test_id("trigger-dag-button").click()
    page.get_by_role("dialog").get_by_role("button", name="Trigger", exact=True).click()
    page.wait_for_url("**/runs/manual__*")

    # The shop has not sent its orders yet.
    _node(page, "ingestion_layer.fetch_api").get_by_text("running").wait_for()
    _node(page, "start").get_by_text("success").wait_for()
    assert _green(page) == ["start"]
    picture("run")

    airflow.wait_for(lambda: _sent(orders), "task that reads the orders")
    deadline = time.monotonic() + WAIT / 1000
    while (green := _green(page)) != CHAIN:
        assert green == CHAIN[: len(green)]
        assert time.monotonic() < deadline, f"after {green} nothing came"
        page.wait_for_timeout(100)
    for group in GROUPS:
        _node(page, group).get_by_text("success").wait_for()
    page.get_by_test_id("main-content").get_by_text("Success", exact=True).first.wait_for()


def _green(page: Page) -> list[str]:
    states = page.locator(".react-flow__node").evaluate_all(STATES)
    assert "failed" not in states.values()
    return [task for task in CHAIN if states.get(task) == "success"]


def _sent(orders: Path) -> bool:
    try:
        pipe = os.open(orders, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        # Nobody reads yet.
        return False
    with os.fdopen(pipe, "wb") as file:
        file.write((DAGS / "data" / orders.name).read_bytes())
    return True


def test_sixty_generated_dags_are_listed(page: Page, picture: TakePicture) -> None:
    """
    All that one function makes, each by its name, on two pages.
    """
    page.goto("/dags?tags=report")
    page.get_by_role("heading", name="60 Dags").wait_for()
    page.get_by_label("Show table view").click()
    links = page.locator("a[href^='/dags/report_']")
    links.nth(49).wait_for()
    listed = _listed(links)
    picture("sixty")
    page.get_by_role("button", name="next page").click()
    page.wait_for_function("() => document.querySelectorAll(\"a[href^='/dags/report_']\").length === 10")
    listed += _listed(links)

    regions = "balkans baltics benelux british_isles dach france greece iberia italy nordics poland turkey"
    metrics = "average customers largest orders revenue"
    expected = {f"report_{region}_{metric}" for region, metric in product(regions.split(), metrics.split())}
    assert len(listed) == 60
    assert set(listed) == expected


def _listed(links: Locator) -> list[str]:
    return [link.rpartition("/")[2] for link in links.evaluate_all("all => all.map(one => one.pathname)")]


def test_a_broken_pipeline_is_named_and_harms_no_other(page: Page, picture: TakePicture) -> None:
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
    picture("import-error")

    page.goto("/dags")
    page.get_by_role("heading", name="65 Dags").wait_for()
    page.get_by_role("link", name="orders", exact=True).wait_for()
    assert page.get_by_role("link", name="refunds", exact=True).count() == 0


def _edit(dags: Path, task: str) -> None:
    # In one step: nobody reads half a file.
    new = dags.parent / "new file"
    new.write_text(EDITED.format(task=task), encoding="utf-8")
    new.replace(dags / "draft.py")


def test_an_edit_is_seen(page: Page, dags: Path) -> None:
    """
    A task that was renamed in the file has its new name in the page that is open, though nobody loads it again.
    """
    _graph(page, "draft")
    assert _nodes(page) == {"fetch", "store"}

    _edit(dags, "publish")
    _node(page, "publish").wait_for()
    assert _nodes(page) == {"fetch", "publish"}


def test_what_somebody_writes_stays(page: Page, airflow: AirflowServer, dags: Path) -> None:
    """
    A page in which a dialog is open is loaded again when that is closed.
    """
    _graph(page, "draft")
    page.get_by_test_id("trigger-dag-button").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Trigger", exact=True).wait_for()

    _edit(dags, "archive")
    sql = "SELECT data FROM serialized_dag WHERE dag_id = 'draft'"
    airflow.wait_for(lambda: any("archive" in str(row["data"]) for row in airflow.rows(sql)), "the edit")
    # Longer than a page waits until it asks again.
    page.wait_for_timeout(3000)
    assert dialog.is_visible()
    page.keyboard.press("Escape")
    _node(page, "archive").wait_for()


def test_pictures_are_those_of_the_documentation() -> None:
    """
    Each is taken by a test, is shown on a page, and is small.
    """
    source = Path(__file__).read_text(encoding="utf-8")
    taken = set(re.findall(r'^    picture\("([\w-]+)"\)', source, re.MULTILINE))
    assert {file.stem for file in IMAGES.iterdir()} == taken
    pages = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "docs").glob("**/*.md"))
    assert {name for name in taken if f"(images/{name}.png)" in pages} == taken
    for file in IMAGES.iterdir():
        assert file.stat().st_size < LARGEST
