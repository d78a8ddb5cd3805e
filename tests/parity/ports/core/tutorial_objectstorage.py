"""
### Object Storage Tutorial Documentation
This is a tutorial DAG to showcase the usage of the Object Storage API.
Documentation that goes along with the Airflow Object Storage tutorial is
located
[here](https://airflow.apache.org/docs/apache-airflow/stable/tutorial/objectstorage.html)
"""

import pendulum
import requests
from airflow.sdk import ObjectStoragePath

from flowkit import Pipeline, context, python, task
from flowkit.airflow.dags import register

API = "https://air-quality-api.open-meteo.com/v1/air-quality"
FIELDS = (
    "pm10,pm2_5,carbon_monoxide,nitrogen_dioxide,sulphur_dioxide,ozone,european_aqi,us_aqi"  # one column each
)
base = ObjectStoragePath("s3://aws_default@airflow-tutorial-data/")


def get_air_quality_data() -> ObjectStoragePath:
    """
    #### Get Air Quality Data
    This task gets air quality data from the Finnish Meteorological Institute's
    open data API. The data is saved as parquet.
    """
    import pandas as pd  # type: ignore[import-untyped]

    params = {"latitude": "28.6139", "longitude": "77.2090", "hourly": FIELDS, "timezone": "UTC"}
    response = requests.get(API, params=params)
    response.raise_for_status()
    df = pd.DataFrame(response.json().get("hourly", {}))
    df["time"] = pd.to_datetime(df["time"])
    base.mkdir(exist_ok=True)
    path = base / f"air_quality_{context()['logical_date'].format('YYYYMMDD')}.parquet"
    path.write_bytes(df.to_parquet())
    return path


def analyze(path: ObjectStoragePath) -> None:
    """
    #### Analyze
    This task analyzes the air quality data, prints the results
    """
    import duckdb  # type: ignore[import-not-found]

    conn = duckdb.connect(database=":memory:")
    conn.register_filesystem(path.fs)
    source = f"read_parquet('{path.protocol}://{path.path}')"
    conn.execute(f"CREATE OR REPLACE TABLE airquality_urban AS SELECT * FROM {source}")
    print(conn.execute("SELECT * FROM airquality_urban").fetchdf().head())


obj_path = task("get_air_quality_data", python(get_air_quality_data))

register(
    Pipeline(
        "tutorial_objectstorage",
        start_date=pendulum.datetime(2021, 1, 1, tz="UTC"),
        catchup=False,
        tags=["example"],
        doc_md=__doc__,
    )
    .then(obj_path)
    .task("analyze", python(analyze, obj_path.output))
)
