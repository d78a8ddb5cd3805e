"""
Mistakes in the chain and with arrows.
"""

from __future__ import annotations

from flowkit import Flow, Group, Pipeline, chain, label, python, task
from flowkit.airflow.dags import register
from tests.typing.steps import double

a, b = task("a"), task("b", python(double, 2))
pipeline = Pipeline("p")
opened = pipeline.group("g").task("inner")


def owned(base: Pipeline, by: str) -> Pipeline:
    """
    A step that somebody else wrote.
    """
    return base.defaults(owner=by)


# `.then` and `.add` take nodes and flows.
pipeline.then("a")  # rejected: then
pipeline.then([a, b])  # rejected: then
pipeline.then(b.output)  # rejected: then
pipeline.then(python(double, 2))  # rejected: then
pipeline.then(pipeline)  # rejected: then
pipeline.then(opened)  # rejected: then
pipeline.then(a >> label("text"))  # rejected: then
pipeline.then(label("text"))  # rejected: then
pipeline.then(a, after=b)  # rejected: after
pipeline.add("a")  # rejected: add
pipeline.add([a, b])  # rejected: add
pipeline.add(a >> label("text"))  # rejected: add
pipeline.taks("c")  # rejected: taks
pipeline.task("c", b)  # rejected: Action
pipeline.task(a)  # rejected
pipeline.group(Group("g"))  # rejected

# `.end` closes one group.
pipeline.end()  # rejected: end
opened.end().end()  # rejected: end
Group("g").end()  # rejected: end
opened.settings(schedule=None)  # rejected: settings
opened.build()  # rejected: build
CLOSED: Pipeline = opened  # rejected: OpenGroup
register(opened)  # rejected: register

# `.apply` passes the builder and the arguments that are given.
pipeline.apply(owned)  # rejected: by
pipeline.apply(owned, 3)  # rejected: str
pipeline.apply(owned, byy="me")  # rejected: byy; mypy: by
Group("g").apply(owned, "me")  # rejected: Group[None]
pipeline.apply(owned(pipeline, "me"))  # rejected: Pipeline

# Arrows connect nodes; a label stands between two of them.
a >> "b"  # rejected
a >> 3  # rejected
a >> pipeline  # rejected
a >> b.output  # rejected
a >> ["b"]  # rejected
label("text") >> a  # rejected
[a, b] >> label("text")  # rejected
a >> label("text") >> label("text")  # rejected
label(3)  # rejected: label
chain(a, "b")  # rejected, pyright at length: chain
chain(a, [[b]])  # rejected
DANGLING: Flow = a >> label("text")  # rejected: Labelled
(a >> b).nodes = ()  # rejected: nodes
for _ in pipeline:  # rejected: Pipeline
    pass
