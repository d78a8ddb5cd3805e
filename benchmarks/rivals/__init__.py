"""
flowkit beside hand-written Airflow and other DAG factories. `benchmarks/run.py` is the command.
"""
