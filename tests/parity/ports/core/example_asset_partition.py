"""
Assets in partitions: by the hour, by region, rolled up, fanned out, and with keys that a task decides.
"""

from airflow.sdk import (
    AllowedKeyMapper,
    Asset,
    CronPartitionTimetable,
    DayWindow,
    FanOutMapper,
    FixedKeyMapper,
    IdentityMapper,
    MinimumCount,
    MonthWindow,
    PartitionedAssetTimetable,
    PartitionedAtRuntime,
    ProductMapper,
    RollupMapper,
    SegmentWindow,
    StartOfDayMapper,
    StartOfHourMapper,
    StartOfMonthMapper,
    StartOfWeekMapper,
    StartOfYearMapper,
    WaitForAll,
    WeekWindow,
    Window,
)
from airflow.sdk.definitions.asset import BaseAsset
from airflow.sdk.definitions.partition_mappers.base import PartitionMapper

from flowkit import Pipeline, Schedule, context, materialize, python
from flowkit.airflow.dags import register

TEAM_A = Asset(uri="file://incoming/player-stats/team_a.csv", name="team_a_player_stats")
TEAM_B = Asset(uri="file://incoming/player-stats/team_b.csv", name="team_b_player_stats")
TEAM_C = Asset(uri="file://incoming/player-stats/team_c.csv", name="team_c_player_stats")
COMBINED = Asset(uri="file://curated/player-stats/combined.csv", name="combined_player_stats")
ODDS = Asset(uri="file://analytics/player-stats/computed-player-odds.csv", name="compute_player_odds")
SALES = Asset(uri="file://incoming/sales/regional.csv", name="regional_sales")
REGION = Asset(uri="file://incoming/player-stats/by-region.csv", name="region_raw_stats")
BREAKDOWN = Asset(uri="file://analytics/player-stats/regional-breakdown.csv", name="regional_stats_breakdown")
LIVE = Asset(uri="file://incoming/player-stats/live-region.csv", name="live_region_player_stats")
MULTI = Asset(uri="file://incoming/player-stats/multi-region.csv", name="multi_region_player_stats")
DAILY_TEAM_A = Asset(uri="s3://team-a/daily", name="daily_team_a")
MONTHLY_TEAM_A = Asset(uri="s3://team-a/monthly", name="monthly_team_a")
WEEKLY_MODEL = Asset(uri="file://artifacts/models/weekly.bin", name="weekly_model_artifact")
REGIONS = SegmentWindow(["us", "eu", "apac"])


def ingest_team_a_stats() -> None:
    """Materialize Team A player statistics for the current hourly partition."""


def combine_player_stats() -> None:
    """Merge the aligned hourly partitions into a combined dataset."""
    run = context()["dag_run"]
    print(run.partition_key, run.partition_date)


def check_partition_alignment() -> None:
    pass


def ingest_sales() -> None:
    """Emit one composite ``region|timestamp`` partition per region."""
    for region in ("us", "eu", "apac"):
        context()["outlet_events"][SALES].add_partitions(f"{region}|2026-06-14T03:00:00")


def aggregate_sales() -> None:
    """Aggregate sales data for the matched region-day partition."""
    print(context()["dag_run"].partition_key)


def ingest_region() -> None:
    """Materialize player statistics for a single region partition."""
    run_key, key = context()["dag_run"].partition_key, context()["partition_key"]
    print(f"dag_run partition key {run_key} context partition key {key}")


def summarize_live_region() -> None:
    """Summarize stats for the matched runtime partition."""
    print(context()["dag_run"].partition_key)


def summarise_team_a_day() -> None:
    """Produce the full-day rollup once every hour has arrived."""
    print(f"All 24 hourly partitions received. Day: {context()['dag_run'].partition_key}")


def summarise_team_a_month() -> None:
    """Produce the full-month rollup once every day has arrived."""
    print(f"All daily partitions received. Month: {context()['dag_run'].partition_key}")


def train_model() -> None:
    """Materialize the model artifact for the current weekly partition."""


def run_inference() -> None:
    """Run inference for one daily partition derived from the weekly model."""
    print(context()["dag_run"].partition_key)


def run_trailing_inference() -> None:
    """Run inference for one daily partition in the trailing week."""
    print(context()["dag_run"].partition_key)


def aggregate_all_regions() -> None:
    """Produce the cross-region summary once every region partition has arrived."""
    print(f"All region partitions received. Partition: {context()['dag_run'].partition_key}")


def aggregate_available_regions() -> None:
    """Produce the cross-region summary once the minimum region count is met."""
    print(f"Minimum region partitions received. Partition: {context()['dag_run'].partition_key}")


def process_region_segment() -> None:
    """Process one region segment produced by the fan-out."""
    print(context()["dag_run"].partition_key)


def team_b_player_stats() -> None:
    pass


def team_c_player_stats() -> None:
    pass


def compute_player_odds() -> None:
    pass


def regional_stats_breakdown() -> None:
    pass


def live_region_player_stats(self: Asset) -> None:
    context()["outlet_events"][self].add_partitions("us")


def multi_region_player_stats(self: Asset) -> None:
    context()["outlet_events"][self].add_partitions(["us", "eu", "apac"])


def hourly(minute: int) -> CronPartitionTimetable:
    return CronPartitionTimetable(f"{minute} * * * *", timezone="UTC")


def parts(asset: BaseAsset, mapper: PartitionMapper) -> PartitionedAssetTimetable:
    return PartitionedAssetTimetable(assets=asset, default_partition_mapper=mapper)


def dag(dag_id: str, schedule: Schedule, *tags: str) -> Pipeline:
    return Pipeline(dag_id, schedule=schedule, catchup=False, tags=["example", *tags])


