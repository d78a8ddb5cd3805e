"""
Runs pipelines in the process of a test, without Airflow.
"""
