"""
What a single value must be: the kinds of limits, and the rules that a type cannot say.

A type checker says most of this earlier. These checks are for everybody else, and for what a type cannot say:
a number out of range, a text that stands where several texts belong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias, final
from urllib.parse import urlsplit

import attrs

from flowkit.base.suggestions import did_you_mean
from flowkit.model.options import TRIGGER_RULES, WEIGHT_RULES
from flowkit.model.schedule import checked_schedule
from flowkit.model.settings import RUN_TYPES

_TAG_LENGTH = 100  # `TAG_MAX_LEN` of Airflow: the width of a column in its database.
BIGGEST_WEIGHT = 2**31 - 1  # Airflow cuts a priority to 32 bits without a word.


@final
@attrs.frozen
class Violation:
    """
    What is wrong with a value, and what to do about it.
    """

    why: str
    """The rest of a sentence that begins with the name of the option."""

    hint: str = ""
    """A sentence; empty where the limit's own example is the cure."""

    value: str = ""
    """The value as text, where it is a name and helps to find the mistake."""


_Rule: TypeAlias = Callable[[Any], "Violation | None"]


@final
@attrs.frozen(kw_only=True)
class OptionRule:
    """
    What one option or setting takes.
    """

    types: tuple[type, ...]
    """The types that a value may have; `bool` does not count as a number."""

    takes: str
    """The types in words."""

    example: str
    """A value that is right, as Python source."""

    none: bool = False
    """Whether `None` is a value, too."""

    rule: _Rule | None = None
    """What a value of the right type must meet beyond that."""

    def fault(self, value: object) -> Violation | None:
        """
        Return what is wrong with *value*, or `None`.
        """
        if value is None:
            hint = "Leave it out for the default."
            return None if self.none else Violation(f"takes {self.takes}, not None", hint)
        a_bool = value is True or value is False
        if not isinstance(value, self.types) or (a_bool and bool not in self.types):
            return Violation(f"takes {self.takes}, not {type(value).__name__}")
        return self.rule(value) if self.rule is not None else None


def or_none(limit: OptionRule) -> OptionRule:
    """
    Return *limit*, with `None` as a further value.
    """
    return attrs.evolve(limit, none=True)


def of_any_type(takes: str, example: str, rule: _Rule) -> OptionRule:
    """
    Return a limit for objects of Airflow's or of a user's, which only *rule* can tell from mistakes.
    """
    return OptionRule(types=(object, bool), takes=takes, example=example, none=True, rule=rule)


def is_pod(value: object) -> Violation | None:
    """
    Return what is wrong with *value* as a pod.
    """
    # Here and not above: what makes up a pod is the largest part of the specs, and few files have pods.
    from flowkit.model.pod import Pod

    return None if isinstance(value, Pod) else Violation(f"takes a Pod, not {type(value).__name__}")


def at_least(least: int, most: int | None = None) -> _Rule:
    """
    Return the rule that a number lies between *least* and *most*.
    """

    def rule(value: float) -> Violation | None:
        if not value >= least:  # also when it is not a number at all, as NaN
            return Violation(f"must be {least} or more")
        return None if most is None or value <= most else Violation(f"must be {most} or less")

    return rule


def count(least: int, example: str, most: int | None = None) -> OptionRule:
    """
    Return the limit of a whole number between *least* and *most*.
    """
    return OptionRule(types=(int,), takes="a whole number", example=example, rule=at_least(least, most))


def _one_of(value: str, known: Collection[str]) -> Violation | None:
    if value in known:
        return None
    hint = did_you_mean(value, known, otherwise=f"There are: {', '.join(known)}.")
    return Violation("must be a name that Airflow knows", hint, repr(value))


def is_trigger_rule(value: str) -> Violation | None:
    """
    The rule of `trigger_rule`: one of Airflow's names, or its enum.
    """
    # Airflow gives this rule to teardown tasks. It takes it from anybody, but nobody should be told of it.
    return None if value == "all_done_setup_success" else _one_of(value, TRIGGER_RULES)


def is_weight_rule(value: object) -> Violation | None:
    """
    The rule of `weight_rule`: one of Airflow's names, or a strategy.
    """
    if not isinstance(value, str):
        return (
            None
            if hasattr(value, "get_weight")
            else Violation("takes a name or a strategy with get_weight()")
        )
    # With a dot it is the path of a class that a plugin registers, which only Airflow can look up.
    return None if "." in value else _one_of(value, WEIGHT_RULES)


def are_run_types(value: object) -> Violation | None:
    """
    The rule of `allowed_run_types`: names, or members of Airflow's enum, of which one may stand alone.
    """
    if type(value) is str:
        # Airflow would take it apart into letters. Its enum, which is text as well, it takes whole.
        return Violation("takes several names", f"Write allowed_run_types=[{value!r}].", repr(value))
    if isinstance(value, str):
        return _one_of(value, RUN_TYPES)
    if not isinstance(value, Collection):
        return Violation(f"takes names of run types, not {type(value).__name__}")
    for one in value:
        if not isinstance(one, str):
            return Violation(f"takes names of run types, not {type(one).__name__}")
        if fault := _one_of(one, RUN_TYPES):
            return fault
    return None


def are_tags(value: Collection[object]) -> Violation | None:
    """
    The rule of `tags`: several texts that fit into Airflow's database.
    """
    if isinstance(value, str):
        why = "takes several texts; one text would become a tag per letter"
        return Violation(why, f"Write tags=[{value[:40]!r}].")
    for tag in value:
        if not isinstance(tag, str):
            return Violation(f"takes texts, not {type(tag).__name__}")
        if len(tag) > _TAG_LENGTH:
            why = f"has a tag of {len(tag)} characters; Airflow takes {_TAG_LENGTH} at most"
            return Violation(why, f"Shorten {tag[:20]!r}….")
    return None


