"""
Finds what is wrong with files of pipelines: with each pipeline, with each file, and with the files together.

Nothing is compiled and no Airflow is needed. Files are executed as `flowkit.load` executes them, and their sources are
read.
"""

from flowkit.lint.finding import Finding as Finding
from flowkit.lint.finding import Findings as Findings
from flowkit.lint.project import lint as lint

__all__ = ["Finding", "Findings", "lint"]
