"""
An asset says whose events count: those of one team, and of nobody without a team.
"""

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import Asset, AssetAccessControl

from flowkit import Pipeline, operator
from flowkit.airflow.dags import register

SHARED = Asset(
    name="shared_data",
    uri="s3://data-lake/shared/output.csv",
    access_control=AssetAccessControl(producer_teams=["team_analytics"], allow_global=False),
)

register(
    Pipeline(
        "team_analytics_producer",
        start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
        schedule="@daily",
        catchup=False,
        tags=["example", "team_analytics", "produces", "asset-scheduled", "allow-teams"],
    ).task(
        "produce_shared_data",
        operator(BashOperator, bash_command="echo 'Producing shared data for cross-team consumption'"),
        outlets=[SHARED],
    ),
    Pipeline(
        "team_ml_consumer",
        start_date=pendulum.datetime(2024, 1, 1, tz="UTC"),
        schedule=[SHARED],
        catchup=False,
        tags=["example", "team_ml", "consumes", "asset-scheduled", "allow-teams"],
    ).task(
        "consume_shared_data",
        operator(BashOperator, bash_command="echo 'Consuming shared data from team_analytics'"),
    ),
)
