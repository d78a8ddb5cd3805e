"""
Finds tasks that wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence


def cycles(upstream: Sequence[set[int]], downstream: Sequence[set[int]]) -> list[list[int]]:
    """
    Return the cycles of a graph, each as a path that ends where it begins.

    Only one cycle of each strongly connected component is returned: fixing it may reveal another.
    """
    # The usual case: all edges point forward in source order.
    if all(not above or max(above) < node for node, above in enumerate(upstream)):
        return []

    left = _without_order(upstream, downstream)
    paths: list[list[int]] = []
    while left:
        path = _first_cycle(left, downstream)
        if path is None:
            break
        paths.append(path)
        left -= _reachable(path[0], left, downstream) & _reachable(path[0], left, upstream)

    return paths


def _without_order(upstream: Sequence[set[int]], downstream: Sequence[set[int]]) -> set[int]:
    """
    Return the nodes that cannot be sorted: those in a cycle, or downstream of one.
    """
    waiting = [len(nodes) for nodes in upstream]
    ready = [node for node, count in enumerate(waiting) if count == 0]
    done = 0
    while done < len(ready):
        for below in downstream[ready[done]]:
            waiting[below] -= 1
            if waiting[below] == 0:
                ready.append(below)
        done += 1
    return set(range(len(upstream))) - set(ready)


def _first_cycle(left: set[int], downstream: Sequence[set[int]]) -> list[int] | None:
    """
    Return the shortest cycle through the first node, in the order of the source, that lies on one.
    """
    for start in sorted(left):
        came_from = dict.fromkeys(sorted(downstream[start] & left), start)
        if start in came_from:
            return [start, start]
        queue = list(came_from)
        position = 0
        while position < len(queue):
            node = queue[position]
            position += 1
            for below in sorted(downstream[node] & left):
                if below == start:
                    return _path(start, node, came_from)
                if below not in came_from:
                    came_from[below] = node
                    queue.append(below)
    return None


def _path(start: int, last: int, came_from: dict[int, int]) -> list[int]:
    backwards = [start, last]
    while backwards[-1] != start:
        backwards.append(came_from[backwards[-1]])
    return backwards[::-1]


def _reachable(start: int, left: set[int], towards: Sequence[set[int]]) -> set[int]:
    seen = {start}
    queue = [start]
    while queue:
        for node in towards[queue.pop()] & left:
            if node not in seen:
                seen.add(node)
                queue.append(node)
    return seen
