"""
The Airflow of `flowkit dev`: its processes, its database, and the files that it follows.
"""
