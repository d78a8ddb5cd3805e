"""
The parsing context: variables in the environment by which Airflow says which DAG of a file it needs.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

# Airflow leaves these behind in the environment of every task, and with them it builds one DAG of a file only.
PARSING_CONTEXT = "_AIRFLOW_PARSING_CONTEXT_"


def clear_parsing_context(environ: MutableMapping[str, str] | None = None) -> None:
    """
    Drop the parsing context that a task of Airflow left behind for the programs that it starts.

    With it, `register` would build one pipeline of a file and leave out the others.
    """
    environ = os.environ if environ is None else environ
    for name in [name for name in environ if name.startswith(PARSING_CONTEXT)]:
        del environ[name]
