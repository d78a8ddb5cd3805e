"""
Secrets within texts are found whole, and what only refers to one stays.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowkit.base.secret_commands import secret_words
from flowkit.base.secret_values import is_placeholder, is_reference
from flowkit.base.sensitive import Masking, is_secret_name, reported_in

MASKED = [
    # URLs
    "https://me:{}@host/x",
    "https://:{}@host",
    "https://{}@host/",
    "https://{}:x-oauth-basic@github.com/a/b",
    "git+https://{}@github.com/a/b.git@main",
    "postgresql+psycopg2://me:{}@db:5432/x?sslmode=require",
    "mongodb://me:{}@one,two:27017/x",
    "see https://a.example.com, https://me:{}@b.example.com",
    "postgres%3A%2F%2Fme%3A{}%40db",
    "HTTPS_PROXY=me:{}@proxy:3128 run",
    "jdbc:postgresql://db/x?user=me&password={}&ssl=true",
    "jdbc:oracle:thin:scott/{}@//db:1521/x",
    "https://maps.example.com/api?x=1&key={}",
    "https://a.blob.example.net/x?sv=2020&sig={}&se=1",
    "https://hooks.slack.com/services/{}",
    "https://discord.com/api/webhooks/{}",
    # connection strings
    "Driver={{ODBC}};Server=db;UID=me;PWD={};Encrypt=yes",
    "Endpoint=sb://x/;SharedAccessKeyName=root;SharedAccessKey={};EntityPath=q",
    "DefaultEndpointsProtocol=https;AccountName=a;AccountKey={}==;EndpointSuffix=core",
    # commands
    "curl -u me:{} https://host",
    "curl -u {}: https://host",
    "curl -H 'Authorization: Bearer {}' https://host",
    'curl -H "X-Api-Key: {}" https://host',
    "curl -H 'Cookie: session={}; theme=dark' https://host",
    "curl --proxy-user 'me:{}' https://host",
    "run --password {} --table x",
    "run --db-password={} --table x",
    "run --token '{}'",
    "run \\\n  --api-key {} \\\n  --table x",
    "mysql -h db -p{} -e 'select 1'",
    "mysqldump \\\n  -p{} shop",
    "docker login -u me -p {} registry",
    "sshpass -p {} ssh host",
    "sshpass -p'{}' ssh host",
    "redis-cli -a {} ping",
    "openssl enc -pass pass:{} -in x",
    "sqlplus scott/{}@db",
    "PGPASSWORD={} psql -c 'select 1'",
    "export AWS_SECRET_ACCESS_KEY={}; aws s3 ls",
    "MYSQL_PWD='{}' mysql",
    "curl -sSu me:{} https://host",
    "vault login {}",
    "ssh-keygen -N '{}' -f x",
    "aws configure set aws_secret_access_key {}",
    "airflow variables set db_password {}",
    "ALTER USER x IDENTIFIED BY '{}'",
    "CREATE USER x WITH PASSWORD '{}'",
    "machine host login me password {}",
    "echo '{}' | docker login --password-stdin",
    "kubectl create secret generic x --from-literal=any={}",
    "//registry/:_auth={}",
    "postgres://me:{{{{ x }}}}{}@db",
    "secrets:\n  - {}\nhost: db",
    "db:\n  credentials:\n    any: {}\n  host: db",
    "<password>\n  {}\n</password>",
    # other notations
    '{{"password": "{}", "n": 1}}',
    '{{"conn": {{"creds": {{"any": "{}"}}}}}}',
    '{{"body": "{{\\"token\\": \\"{}\\"}}"}}',
    '[{{"name": "DB_PASSWORD", "value": "{}"}}]',
    "- name: DB_PASSWORD\n  value: {}\n- name: X",
    "user: me\npassword: {}\nhost: db",
    "password: |\n  {}\nhost: db",
    "[db]\npassword = {}\n",
    "<user>me</user><password>{}</password>",
    "os.environ['DB_PASSWORD'] = '{}'",
    "def connect(password: str = '{}') -> None:",
    "Config(host='h', password='{}', port=1)",
    "setattr(x, 'y', ('password', '{}'))",
    "dbPassword={}",
    "password%3D{}",
    "пароль: {}",
    "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----",
]
PLAIN = [
    "https://host:8080/path@v1?x=1",
    "https://host/@me",
    "ssh://git@github.com/a/b",
    "postgresql://reader@db/x",
    "pip install git+https://github.com/a/b@main",
    "docker run -u 1000:1000 -p 8080:80 image",
    "https://medium.example.com/@me/a",
    "mkdir -p /data; cp -pr a b; ssh -p22 host",
    "run --password $DB_PASSWORD --token ${TOKEN}",
    "run --password={{ conn.db.password }} --token '{{ var.value.get(\"api_token\") }}'",
    "run --password-stdin --keep",
    "aws s3api get-object --bucket b --key x/y.csv",
    "SELECT id AS primary_key, sort_key FROM t WHERE key = 1",
    "unexpected token 'end of print statement'",
    "Missing keyword argument 'password'",
    "expected one of 'host', 'password', 'port'",
    "Write to data@example.com, or see https://wiki.example.com/x",
    "12:30 to 13:45, ratio 1:2",
    "secret://backend/path",
    "date -u +%Y-%m-%d",
    "echo 'x' | cat",
]


def _shown(text: str) -> str:
    return Masking().mask(text)


@pytest.mark.parametrize("text", MASKED)
@pytest.mark.parametrize("secret", ["S3CR3T", "S3CR3T-a.b_c", "S3CR3TäöÜ", "S3CR3T+x/S3CR3T", "S3CR3T%40x"])
def test_a_secret_is_masked_whole(text: str, secret: str) -> None:
    """Whatever is in it, and whatever stands around it, which stays."""
    shown = _shown(text.format(secret))

    assert "S3CR3T" not in shown
    assert "***" in shown
    assert shown[:2] == text.format("")[:2]


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_secret_stays(text: str) -> None:
    """References, paths, ports, and sentences about secrets."""
    assert _shown(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://u:a@b@host/x", "https://u:***@host/x"),
        ("postgres://u:a/b@host/x", "postgres://u:***@host/x"),
        ("password=a,b user=c", "password=*** user=c"),
        ("f(password=a, user=b)", "f(password=***, user=b)"),
        ("password=a&user=b", "password=***&user=b"),
        ("password='a b\"c'", "password='***'"),
        ("token: a b c\nuser: d", "token: ***\nuser: d"),
        ("PASSWORD=a b", "PASSWORD=*** b"),
        ("password={{ x }}a", "password=***"),
        ("password={{ 'a' }}", "password=***"),
        ("password=${X:-a}", "password=***"),
    ],
)
def test_where_a_secret_ends(text: str, shown: str) -> None:
    """At the quote that closes it, or at what cannot belong to it."""
    assert _shown(text) == shown


def test_references() -> None:
    """Templates and variables say where a secret is; a default that is written out is one."""
    assert is_reference("{{ conn.db.password }}")
    assert is_reference("{{ var.value.get('password') }}")
    assert is_reference("${DB_PASSWORD}")
    assert not is_reference("{{ var.value.get('password', 'hunter2') }}")
    assert not is_reference("{{ params.password | default('hunter2') }}")
    assert not is_reference("${DB_PASSWORD:-hunter2}")
    assert not is_reference("hunter2")
    assert is_placeholder("<your password>")
    assert is_placeholder("***")
    assert not is_placeholder("hunter2")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["mysql", "-phunter2", "x"], [1]),
        (["sudo", "mysql", "-phunter2"], [2]),
        (["/usr/bin/sshpass", "-p", "hunter2", "ssh"], [2]),
        (["curl", "-u", "me:hunter2", "x"], [2]),
        (["run", "--db-password", "hunter2", "--n", "3"], [2]),
        (["docker", "run", "-u", "1000:1000"], []),
        (["mkdir", "-p", "x"], []),
        ([1, "--password", None, "x"], []),
    ],
)
def test_the_words_of_a_command(words: list[object], found: list[int]) -> None:
    """An option and its value may be two words."""
    assert secret_words(words, is_secret_name) == found


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://me:hunter2@db/x", "run --password hunter2", "PGPASSWORD=hunter2 psql", "curl -u me:hunter2 x",
        '{"token": "hunter2"}', "curl -H 'Authorization: Bearer hunter2' x", "curl -H 'X-Api-Key: hunter2' x",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "-----BEGIN PRIVATE KEY-----\nabc\n",
    ],
)  # fmt: skip
def test_what_is_reported(text: str) -> None:
    """Where hardly anything else is possible."""
    assert reported_in(text)


@pytest.mark.parametrize(
    "text",
    [
        *PLAIN, "Secret: see the wiki", "SELECT * FROM t WHERE token = :token", "token_url=https://host/x",
        "run --password <password>", "https://host/?key=abc", "password=***", "run --secret-name db",
        "postgresql://me:{password}@db/x", "postgresql://me:%(password)s@db/x", "max_tokens=4096",
    ],
)  # fmt: skip
def test_what_is_not_reported(text: str) -> None:
    """Doubtful texts are masked at most: a false alarm costs more than it finds."""
    assert reported_in(text) == ()


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["password", "token", "=", ":", " ", "'", '"', "\n", "@", "://", "-p", "mysql", "{{", "}}", "{", "\\",
                 "$", "--", ",", "(", "%3A", "Authorization", "Bearer", "\0", "|", "value", "name", "İ"]
            ),
            st.text(max_size=4),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_any_text_can_be_searched(pieces: list[str]) -> None:
    """Without an exception; what is found is in order, does not overlap, and all else stays."""
    text = "".join(pieces)
    spans = Masking().find(text)

    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert "".join(part if isinstance(part, str) else "" for part in Masking().split(text)) == "".join(
        text[end:start]
        for end, start in zip(
            [0, *(span.end for span in spans)], [*(span.start for span in spans), len(text)], strict=True
        )
    )
