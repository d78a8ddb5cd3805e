"""
Which values are hidden wherever pipelines are shown: those that Airflow's masking rules would hide.

Airflow goes by names: what stands under `password`, `api_token` or `webhook_url` is not shown. flowkit also hides
what follows such a name within a text, and the password of a URL.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, Final, TypeAlias, final

import attrs

from flowkit.base.airflow_config import AirflowConfig

NAMES: Final = frozenset(
    {
        "access_key", "access_token", "api_key", "apikey", "auth_header", "authorization", "bearer",
        "connection_string", "dsn", "keyfile_dict", "passphrase", "passwd", "password", "private_key", "proxies",
        "proxy", "proxy_password", "secret", "service_account", "service_key", "token", "webhook_url",
    }
)  # fmt: skip
"""Airflow's `DEFAULT_SENSITIVE_FIELDS`; a test compares the two. Importing Airflow would take seconds."""

HIDDEN: Final = "***"
"""What is shown in place of a secret, as in Airflow's logs."""

Hidden: TypeAlias = dict[str, Any]
"""Stands for a secret in a plan: `{"$": "hidden"}`."""

# What follows the scheme of a URL, up to the `@`.
_URL = r"(?<=://)(?P<user>[^\s/:@]*):(?P<url>[^\s/@]+)(?=@)"
# Words after `Authorization: Bearer` and the like belong to the secret.
_SCHEMES = r"(?:(?:basic|bearer|digest|token)\s+)?"


@final
@attrs.frozen
class Masking:
    """
    The names that are sensitive, and how secrets are told apart.
    """

    more_names: frozenset[str] = frozenset()
    """The names that an installation adds, in `[core] sensitive_var_conn_names`."""

    key: bytes | None = attrs.field(default=None, repr=False)
    """
    Drawn for one comparison: with it the secrets of two plans can be told apart, and without it nobody can guess them.
    `None`: secrets leave no trace.
    """

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(sorted(NAMES | self.more_names))

    @cached_property
    def _in_text(self) -> re.Pattern[str]:
        names = "|".join(re.escape(name).replace("_", "[_-]?") for name in self._names)
        named = rf"(?:{names})\w*[\"']?\s*(?:=|:(?!/))\s*[\"']?{_SCHEMES}(?P<named>[^\s\"'&;,|)}}]+)"
        return re.compile(f"{_URL}|{named}", re.IGNORECASE)

    def is_sensitive(self, name: object) -> bool:
        """
        Return whether Airflow would hide what stands under *name*.
        """
        if not isinstance(name, str):
            return False
        normal = re.sub(r"\W+", "_", name.strip().lower())
        return any(one in normal for one in self._names)

    def hidden(self, secret: object) -> Hidden:
        """
        Return what stands for *secret* in a plan.
        """
        if self.key is None:
            return {"$": "hidden"}
        digest = hmac.new(self.key, repr(secret).encode("utf-8", "surrogatepass"), hashlib.sha256)
        return {"$": "hidden", "digest": digest.hexdigest()}

    def split(self, text: str) -> Iterator[str | Hidden]:
        """
        Yield the pieces of *text*, with each secret in it hidden.
        """
        end = 0
        # Nearly no text has either of them, and the search is the dearest part of a plan.
        found: Iterable[re.Match[str]] = self._in_text.finditer(text) if "=" in text or ":" in text else ()
        for match in found:
            group = "url" if match["url"] is not None else "named"
            secret = match[group]
            # A template or a variable of the shell says where a secret is, and is none.
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
    Return a plan, or a part of one, as it may be printed and kept: what told its secrets apart is gone.
    """
    if isinstance(value, dict):
        if value.get("$") == "hidden":
            return {"$": "hidden"}
        return {name: without_digests(item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_digests(item) for item in value]
    return value
