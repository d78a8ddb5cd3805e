"""
flowkit beside hand-written Airflow and other DAG factories, measured on this machine.

    python benchmarks/run.py                    # everything: about a quarter of an hour
    python benchmarks/run.py --parts build      # one part
    python benchmarks/run.py --quick            # three pipelines, flowkit and hand-written Airflow, no network
    python benchmarks/run.py --render           # no measurement: write the page from the newest results

An environment is made for each tool, and kept. Results go to `benchmarks/results/` and, when all parts were measured,
into `docs/benchmarks.md`. A tool that fails, or makes other tasks or edges than the others, is left out from then on;
the results say so, and the command ends with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from rivals import envs, report
from rivals.measure import PARTS, Bench

HERE = Path(__file__).parent
RESULTS = HERE / "results"
OTHERS = {
    "kinds": ("build_dags.py", "airflow", 5),
    "one": ("load_one.py", "airflow", 3),
    "lazy": ("lazy_imports.py", "lazy", 1),
    "check": ("check_vs_dagbag.py", "airflow", 2),
}
"""Scripts that print tables of their own: by part, with their environments and the number of rounds."""

MORE = {"lazy": ["--files", "2"]}
"""By part: other arguments."""


def machine() -> dict[str, Any]:
    """Return what the machine is, without its name."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.partition(":")[2]
            for line in cpuinfo.read_text().splitlines()
            if line.startswith("model name")
        ]
        model = names[0].strip() if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def main() -> None:
    """Measure and write."""
    options = _options()
    if options.render:
        found = json.loads(_newest().read_text())
        report.write_page(found, envs.ROOT / "docs")
        return

    pythons = _environments(options)

    begin = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="flowkit_bench_") as folder:
        bench = Bench(pythons, Path(folder), options.rounds, options.quick)
        for part in options.parts:
            if part in PARTS:
                PARTS[part](bench)
        others = [] if options.quick else [part for part in options.parts if part in OTHERS]
        outputs = {part: _output_of(part, options.envs, bench) for part in others}
    result = {
        "date": datetime.now(timezone.utc).date().isoformat(),
        "machine": machine(),
        "versions": {
            **{name: envs.versions(python) for name, python in pythons.items()},
            "flowkit": envs.own_version(),
        },
        "minutes": round((time.perf_counter() - begin) / 60, 1),
        "samples": bench.samples,
        "failures": bench.failures,
        "outputs": {part: text for part, text in outputs.items() if text},
    }
    _write(result, options)
    if bench.failures:
        sys.exit(1)


def _environments(options: argparse.Namespace) -> dict[str, Path]:
    if options.quick and not options.rivals:
        return {"airflow": Path(sys.executable)}
    rivals = envs.RIVALS if options.rivals is None else options.rivals
    print(f"Environments in {options.envs}", flush=True)
    return {name: envs.make(name, options.envs) for name in ("airflow", *rivals)}


def _write(result: dict[str, Any], options: argparse.Namespace) -> None:
    whole = set(options.parts) >= set(PARTS) and options.rivals is None and not options.quick
    file = options.output or (RESULTS / f"{result['date']}.json" if whole else None)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(result, indent=1) + "\n")
        print(f"\nWritten: {file}")
    if whole and not options.no_page:
        report.write_page(result, envs.ROOT / "docs")
    else:
        print("\n" + report.text(result))
    for one in result["failures"]:
        print(f"FAILED: {one['tool']} in {one['part']}: {one['text'][:500]}")
    print(f"\nDone in {result['minutes']} minutes.")


def _output_of(part: str, folder: Path, bench: Bench) -> str | None:
    script, env, rounds = OTHERS[part]
    arguments = [*MORE.get(part, []), "--rounds", str(len(bench.times(rounds)))]
    python = envs.make(env, folder)
    print(f"{time.strftime('%H:%M:%S')}  {script}", flush=True)
    command = [str(python), str(HERE / script), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(envs.ROOT)}
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=environment, cwd=envs.ROOT
    )
    if done.returncode:
        print(f"{script} ended with {done.returncode}:\n{done.stderr[-2000:]}", flush=True)
        bench.failures.append({"part": part, "tool": script, "text": done.stderr[-500:]})
        return None
    return done.stdout.strip()


def _newest() -> Path:
    files = sorted(RESULTS.glob("*.json"))
    if not files:
        raise SystemExit("There are no results yet.")
    return files[-1]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    every = [*PARTS, *OTHERS]
    parser.add_argument("--parts", nargs="+", choices=every, default=every, help="what to measure")
    parser.add_argument("--rivals", nargs="*", choices=envs.RIVALS, help="whom to measure (default: all)")
    parser.add_argument(
        "--envs", type=Path, default=envs.default_folder(), help="where the environments are kept"
    )
    parser.add_argument("--rounds", type=float, default=1.0, help="a factor for the number of rounds")
    parser.add_argument("--quick", action="store_true", help="small; without --rivals it takes this Python")
    parser.add_argument("--output", type=Path, help="the file for the results")
    parser.add_argument("--no-page", action="store_true", help="leave docs/benchmarks.md as it is")
    parser.add_argument("--render", action="store_true", help="only write the page, from the newest results")
    return parser.parse_args()


if __name__ == "__main__":
    main()
