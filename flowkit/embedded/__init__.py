"""
A local Airflow private to the project: runs, parse timing, `flowkit dev`.
"""
