"""
The documentation of parameters.
"""

from __future__ import annotations

from flowkit.stubs.parameter_docs import parameter_docs, with_parameters

DOCSTRING = """
    Copies a file.

    :param source: where it is
        now
    :param str target: where it goes: a path
    :param retries: how often

    .. seealso::
        the guide

    :return: nothing
    """


def test_fields_are_found_with_all_their_lines() -> None:
    """A field ends at the next one, or at the next paragraph."""
    assert parameter_docs(DOCSTRING) == {
        "source": ":param source: where it is\n    now",
        "target": ":param str target: where it goes: a path",
        "retries": ":param retries: how often",
    }


def test_no_fields() -> None:
    """Other docstrings have none."""
    assert parameter_docs("Copies a file.\n\nArgs:\n    source: Where it is.") == {}
    assert parameter_docs("") == {}


def test_missing_fields_come_after_the_own_ones() -> None:
    """What follows the fields stays below them."""
    docs = {"mode": ":param mode: how", "source": ":param source: other"}

    text = with_parameters(DOCSTRING, docs, ["source", "mode", "unknown"])

    assert ":param retries: how often\n:param mode: how\n\n.. seealso::" in text
    assert "other" not in text
    assert text.endswith(":return: nothing")


def test_fields_for_a_docstring_without_any() -> None:
    """They become a paragraph of their own."""
    docs = {"mode": ":param mode: how"}

    assert with_parameters("Waits.", docs, ["mode"]) == "Waits.\n\n:param mode: how"
    assert with_parameters("", docs, ["mode"]) == ":param mode: how"
    assert with_parameters("Waits.", docs, []) == "Waits."
