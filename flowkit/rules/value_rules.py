"""
Which values a single option accepts: its types, and the rules that a type cannot express.

Type checkers report most violations earlier. These checks are for users without one, and for what a type cannot
express: the range of a number, or a string in place of a list of strings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias, final
from urllib.parse import urlsplit

from flowkit.base.record import evolve, record
from flowkit.base.suggestions import did_you_mean
from flowkit.draft.output import Output
from flowkit.model.asset_uris import ASCII_URI_HINT, has_other_uri
from flowkit.model.exact import exact, exact_option
from flowkit.model.options import TRIGGER_RULES, WEIGHT_RULES
from flowkit.model.schedule import checked_schedule
from flowkit.model.settings import RUN_TYPES

_MAX_TAG_LENGTH = 100  # `TAG_MAX_LEN` of Airflow: the width of a database column.
_JSON_SCALARS = frozenset({str, int, float, bool, type(None)})
_RESOURCES = ("cpus", "ram", "disk", "gpus")
_MAX_LINK_LENGTH = 500
MAX_INTEGER = 2**31 - 1
"""The largest integer in Airflow's database. A larger one would lose all DAGs of the file in PostgreSQL and MySQL."""


@final
@record
class Violation:
    """
    Why a value is invalid, and what to do about it.
    """

    why: str
    """The rest of a sentence that begins with the name of the option."""

    hint: str = ""
    """A sentence; empty if the example of the rule serves as the hint."""

    value: str = ""
    """The value as text, if it is a name that may be shown."""


_Check: TypeAlias = Callable[[Any], "Violation | None"]


@final
@record(kw_only=True)
class OptionRule:
    """
    The values that an option or setting accepts.
    """

    types: tuple[type, ...]
    """The accepted types; `bool` does not count as a number."""

    takes: str
    """The types, for messages."""

    example: str
    """A valid value, as Python source."""

    none: bool = False
    """Whether `None` is accepted."""

    check: _Check | None = None
    """A further check of values of the right type."""

    stored: bool = True
    """Whether Airflow stores the value. Functions and macros stay in the process that loads the file."""

    keeps_members: bool = False
    """Whether Airflow treats members of its enumerations differently from their names."""

    def exact(self, value: Any) -> Any:
        """
        Return *value* with exact built-in types if Airflow stores it; otherwise unchanged.

        Raises:
            InexactError: If Airflow cannot store it.
        """
        if not self.stored:
            return value
        return exact(value) if self.keeps_members else exact_option(value)

    def violation(self, value: object) -> Violation | None:
        """
        Return why *value* is invalid, or `None`.
        """
        if value is None:
            hint = "Leave it out for the default."
            return None if self.none else Violation(f"must be {self.takes}, not None", hint)
        a_bool = value is True or value is False
        if not isinstance(value, self.types) or (a_bool and bool not in self.types):
            return Violation(f"must be {self.takes}, not {type(value).__name__}")
        return self.check(value) if self.check is not None else None


def or_none(rule: OptionRule) -> OptionRule:
    """
    Return *rule*, accepting `None`, too.
    """
    return evolve(rule, none=True)


def of_any_type(takes: str, example: str, check: _Check) -> OptionRule:
    """
    Return the rule for objects of any type, of which only *check* decides.
    """
    return OptionRule(types=(object, bool), takes=takes, example=example, none=True, check=check)


def is_pod(value: object) -> Violation | None:
    """
    Return why *value* is not a pod.
    """
    # Deferred: pods are the largest part of the model, and few files use them.
    from flowkit.model.pod import Pod

    return None if isinstance(value, Pod) else Violation(f"must be a Pod, not {type(value).__name__}")


def at_least(least: int, most: int | None = None) -> _Check:
    """
    Return the check that a number is between *least* and *most*.
    """

    def check(value: float) -> Violation | None:
        if not value >= least:  # also true for NaN
            return Violation(f"must be {least} or more")
        return None if most is None or value <= most else Violation(f"must be {most} or less")

    return check


def text(max_chars: int) -> OptionRule:
    """
    Return the rule for a string that fits into a column of Airflow's database.
    """

    def check(value: str) -> Violation | None:
        if len(value) <= max_chars:
            return None
        why = f"has {len(value)} characters; Airflow allows {max_chars} at most"
        return Violation(why, "Choose a shorter one.")

    return evolve(TEXT, check=check)


def count(least: int, example: str, most: int = MAX_INTEGER) -> OptionRule:
    """
    Return the rule for an integer between *least* and *most*.
    """
    return OptionRule(types=(int,), takes="an integer", example=example, check=at_least(least, most))


