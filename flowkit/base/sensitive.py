"""
Secrets: which names stand for one, and how values are masked wherever pipelines are shown.

Airflow masks by name: a value under `password`, `api_token` or `webhook_url` is not shown. flowkit also masks what
follows such a name within a text, and the password in a URL.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Iterator
from enum import Enum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

import attrs

from flowkit.base.airflow_config import AirflowConfig
from flowkit.base.interruption import is_interruption
from flowkit.base.printable import decoded

if TYPE_CHECKING:
    from flowkit.base.secret_urls import SecretSpan

# The only list of secret names in flowkit. What follows from a name depends on who asks:
# - Masking looks for a name anywhere within another, as Airflow does: to mask too much costs little.
# - A problem or a warning is for a name that ends with one of them: `token_url` and `secret_name` hold no secret.
_MASKED_AND_REPORTED: Final = frozenset(
    {
        "access_key", "account_key", "api_key", "credential", "encryption_key", "fernet_key", "kennwort",
        "master_key", "mot_de_passe", "passphrase", "passwd", "password", "passwort", "private_key", "pwd", "secret",
        "senha", "shared_key", "signing_key", "token",
    }
)  # fmt: skip
_OF_AIRFLOW: Final = frozenset(
    {
        "access_key", "access_token", "api_key", "apikey", "auth_header", "authorization", "bearer",
        "connection_string", "dsn", "keyfile_dict", "passphrase", "passwd", "password", "private_key", "proxies",
        "proxy", "proxy_password", "secret", "service_account", "service_key", "token", "webhook_url",
    }
)  # fmt: skip
_ONLY_MASKED: Final = frozenset(
    {
        "airflow_conn",
        "client_assertion",
        "conn_str",
        "contrasena",
        "contraseña",
        "csrf",
        "fernet",
        "keypass",
        "shared_access",
        "sshpass",
        "storepass",
        "пароль",
        "密码",
    }
)
_ONLY_REPORTED: Final = frozenset(
    {"auth_key", "authorization", "creds", "credentials", "passcode", "pgpassword", "pw", "secret_key"}
)
# Masked where they are the last word of a name, or the only one: within others they often mean something else.
_LAST_WORDS_MASKED: Final = frozenset(
    {
        "auth", "cookie", "cookies", "cred", "creds", "hook", "hooks", "jwt", "otp", "pass", "passcode", "pw",
        "salt", "sas", "sig", "signature", "webhook", "webhooks",
    }
)  # fmt: skip
# A key of these opens nothing; every other `…_key` is masked.
_KEYS_OF: Final = frozenset(
    {
        "bucket", "business", "cache", "cluster", "composite", "config", "conn", "dedup", "dest", "destination", "dict",
        "dist", "distribution", "file", "foreign", "from", "group", "hash", "idempotency", "index", "item", "join",
        "json", "kms", "lookup", "map", "merge", "metadata", "natural", "object", "order", "output", "param",
        "partition", "prefix", "primary", "public", "redis", "result", "return", "routing", "row", "s3", "sort",
        "source", "src", "state", "surrogate", "table", "target", "task", "to", "unique", "value", "version", "xcom",
    }
)  # fmt: skip
# A `key` beside these is that of an object in a store, an XCom, a dictionary.
_BESIDE_KEY: Final = frozenset(
    {
        "bucket", "bucket_name", "container", "dag_id", "default", "default_value", "operator", "optional", "path",
        "prefix", "s3_bucket", "task_id", "task_ids", "val", "value", "values",
    }
)  # fmt: skip
MASKED_NAMES: Final = _MASKED_AND_REPORTED | _OF_AIRFLOW | _ONLY_MASKED
"""Airflow's `DEFAULT_SENSITIVE_FIELDS`, and more; a test compares them. Importing Airflow would take seconds."""


def _any_of(names: Iterable[str]) -> str:
    return "|".join(re.escape(name).replace("_", "_?") for name in sorted(names))


