"""
Finds secrets within texts: commands, URLs, headers, JSON, YAML, connection strings, tracebacks.

What counts as the name of a secret is decided by the caller. A secret is found whole: up to the quote that closes it,
or up to a character that cannot belong to it. The time that a search takes is linear in the length of the text,
whatever the text is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from flowkit.base.secret_urls import SecretSpan, in_known_formats, in_urls

IsSecretName: TypeAlias = Callable[[str], bool]


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

_MAX_NAME_CHARS: Final = 64
_NAME_CHARS: Final = re.compile(r"[\w.$-]")
_NAME_TAIL: Final = re.compile(rf"[\w.$-]{{0,{_MAX_NAME_CHARS}}}")
_QUOTE: Final = r"\\{0,8}[\"'`]|%2[27]"
# `"password": "x"`, `['password'] = "x"`, `<password>x</password>`, `password%3Dx`; not `secret://…`.
_SEPARATOR: Final = re.compile(rf"(?:{_QUOTE}|[\])]){{0,8}}[ \t]{{0,16}}(?:=>|[:!=]?=|%3[AaDd]|>|:(?!//))")
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
_SCHEME: Final = re.compile(
    r"(?:basic|bearer|digest|token|negotiate|ntlm|hmac|aws4-hmac-sha256)[ \t]+", re.IGNORECASE
)
_BARE_SCHEME: Final = re.compile(r"\b(?:bearer|basic)[ \t]+(?=[^\s\"']{0,200}\d)(?![{$])", re.IGNORECASE)
_OPENING: Final = re.compile(r"[bfruBFRU]{0,2}(?P<quote>\"\"\"|'''|\\{0,8}[\"'`]|%2[27])")
_LINE_START: Final = re.compile(r"(?:\A|\n)[ \t]*(?:[-*#>]+[ \t]*)?[\"']?\Z")
_BLOCK: Final = re.compile(r"[ \t]*[|>][+-]?\d?[ \t]*(?:\r?\n[ \t]*(?=\r?\n|\Z)|\r?\n[ \t]+[^\n]*)+")
_DELIMITERS: Final = r"\"'`&;,|)\]}>"
# A delimiter ends a value only where something else follows: `a,b` may be one password; `a, b` and `a,user=b` are two.
_UNQUOTED: Final = re.compile(
    rf"(?:[^\s{_DELIMITERS}<\\]+|\\[^\n]|<(?![\s/]|\Z)|"
    rf"[{_DELIMITERS}](?!\Z|[\s{_DELIMITERS}<\\]|[\w.-]{{1,40}}[ \t]{{0,2}}[=:]|\w{{1,30}}\())+"
)
_BRACKET: Final = re.compile(r"[\[({\])}]")
_REST_OF_LINE: Final = re.compile(r"[^\r\n]+")

_USER_OPTION: Final = re.compile(
    r"(?<![\w-])(?:-u|-U|--user|--proxy-user|--(?:src-|dest-)?creds|--userpwd|--proxy)(?:[ \t]+|=)?(?P<quote>[\"']?)"
    r"(?P<user>[^\s:\"']{1,128}):(?!//)(?P<value>[^\s\"']*|(?<=[\"'])[^\"'\n]*)"
)
_USER_OPTIONS: Final = frozenset(
    {"-u", "-U", "--user", "--proxy-user", "--creds", "--src-creds", "--dest-creds", "--userpwd"}
)
_COMMANDS: Final = {
    **dict.fromkeys(("mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb", "mariadb-dump", "mycli"), "p"),
    **dict.fromkeys(("mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport", "beeline"), "p "),
    **dict.fromkeys(("login", "sshpass", "twine", "airflow", "snowsql", "psftp", "plink"), "p "),
    **dict.fromkeys(("sqlcmd", "bcp", "unzip", "zip"), "P "),
    **dict.fromkeys(("ldapsearch", "ldapadd", "ldapmodify"), "w "),
    **dict.fromkeys(("redis-cli",), "a "),
    **dict.fromkeys(("7z", "7za"), "p"),
}  # fmt: skip
"""Commands whose option for a password has one letter; a space: it may stand before the password."""

_COMMAND_OR_OPTION: Final = re.compile(
    rf"(?<![\w.-])(?P<command>{'|'.join(map(re.escape, sorted(_COMMANDS, key=len, reverse=True)))})(?![\w.=-])"
    r"|(?<=\s)-(?P<option>[pPwa])(?![\w-]*=)(?P<space>[ \t]*)(?=[^\s-])|(?P<end>(?<!\\)\n)"
)
_PASS_PHRASE: Final = re.compile(r"\bpass:(?P<value>[^\s\"']+)")
_ORACLE_LOGIN: Final = re.compile(
    r"\b(?:sqlplus|expdp|impdp|sqlldr|rman|jdbc:oracle:\w{1,10}:)(?:[ \t]+-\w{1,10}){0,4}[ \t]*[\"']?[A-Za-z_]\w{0,63}/"
    r"(?P<value>[^\s\"']{1,256})@"
)


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


def find_secrets(text: str, words: re.Pattern[str], is_secret_name: IsSecretName) -> list[SecretSpan]:
    """
    Return the secrets in *text*, in order and without overlaps.

    Args:
        text: Any text.

        words: Matches in a lowercase text what every name of a secret contains.

        is_secret_name: Whether a name, such as `DB_PASSWORD` or `--db-password`, is that of a secret.
    """
    found = [*in_known_formats(text), *in_urls(text), *_in_commands(text)]
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


def _in_commands(text: str) -> Iterator[SecretSpan]:
    if "-u" in text or "-U" in text or "--" in text:
        for match in _USER_OPTION.finditer(text):
            user, secret = match["user"], match["value"]
            if not secret:
                yield SecretSpan(*match.span("user"), "a token for `-u`", is_certain=False)
            elif not (user.isdigit() and secret.isdigit()):  # `docker run -u 1000:1000`
                yield SecretSpan(*match.span("value"), "a password for `-u`")
    if " -" in text or "\n-" in text or "\t-" in text:
        yield from _in_short_options(text)
    if "pass:" in text:
        yield from (
            SecretSpan(*match.span("value"), "`pass:`", False) for match in _PASS_PHRASE.finditer(text)
        )
    if "/" in text and "@" in text:
        for match in _ORACLE_LOGIN.finditer(text):
            yield SecretSpan(*match.span("value"), "a password before `@`")


def _in_short_options(text: str) -> Iterator[SecretSpan]:
    command = ""
    for match in _COMMAND_OR_OPTION.finditer(text):
        if match["command"]:
            command = match["command"]
        elif match["end"]:
            command = ""
        elif command:
            takes = _COMMANDS[command]
            if match["option"] == takes[0] and (not match["space"] or takes.endswith(" ")):
                start, end = _value(text, match.end())
                yield SecretSpan(start, end, f"the password for `{command} -{takes[0]}`")


def secret_words(words: Sequence[Any], is_secret_name: IsSecretName) -> list[int]:
    """
    Return which of the *words* of a command are secrets, as in `["mysql", "-px"]` and `["curl", "-u", "me:x"]`.
    """
    found, command, option = [], "", ""
    for index, word in enumerate(words):
        if not isinstance(word, str):
            option = ""
            continue
        own = f"-{_COMMANDS[command][0]}" if command else ""
        is_own = word.startswith(own) and word != own and not word.startswith("--")
        is_next = option and (
            is_secret_name(option)
            or (option == own and _COMMANDS[command].endswith(" "))
            or (option in _USER_OPTIONS and ":" in word and not word.replace(":", "").isdigit())
        )
        if is_next or (own and is_own):
            found.append(index)
        option = word if word[:1] == "-" and "=" not in word else ""
        name = word.rpartition("/")[2]
        command = name if name in _COMMANDS else command
    return found


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
        start, end = _value(text, match.end())
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
            return SecretSpan(separator.end(), _value(text, annotation.end())[1], name, is_certain=False)
        value = _value(text, separator.end(), name, before, separator[0])
        return SecretSpan(*value, name, _is_certain(text, name, before, separator, value[0]))
    if name.startswith("-") and text[end : end + 1] in {" ", "\t"}:
        span = _value(text, end)
        is_next_option = text.startswith("-", span[0])
        return None if is_next_option else SecretSpan(*span, name)
    named = _NAMED_VALUE.match(text, end)
    if named is not None:
        return SecretSpan(*_value(text, named.end()), name)
    pair = _PAIR.match(text, end)
    if pair is not None and _PAIR_BEFORE.search(before):
        return SecretSpan(*_value(text, pair.end()), name)
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


def _value(
    text: str, position: int, name: str = "", before: str = "", separator: str = ""
) -> tuple[int, int]:
    """
    Return the start and end of the value at *position*.
    """
    block = _BLOCK.match(text, position) if separator.endswith(":") else None
    if block is not None:
        return position, block.end()
    limit = min(len(text), position + 64)
    start = position
    while start < limit and (text[start] in " \t" or (text[start] in "\r\n" and _continues(text, start))):
        start += 1
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
    scheme = _SCHEME.match(text, start)
    start = scheme.end() if scheme else start
    unquoted = _UNQUOTED.match(text, start)
    return start, unquoted.end() if unquoted else start


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
