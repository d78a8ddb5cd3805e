"""
Tests of `flowkit.model.pod`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowkit.model.pod import Pod
from flowkit.model.pod_checks import checked_quantity
from flowkit.model.pod_parts import Claim, ConfigMap, EmptyDir, Secret, TemplateVolume, Toleration
from tests.recorded import problem_of, refused
from tests.support import ROOT

QUANTITIES = st.from_regex(
    r"(?:[0-9]{1,9}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,2})?",
    fullmatch=True,
)

# Type checkers, and the plugin for mypy, find these mistakes themselves.
ANY_POD: Any = Pod


def _amount(quantity: str) -> Decimal | None:
    return checked_quantity(quantity, "Pod(cpu={})", "")


@settings(deadline=None)  # the first call imports kubernetes
@given(QUANTITIES)
def test_quantities_are_those_of_kubernetes(quantity: str) -> None:
    """Every quantity means what Kubernetes' own client says that it means."""
    parse_quantity = pytest.importorskip("kubernetes.utils.quantity").parse_quantity

    assert _amount(quantity) == parse_quantity(quantity)


@settings(deadline=None)
@given(st.text("0123456789.eEKkMmGinu+- ٣", min_size=1, max_size=6))
def test_what_is_taken_kubernetes_takes(quantity: str) -> None:
    """No text passes here and fails in Kubernetes' own client."""
    parse_quantity = pytest.importorskip("kubernetes.utils.quantity").parse_quantity

    if not refused(_amount, quantity):
        assert _amount(quantity) == parse_quantity(quantity)


@pytest.mark.parametrize(
    "quantity",
    ["", " ", "1 Gi", "-1", "+1", "1GB", "1gi", "ki", "1Ki ", "1\n", "٣", "1e", "1e9999999999", "one", "NaN"],
)
def test_other_texts_are_refused(quantity: str) -> None:
    """What is no quantity fails at the line of the call, with examples."""
    caught = problem_of(Pod(memory=quantity))

    problem = caught
    assert problem.code == "FK004"
    assert problem.message == f"Pod(memory={quantity!r}) is not a Kubernetes quantity."
    assert problem.hint == 'Write "512Mi" or "2Gi".'
    assert problem.location is not None
    assert problem.location.file == __file__


@pytest.mark.parametrize("value", [1, 0.5, True, b"1"])
def test_numbers_are_refused(value: Any) -> None:
    """A quantity is text: a number hides its unit."""
    caught = problem_of(Pod(cpu=value))

    kind = type(value).__name__
    assert caught.message == f"Pod(cpu=…) takes a Kubernetes quantity as text, not {kind}."
    assert caught.hint == 'Write "500m" (half a core) or "2".'


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"cpu": "1", "cpu_limit": "999m"}, True),
        ({"cpu": "1", "cpu_limit": "1000m"}, False),
        ({"memory": "1Gi", "memory_limit": "1G"}, True),
        ({"memory": "1G", "memory_limit": "1Gi"}, False),
        ({"ephemeral_storage": "2e9", "ephemeral_storage_limit": "1G"}, True),
        ({"cpu_limit": "0"}, False),
    ],
)
def test_a_limit_below_the_request_is_refused(fields: dict[str, Any], refused: bool) -> None:
    """Limit and request are compared as amounts, not as texts."""
    if not refused:
        assert Pod(**fields)
        return
    caught = problem_of(Pod(**fields))

    request, limit = fields
    assert caught.message == (
        f"Pod asks for {request}={fields[request]!r} but limits it to {limit}={fields[limit]!r}: "
        "Kubernetes refuses a limit below the request."
    )
    assert caught.hint == f"Raise {limit} or lower {request}."


def test_the_nearest_pod_wins_field_by_field() -> None:
    """What a pod leaves out comes from the one around it."""
    base = Pod(cpu="1", memory="1Gi")

    assert Pod(cpu="2", memory_limit="2Gi").over(base) == Pod(cpu="2", memory="1Gi", memory_limit="2Gi")
    assert Pod(cpu="2").over(None) == Pod(cpu="2")
    assert base == Pod(cpu="1", memory="1Gi")


