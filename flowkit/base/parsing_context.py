"""
The parsing context: environment variables that name the one DAG of a file that Airflow needs.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

# Airflow leaves these in the environment of every task; while they are set, only one DAG of a file is built.
PARSING_CONTEXT = "_AIRFLOW_PARSING_CONTEXT_"


def clear_parsing_context(environ: MutableMapping[str, str] | None = None) -> None:
    """
    Remove the parsing context that the child processes of an Airflow task inherit.

    While it is set, `register` builds one pipeline of a file and skips the others.
    """
    environ = os.environ if environ is None else environ
    for name in [name for name in environ if name.startswith(PARSING_CONTEXT)]:
        del environ[name]
