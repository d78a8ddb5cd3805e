"""
Makes tables and a plot of the samples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from rivals.plot import bars

Sample: TypeAlias = "dict[str, Any]"

BEGIN = "<!-- benchmarks/run.py writes what follows -->"
END = "<!-- benchmarks/run.py wrote what precedes -->"
PLOT = "benchmarks.svg"

NAMES = {
    "hand": "hand-written",
    "hand-pruned": "hand-written, pruned by hand",
    "dag-factory-dict": "dag-factory, dict",
    "dag-factory-yaml": "dag-factory, YAML",
    "gusty-pruned": "gusty, pruned by hand",
}


def write_page(result: dict[str, Any], docs: Path) -> None:
    """
    Write the tables between the markers of `benchmarks.md`, and the plot beside it.
    """
    page = docs / "benchmarks.md"
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{page} lacks the markers {BEGIN} and {END}.")
    page.write_text(f"{before}{BEGIN}\n\n{text(result)}\n{END}{after}")
    (docs / PLOT).write_text(plot(result["samples"]))
    print(f"Written: {page}, {docs / PLOT}")


def text(result: dict[str, Any]) -> str:
    """
    Return all tables as Markdown.
    """
    samples = result["samples"]
    sections = [_head(result)]
    if any(one["part"] in ("build", "worker") for one in samples):
        picture = "![Time of each tool over that of hand-written Airflow](benchmarks.svg)\n"
        sections += [picture] if _of(samples, "build") and _of(samples, "worker") else []
        sections.append(_lost(samples))
    sections += [
        f"**Failed**: {NAMES.get(one['tool'], one['tool'])}, in the part `{one['part']}`.\n"
        for one in result.get("failures", [])
    ]
    for size in sorted({one["count"] for one in _of(samples, "build")}):
        sections.append(_build_table(samples, size))
    for part, table in _TABLES.items():
        if _of(samples, part):
            sections.append(table(_of(samples, part)))
    for part, output in result["outputs"].items():
        # Those that print Markdown stand as they are.
        shown = output if "\n|---" in output else f"```console\n{output}\n```"
        sections.append(f"### {_OUTPUTS[part]}\n\n{shown}\n")
    return "\n".join(section for section in sections if section)


_OUTPUTS = {
    "kinds": "Operators and functions, in four groups of five",
    "one": "One DAG of a file, by the way it is written",
    "lazy": "Lazy imports",
    "check": "`flowkit check` and `DagBag`",
}


def _head(result: dict[str, Any]) -> str:
    machine = result["machine"]
    installed: dict[str, str] = {}
    for versions in result["versions"].values():
        installed |= versions
    own = ", ".join(f"{name} {version}" for name, version in sorted(installed.items()))
    return (
        f"Measured on {result['date']}: {machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}, Python {machine['python']}; {own}.\n"
    )


def _of(samples: Iterable[Sample], part: str, **facts: Any) -> list[Sample]:
    return [
        one
        for one in samples
        if one["part"] == part and all(one.get(key) == value for key, value in facts.items())
    ]


def _both(sample: Sample) -> float:
    return float(sample["build_cpu"] + sample["serialize_cpu"])


def _loaded(sample: Sample) -> float:
    return float(sample["tool_import_cpu"] + sample["load_cpu"])


def _key(name: str) -> Callable[[Sample], float]:
    return lambda sample: float(sample[name])


def _times(samples: list[Sample], key: Callable[[Sample], float]) -> str:
    """Return the median and the spread, in milliseconds."""
    found = [key(one) * 1_000 for one in samples]
    if not found:
        return "-"
    spread = f" ({_ms(min(found))}-{_ms(max(found))})" if len(found) > 1 else ""
    return f"{_ms(median(found))}{spread}"


def _ms(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def ratio(samples: list[Sample], base: list[Sample], key: Callable[[Sample], float]) -> float | None:
    """
    Return the median, over the rounds, of what *samples* took over what *base* took in the same round.
    """
    by_round = {one["round"]: key(one) for one in base}
    found = [key(one) / by_round[one["round"]] for one in samples if one["round"] in by_round]
    return median(found) if found else None


def _ratio(samples: list[Sample], base: list[Sample], key: Callable[[Sample], float]) -> str:
    found = ratio(samples, base, key)
    return "-" if found is None else f"{found:.2f}" if found >= 0.095 else f"{found:.3f}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def _tools(samples: list[Sample]) -> list[tuple[str, str]]:
    """Return tools and shapes, in the order of the measurement."""
    return list(dict.fromkeys((one["tool"], one.get("shape", "")) for one in samples))


def _name(tool: str, shape: str) -> str:
    name = NAMES.get(tool, tool)
    if tool == "flowkit":
        name = "**flowkit**"
    return f"{name}, in a row" if shape == "chain" else name


def _build_table(samples: list[Sample], size: int) -> str:
    rows = []
    found = _of(samples, "build", count=size)
    for tool, shape in _tools(found):
        own, base = _of(found, "build", tool=tool, shape=shape), _of(found, "build", tool="hand", shape=shape)
        rows.append(
            [
                _name(tool, shape),
                _times(own, _key("build_cpu")),
                _ratio(own, base, _key("build_cpu")),
                _times(own, _key("serialize_cpu")),
                _times(own, _both),
                f"**{_ratio(own, base, _both)}**",
                f"{median(one['rss_serialize'] for one in own):.0f}",
                f"{own[0]['bytes_of_one'] / 1000:.1f}",
            ]
        )
    head = ["", "build, ms", "ratio", "serialize, ms", "both, ms", "ratio", "peak MB", "kB stored per DAG"]
    return (
        f"### Build and serialize {size:,} pipelines\n\n{_table(head, rows)}\n"
        "Processor time: median (fastest-slowest). The ratios are to hand-written Airflow in the same round.\n"
    )


def _worker_table(samples: list[Sample]) -> str:
    sizes = sorted({one["count"] for one in samples})
    rows = []
    for tool, shape in _tools(samples):
        row = [_name(tool, shape if tool == "airflow-pydantic" else "")]
        row.append(_times(_of(samples, "worker", tool=tool), _key("tool_import_cpu")))
        for size in sizes:
            own = _of(samples, "worker", tool=tool, shape=shape, count=size)
            base = _of(samples, "worker", tool="hand", count=size)
            row += [_times(own, _key("load_cpu")), _ratio(own, base, _key("load_cpu"))]
        rows.append(row)
    head = ["", "import, ms", *(title for size in sizes for title in (f"one of {size:,}, ms", "ratio"))]
    return (
        f"### One DAG on a worker\n\n{_table(head, rows)}\n"
        "What a `DagBag` takes to load the file when Airflow says that one DAG is needed. Before that comes the import "
        "of the tool, in each process anew. Of 5,000 pipelines, tools that build all are not measured.\n"
    )


def _parse_table(samples: list[Sample]) -> str:
    rows = []
    for tool, shape in _tools(samples):
        own, base = _of(samples, "parse", tool=tool), _of(samples, "parse", tool="hand")
        key = _key("parse_wall")
        rows.append(
            [
                _name(tool, shape if tool == "airflow-pydantic" else ""),
                _times(own, key),
                _ratio(own, base, key),
            ]
        )
    return (
        f"### In Airflow's DAG processor\n\n{_table(['', 'parse, ms', 'ratio'], rows)}\n"
        f"One parse of a file with {samples[0]['count']} pipelines, as the processor's own clock has it. Here and "
        "above airflow-pydantic, without groups, is compared with hand-written pipelines that have them.\n"
    )


def _import_table(samples: list[Sample]) -> str:
    rows = []
    base = _of(samples, "imports", tool="attrs")
    for tool, _ in _tools(samples):
        own = _of(samples, "imports", tool=tool)
        key = _key("import_cpu")
        module, _, names = tool.partition(":")
        name = f"`from {module} import *`" if names else f"`import {module}`"
        rows.append([name, _times(own, key), _ratio(own, base, key), f"{own[0]['modules']:,}"])
    return f"### Import\n\n{_table(['', 'ms', 'ratio to attrs', 'modules'], rows)}"


def _wide_table(samples: list[Sample]) -> str:
    rows = []
    for tool, shape in _tools(samples):
        own = _of(samples, "wide", tool=tool, shape=shape)
        what = "edge by edge" if shape == "wide" else "with one task between"
        size = f"{own[0]['bytes_of_one'] / 1000:.0f}"
        edges = f"{own[0]['edges']:,}"
        row = [_times(own, _key("build_cpu")), _times(own, _key("serialize_cpu")), size]
        rows.append([f"{_name(tool, '')}, {what}", edges, *row])
    head = ["", "edges", "build, ms", "serialize, ms", "kB stored"]
    return f"### A group of 200 tasks after a group of 200 tasks\n\n{_table(head, rows)}"


_SHAPES = {
    "flat": "in a row, each on a line of its own",
    "groups": "in a row, in groups of 20",
    "data": "each takes the output of the one before it",
}


def _growth_table(samples: list[Sample]) -> str:
    sizes = sorted({one["count"] for one in samples})
    rows = []
    for _, shape in _tools(samples):
        row = [_SHAPES.get(shape, shape)]
        medians = []
        for size in sizes:
            found = [one["us_per_task"] for one in _of(samples, "growth", shape=shape, count=size)]
            medians.append(median(found))
            row.append(f"{medians[-1]:.1f} ({min(found):.1f}-{max(found):.1f})")
        rows.append([*row, f"{medians[-1] / medians[0]:.2f}"])
    head = ["µs per task", *(f"{size:,} tasks" for size in sizes), "largest : smallest"]
    said = "Written and resolved, without Airflow, in one pipeline."
    return f"### A spec, task by task\n\n{_table(head, rows)}\n{said}\n"


_TABLES: dict[str, Callable[[list[Sample]], str]] = {
    "worker": _worker_table,
    "parse": _parse_table,
    "imports": _import_table,
    "wide": _wide_table,
    "growth": _growth_table,
}


def _lost(samples: list[Sample]) -> str:
    """Return where another tool needs less than flowkit."""
    measures: list[tuple[str, str, Callable[[Sample], float]]] = [
        ("build", "to build {count:,} pipelines", _key("build_cpu")),
        ("build", "to serialize {count:,} pipelines", _key("serialize_cpu")),
        ("build", "of memory, with {count:,} pipelines", _key("rss_serialize")),
        ("worker", "to load one DAG of {count:,}", _key("load_cpu")),
        ("worker", "to import the tool and load one DAG of {count:,}", _loaded),
        ("parse", "to parse {count:,} pipelines in the DAG processor", _key("parse_wall")),
    ]
    lines = []
    for part, what, key in measures:
        groups = {(one["count"], one["shape"]) for one in _of(samples, part)}
        for count, shape in sorted(groups):
            found = _of(samples, part, count=count, shape=shape)
            own = _of(found, part, tool="flowkit")
            for tool, _ in _tools(found) if own else ():
                less = ratio(own, _of(found, part, tool=tool), key)
                if less is not None and less > 1.02:
                    title = what.format(count=count) + (", in a row" if shape == "chain" else "")
                    lines.append(f"- {title}: {less:.2f} times {NAMES.get(tool, tool)}\n")
    if not lines:
        return ""
    return "**Where flowkit needs more** (by more than 2 %):\n\n" + "".join(lines)


def plot(samples: list[Sample]) -> str:
    """
    Return the plot as SVG: the ratios to hand-written Airflow.
    """
    panels = []
    for part, size, key, title in (
        ("build", 100, _both, "Build and serialize 100 pipelines"),
        ("worker", 500, _key("load_cpu"), "One DAG of 500 on a worker"),
    ):
        found = _of(samples, part, count=size)
        values = []
        for tool, shape in _tools(found):
            if shape == "chain" and tool != "airflow-pydantic":
                continue
            base = _of(found, part, tool="hand", shape=shape) or _of(found, part, tool="hand")
            value = ratio(_of(found, part, tool=tool, shape=shape), base, key)
            if value is not None:
                values.append((NAMES.get(tool, tool), value))
        if values:
            panels.append((title, values))
    return bars(panels)