def test_pods_that_contradict_each_other_fail_at_the_users_line() -> None:
    """A limit below an inherited request fails, and the place is a line of the user's, not of a library's."""
    caught = problem_of(Pod(cpu_limit="500m").over(Pod(cpu="1")))

    assert caught.location is not None
    assert caught.location.file == __file__


def test_requests_and_limits_bear_the_names_of_kubernetes() -> None:
    """Only what is given is asked for, under Kubernetes' names."""
    pod = Pod(cpu="1", ephemeral_storage="1Gi", memory_limit="2Gi", ephemeral_storage_limit="2Gi")

    assert pod.requests() == {"cpu": "1", "ephemeral-storage": "1Gi"}
    assert pod.limits() == {"memory": "2Gi", "ephemeral-storage": "2Gi"}
    assert Pod().requests() == Pod().limits() == {}


def test_pods_are_values() -> None:
    """Equal pods are equal, and can be keys."""
    assert {Pod(cpu="1"): 1}[Pod(cpu="1")] == 1


@pytest.mark.parametrize(
    ("make", "code", "message", "hint"),
    [
        (lambda: ANY_POD(gpus=-1), "FK004", "Pod(gpus=…) takes a whole number from 0, not -1.", "Write 1."),
        (lambda: ANY_POD(gpus="1"), "FK004", "Pod(gpus=…) takes a whole number from 0, not str.", "Write 1."),
        (
            lambda: ANY_POD(run_as_user=True),
            "FK004",
            "Pod(run_as_user=…) takes a whole number from 0, not bool.",
            "Write 1.",
        ),
        (
            lambda: ANY_POD(service_account="Orders_Reader"),
            "FK011",
            "Pod(service_account=…) is 'Orders_Reader', which is not a valid Kubernetes name: it may contain lowercase "
            "letters, digits, `-` and `.`, with a letter or a digit at both ends.",
            "Did you mean 'orders-reader'?",
        ),
        (
            lambda: ANY_POD(namespace="a.b"),
            "FK011",
            "Pod(namespace=…) is 'a.b', which is not a valid Kubernetes name: it may contain lowercase letters, digits "
            "and `-`, with a letter or a digit at both ends.",
            "Did you mean 'a-b'?",
        ),
        (
            lambda: ANY_POD(namespace="a" * 64),
            "FK011",
            "Pod(namespace=…) has 64 characters; Kubernetes allows 63.",
            "Shorten it.",
        ),
        (lambda: ANY_POD(image=""), "FK011", "Pod(image=…) is empty.", "Write the name alone."),
        (
            lambda: ANY_POD(image="a b"),
            "FK011",
            "Pod(image=…) contains a space.",
            'Write it as "registry/name:tag".',
        ),
        (
            lambda: ANY_POD(image_pull_policy="always"),
            "FK011",
            "Pod(image_pull_policy=…) is 'always', which Kubernetes does not know.",
            "Did you mean 'Always'?",
        ),
        (
            lambda: ANY_POD(labels={"team name": "x"}),
            "FK011",
            "Pod(labels=…) has the key 'team name', which Kubernetes does not accept.",
            'Write up to 63 letters, digits, `-`, `_` and `.`, such as "team" or "example.com/team".',
        ),
        (
            lambda: ANY_POD(labels={"team": "two words"}),
            "FK011",
            "Pod(labels=…) has a value at 'team' that Kubernetes does not accept.",
            "Write up to 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends; longer texts "
            "are annotations.",
        ),
        (
            lambda: ANY_POD(node_selector={"gpu": True}),
            "FK011",
            "Pod(node_selector=…) has a value of bool at 'gpu'; Kubernetes takes text.",
            'Write it in quotes: "true", "3".',
        ),
        (
            lambda: ANY_POD(labels="team"),
            "FK011",
            "Pod(labels=…) takes a mapping, not str.",
            'Write {"team": "orders"}.',
        ),
        (
            lambda: ANY_POD(labels={"dag_id": "x"}),
            "FK012",
            "Pod(labels=…) has 'dag_id', by which Airflow finds its pods; with another value it loses them.",
            "Choose another key.",
        ),
        (
            lambda: ANY_POD(annotations={"task_id": "x"}),
            "FK012",
            "Pod(annotations=…) has 'task_id', by which Airflow finds its pods; with another value it loses them.",
            "Choose another key.",
        ),
        (
            lambda: ANY_POD(env={"1A": "x"}),
            "FK011",
            "Pod(env=…) has '1A', which is not a valid environment variable name.",
            "Use letters, digits and `_`; do not begin with a digit.",
        ),
        (
            lambda: ANY_POD(env={"A": 1}),
            "FK011",
            "Pod(env=…) gives A a value of int; variables are text.",
            "Write text, a Secret or a ConfigMap.",
        ),
        (
            lambda: ANY_POD(env={"A": Secret("x")}),
            "FK012",
            "Pod(env=…) gives A all of a Secret; a variable takes one key.",
            'Write Secret("name", "key"), or env_from=[Secret("name")].',
        ),
        (
            lambda: ANY_POD(env_from=[ConfigMap("x", "k")]),
            "FK012",
            "Pod(env_from=…) takes a ConfigMap as a whole, and this one names a key.",
            'Write env={"NAME": ConfigMap("name", "key")} for one key.',
        ),
        (
            lambda: ANY_POD(env_from=["x"]),
            "FK011",
            "Pod(env_from=…) takes a list of Secret or ConfigMap.",
            'Write [Secret("name")].',
        ),
        (
            lambda: ANY_POD(volumes={"data": EmptyDir()}),
            "FK011",
            "Pod(volumes=…) has the path 'data'; Kubernetes takes absolute paths without `:` and `..`.",
            'Begin it with a slash, such as "/data".',
        ),
        (
            lambda: ANY_POD(volumes={"/a": EmptyDir(), "//a/": Claim("x")}),
            "FK012",
            "Pod(volumes=…) mounts two volumes at '/a'; Kubernetes refuses the second.",
            "Give one of them another path.",
        ),
        (
            lambda: ANY_POD(volumes={"/a": "claim"}),
            "FK011",
            "Pod(volumes=…) has no volume at '/a', but str.",
            "Write one of Claim, EmptyDir, Secret, ConfigMap, TemplateVolume.",
        ),
        (
            lambda: ANY_POD(affinity={"nodeAffinity": {}}),
            "FK011",
            "Pod(affinity=…) takes a V1Affinity, not dict.",
            "Write kubernetes.client.models.V1Affinity(…).",
        ),
        (
            lambda: ANY_POD(run_as_non_root="yes"),
            "FK011",
            "Pod(run_as_non_root=…) takes True or False, not str.",
            "Write True or False.",
        ),
        (
            lambda: ANY_POD(run_as_user=0, run_as_non_root=True),
            "FK012",
            "Pod(run_as_user=0) is root, which run_as_non_root=True forbids: Kubernetes starts no container.",
            "Choose another user, or leave run_as_non_root out.",
        ),
        (
            lambda: Toleration("gpu", effect="NoShedule"),  # type: ignore[arg-type]
            "FK011",
            "Toleration(effect=…) is 'NoShedule', which Kubernetes does not know.",
            "Did you mean 'NoSchedule'?",
        ),
        (
            lambda: Toleration(value="x"),
            "FK012",
            "Toleration(value=…) needs a key.",
            "Add the key.",
        ),
        (
            lambda: Toleration("a", seconds=3),
            "FK012",
            "Toleration(seconds=…) works only with NoExecute, the effect that evicts pods.",
            'Write effect="NoExecute", or leave seconds out.',
        ),
        (
            lambda: Secret("db", "pass word"),
            "FK011",
            "Secret(key=…) is 'pass word'; keys have letters, digits, `-`, `_` and `.`.",
            "Correct it.",
        ),
        (
            lambda: Claim("x", sub_path="../etc"),
            "FK011",
            "Claim(sub_path='../etc') leads out of the volume.",
            'Write a path relative to the root of the volume, such as "raw/orders".',
        ),
        (
            lambda: EmptyDir("1GB"),
            "FK004",
            "EmptyDir('1GB') is not a Kubernetes quantity.",
            'Write "1Gi" or "20Gi".',
        ),
        (
            lambda: TemplateVolume(1),  # type: ignore[arg-type]
            "FK011",
            "TemplateVolume(…) takes text, not int.",
            "Write it in quotes.",
        ),
    ],
)
def test_what_kubernetes_would_refuse_fails_here(
    make: Callable[[], object], code: str, message: str, hint: str
) -> None:
    """What Kubernetes takes for wrong fails at the line of the call, with a cure."""
    caught = problem_of(make())

    problem = caught
    assert (problem.code, problem.message, problem.hint) == (code, message, hint)
    assert problem.location is not None
    assert problem.location.file == __file__


