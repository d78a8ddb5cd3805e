"""
What the tasks of the example pipelines do, from the JSON file to the table.

Each function takes and returns what survives the way from one task to the next: text, numbers, lists, dicts.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict, cast

from warehouse import database
from warehouse.tables import TABLES, Record, Table, Value

log = logging.getLogger(__name__)

# The files stand for an API: they are what it would answer.
_ANSWERS = Path(__file__).resolve().parents[1] / "data"


class Metrics(TypedDict):
    """
    What the orders of a day come to.
    """

    orders: int
    customers: int
    revenue: int
    largest: int
    best_region: str


def fetch_api(table: str) -> list[Record]:
    """
    Return the records that the source of *table* offers, as they come.
    """
    answer = json.loads((_ANSWERS / f"{table}.json").read_text(encoding="utf-8"))
    records = cast("list[Record]", answer["records"])
    log.info("%s: %s records fetched", table, len(records))
    return records


def validate_json(table: str, records: Sequence[Mapping[str, Value]]) -> list[Record]:
    """
    Return the *records* that can become rows of *table*, without the fields that it does not have.

    Raises:
        ValueError: If fewer than half of the records are good: then the source has changed, and the rows that
            stand in the table are better than what it sends.
    """
    good: list[Record] = []
    for number, record in enumerate(records):
        if fault := _fault(TABLES[table], record):
            log.warning("%s: record %s is left out: %s", table, number, fault)
        else:
            good.append({column.name: record[column.name] for column in TABLES[table].columns})

    if len(good) * 2 < len(records):
        raise ValueError(f"only {len(good)} of {len(records)} records for {table} are good")
    return good


def _fault(table: Table, record: Mapping[str, Value]) -> str | None:
    for column in table.columns:
        if column.name not in record:
            return f"{column.name} is missing"
        try:
            column.parse(record[column.name])
        except ValueError:
            # Not what it holds: that may be somebody's address, and logs are read by many.
            return f"{column.name} cannot be read"

    return None


def clean_data(table: str, records: Sequence[Mapping[str, Value]]) -> list[Record]:
    """
    Return *records* as rows of *table*: each value in its one form, and one row for each key.

    Where a key comes twice, the later record wins.
    """
    rows: dict[Value, Record] = {}
    for record in records:
        row: Record = {column.name: column.parse(record[column.name]) for column in TABLES[table].columns}
        rows[row[TABLES[table].key]] = row

    return list(rows.values())


def write_table(table: str, rows: Sequence[Mapping[str, Value]]) -> int:
    """
    Make *rows* the content of *table*, and return how many there are.
    """
    columns = {column.name: column.sql for column in TABLES[table].columns}
    database.replace_all(table, columns, [[row[name] for name in columns] for row in rows])
    log.info("%s: %s rows written to %s", table, len(rows), database.path())
    return len(rows)


def calculate_metrics(rows: Sequence[Mapping[str, Value]]) -> Metrics:
    """
    Return what the orders in *rows* come to, and write it to the table `order_metrics`.

    Raises:
        ValueError: If there are no rows.
    """
    if not rows:
        raise ValueError("there are no orders to calculate from")

    amounts = [cast("int", row["amount"]) for row in rows]
    by_region: Counter[str] = Counter()
    for row, amount in zip(rows, amounts, strict=True):
        by_region[str(row["region"])] += amount

    metrics = Metrics(
        orders=len(rows),
        customers=len({row["customer"] for row in rows}),
        revenue=sum(amounts),
        largest=max(amounts),
        # The first in the alphabet where two are equal: the same rows give the same answer.
        best_region=min(by_region, key=lambda region: (-by_region[region], region)),
    )
    written: list[list[Value]] = [[name, str(value)] for name, value in metrics.items()]
    database.replace_all("order_metrics", {"metric": "TEXT", "value": "TEXT"}, written)
    return metrics
