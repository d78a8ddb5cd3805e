"""
Sets of worlds. In each world, every chooser (a branch or a short circuit) has one outcome.

A box gives some choosers a set of possible outcomes; all others may have any. A set of worlds is a union of boxes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias, final

Outcome: TypeAlias = "str | None"
"""The key that a branch returned. `None`: it returned nothing, since it failed or was skipped."""

Box: TypeAlias = "dict[int, frozenset[Outcome]]"
Worlds: TypeAlias = "tuple[Box, ...]"
ALL: Final[Worlds] = ({},)
NONE: Final[Worlds] = ()


@final
class Domains(dict[int, frozenset[Outcome]]):
    """
    All outcomes of each chooser, by the number of its task.
    """

    rounded: bool = False
    """Whether some set of worlds was replaced by a larger one, for lack of a short description."""


# A union of more boxes is replaced by one box around them: too many worlds rather than too few.
_MAX_BOXES: Final = 24


def worlds_with(chooser: int, outcomes: Iterable[Outcome], domains: Domains) -> Worlds:
    """
    Return the worlds in which *chooser* has one of *outcomes*.
    """
    chosen = frozenset(outcomes)
    if not chosen:
        return NONE
    return ALL if chosen == domains[chooser] else ({chooser: chosen},)


def both(first: Worlds, second: Worlds, domains: Domains) -> Worlds:
    """
    Return the worlds that are in *first* and in *second*.
    """
    if first is second or second is ALL:
        return first
    if first is ALL:
        return second
    boxes = (_intersection(one, other) for one in first for other in second)
    return _simplified([box for box in boxes if box is not None], domains)


def either(parts: Iterable[Worlds], domains: Domains) -> Worlds:
    """
    Return the worlds that are in at least one of *parts*.
    """
    boxes: list[Box] = []
    for part in parts:
        if part is ALL:
            return ALL
        boxes.extend(part)
    return _simplified(boxes, domains)


def others(worlds: Worlds, domains: Domains) -> Worlds:
    """
    Return the worlds that are not in *worlds*.
    """
    rest = ALL
    for box in worlds:
        outside = [
            worlds_with(chooser, domains[chooser] - outcomes, domains) for chooser, outcomes in box.items()
        ]
        rest = both(rest, either(outside, domains), domains)
    return rest


def _intersection(one: Box, other: Box) -> Box | None:
    box = dict(one)
    for chooser, outcomes in other.items():
        left = box[chooser] & outcomes if chooser in box else outcomes
        if not left:
            return None
        box[chooser] = left
    return box


def _simplified(boxes: list[Box], domains: Domains) -> Worlds:
    merging = len(boxes) > 1
    while merging:
        merging = _merge_two(boxes, domains)
    if len(boxes) > _MAX_BOXES:
        boxes = [_hull(boxes, domains)]
        domains.rounded = True
    return ALL if any(not box for box in boxes) else tuple(boxes)


def _merge_two(boxes: list[Box], domains: Domains) -> bool:
    """
    Replace two boxes by one that holds the same worlds; return whether there were such boxes.
    """
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            merged = _union(one, other, domains)
            if merged is not None:
                boxes.remove(one)
                boxes.remove(other)
                boxes.append(merged)
                return True
    return False


def _union(one: Box, other: Box, domains: Domains) -> Box | None:
    """
    Return the union of two boxes; `None` if it is not a box.
    """
    if _contains(one, other):
        return one
    if _contains(other, one):
        return other
    if one.keys() != other.keys():
        return None
    different = [chooser for chooser, outcomes in one.items() if outcomes != other[chooser]]
    if len(different) != 1:
        return None
    chooser = different[0]
    outcomes = one[chooser] | other[chooser]
    box = {**one, chooser: outcomes}
    if outcomes == domains[chooser]:
        del box[chooser]
    return box


def _contains(outer: Box, inner: Box) -> bool:
    return all(chooser in inner and inner[chooser] <= outcomes for chooser, outcomes in outer.items())


def _hull(boxes: list[Box], domains: Domains) -> Box:
    hull: Box = {}
    for chooser in set.intersection(*(set(box) for box in boxes)):
        outcomes = frozenset[Outcome]().union(*(box[chooser] for box in boxes))
        if outcomes != domains[chooser]:
            hull[chooser] = outcomes
    return hull