register(
    dag("ingest_team_a_player_stats", hourly(0), "player-stats", "ingestion").task(
        "ingest_team_a_stats", python(ingest_team_a_stats), outlets=[TEAM_A]
    ),
    materialize(TEAM_B, team_b_player_stats, schedule=hourly(15), tags=["player-stats", "ingestion"]),
    materialize(TEAM_C, team_c_player_stats, schedule=hourly(30), tags=["player-stats", "ingestion"]),
    dag(
        "clean_and_combine_player_stats",
        parts(TEAM_A & TEAM_B & TEAM_C, StartOfHourMapper()),
        "player-stats",
        "cleanup",
    ).task("combine_player_stats", python(combine_player_stats), outlets=[COMBINED]),
    materialize(
        ODDS,
        compute_player_odds,
        schedule=PartitionedAssetTimetable(assets=COMBINED),
        tags=["player-stats", "odds"],
    ),
    dag(
        "player_odds_quality_check_wont_ever_to_trigger",
        PartitionedAssetTimetable(
            assets=COMBINED & TEAM_A & Asset.ref(name="team_b_player_stats"),
            partition_mapper_config={
                COMBINED: StartOfYearMapper(),  # its keys never match those of the hours
                TEAM_A: StartOfHourMapper(),
                Asset.ref(name="team_b_player_stats"): StartOfHourMapper(),
            },
        ),
        "player-stats",
        "odds",
    ).task("check_partition_alignment", python(check_partition_alignment)),
    dag("ingest_regional_sales", PartitionedAtRuntime(), "sales", "ingestion").task(
        "ingest_sales", python(ingest_sales), outlets=[SALES]
    ),
    dag(
        "aggregate_regional_sales",
        parts(SALES, ProductMapper(IdentityMapper(), StartOfDayMapper())),
        "sales",
        "aggregation",
    ).task("aggregate_sales", python(aggregate_sales)),
    dag("ingest_region_stats", PartitionedAtRuntime(), "player-stats", "regional").task(
        "ingest_region", python(ingest_region), outlets=[REGION]
    ),
    materialize(
        BREAKDOWN,
        regional_stats_breakdown,
        schedule=parts(REGION, AllowedKeyMapper(["us", "eu", "apac"])),
        tags=["player-stats", "regional"],
    ),
    materialize(
        LIVE, live_region_player_stats, schedule=PartitionedAtRuntime(), tags=["player-stats", "runtime"]
    ),
    dag(
        "summarize_live_region_stats",
        PartitionedAssetTimetable(assets=Asset.ref(name="live_region_player_stats")),
        "player-stats",
        "runtime",
    ).task("summarize_live_region", python(summarize_live_region)),
    materialize(
        MULTI, multi_region_player_stats, schedule=PartitionedAtRuntime(), tags=["player-stats", "runtime"]
    ),
    dag(
        "daily_team_a_rollup",
        parts(
            TEAM_A,
            RollupMapper(upstream_mapper=StartOfDayMapper(), window=DayWindow(), wait_policy=WaitForAll()),
        ),
        "player-stats",
        "rollup",
    ).task("summarise_team_a_day", python(summarise_team_a_day), outlets=[DAILY_TEAM_A]),
    dag(
        "monthly_team_a_rollup",
        parts(
            DAILY_TEAM_A,
            RollupMapper(upstream_mapper=StartOfMonthMapper(input_format="%Y-%m-%d"), window=MonthWindow()),
        ),
        "player-stats",
        "rollup",
    ).task("summarise_team_a_month", python(summarise_team_a_month), outlets=[MONTHLY_TEAM_A]),
    dag("train_weekly_model", CronPartitionTimetable("0 0 * * 1", timezone="UTC"), "model", "training").task(
        "train_model", python(train_model), outlets=[WEEKLY_MODEL]
    ),
    dag(
        "daily_inference",
        parts(
            WEEKLY_MODEL,
            FanOutMapper(upstream_mapper=StartOfWeekMapper(), window=WeekWindow(), max_downstream_keys=7),
        ),
        "model",
        "inference",
    ).task("run_inference", python(run_inference)),
    dag(
        "trailing_week_inference",
        parts(
            WEEKLY_MODEL,
            FanOutMapper(
                upstream_mapper=StartOfWeekMapper(),
                window=WeekWindow(direction=Window.Direction.BACKWARD),
            ),
        ),
        "model",
        "inference",
    ).task("run_trailing_inference", python(run_trailing_inference)),
    dag(
        "segment_region_stats_rollup",
        parts(
            Asset.ref(name="multi_region_player_stats"),
            RollupMapper(upstream_mapper=FixedKeyMapper("all_regions"), window=REGIONS),
        ),
        "player-stats",
        "rollup",
        "segment",
    ).task("aggregate_all_regions", python(aggregate_all_regions)),
    dag(
        "segment_region_stats_early_rollup",
        parts(
            Asset.ref(name="multi_region_player_stats"),
            RollupMapper(
                upstream_mapper=FixedKeyMapper("all_regions"), window=REGIONS, wait_policy=MinimumCount(2)
            ),
        ),
        "player-stats",
        "rollup",
        "segment",
    ).task("aggregate_available_regions", python(aggregate_available_regions)),
    dag(
        "scatter_live_region_to_segments",
        parts(
            Asset.ref(name="live_region_player_stats"),
            FanOutMapper(
                upstream_mapper=IdentityMapper(), window=REGIONS, downstream_mapper=IdentityMapper()
            ),
        ),
        "player-stats",
        "fan-out",
        "segment",
    ).task("process_region_segment", python(process_region_segment)),
)