def _texts(value: object) -> Violation | None:
    items = value if isinstance(value, Collection) and not isinstance(value, str) else ()
    wrong = next((type(one).__name__ for one in items if not isinstance(one, str)), None)
    return Violation(f"takes texts, not {wrong}") if wrong else None


def has_text_keys(value: Mapping[object, object]) -> Violation | None:
    """
    The rule of `params` of a task: the names are texts.
    """
    wrong = next((type(key).__name__ for key in value if not isinstance(key, str)), None)
    return Violation(f"takes texts as names, not {wrong}") if wrong else None


def are_links(value: Mapping[object, object]) -> Violation | None:
    """
    The rule of `owner_links`: a URL or `mailto:` for each owner, as Airflow checks it.
    """
    if fault := _texts([*value, *value.values()]):
        return fault
    for owner, link in value.items():
        url = urlsplit(str(link))
        followed = url.path if url.scheme == "mailto" else url.scheme and url.netloc
        if not followed:
            return Violation(f"has no link that a browser can follow for {owner!r}")
    return None


def _longer_than_nothing(value: timedelta) -> Violation | None:
    return None if value > timedelta() else Violation("must be longer than nothing")


def _delay(value: timedelta | float) -> Violation | None:
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    return None if 0 <= seconds < float("inf") else Violation("must be 0 or more, and have an end")


def _callback(value: object) -> Violation | None:
    if isinstance(value, type) and (hasattr(value, "notify") or hasattr(value, "async_notify")):
        # To call the class is to make a notifier, which is then thrown away: no message would ever be sent.
        return Violation(f"takes a notifier, not the class {value.__name__}", f"Write {value.__name__}(…).")
    if callable(value):
        return None
    why = f"takes a function, not {type(value).__name__}"
    return Violation(why, "Give the function itself, without calling it.")


def _callbacks(value: object) -> Violation | None:
    if callable(value) or not isinstance(value, (list, tuple, set, frozenset)):
        return _callback(value)
    return next((fault for one in value if (fault := _callback(one))), None)


def are_assets(value: object) -> Violation | None:
    """
    The rule of `inlets` and `outlets`: anything but plain values, which Airflow would drop without a word.
    """
    items: Iterable[object] = value if isinstance(value, (list, tuple, set, frozenset)) else (value,)
    wrong = next((one for one in items if isinstance(one, (str, bytes, int, float))), None)
    return None if wrong is None else Violation(f"takes assets, not {type(wrong).__name__}")


def are_deadlines(value: object) -> Violation | None:
    """
    The rule of `deadline`: one alert, or several.
    """
    items: Iterable[object] = value if isinstance(value, (list, tuple)) else (value,)
    wrong = next((one for one in items if not (hasattr(one, "reference") and hasattr(one, "interval"))), None)
    return None if wrong is None else Violation(f"takes a DeadlineAlert, not {type(wrong).__name__}")


def is_retry_policy(value: object) -> Violation | None:
    """
    The rule of `retry_policy`: what can be asked as Airflow asks it.
    """
    return (
        None if hasattr(value, "evaluate") else Violation(f"takes a RetryPolicy, not {type(value).__name__}")
    )


def is_schedule(value: object) -> None:
    """
    The rule of `schedule`, which raises by itself.
    """
    checked_schedule(value)


def are_params(value: object) -> Violation | None:
    """
    The rule of `params` of a pipeline: values by name, or a class whose fields are the params.
    """
    if isinstance(value, Mapping):
        return has_text_keys(value)
    has_fields = hasattr(value, "__attrs_attrs__") or hasattr(value, "__dataclass_fields__")
    if isinstance(value, type) and has_fields:
        return None
    return Violation(f"takes values by name, or an attrs class or a dataclass, not {type(value).__name__}")


def _removed(_: object) -> Violation | None:
    return Violation("does nothing since Airflow 3.0", "Give the pipeline a deadline=DeadlineAlert(…).")


TEXT = OptionRule(types=(str,), takes="text", example='"…"')
FLAG = OptionRule(types=(bool,), takes="True or False", example="True")
MAPPING = OptionRule(types=(Mapping,), takes="a mapping", example='{"name": …}', none=True)
DATE = OptionRule(types=(datetime,), takes="a datetime", example="datetime(2026, 1, 1)", none=True)
SPAN = OptionRule(
    types=(timedelta,),
    takes="a timedelta",
    example="timedelta(hours=1)",
    none=True,
    rule=_longer_than_nothing,
)
DELAY = OptionRule(
    types=(timedelta, int, float),
    takes="a timedelta or seconds",
    example="timedelta(minutes=5)",
    rule=_delay,
)
HOOK = of_any_type("a function", "tell_us", _callback)
CALLBACKS = of_any_type("a function", "tell_us", _callbacks)
GONE = of_any_type("nothing", "None", _removed)
BACKOFF = OptionRule(types=(int, float), takes="a number", example="2.0", rule=at_least(0))
EMAIL = OptionRule(
    types=(str, list, tuple), takes="text or a list of texts", example='"…"', none=True, rule=_texts
)
FOLDERS = OptionRule(
    types=(Iterable,), takes="text or several texts", example='["…"]', none=True, rule=_texts
)
