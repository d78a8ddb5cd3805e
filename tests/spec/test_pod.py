"""
Tests of `flowkit.spec.pod`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowkit.errors import DefinitionError
from flowkit.spec import pod as pod_module
from flowkit.spec.pod import Pod

QUANTITIES = st.from_regex(
    r"(?:[0-9]{1,9}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,2})?",
    fullmatch=True,
)


def _amount(quantity: str) -> Decimal | None:
    return pod_module._checked(quantity, "cpu", "")


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

    try:
        amount = _amount(quantity)
    except DefinitionError:
        return
    assert amount == parse_quantity(quantity)


@pytest.mark.parametrize(
    "quantity",
    ["", " ", "1 Gi", "-1", "+1", "1GB", "1gi", "ki", "1Ki ", "1\n", "٣", "1e", "1e9999999999", "one", "NaN"],
)
def test_other_texts_are_refused(quantity: str) -> None:
    """What is no quantity fails at the line of the call, with examples."""
    with pytest.raises(DefinitionError) as caught:
        Pod(memory=quantity)

    problem = caught.value.problem
    assert problem.code == "FK004"
    assert problem.message == f"Pod(memory={quantity!r}) is not a Kubernetes quantity."
    assert problem.cure == 'Write "512Mi" or "2Gi".'
    assert problem.place is not None
    assert problem.place.file == __file__


@pytest.mark.parametrize("value", [1, 0.5, True, b"1"])
def test_numbers_are_refused(value: Any) -> None:
    """A quantity is text: a number hides its unit."""
    with pytest.raises(DefinitionError) as caught:
        Pod(cpu=value)

    kind = type(value).__name__
    assert caught.value.problem.message == f"Pod(cpu=…) takes a Kubernetes quantity as text, not {kind}."
    assert caught.value.problem.cure == 'Write "500m" (half a core) or "2".'


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
def test_a_limit_below_the_request_is_refused(fields: dict[str, str], refused: bool) -> None:
    """Limit and request are compared as amounts, not as texts."""
    if not refused:
        assert Pod(**fields)
        return
    with pytest.raises(DefinitionError) as caught:
        Pod(**fields)

    request, limit = fields
    assert caught.value.problem.message == (
        f"Pod asks for {request}={fields[request]!r} but limits it to {limit}={fields[limit]!r}: "
        "Kubernetes refuses a limit below the request."
    )
    assert caught.value.problem.cure == f"Raise {limit} or lower {request}."


def test_the_nearest_pod_wins_field_by_field() -> None:
    """What a pod leaves out comes from the one around it."""
    base = Pod(cpu="1", memory="1Gi")

    assert Pod(cpu="2", memory_limit="2Gi").over(base) == Pod(cpu="2", memory="1Gi", memory_limit="2Gi")
    assert Pod(cpu="2").over(None) == Pod(cpu="2")
    assert base == Pod(cpu="1", memory="1Gi")


def test_pods_that_contradict_each_other_fail_at_the_users_line() -> None:
    """A limit below an inherited request fails, and the place is a line of the user's, not of a library's."""
    with pytest.raises(DefinitionError) as caught:
        Pod(cpu_limit="500m").over(Pod(cpu="1"))

    assert caught.value.problem.place is not None
    assert caught.value.problem.place.file == __file__


def test_requests_and_limits_bear_the_names_of_kubernetes() -> None:
    """Only what is given is asked for, under Kubernetes' names."""
    pod = Pod(cpu="1", ephemeral_storage="1Gi", memory_limit="2Gi", ephemeral_storage_limit="2Gi")

    assert pod.requests() == {"cpu": "1", "ephemeral-storage": "1Gi"}
    assert pod.limits() == {"memory": "2Gi", "ephemeral-storage": "2Gi"}
    assert Pod().requests() == Pod().limits() == {}


def test_pods_are_values() -> None:
    """Equal pods are equal, and can be keys."""
    assert {Pod(cpu="1"): 1}[Pod(cpu="1")] == 1
