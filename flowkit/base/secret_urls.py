"""
Finds what is secret in URLs, and values that are secrets whatever their name: private keys, tokens of known services.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple


class SecretSpan(NamedTuple):
    """
    Where a secret is in a text, and how it was recognized.
    """

    start: int
    end: int

    label: str
    """What people call it: `--password`, `a password in a URL`."""

    is_certain: bool = True
    """Whether it can hardly be anything else: not so for `token = x` in a sentence or a query."""


_URL_SCHEME_END: Final = re.compile(r"://|%3[Aa]%2[Ff]%2[Ff]")
_URL_REST: Final = re.compile(r"(?:\{\{[^{}\n]{0,200}\}\}|[^\s\"'`<>\\{]+|\{|\\(?![nrt\"']))*")
_HOST: Final = re.compile(r"[\w.-]+(?::\w+)?|\[[0-9A-Fa-f:.]+\](?::\d+)?")
_AUTHORITY: Final = re.compile(r"[^/?#]*")
_ORDINARY_USER: Final = re.compile(r"[A-Za-z_][A-Za-z_.+-]{0,23}\d{0,2}")
_WEB: Final = frozenset({"http", "https", "git+https", "git+http", "ftp", "ws", "wss"})
_USER_AND_PASSWORD: Final = re.compile(
    r"(?<![\w/.%@:-])(?!(?:mailto|e-?mail|contact|owner|author|from|to|cc|by|user):)"
    r"[A-Za-z_][\w.%+-]{0,63}:(?P<value>[^\s\"'`/:@]{1,128}(?:@[^\s\"'`/:@.]{1,64})?)@(?!sha\d)(?=[A-Za-z0-9\[])",
    re.IGNORECASE,
)
_QUERY_KEY: Final = re.compile(
    r"[?&;](?:key|code|hmac|auth|x-amz-signature)=(?P<value>[^\s&;\"'`<>#]+)",
    re.IGNORECASE,
)

_MAX_SCHEME_CHARS: Final = 40

# Values that only secrets have.
_KNOWN_FORMATS: Final = (
    ("PRIVATE KEY", "a private key", re.compile(
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?P<value>[^-]*(?:-(?!----END)[^-]*)*)"
    )),
    ("hooks.slack.com", "a webhook URL", re.compile(
        r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<value>[^\s\"'`<>)]+)"
    )),
    ("/webhook", "a webhook URL", re.compile(
        r"(?:discord(?:app)?\.com/api/webhooks/|\.webhook\.office\.com/webhookb\d?/)(?P<value>[^\s\"'`<>)]+)"
    )),
    ("api.telegram.org", "a token in a URL", re.compile(r"api\.telegram\.org/bot(?P<value>[\w:-]+)")),
    ("AKIA", "an AWS key", re.compile(r"\b(?P<value>AKIA[0-9A-Z]{16})\b")),
    ("ASIA", "an AWS key", re.compile(r"\b(?P<value>ASIA[0-9A-Z]{16})\b")),
    ("AIza", "a Google API key", re.compile(r"\b(?P<value>AIza[\w-]{35})")),
    ("gh", "a GitHub token", re.compile(r"\b(?P<value>gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\w{20,})")),
    ("glpat-", "a GitLab token", re.compile(r"\b(?P<value>glpat-[\w-]{16,})")),
    ("xox", "a Slack token", re.compile(r"\b(?P<value>xox[abeoprs]-[\w-]{8,})")),
    ("_live_", "an API key", re.compile(r"\b(?P<value>[prs]k_live_\w{12,})")),
    ("sk-", "an API key", re.compile(r"\b(?P<value>sk-[\w-]{20,})")),
    ("eyJ", "a JSON web token", re.compile(r"(?<![\w-])(?P<value>eyJ[\w-]{8,}\.eyJ[\w-]{4,}(?:\.[\w-]*)?)")),
)  # fmt: skip


def in_known_formats(text: str) -> Iterator[SecretSpan]:
    """
    Yield the keys and tokens in *text* that have the format of a known service.
    """
    for hint, label, pattern in _KNOWN_FORMATS:
        if hint in text:
            yield from (SecretSpan(*match.span("value"), label) for match in pattern.finditer(text))


def in_urls(text: str) -> Iterator[SecretSpan]:
    """
    Yield the passwords and tokens of the URLs in *text*.
    """
    if "@" in text or "%40" in text:
        schemes = list(_URL_SCHEME_END.finditer(text))
        for index, scheme in enumerate(schemes):
            # Another URL may follow without a space.
            following = schemes[index + 1].start() if index + 1 < len(schemes) else len(text)
            start, limit = scheme.end(), _scheme_start(text, following, scheme.end())
            rest = _URL_REST.match(text, start, limit if following < len(text) else following)
            name = text[_scheme_start(text, scheme.start(), 0) : scheme.start()].lower()
            yield from _in_user_info(
                text, start, rest.end() if rest else start, name, encoded=scheme[0][0] == "%"
            )
        for match in _USER_AND_PASSWORD.finditer(text):
            yield SecretSpan(*match.span("value"), "a password before a host", is_certain=False)
    if "=" in text:
        for match in _QUERY_KEY.finditer(text):
            if len(match["value"]) > 1:
                yield SecretSpan(*match.span("value"), "a key in a URL", is_certain=False)


def _scheme_start(text: str, position: int, least: int) -> int:
    start, least = position, max(least, position - _MAX_SCHEME_CHARS)
    while start > least and (text[start - 1].isalnum() or text[start - 1] in "+-."):
        start -= 1
    return start


def _in_user_info(text: str, start: int, end: int, scheme: str, *, encoded: bool) -> Iterator[SecretSpan]:
    at, colon = ("%40", "%3A") if encoded else ("@", ":")
    last = text.rfind(at, start, end)
    if last < 0:
        return
    authority = _AUTHORITY.match(text, start, end)
    authority_end = authority.end() if authority else end
    middle = text.find(colon, start, last)
    if at not in text[start:authority_end] and not encoded:
        # `https://host:8080/x@y` and `https://host/x@y`, as opposed to a password with a slash.
        port = text[middle + 1 : authority_end]
        is_host = _HOST.fullmatch(text, start, authority_end) is not None
        if is_host and (middle < 0 or middle >= authority_end or (port.isdigit() and scheme in _WEB)):
            return
    if middle < 0:
        user = text[start:last]
        is_user = user == "git" or (scheme not in _WEB and _ORDINARY_USER.fullmatch(user))
        if not is_user:
            yield SecretSpan(start, last, "a token in a URL", is_certain=False)
        return
    if not _ORDINARY_USER.fullmatch(text, start, middle):
        yield SecretSpan(start, middle, "a user in a URL", is_certain=False)
    yield SecretSpan(middle + len(colon), last, "a password in a URL")
