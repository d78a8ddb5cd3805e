"""
Secrets: which names stand for one, and how values are masked wherever pipelines are shown.

Airflow masks by name: a value under `password`, `api_token` or `webhook_url` is not shown. flowkit also masks what
follows such a name within a text, and the password in a URL.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any, Final, TypeAlias, final

import attrs

from flowkit.base.airflow_config import AirflowConfig

# The only list of secret names in flowkit. What follows from a name depends on who asks:
# - Masking looks for a name anywhere within another, as Airflow does: to mask too much costs nothing.
# - A problem or a warning is for a name that ends with one of them: to report `token_url` or `secret_name`, which
#   say where a secret is and hold none, would teach people to ignore the report.
_MASKED_AND_REPORTED: Final = frozenset(
    {"access_key", "api_key", "passphrase", "passwd", "password", "private_key", "secret", "token"}
)
_ONLY_MASKED: Final = frozenset(
    {
        "access_token", "apikey", "auth_header", "authorization", "bearer", "connection_string", "dsn", "keyfile_dict",
        "proxies", "proxy", "proxy_password", "service_account", "service_key", "webhook_url",
    }
)  # fmt: skip
_ONLY_REPORTED: Final = frozenset(
    {
        "auth_key",
        "credential",
        "credentials",
        "encryption_key",
        "fernet_key",
        "pwd",
        "secret_key",
        "signing_key",
    }
)

MASKED_NAMES: Final = _MASKED_AND_REPORTED | _ONLY_MASKED
"""Airflow's `DEFAULT_SENSITIVE_FIELDS`; a test compares the two. Importing Airflow would take seconds."""

_LAST_WORDS: Final = re.compile(
    rf"(?:.*_)?(?:{'|'.join(sorted(_MASKED_AND_REPORTED | _ONLY_REPORTED)).replace('_', '_?')})",
    re.IGNORECASE,
)

HIDDEN: Final = "***"
"""Shown in place of a secret, as in Airflow's logs."""

Hidden: TypeAlias = dict[str, Any]
"""A masked secret in a plan: `{"$": "hidden"}`, with a digest while plans are compared."""

# What follows the scheme of a URL, up to the `@`.
_URL = r"(?<=://)(?P<user>[^\s/:@]*):(?P<url>[^\s/@]+)(?=@)"
# Words after `Authorization: Bearer` and the like belong to the secret.
_SCHEMES = r"(?:(?:basic|bearer|digest|token)\s+)?"


@lru_cache(maxsize=1024)
def is_secret_name(name: str) -> bool:
    """
    Return whether *name* is that of a secret: the whole of it or its last words, as in `DB_PASSWORD`.
    """
    return _LAST_WORDS.fullmatch(name) is not None


@final
@attrs.frozen
class Masking:
    """
    Masks secrets, by name and within texts.
    """

    extra_names: frozenset[str] = frozenset()
    """Names to mask in addition to Airflow's own, `[core] sensitive_var_conn_names`."""

    key: bytes | None = attrs.field(default=None, repr=False)
    """
    A random key for one comparison: digests made with it tell the secrets of two plans apart, and cannot be guessed
    without it. `None`: secrets get no digest.
    """

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(sorted(MASKED_NAMES | self.extra_names))

    @cached_property
    def _in_text(self) -> re.Pattern[str]:
        names = "|".join(re.escape(name).replace("_", "[_-]?") for name in self._names)
        named = rf"(?:{names})\w*[\"']?\s*(?:=|:(?!/))\s*[\"']?{_SCHEMES}(?P<named>[^\s\"'&;,|)}}]+)"
        return re.compile(f"{_URL}|{named}", re.IGNORECASE)

    def is_sensitive(self, name: object) -> bool:
        """
        Return whether Airflow would mask a value under *name*.
        """
        if not isinstance(name, str):
            return False
        normal = re.sub(r"\W+", "_", name.strip().lower())
        return any(sensitive in normal for sensitive in self._names)

    def hidden(self, secret: object) -> Hidden:
        """
        Return *secret* as it appears in a plan.
        """
        if self.key is None:
            return {"$": "hidden"}
        digest = hmac.new(self.key, repr(secret).encode("utf-8", "surrogatepass"), hashlib.sha256)
        return {"$": "hidden", "digest": digest.hexdigest()}

    def split(self, text: str) -> Iterator[str | Hidden]:
        """
        Yield the pieces of *text*, with each secret in it masked.
        """
        end = 0
        # Hardly any text contains either of them, and the search is the most expensive part of a plan.
        matches: Iterable[re.Match[str]] = self._in_text.finditer(text) if "=" in text or ":" in text else ()
        for match in matches:
            group = "url" if match["url"] is not None else "named"
            secret = match[group]
            # A template or a shell variable refers to a secret, and is none itself.
            if secret.startswith(("{{", "{%", "$")) or not match[group]:
                continue
            start = match.start(group)
            if start > end:
                yield text[end:start]
            yield self.hidden(secret)
            end = match.end(group)
        if end < len(text) or not text:
            yield text[end:]


def masking() -> Masking:
    """
    Return the masking that the installed Airflow is configured for.
    """
    return Masking(AirflowConfig.read().sensitive_names)


def without_digests(value: Any) -> Any:
    """
    Return a plan, or a part of one, without the digests of its secrets: as it may be printed and stored.
    """
    if isinstance(value, dict):
        if value.get("$") == "hidden":
            return {"$": "hidden"}
        return {name: without_digests(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_digests(item) for item in value]
    return value
