"""
Arguments of operators whose constructors look at the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.providers.good_calls import function

_AWS = "airflow.providers.amazon.aws"
_GOOGLE = "airflow.providers.google.cloud"
_DATABRICKS = "airflow.providers.databricks.operators"
_MARKETING = "airflow.providers.google.marketing_platform.operators"
_BODY = {"name": "x", "initial_node_count": 1}

VALUES: Mapping[str, Mapping[str, Any]] = {
    f"{_AWS}.operators.emr:EmrAddStepsOperator": {"job_flow_id": "x"},
    f"{_AWS}.operators.glue_crawler:GlueCrawlerOperator": {"config": {"Name": "x"}},
    f"{_AWS}.operators.rds:RdsCreateDbSnapshotOperator": {"db_type": "instance"},
    f"{_AWS}.operators.rds:RdsCopyDbSnapshotOperator": {"db_type": "instance"},
    f"{_AWS}.operators.rds:RdsDeleteDbSnapshotOperator": {"db_type": "instance"},
    f"{_AWS}.operators.s3:S3DeleteObjectsOperator": {"bucket": "x", "keys": "x"},
    f"{_AWS}.operators.sagemaker:SageMakerConditionOperator": {
        "condition_type": "Equals",
        "left_value": 1,
        "right_value": 1,
        "if_task_ids": ["a"],
        "else_task_ids": ["b"],
    },
    f"{_AWS}.sensors.ec2:EC2InstanceStateSensor": {"target_state": "running"},
    f"{_AWS}.sensors.opensearch_serverless:OpenSearchServerlessCollectionActiveSensor": {
        "collection_id": "x"
    },
    f"{_AWS}.sensors.rds:RdsSnapshotExistenceSensor": {"db_type": "instance"},
    "airflow.providers.common.ai.operators.llm_schema_compare:LLMSchemaCompareOperator": {
        "db_conn_ids": ["x", "y"],
        "table_names": ["x"],
    },
    f"{_DATABRICKS}.databricks_repos:DatabricksReposCreateOperator": {
        "git_url": "x",
        "git_provider": "github",
    },
    f"{_DATABRICKS}.databricks_repos:DatabricksReposUpdateOperator": {"branch": "x", "repo_id": 1},
    f"{_DATABRICKS}.databricks_repos:DatabricksReposDeleteOperator": {"repo_id": 1},
    f"{_DATABRICKS}.databricks_sql:DatabricksCopyIntoOperator": {"file_format": "CSV"},
    f"{_DATABRICKS}.databricks_sql:DatabricksCopyIntoAssetOperator": {"file_format": "CSV"},
    "airflow.providers.discord.operators.discord_webhook:DiscordWebhookOperator": {
        "http_conn_id": "x",
        "webhook_endpoint": "webhooks/1/x",
    },
    f"{_GOOGLE}.operators.compute:ComputeEngineCopyInstanceTemplateOperator": {"body_patch": {"name": "x"}},
    f"{_GOOGLE}.operators.dataproc:DataprocCreateClusterOperator": {
        "project_id": "x",
        "cluster_config": {"x": "y"},
    },
    f"{_GOOGLE}.operators.functions:CloudFunctionDeleteFunctionOperator": {
        "name": "projects/x/locations/y/functions/z"
    },
    f"{_GOOGLE}.operators.gcs:GCSDeleteObjectsOperator": {"bucket_name": "x", "objects": ["x"]},
    f"{_GOOGLE}.operators.kubernetes_engine:GKEDeleteClusterOperator": {"cluster_name": "x", "location": "x"},
    f"{_GOOGLE}.operators.kubernetes_engine:GKECreateClusterOperator": {"body": _BODY, "location": "x"},
    f"{_GOOGLE}.transfers.bigquery_to_mssql:BigQueryToMsSqlOperator": {
        "source_project_dataset_table": "x.y.z"
    },
    f"{_GOOGLE}.transfers.bigquery_to_mysql:BigQueryToMySqlOperator": {"dataset_table": "x.y"},
    f"{_GOOGLE}.transfers.bigquery_to_postgres:BigQueryToPostgresOperator": {"dataset_table": "x.y"},
    f"{_MARKETING}.campaign_manager:GoogleCampaignManagerDeleteReportOperator": {
        "report_id": "x",
        "profile_id": "x",
    },
    "airflow.providers.neo4j.operators.neo4j:Neo4jOperator": {"cypher": "x"},
    "airflow.providers.salesforce.operators.bulk:SalesforceBulkOperator": {"operation": "insert"},
    "airflow.providers.slack.transfers.sql_to_slack_webhook:SqlToSlackWebhookOperator": {
        "slack_webhook_conn_id": "x"
    },
    "airflow.providers.standard.operators.python:PythonVirtualenvOperator": {"python_callable": function},
}
"""By operator: arguments that its constructor takes; others that it needs are found by trying."""
