"""
The model → Airflow: the only folder beside `flowkit.embedded` that imports it.

- `dags`, `publish`, `dagbag`: `register`, where its DAGs go, and how Airflow lists broken pipelines.
- `compile` and the modules that it calls (`tasks`, `groups`, `edges`, `arguments`, `params`, `schedules`, `pods`):
  one function for each kind of spec.
- `lazy_imports`, `executors`, `register_problems`: checks that need Airflow, or happen on the way into it.
- `compat`: all differences between the versions of Airflow.
- `context`: what a running task can ask for. `plugin`, `preload`: faster parsing in the DAG processor.

To run, serve or inspect Airflow belongs to `flowkit.embedded`; rules about pipelines belong to `flowkit.rules` and
`flowkit.resolve`.
"""