_REPORTED: Final = re.compile(
    rf"(?:.*_)?(?:{_any_of(_MASKED_AND_REPORTED | _ONLY_REPORTED)})_?\d{{0,3}}_*", re.DOTALL
)
_REPORTED_IN_TEXTS: Final = re.compile(
    "|".join(sorted({name.rpartition("_")[2] for name in _MASKED_AND_REPORTED | _ONLY_REPORTED}))
)
_WORD_BREAKS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_WORD: Final = re.compile(r"\W+")
_MAX_NAME_CHARS: Final = 200
_MAX_CACHED_CHARS: Final = 2_000
_MAX_CACHED_TEXTS: Final = 10_000
_MIN_KNOWN_CHARS: Final = 4
_MIN_SEARCHED_CHARS: Final = 8

HIDDEN: Final = "***"
"""Shown in place of a secret, as in Airflow's logs."""

Hidden: TypeAlias = dict[str, Any]
"""A masked secret in a plan: `{"$": "hidden"}`, with a digest while plans are compared."""


@lru_cache(maxsize=4096)
def normal_name(name: str) -> str:
    """
    Return *name* in lowercase, with one `_` between its words: `db_password` for `dbPassword` and `DB-Password`.
    """
    # As Airflow does it, and words in camel case besides.
    return _NO_WORD.sub("_", _WORD_BREAKS.sub("_", name[-_MAX_NAME_CHARS:].strip())).lower()


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """
    Return whether *name* is that of a secret: the whole of it or its last words, as in `DB_PASSWORD`.
    """
    return _REPORTED.fullmatch(normal_name(name)) is not None


def secret_word(name: str) -> str:
    """
    Return the word in *name* that says that it is the name of a secret: `password` for `--db-password`.
    """
    match = re.search(
        rf"(?:{_any_of(_MASKED_AND_REPORTED | _ONLY_REPORTED)})(?=_?\d{{0,3}}_*\Z)", normal_name(name)
    )
    return match[0] if match else "an option"


@lru_cache(maxsize=4096)
def reported_in(text: str) -> tuple[SecretSpan, ...]:
    """
    Return what in *text* can hardly be anything but a secret: the password of a URL, `--password x`, a private key.
    """
    if len(text) < _MIN_SEARCHED_CHARS:
        return ()

    # Late: its patterns take longer to compile than the whole import of flowkit, and most processes never need them.
    from flowkit.base.secret_texts import find_secrets
    from flowkit.base.secret_values import is_placeholder

    return tuple(
        span
        for span in find_secrets(text, _REPORTED_IN_TEXTS, is_secret_name)
        if span.is_certain and not is_placeholder(text[span.start : span.end])
    )


