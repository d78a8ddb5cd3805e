"""
Assets that Airflow watches: the DAG runs when one of three files appears; two of them share one poll loop.
"""

from airflow.providers.standard.triggers.file import DirectoryFileDeleteTrigger, FileDeleteTrigger
from airflow.sdk import Asset, AssetWatcher

from flowkit import Pipeline, python
from flowkit.airflow.dags import register


def watched(name: str, watcher: str, trigger: FileDeleteTrigger | DirectoryFileDeleteTrigger) -> Asset:
    return Asset(name, watchers=[AssetWatcher(name=watcher, trigger=trigger)])


def flag(filename: str) -> DirectoryFileDeleteTrigger:
    return DirectoryFileDeleteTrigger(directory="/tmp/region-flags", filename=filename, poke_interval=5.0)


def test_task() -> None:
    print("Hello world")


register(
    Pipeline(
        "example_asset_with_watchers",
        schedule=[
            watched("example_asset", "test_asset_watcher", FileDeleteTrigger(filepath="/tmp/test")),
            watched("region_us_flag", "us_flag_watcher", flag("us.flag")),
            watched("region_eu_flag", "eu_flag_watcher", flag("eu.flag")),
        ],
        catchup=False,
        tags=["example"],
    ).task("test_task", python(test_task))
)