@pytest.mark.parametrize("name", ["PASSWORD", "DB_PASSWORD", "api_key", "GITHUB_TOKEN", "AIRFLOW_CONN_DB"])
def test_secrets_are_not_written_out(name: str) -> None:
    """A plain text under the name of a secret is refused, and the message does not repeat it."""
    caught = problem_of(Pod(env={name: "hunter2"}))

    problem = caught
    assert problem.code == "FK013"
    assert problem.message.startswith(f"Pod(env=…) gives {name} as plain text, ")
    assert problem.hint == f'Keep it in Kubernetes and name it: Pod(env={{"{name}": Secret("name", "key")}}).'
    assert "hunter2" not in str(caught)
    assert Pod(env={name: Secret("s", "k")}).env


@pytest.mark.parametrize(
    "name", ["TOKEN_URL", "SECRET_NAME", "MODE", "PASSWORDS_SEEN", "KEY", "DB_PASSWORD_FILE"]
)
def test_other_names_may_have_plain_values(name: str) -> None:
    """A name that only speaks of a secret is none, and a switch is no secret."""
    assert dict(Pod(env={name: "x", "USE_TOKEN": "true"}).env or {}) == {name: "x", "USE_TOKEN": "true"}


def test_mappings_are_merged_by_key_and_the_rest_is_replaced() -> None:
    """The nearest wins, at each key; a list is one value."""
    base = Pod(
        env={"A": "1", "B": "1"}, volumes={"/data": Claim("one")}, tolerations=[Toleration("a")], gpus=1
    )
    near = Pod(env={"B": "2"}, volumes={"/data/": Claim("two")}, tolerations=[Toleration("b")], gpus=0)

    assert near.over(base) == Pod(
        env={"A": "1", "B": "2"}, volumes={"/data": Claim("two")}, tolerations=[Toleration("b")], gpus=0
    )
    assert near.over(base).limits() == {}