def _text_of_name(name: object) -> str:
    # Keys may be members of enums, bytes, or the levels of a name.
    if isinstance(name, str):
        return name.value if isinstance(name, Enum) else name
    if isinstance(name, bytes):
        return decoded(name)
    if isinstance(name, Enum):
        return f"{name.value}_{name.name}" if isinstance(name.value, str) else name.name
    return _text_of_name(name[-1]) if isinstance(name, tuple) and name else ""


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

    seen: set[str] | None = attrs.field(default=None, eq=False, repr=False)
    """Receives the texts that were masked, where they are to be recognized elsewhere."""

    _known: dict[Any, bool] = attrs.field(factory=dict, init=False, eq=False, repr=False)
    _spans: dict[str, list[SecretSpan]] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    @cached_property
    def _anywhere(self) -> re.Pattern[str]:
        return re.compile(_any_of(MASKED_NAMES | {_NO_WORD.sub("_", name) for name in self.extra_names}))

    @cached_property
    def _in_texts(self) -> re.Pattern[str]:
        names = {name.rpartition("_")[2] for name in MASKED_NAMES} | _LAST_WORDS_MASKED | self.extra_names
        return re.compile(
            "|".join(re.escape(name) for name in sorted({*names, "key", "apikey", "airflow_conn"}))
        )

    def is_sensitive(self, name: object, beside: Collection[Any] = ()) -> bool:
        """
        Return whether a value under *name* is masked: where Airflow would mask it, and where the name suggests it.

        Args:
            name: The name of an argument, a field, a variable, or the key of a mapping.

            beside: The other names. They decide what a `key` is: that of a door, or of an object in a bucket.
        """
        text = name if type(name) is str else _text_of_name(name)
        is_known = self._known.get(text)
        if is_known is None:
            is_known = self._known[text] = bool(text) and self._judge(text)
        if is_known and beside and normal_name(text).strip("_") == "key":
            return _BESIDE_KEY.isdisjoint(normal_name(str(other)).strip("_") for other in beside)
        return is_known

    def _judge(self, name: str) -> bool:
        plain = _NO_WORD.sub("_", name.strip().lower())
        normal = normal_name(name)
        if self._anywhere.search(plain) or self._anywhere.search(normal):
            return True
        words = normal.rstrip("_0123456789").lstrip("_").split("_")
        if words[-1] == "key":
            return len(words) == 1 or words[-2] not in _KEYS_OF
        return words[-1] in _LAST_WORDS_MASKED

    def _is_sensitive_in_text(self, name: str) -> bool:
        # A `key` alone is anything, and so is what comes before `pass`: `1 pass: …`
        normal = normal_name(name)
        return normal.strip("_") not in {"key", "hook"} and normal != "auth" and self.is_sensitive(name)

    def hidden(self, secret: object) -> Hidden:
        """
        Return *secret* as it appears in a plan.
        """
        if self.seen is not None:
            self.seen.update(_texts_in(secret))
        if self.key is None:
            return {"$": "hidden"}
        digest = hmac.new(self.key, _stable_repr(secret).encode("utf-8", "surrogatepass"), hashlib.sha256)
        return {"$": "hidden", "digest": digest.hexdigest()}

    def find(self, text: str) -> list[SecretSpan]:
        """
        Return the secrets in *text*, in order.
        """
        # Most texts are ids and words, and the search is the most expensive part of a plan.
        if len(text) < _MIN_SEARCHED_CHARS and not any(map(text.__contains__, "=:@->")):
            return []
        spans = self._spans.get(text)
        if spans is None:
            from flowkit.base.secret_texts import find_secrets  # late, as above

            spans = find_secrets(text, self._in_texts, self._is_sensitive_in_text)
            if len(text) <= _MAX_CACHED_CHARS and len(self._spans) < _MAX_CACHED_TEXTS:
                self._spans[text] = spans
        return spans

    def split(self, text: str) -> Iterator[str | Hidden]:
        """
        Yield the pieces of *text*, with each secret in it masked.
        """
        end = 0
        for span in self.find(text):
            if span.start > end:
                yield text[end : span.start]
            yield self.hidden(text[span.start : span.end])
            end = span.end
        if end < len(text) or not text:
            yield text[end:]

    def mask(self, text: str, secrets: Iterable[str] = ()) -> str:
        """
        Return *text* with `***` in place of each secret in it.

        Args:
            text: Any text.

            secrets: Known secrets, which are masked wherever they are; those of less than four characters are not.
        """
        return "".join(
            part if isinstance(part, str) else HIDDEN for part in self.split(mask_values(text, secrets))
        )


def _texts_in(secret: object) -> Iterator[str]:
    if isinstance(secret, str):
        if secret:
            yield secret
    elif isinstance(secret, bytes):
        yield secret.decode("utf-8", "replace")
    elif isinstance(secret, list | tuple | set | frozenset):
        for item in secret:
            yield from _texts_in(item)


def _stable_repr(secret: object) -> str:
    try:
        text = repr(secret)
    except BaseException as error:  # objects of anybody's make
        if is_interruption(error):
            raise
        return type(secret).__qualname__
    # An address is another one in each process.
    return type(secret).__qualname__ if " at 0x" in text else text


def mask_values(text: str, secrets: Iterable[str]) -> str:
    """
    Return *text* with `***` in place of known *secrets*; those of less than four characters are left.
    """
    known = {secret for secret in secrets if len(secret) >= _MIN_KNOWN_CHARS}
    for secret in sorted(known, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text


def mask_text(text: str, secrets: Iterable[str] = ()) -> str:
    """
    Return the text of somebody else's exception, or a traceback, with `***` in place of each secret in it.

    It takes time in proportion to the length of *text*, and never raises.

    Args:
        text: The text.

        secrets: Known secrets, which are masked wherever they are; those of less than four characters are not.
    """
    try:
        return _configured_masking().mask(text, secrets)
    except Exception:  # noqa: BLE001 - the reason why a pipeline is broken must not be lost, nor may a secret get out
        return HIDDEN


@lru_cache(maxsize=1)
def _configured_masking() -> Masking:
    return masking()


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
