"""
Where a value in a text begins and ends, and what only stands for one.
"""

from __future__ import annotations

import re
from typing import Final

# Templates, shell variables and `\0`, which stands for the output of a task: they refer to a secret, and are none.
_REFERENCE: Final = re.compile(
    r"(?:\{\{[^{}]*\}\}|\{%[^{}]*%\}|\$\{[A-Za-z_]\w*\}|\$[A-Za-z_]\w*|\$\d|%\(\w+\)s|%s|\x00)+"
)
_PLACEHOLDER: Final = re.compile(
    r"<[^<>]*>?|\{[^{}]*\}|%[\w(][^%]*%?|:\w+|\?|[*.…x_-]+|null|none|true|false|yes|no|on|off|\d",
    re.IGNORECASE,
)
# A string in a template that is no name of something to look up.
_LITERAL: Final = re.compile(
    r"""(?<![\[(])(?<![\[(]\s)(?<!ids=)(?<!key=)(?<!_id=)["'][^"']+["']|\b(?:d|default)\(\s*["'][^"']+["']"""
)
_SCHEME: Final = re.compile(
    r"(?:basic|bearer|digest|token|negotiate|ntlm|hmac|aws4-hmac-sha256)[ \t]+", re.IGNORECASE
)
_OPENING: Final = re.compile(r"[bfruBFRU]{0,2}(?P<quote>\"\"\"|'''|\\{0,8}[\"'`]|%2[27])")
_LINE_START: Final = re.compile(r"(?:\A|\n)[ \t]*(?:[-*#>]+[ \t]*)?[\"']?\Z")
_BLOCK: Final = re.compile(r"[ \t]*[|>][+-]?\d?[ \t]*(?:\r?\n[ \t]*(?=\r?\n|\Z)|\r?\n[ \t]+[^\n]*)+")
_INDENTED: Final = re.compile(r"(?:\A|\n)([ \t]*)(?:- )?[\"']?\Z")
_LINE_END: Final = re.compile(r"[ \t]*(?=\r?\n)")
_DELIMITERS: Final = r"\"'`&;,|)\]}>"
# A delimiter ends a value only where something else follows: `a,b` may be one password; `a, b` and `a,user=b` are two.
_UNQUOTED: Final = re.compile(
    rf"(?:[^\s{_DELIMITERS}<\\]+|\\[^\n]|<(?![\s/]|\Z)|"
    rf"[{_DELIMITERS}](?!\Z|[\s{_DELIMITERS}<\\]|[\w.-]{{1,40}}[ \t]{{0,2}}[=:]|\w{{1,30}}\())+"
)
_BRACKET: Final = re.compile(r"[\[({\])}]")
_REST_OF_LINE: Final = re.compile(r"[^\r\n]+")


def is_reference(text: str) -> bool:
    """
    Return whether *text* only refers to a secret: a template, a shell variable, or the output of a task.
    """
    if not _REFERENCE.fullmatch(text):
        return False
    return "{{" not in text or _LITERAL.search(text) is None


def is_placeholder(text: str) -> bool:
    """
    Return whether *text* stands for a secret or says that there is none: `<password>`, `***`, `{token}`, `$TOKEN`.
    """
    return is_reference(text) or _PLACEHOLDER.fullmatch(text) is not None


