"""What a pipeline is: immutable values, without Airflow."""
