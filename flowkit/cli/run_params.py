"""
The configuration of a run on the command line: `--conf`, `--param` and `--date`.
"""

from __future__ import annotations

import argparse
import importlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Final

from flowkit.base.suggestions import did_you_mean
from flowkit.model.params import MISSING, fields_of, is_params_class
from flowkit.model.pipeline import PipelineSpec

_JSON_TYPES: Final[Mapping[type[Any], tuple[str, ...]]] = {
    bool: ("boolean",), int: ("integer", "number"), float: ("number",), str: ("string",), list: ("array",),
    dict: ("object",), type(None): ("null",),
}  # fmt: skip


def conf_argument(text: str) -> dict[str, Any]:
    """
    Return the value of `--conf`.

    Raises:
        ArgumentTypeError: If *text* is not a JSON object.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        msg = f"not valid JSON: {error}"
        raise argparse.ArgumentTypeError(msg) from None
    if not isinstance(value, dict):
        msg = f"""must be a JSON object, such as '{{"name": 1}}', not {_JSON_TYPES[type(value)][0]}"""
        raise argparse.ArgumentTypeError(msg)
    return value


def param_argument(text: str) -> tuple[str, str]:
    """
    Return the name and the text of the value of a `--param`.

    Raises:
        ArgumentTypeError: If *text* is not `NAME=VALUE`.
    """
    name, equals, value = text.partition("=")
    if not name or not equals:
        msg = f"{text!r} must be NAME=VALUE"
        raise argparse.ArgumentTypeError(msg)
    return name, value


def date_argument(text: str) -> str:
    """
    Return the value of `--date` in ISO format, in UTC unless it has a time zone of its own.

    Raises:
        ArgumentTypeError: If *text* is not a date in ISO format.
    """
    try:
        value = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        msg = f"{text!r} must be a date such as 2026-01-31 or 2026-01-31T06:00+01:00"
        raise argparse.ArgumentTypeError(msg) from None
    return (value if value.tzinfo is not None else value.replace(tzinfo=timezone.utc)).isoformat()


def run_conf(
    spec: PipelineSpec, conf: Mapping[str, Any], params: Sequence[tuple[str, str]]
) -> tuple[dict[str, Any], list[str]]:
    """
    Return the configuration of a run, and what is wrong with it.

    Args:
        spec: The pipeline.

        conf: The value of `--conf`.

        params: The names and texts of each `--param`; they win over *conf*.
    """
    known = dict(_params_of(spec))
    result = dict(conf)
    problems: list[str] = []
    for name, text in params:
        if name not in known:
            otherwise = f"Params: {', '.join(known)}." if known else "It has no params; pass --conf."
            hint = did_you_mean(name, known, otherwise=otherwise)
            problems.append(f"{spec.dag_id} has no param {name!r}. {hint}")
            continue
        try:
            result[name] = _value(text, known[name][0])
        except ValueError as error:
            problems.append(f"--param {name}: {error}")
    reported = {name for name, _ in params if name not in result}
    for name, (schema, default) in known.items():
        if name in reported:
            continue
        value = result.get(name, default)
        if value is MISSING:
            problems.append(f"{spec.dag_id} needs a value for {name!r}. Pass --param {name}=….")
        elif reason := _violation(value, schema):
            problems.append(f"The param {name!r} {reason}.")
    return result, problems


def _params_of(spec: PipelineSpec) -> Iterator[tuple[str, tuple[Mapping[str, Any], Any]]]:
    """
    Yield the name, JSON schema and default of each param of the pipeline.
    """
    params: Any = spec.settings.get("params")
    if is_params_class(params):
        for field in fields_of(params):
            yield field.name, (field.schema, field.default)
        return
    if not isinstance(params, Mapping):
        return
    # `ParamsDict` shows values; its dump would lose the schemas.
    for name in params:
        value = getattr(params, "get_param", params.__getitem__)(name)
        schema = getattr(value, "schema", None)
        if not isinstance(schema, Mapping):
            yield name, ({}, value)
            continue
        default = value.value
        missing = type(default).__name__ == "ArgNotSet"
        yield name, (schema, MISSING if missing else default)


def _value(text: str, schema: Mapping[str, Any]) -> Any:
    """
    Return *text* as a value of the type that *schema* names: text stays as it is, all else is read as JSON.

    Raises:
        ValueError: If it is neither.
    """
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    try:
        value = json.loads(text.lower() if text in {"True", "False", "None"} else text)
    except ValueError:
        value = text
    if not kinds or not set(kinds).isdisjoint(_JSON_TYPES[type(value)]):
        return value
    if "string" in kinds:
        return text
    msg = f"{text!r} is not of type {' or '.join(kinds)}"
    raise ValueError(msg)


def _violation(value: Any, schema: Mapping[str, Any]) -> str | None:
    """
    Return why Airflow would refuse *value*, without the value: it may be a secret.
    """
    # Comes with Airflow, which checks params with it, and is needed by this command alone.
    jsonschema: Any = importlib.import_module("jsonschema")
    validator = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())
    error = next(validator.iter_errors(value), None)
    return (
        None if error is None else f"does not match its schema: {error.validator}: {error.validator_value!r}"
    )