def value_at(
    text: str, position: int, name: str = "", before: str = "", separator: str = ""
) -> tuple[int, int]:
    """
    Return the start and end of the value at *position*.

    Args:
        text: The text.

        position: Where the value begins, or white space before it.

        name: The name that the value belongs to.

        before: What precedes the name.

        separator: What stands between them: `=`, `": `.
    """
    if separator.endswith(":") and (block := _end_of_block(text, position, before)):
        return position, block
    if separator == ">" and before.endswith("<"):
        closing = text.find("<", position)
        return position, len(text) if closing < 0 else closing
    start = _after_space(text, position)
    is_header = name.lower().lstrip("-").endswith(("authorization", "cookie"))
    opening = _OPENING.match(text, start)
    if opening is not None:
        start, end = opening.end(), _closing(text, opening.end(), opening["quote"])
        scheme = _SCHEME.match(text, start, end)
        return (scheme.end() if scheme else start), end
    if is_header:
        scheme = _SCHEME.match(text, start)
        return (scheme.end() if scheme else start), _end_of_header(text, start, before)
    if text.startswith("{{", start) or text.startswith("$", start):
        return start, _end_of_reference(text, start)
    if text[start : start + 1] in {"{", "[", "("}:
        return start, _end_of_brackets(text, start)
    if _LINE_START.search(before) and separator and text[position : position + 1] in {" ", "\t"}:
        line = _REST_OF_LINE.match(text, start)
        return start, line.end() if line else start
    return _unquoted(text, start)


def _after_space(text: str, position: int) -> int:
    limit = min(len(text), position + 64)
    start = position
    while start < limit and (text[start] in " \t" or (text[start] in "\r\n" and _continues(text, start))):
        start += 1
    return start


def _unquoted(text: str, start: int) -> tuple[int, int]:
    scheme = _SCHEME.match(text, start)
    start = scheme.end() if scheme else start
    unquoted = _UNQUOTED.match(text, start)
    return start, unquoted.end() if unquoted else start


def _end_of_block(text: str, position: int, before: str) -> int | None:
    """
    Return where a block of YAML ends: the lines below a key that are indented more than it is.
    """
    if block := _BLOCK.match(text, position):
        return block.end()
    line_start = _INDENTED.search(before)
    if line_start is None or (line_end := _LINE_END.match(text, position)) is None:
        return None
    width = len(line_start[1])
    lines = re.compile(rf"(?:\r?\n(?:[ \t]{{{width}}}(?:[ \t]+|- )[^\r\n]*|[ \t]*(?=\r?\n)))+")
    below = lines.match(text, line_end.end())
    return below.end() if below else None


def _continues(text: str, position: int) -> bool:
    # A value on the next line is in quotes or brackets: without them, that line is something else.
    return text[position : position + 64].lstrip()[:1] in {'"', "'", "{", "["}


def _closing(text: str, start: int, quote: str) -> int:
    """
    Return where the string that begins at *start* ends.
    """
    position = start
    while (end := text.find(quote, position)) >= 0:
        if quote[0] == "\\" or text[end - 1 : end] != "\\" or end == start:
            return _end_of_joined(text, end, quote)
        position = end + 1
    line = text.find("\n", start) if len(quote) < 3 else -1
    return len(text) if line < 0 else line


def _end_of_joined(text: str, end: int, quote: str) -> int:
    # In a shell, what follows a quote without a space belongs to the value: 'a'"b"c.
    after = end + len(quote)
    if len(quote) == 1 and text[after : after + 1].isalnum():
        more = _UNQUOTED.match(text, after)
        return more.end() if more else end
    return end


def _end_of_header(text: str, start: int, before: str) -> int:
    quote = before[-1:] if before[-1:] in {'"', "'"} else "\n"
    closing = text.find(quote, start)
    closing = len(text) if closing < 0 else closing
    line = text.find("\n", start, closing)
    return closing if line < 0 else line


def _end_of_reference(text: str, start: int) -> int:
    if text.startswith("{{", start):
        closing = text.find("}}", start)
        position = len(text) if closing < 0 else closing + 2
    elif text.startswith("${", start):
        closing = text.find("}", start)
        position = len(text) if closing < 0 else closing + 1
    elif text.startswith("$(", start):
        return start  # a command whose output is the value
    else:
        position = start + 1
    more = _UNQUOTED.match(text, position)
    return more.end() if more else position


def _end_of_brackets(text: str, start: int) -> int:
    depth = 0
    for match in _BRACKET.finditer(text, start):
        depth += 1 if match[0] in "[({" else -1
        if depth == 0:
            return match.end()
    return len(text)
