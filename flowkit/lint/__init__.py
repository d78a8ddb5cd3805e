"""
Finds what is wrong with files of pipelines: with each pipeline, with each file, and with the files together.

Nothing is compiled and no Airflow is needed. Files are executed as `flowkit.load` executes them, and their sources are
read.
"""
