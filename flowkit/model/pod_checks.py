"""
What Kubernetes takes as a quantity, a name, a label, a path; and maps that cannot change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeVar, final

from flowkit.base.exception_text import class_name
from flowkit.base.recording import refuse
from flowkit.base.sensitive import is_secret_name
from flowkit.base.suggestions import did_you_mean

V = TypeVar("V")

# https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
_QUANTITY = re.compile(
    r"(?P<number>\d+\.?\d*|\.\d+)(?P<suffix>[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,3})?", re.ASCII
)
_POWERS = {
    "n": Decimal(10) ** -9,
    "u": Decimal(10) ** -6,
    "m": Decimal(10) ** -3,
    "k": Decimal(10) ** 3,
    **{unit: Decimal(10) ** (3 * power) for power, unit in enumerate("MGTPE", 2)},
    **{f"{unit}i": Decimal(1024) ** power for power, unit in enumerate("KMGTPE", 1)},
}

# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and .../labels/
_LABEL_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEY_OF_A_FILE = re.compile(r"[-._a-zA-Z0-9]+")
_CONNECTION = re.compile("airflow_conn_.+", re.IGNORECASE)
_SWITCHES = frozenset({"", "true", "false", "yes", "no", "on", "off", "0", "1"})
_MAX_LABEL_LENGTH = 63
_MAX_SUBDOMAIN_LENGTH = 253


@final
class FrozenMap(Mapping[str, V]):
    """
    A mapping that cannot change, and can be hashed, compared and pickled; it keeps its order.
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, V]) -> None:
        self._items: dict[str, V] = dict(items)

    def __getitem__(self, key: str) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)


