"""
Finds secrets within texts: commands, URLs, headers, JSON, YAML, connection strings, tracebacks.

What counts as the name of a secret is decided by the caller. A secret is found whole: up to the quote that closes it,
or up to a character that cannot belong to it. The time that a search takes is linear in the length of the text,
whatever the text is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from flowkit.base.secret_commands import IsSecretName, in_commands
from flowkit.base.secret_urls import SecretSpan, in_known_formats, in_urls
from flowkit.base.secret_values import is_reference, value_at

_MAX_NAME_CHARS: Final = 64
_NAME_CHARS: Final = re.compile(r"[\w.$-]")
_NAME_TAIL: Final = re.compile(rf"[\w.$-]{{0,{_MAX_NAME_CHARS}}}")
_QUOTE: Final = r"\\{0,8}[\"'`]|%2[27]"
# `"password": "x"`, `['password'] = "x"`, `<password>x</password>`, `password%3Dx`; not `secret://…`.
_SEPARATOR: Final = re.compile(
    rf"(?:{_QUOTE}|[\])]){{0,8}}[ \t]{{0,16}}(?:=>|[:!=]?=|%3[AaDd]|[>\uff1d\uff1a]|:(?!//))"
)
# A parameter with its type: `password: str = "x"`.
_ANNOTATION: Final = re.compile(r"[ \t]{0,4}[A-Za-z_][\w.\[\]|, ]{0,60}=[ \t]{0,4}(?=[bfru]{0,2}[\"'])")
_VALUE_NAME: Final = r"(?:value|val|string_?value|default)"
# `{"name": "DB_PASSWORD", "value": "x"}`, and the same in YAML.
_NAMED_VALUE: Final = re.compile(
    rf"(?:{_QUOTE})?[\s,;]{{0,64}}(?:{_QUOTE})?{_VALUE_NAME}(?:{_QUOTE})?[ \t]{{0,8}}[:=]", re.IGNORECASE
)
# `("password", "x")`: the first quote is that of the name.
_PAIR: Final = re.compile(rf"(?:{_QUOTE})[ \t]{{0,8}},\s{{0,8}}(?=[bfru]{{0,2}}(?:{_QUOTE}))")
_PAIR_BEFORE: Final = re.compile(rf"[(\[]\s{{0,8}}[bfru]{{0,2}}(?:{_QUOTE})\Z")
# `aws configure set aws_secret_access_key x`, `airflow variables set db_password x`
_SET_BEFORE: Final = re.compile(r"(?:configure|variables|config)[ \t]{1,4}set[ \t]{1,4}\Z")
_BARE_SCHEME: Final = re.compile(r"\b(?:bearer|basic)[ \t]+(?=[^\s\"']{0,200}\d)(?![{$])", re.IGNORECASE)


def find_secrets(text: str, words: re.Pattern[str], is_secret_name: IsSecretName) -> list[SecretSpan]:
    """
    Return the secrets in *text*, in order and without overlaps.

    Args:
        text: Any text.

        words: Matches in a lowercase text what every name of a secret contains.

        is_secret_name: Whether a name, such as `DB_PASSWORD` or `--db-password`, is that of a secret.
    """
    found = [*in_known_formats(text), *in_urls(text), *in_commands(text)]
    lower = text.lower()
    if len(lower) != len(text):  # a few letters of other alphabets become two
        lower = "".join(char.lower() if char.isascii() else char for char in text)
    found += _after_names(text, lower, words, is_secret_name)
    return _without_overlaps(text, found)


def _without_overlaps(text: str, found: list[SecretSpan]) -> list[SecretSpan]:
    merged: list[SecretSpan] = []
    for span in sorted(found):
        if span.start >= span.end or is_reference(text[span.start : span.end]):
            continue
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = last._replace(
                end=max(last.end, span.end), is_certain=last.is_certain or span.is_certain
            )
        else:
            merged.append(span)
    return merged


def _after_names(
    text: str, lower: str, words: re.Pattern[str], is_secret_name: IsSecretName
) -> Iterator[SecretSpan]:
    position = 0
    while match := words.search(lower, position):
        start = _name_start(text, match.start(), position)
        tail = _NAME_TAIL.match(text, match.end())
        end = tail.end() if tail else match.end()
        position = end
        name = text[start:end].strip(".$")
        if not is_secret_name(name):
            continue
        span = _named_value(text, start, end, name)
        if span is not None and span.end > end:
            yield span
            position = span.end
    for match in _BARE_SCHEME.finditer(text):
        start, end = value_at(text, match.end())
        yield SecretSpan(start, end, "a header", is_certain=False)


def _name_start(text: str, position: int, least: int) -> int:
    start, least = position, max(least, position - _MAX_NAME_CHARS)
    while start > least and _NAME_CHARS.match(text, start - 1):
        start -= 1
    return start


def _named_value(text: str, start: int, end: int, name: str) -> SecretSpan | None:
    """
    Return the value that belongs to the name between *start* and *end*, if one follows.
    """
    before = text[max(0, start - 24) : start]
    separator = _SEPARATOR.match(text, end)
    if separator is not None:
        annotation = _ANNOTATION.match(text, separator.end()) if separator[0].endswith(":") else None
        if annotation:
            return SecretSpan(separator.end(), value_at(text, annotation.end())[1], name, is_certain=False)
        value = value_at(text, separator.end(), name, before, separator[0])
        return SecretSpan(*value, name, _is_certain(text, name, before, separator, value[0]))
    if _SET_BEFORE.search(before) and text[end : end + 1] == " ":
        return SecretSpan(*value_at(text, end), name, is_certain=False)
    if name.startswith("-") and text[end : end + 1] in {" ", "\t"}:
        span = value_at(text, end)
        is_next_option = text.startswith("-", span[0])
        return None if is_next_option else SecretSpan(*span, name)
    named = _NAMED_VALUE.match(text, end)
    if named is not None:
        return SecretSpan(*value_at(text, named.end()), name)
    pair = _PAIR.match(text, end)
    if pair is not None and _PAIR_BEFORE.search(before):
        return SecretSpan(*value_at(text, pair.end()), name)
    return None


def _is_certain(text: str, name: str, before: str, separator: re.Match[str], start: int) -> bool:
    # `TOKEN=x`, `"token": "x"` and `-H 'X-Token: x'`, but not `token = x` and `Secret: see the wiki`.
    is_quoted = text[start - 1 : start] in {'"', "'"}
    is_header = before[-1:] in {'"', "'"} and "-" in name
    is_direct = start - is_quoted == separator.end()
    return (
        is_direct
        or is_header
        or (is_quoted and separator[0][:1] in {'"', "'"})
        or name.lower().endswith("authorization")
    )
