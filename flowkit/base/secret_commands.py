"""
Finds secrets in commands: options of one letter, users with their passwords, and what goes to standard input.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from flowkit.base.secret_urls import SecretSpan
from flowkit.base.secret_values import value_at

IsSecretName: TypeAlias = Callable[[str], bool]

_USER_OPTION: Final = re.compile(
    r"(?<![\w-])(?:-[A-Za-z]{0,5}[uU]|--user|--proxy-user|--(?:src-|dest-)?creds|--userpwd|--proxy)"
    r"(?:[ \t]+|=)?(?P<quote>[\"']?)"
    r"(?P<user>(?!\+)(?:[^\s:%\"']|%[0-9A-Fa-f]{2}){1,128})(?::|%(?![0-9A-Fa-f]{2}))(?!//)(?P<value>[^\s\"']*|(?<=[\"'])[^\"'\n]*)"
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
    **dict.fromkeys(("ssh-keygen",), "N "),
    **dict.fromkeys(("7z", "7za"), "p"),
}  # fmt: skip
"""Commands whose option for a password has one letter; a space: it may stand before the password."""

_COMMAND_OR_OPTION: Final = re.compile(
    rf"(?<![\w.-])(?P<command>{'|'.join(map(re.escape, sorted(_COMMANDS, key=len, reverse=True)))})(?![\w.=-])"
    r"|(?<=\s)-(?P<option>[pPwaN])(?![\w-]*=)(?P<space>[ \t]*)(?=[^\s-])|(?P<end>(?<!\\)\n)"
)
_WORD: Final = r"[\"']?(?P<value>[^\s\"'|;&]{1,512})"
_OTHERS: Final = (
    ("pass:", re.compile(r"\bpass:(?P<value>[^\s\"']+)")),
    ("/", re.compile(
        r"\b(?:sqlplus|expdp|impdp|sqlldr|rman|jdbc:oracle:\w{1,10}:)(?:[ \t]+-\w{1,10}){0,4}[ \t]*[\"']?"
        r"[A-Za-z_]\w{0,63}/(?P<value>[^\s\"']{1,256})@"
    )),
    ("identified", re.compile(
        r"\bidentified\s{1,4}(?:with\s{1,4}\S{1,64}\s{1,4})?(?:by|as)\s{1,4}(?:password\s{1,4})?(?P<quote>[\"'])"
        r"(?P<value>[^\"'\n]*)", re.IGNORECASE
    )),
    # `CREATE USER x PASSWORD 'y'`, `invalid password "y"`
    ("password", re.compile(r"(?<![\w\"'-])password[ \t]{1,8}(?P<quote>[\"'])(?P<value>[^\"'\n]+)", re.IGNORECASE)),
    ("password", re.compile(r"\blogin\s{1,8}\S{1,128}\s{1,8}password\s{1,8}(?P<value>\S+)")),  # .netrc
    ("from-literal", re.compile(r"--from-literal[= ][\"']?[\w.-]{1,128}=(?P<value>[^\s\"']+)")),
    ("echo", re.compile(
        r"\becho[ \t]+(?:-n[ \t]+)?" + _WORD + r"[\"']?[ \t]{0,4}\|[^|\n]{0,200}?(?:-stdin\b|\bsudo[ \t]+-S)"
    )),
    ("vault login", re.compile(r"\bvault login[ \t]+(?!-)" + _WORD)),
)  # fmt: skip


def in_commands(text: str) -> Iterator[SecretSpan]:
    """
    Yield the secrets in *text* that options and arguments of known commands give.
    """
    if " -" in text or "\t-" in text or text.startswith("-"):
        for match in _USER_OPTION.finditer(text):
            user, secret = match["user"], match["value"]
            if not secret:
                yield SecretSpan(*match.span("user"), "a token for `-u`", is_certain=False)
            elif not (user.isdigit() and secret.isdigit()):  # `docker run -u 1000:1000`
                yield SecretSpan(*match.span("value"), "a password for `-u`")
    if " -" in text or "\n-" in text or "\t-" in text:
        yield from _in_short_options(text)
    for hint, pattern in _OTHERS:
        if hint in text or hint.upper() in text:
            for match in pattern.finditer(text):
                yield SecretSpan(*match.span("value"), "a password in a command", is_certain=False)


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
                start, end = value_at(text, match.end())
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