def checked_quantity(value: object, where: str, examples: str) -> Decimal | None:
    """
    Return the amount that the quantity *value* stands for; `None` for `None`.

    Args:
        value: A Kubernetes quantity, such as `"500m"`.

        where: The argument as the user writes it, with `{}` for its value: `Pod(cpu={})`.

        examples: Good quantities, for the message.

    Raises:
        RefusedError: If it is no quantity.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        message = f"{where.format('…')} takes a Kubernetes quantity as text, not {class_name(value)}."
        refuse("FK004", message, f"Write {examples}.")
    match = _QUANTITY.fullmatch(value)
    if match is None:
        refuse("FK004", f"{where.format(repr(value))} is not a Kubernetes quantity.", f"Write {examples}.")
    number, suffix = Decimal(match["number"]), match["suffix"] or ""
    if suffix[:1] in {"e", "E"} and len(suffix) > 1 and suffix != "Ei":
        return number.scaleb(int(suffix[1:]))
    return number * _POWERS.get(suffix, Decimal(1))


def checked_text(value: object, where: str) -> str:
    """
    Return *value* when it is text that says something.

    Raises:
        RefusedError: If it is not text, or empty.
    """
    if not isinstance(value, str):
        refuse("FK011", f"{where} takes text, not {class_name(value)}.", "Write it in quotes.")
    if not value or value != value.strip():
        what = "is empty" if not value.strip() else "begins or ends with a space"
        refuse("FK011", f"{where} {what}.", "Write the name alone.")
    return value


def checked_name(value: object, where: str, *, dots: bool = True) -> str:
    """
    Return *value* when an object of Kubernetes may be called so.

    Args:
        value: The name.

        where: What is named so, as the user writes it: `Pod(service_account=…)`.

        dots: Whether the name is a DNS-1123 subdomain, with dots and up to 253 characters; else it is a label.

    Raises:
        RefusedError: If it is not such a name.
    """
    text = checked_text(value, where)
    max_length = _MAX_SUBDOMAIN_LENGTH if dots else _MAX_LABEL_LENGTH
    if len(text) > max_length:
        refuse("FK011", f"{where} has {len(text)} characters; Kubernetes allows {max_length}.", "Shorten it.")
    if not (_SUBDOMAIN if dots else _LABEL_NAME).fullmatch(text):
        allowed = f"lowercase letters, digits{', `-` and `.`' if dots else ' and `-`'}"
        proposal = re.sub(r"[^a-z0-9.-]+" if dots else r"[^a-z0-9-]+", "-", text.lower()).strip("-.")
        fits = (_SUBDOMAIN if dots else _LABEL_NAME).fullmatch(proposal)
        refuse(
            "FK011",
            f"{where} is {text!r}, which is not a valid Kubernetes name: it may contain {allowed}, with a letter or a "
            "digit at both ends.",
            f"Did you mean {proposal!r}?" if fits else "Write the name as Kubernetes shows it.",
        )
    return text


def check_label(key: object, value: object, where: str, *, free_value: bool = False) -> None:
    """
    Refuse what cannot be a label, an annotation or a term of a node selector.

    Args:
        key: A name with up to 63 characters, with or without a prefix: `example.com/team`.

        value: Up to 63 letters, digits, `-`, `_` and `.`.

        where: The argument as the user writes it: `Pod(labels=…)`.

        free_value: Whether the value may be any text, as that of an annotation.

    Raises:
        RefusedError: If the key or the value breaks the rules of Kubernetes.
    """
    prefix, slash, name = checked_text(key, f"A key of {where}").rpartition("/")
    good_name = bool(name) and len(name) <= _MAX_LABEL_LENGTH and _LABEL_VALUE.fullmatch(name)
    good_prefix = not slash or (len(prefix) <= _MAX_SUBDOMAIN_LENGTH and _SUBDOMAIN.fullmatch(prefix))
    if not (good_name and good_prefix):
        refuse(
            "FK011",
            f"{where} has the key {key!r}, which Kubernetes does not accept.",
            'Write up to 63 letters, digits, `-`, `_` and `.`, such as "team" or "example.com/team".',
        )
    if not isinstance(value, str):
        message = f"{where} has a value of {class_name(value)} at {key!r}; Kubernetes takes text."
        refuse("FK011", message, 'Write it in quotes: "true", "3".')
    if not free_value and (len(value) > _MAX_LABEL_LENGTH or not _LABEL_VALUE.fullmatch(value)):
        refuse(
            "FK011",
            f"{where} has a value at {key!r} that Kubernetes does not accept.",
            "Write up to 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends; longer texts "
            "are annotations.",
        )


def check_variable(name: object, value: object, where: str) -> None:
    """
    Refuse what cannot be an environment variable, and secrets that are written out.

    Raises:
        RefusedError: If the name is none, the value is neither text nor a reference, or a plain text stands
            where the name speaks of a secret.
    """
    if not isinstance(name, str) or not _VARIABLE.fullmatch(name):
        hint = "Use letters, digits and `_`; do not begin with a digit."
        refuse("FK011", f"{where} has {name!r}, which is not a valid environment variable name.", hint)
    is_secret = is_secret_name(name) or _CONNECTION.fullmatch(name)
    if is_secret and isinstance(value, str) and value.lower() not in _SWITCHES:
        refuse(
            "FK013",
            f"{where} gives {name} as plain text, though it looks like a secret: Airflow stores the text in its "
            "database, unencrypted.",
            f'Keep it in Kubernetes and name it: {where.partition("(")[0]}(env={{"{name}": Secret("name", "key")}}).',
        )


def checked_path(value: object, where: str) -> str:
    """
    Return the path *value* in a container, in its shortest form.

    Raises:
        RefusedError: If it is not an absolute path.
    """
    text = checked_text(value, f"A path of {where}")
    if not text.startswith("/") or ":" in text or ".." in text.split("/"):
        message = f"{where} has the path {text!r}; Kubernetes takes absolute paths without `:` and `..`."
        refuse("FK011", message, 'Begin it with a slash, such as "/data".')
    return "/" + "/".join(part for part in text.split("/") if part not in {"", "."})


def check_key_of_file(value: object, where: str) -> None:
    """
    Refuse what cannot be a key in a secret or a config map.

    Raises:
        RefusedError: If it cannot.
    """
    if not _KEY_OF_A_FILE.fullmatch(checked_text(value, where)):
        refuse("FK011", f"{where} is {value!r}; keys have letters, digits, `-`, `_` and `.`.", "Correct it.")


def check_choice(value: object, choices: tuple[str, ...], where: str) -> None:
    """
    Refuse what is not one of *choices*.

    Raises:
        RefusedError: If it is another, or not text.
    """
    if value is not None and value not in choices:
        hint = did_you_mean(str(value), choices, otherwise=f"Choose one of {', '.join(map(repr, choices))}.")
        shown = repr(value) if isinstance(value, str) else f"of {class_name(value)}"
        refuse("FK011", f"{where} is {shown}, which Kubernetes does not know.", hint)


def check_number(value: object, where: str, *, least: int = 0) -> None:
    """
    Refuse what is not a whole number from *least*.

    Raises:
        RefusedError: If it is another number, or none.
    """
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= least):
        return
    got = str(value) if isinstance(value, int) and not isinstance(value, bool) else class_name(value)
    refuse("FK004", f"{where} takes a whole number from {least}, not {got}.", f"Write {max(least, 1)}.")


def check_flag(value: object, where: str) -> None:
    """
    Refuse what is neither `True` nor `False`.

    Raises:
        RefusedError: If it is another value.
    """
    if type(value) is not bool:
        refuse("FK011", f"{where} takes True or False, not {class_name(value)}.", "Write True or False.")