PODS = st.builds(
    Pod,
    cpu=st.none() | st.sampled_from(["1", "500m"]),
    env=st.none() | st.dictionaries(st.sampled_from("ABC"), st.sampled_from("xyz")),
    labels=st.none() | st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz")),
    tolerations=st.none() | st.lists(st.builds(Toleration, st.sampled_from("abc")), max_size=2),
)


@given(PODS, PODS, PODS)
def test_it_makes_no_difference_where_pods_are_merged_first(first: Pod, second: Pod, third: Pod) -> None:
    """Pipeline, group and task give one pod, however the levels are put together."""
    assert first.over(second).over(third) == first.over(second.over(third))
    assert first.over(first) == first
    assert hash(first.over(second)) == hash(first.over(second))


def test_pods_cannot_be_changed() -> None:
    """What was given can change afterwards, and the pod does not."""
    env = {"A": "1"}
    pod = Pod(env=env)
    env["A"] = "2"

    assert pod.env == {"A": "1"}
    assert repr(pod.env) == "{'A': '1'}"
    assert not hasattr(pod.env, "update")


def test_pods_are_written_without_the_client() -> None:
    """The official client takes a second to import; only who makes DAGs of pods needs it."""
    code = (
        "import sys\n"
        "from flowkit import Claim, Pipeline, Pod, Secret\n"
        'pod = Pod(cpu="1", env={"A": Secret("s", "k")}, volumes={"/data": Claim("c")})\n'
        'Pipeline("p").task("a", pod=pod).build()\n'
        'print([name for name in sys.modules if name.split(".")[0] in {"kubernetes", "airflow", "jinja2"}])'
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)

    assert (done.stdout, done.stderr) == ("[]\n", "")