def _one_of(value: str, known: Collection[str]) -> Violation | None:
    if value in known:
        return None
    hint = did_you_mean(value, known, otherwise=f"Choose one of: {', '.join(known)}.")
    return Violation("must be a name that Airflow knows", hint, repr(value))


def is_trigger_rule(value: str) -> Violation | None:
    """
    Check `trigger_rule`: one of Airflow's names, or its enum.
    """
    # Airflow uses this rule for teardown tasks. It accepts it for others, too, but it is not proposed.
    return None if value == "all_done_setup_success" else _one_of(value, TRIGGER_RULES)


def is_weight_rule(value: object) -> Violation | None:
    """
    Check `weight_rule`: one of Airflow's names, or a strategy.
    """
    if not isinstance(value, str):
        return (
            None
            if hasattr(value, "get_weight")
            else Violation("must be a name or a strategy with get_weight()")
        )
    # A name with a dot is the path of a class that a plugin registers: only Airflow can find it.
    return None if "." in value else _one_of(value, WEIGHT_RULES)


def are_run_types(value: object) -> Violation | None:
    """
    Check `allowed_run_types`: names, or members of Airflow's enum; also a single member.
    """
    if type(value) is str:
        # Airflow would split it into letters; it does not split its enum, which is a `str`, too.
        return Violation("must be a list of names", f"Write allowed_run_types=[{value!r}].", repr(value))
    if isinstance(value, str):
        return _one_of(value, RUN_TYPES)
    if not isinstance(value, Collection):
        return Violation(f"must be a list of run types, not {type(value).__name__}")
    for name in value:
        if not isinstance(name, str):
            return Violation(f"must contain names of run types, not {type(name).__name__}")
        if violation := _one_of(name, RUN_TYPES):
            return violation
    return None


def are_tags(value: Collection[object]) -> Violation | None:
    """
    Check `tags`: strings that fit into Airflow's database.
    """
    if isinstance(value, str):
        why = "must be a list of strings; a single string would become one tag per letter"
        return Violation(why, f"Write tags=[{value[:40]!r}].")
    for tag in value:
        if not isinstance(tag, str):
            return Violation(f"must contain strings, not {type(tag).__name__}")
        if len(tag) > _MAX_TAG_LENGTH:
            why = f"has a tag of {len(tag)} characters; Airflow allows {_MAX_TAG_LENGTH} at most"
            return Violation(why, f"Shorten {tag[:20]!r}….")
    return None


def _strings(value: object) -> Violation | None:
    items = value if isinstance(value, Collection) and not isinstance(value, str) else ()
    wrong = next((type(item).__name__ for item in items if not isinstance(item, str)), None)
    return Violation(f"must contain strings, not {wrong}") if wrong else None


def are_json_values(value: Mapping[object, object]) -> Violation | None:
    """
    Check `params` as a mapping: the names are strings, and JSON can represent the values.
    """
    encoder = json.JSONEncoder()
    for name, item in value.items():
        if not isinstance(name, str):
            return Violation(f"must have strings as names, not {type(name).__name__}")
        # Outputs are reported with those in other options. Airflow's own `Param` has checked its value.
        if type(item) in _JSON_SCALARS or type(item) is Output or hasattr(item, "schema"):
            continue
        try:
            json.dumps(item, default=lambda inner: None if type(inner) is Output else encoder.default(inner))
        except (TypeError, ValueError, RecursionError):
            why = f"must have values that JSON can represent, but {name!r} is of type {type(item).__name__}"
            return Violation(why, "Use strings, numbers, lists, and mappings with strings as keys.")
    return None


def are_resources(value: Mapping[object, object]) -> Violation | None:
    """
    Check the legacy `resources`: amounts of what Airflow knows.
    """
    for name, amount in value.items():
        if name not in _RESOURCES:
            return Violation(
                "must contain resources that Airflow knows", f"Choose of: {', '.join(_RESOURCES)}."
            )
        if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not amount >= 0:
            return Violation(f"must have a number of 0 or more for {name!r}")
    return None


def are_links(value: Mapping[object, object]) -> Violation | None:
    """
    Check `owner_links`: a URL or `mailto:` for each owner, as Airflow requires.
    """
    if violation := _strings([*value, *value.values()]):
        return violation
    for owner, link in value.items():
        url = urlsplit(str(link))
        is_complete = url.path if url.scheme == "mailto" else url.scheme and url.netloc
        if not is_complete:
            return Violation(f"must have a complete URL or a mailto: link for {owner!r}")
        if max(len(str(owner)), len(str(link))) > _MAX_LINK_LENGTH:
            why = f"must have owners and links of {_MAX_LINK_LENGTH} characters at most"
            return Violation(why, "Choose shorter ones.")
    return None


def _positive(value: timedelta) -> Violation | None:
    return None if value > timedelta() else Violation("must be positive")


def _delay(value: timedelta | float) -> Violation | None:
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if not 0 <= seconds < float("inf"):
        return Violation("must be 0 or more, and finite")
    # Airflow makes a timedelta of it.
    return (
        None if seconds < timedelta.max.total_seconds() else Violation("must be shorter than timedelta.max")
    )


def _callback(value: object) -> Violation | None:
    if isinstance(value, type) and (hasattr(value, "notify") or hasattr(value, "async_notify")):
        # Calling the class only creates a notifier: it would never send a message.
        return Violation(f"must be a notifier, not the class {value.__name__}", f"Write {value.__name__}(…).")
    if callable(value):
        return None
    why = f"must be a function, not {type(value).__name__}"
    return Violation(why, "Pass the function itself, without calling it.")


def _callbacks(value: object) -> Violation | None:
    if callable(value) or not isinstance(value, Collection) or isinstance(value, (str, bytes, Mapping)):
        return _callback(value)
    return next((violation for item in value if (violation := _callback(item))), None)


def are_assets(value: object) -> Violation | None:
    """
    Check `inlets` and `outlets`: anything but scalars, which Airflow would silently drop.
    """
    items: Iterable[object] = value if isinstance(value, (list, tuple, set, frozenset)) else (value,)
    wrong = next((item for item in items if isinstance(item, (str, bytes, int, float))), None)
    if wrong is not None:
        return Violation(f"must be assets, not {type(wrong).__name__}")
    if has_other_uri(value):
        return Violation("must be assets whose URI is ASCII; by default it is the name", ASCII_URI_HINT)
    return None


def are_deadlines(value: object) -> Violation | None:
    """
    Check `deadline`: one alert, or several.
    """
    items: Iterable[object] = value if isinstance(value, (list, tuple)) else (value,)
    wrong = next(
        (item for item in items if not (hasattr(item, "reference") and hasattr(item, "interval"))), None
    )
    return None if wrong is None else Violation(f"must be a DeadlineAlert, not {type(wrong).__name__}")


def is_retry_policy(value: object) -> Violation | None:
    """
    Check `retry_policy`: an object with the method that Airflow calls.
    """
    return (
        None
        if hasattr(value, "evaluate")
        else Violation(f"must be a RetryPolicy, not {type(value).__name__}")
    )


def is_schedule(value: object) -> None:
    """
    Check `schedule`; raises by itself.
    """
    checked_schedule(value)


def are_params(value: object) -> Violation | None:
    """
    Check `params` of a pipeline: a mapping, or a class whose fields are the params.
    """
    if isinstance(value, Mapping):
        return are_json_values(value)
    has_fields = hasattr(value, "__attrs_attrs__") or hasattr(value, "__dataclass_fields__")
    if isinstance(value, type) and has_fields:
        return None
    return Violation(f"must be a mapping, an attrs class or a dataclass, not {type(value).__name__}")


def _removed(_: object) -> Violation | None:
    return Violation("has had no effect since Airflow 3.0", "Set deadline=DeadlineAlert(…) on the pipeline.")


TEXT = OptionRule(types=(str,), takes="a string", example='"…"')
FLAG = OptionRule(types=(bool,), takes="True or False", example="True")
MAPPING = OptionRule(types=(Mapping,), takes="a mapping", example='{"name": …}', none=True)
UNSTORED_MAPPING = evolve(MAPPING, stored=False)
DATE = OptionRule(types=(datetime,), takes="a datetime", example="datetime(2026, 1, 1)", none=True)
SPAN = OptionRule(
    types=(timedelta,),
    takes="a timedelta",
    example="timedelta(hours=1)",
    none=True,
    check=_positive,
)
DELAY = OptionRule(
    types=(timedelta, int, float),
    takes="a timedelta or a number of seconds",
    example="timedelta(minutes=5)",
    check=_delay,
)
HOOK = evolve(of_any_type("a function", "notify", _callback), stored=False)
CALLBACKS = evolve(of_any_type("a function", "notify", _callbacks), stored=False)
REMOVED = of_any_type("nothing", "None", _removed)
BACKOFF = OptionRule(types=(int, float, bool), takes="a number or a bool", example="2.0", check=at_least(0))
EMAIL = OptionRule(
    types=(str, list, tuple), takes="a string or a list of strings", example='"…"', none=True, check=_strings
)
FOLDERS = OptionRule(
    types=(Iterable,), takes="a string or a list of strings", example='["…"]', none=True, check=_strings
)
