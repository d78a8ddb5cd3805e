"""
Mistakes in actions, and in the data that tasks exchange.
"""

from __future__ import annotations

from flowkit import Action, Task, python, python_async, task
from tests.typing import steps

start = task("start")
rows = task("rows", python(steps.read, "rows.json"))
top = task("top", python(steps.largest, rows.output))
found = task("found", python(steps.find, rows.output, "a"))
names = task("names", python(steps.names_of, rows.output))
number = task("number", python(steps.double, 2))
flags = task("flags", python(steps.flags))
text = task("text", python_async(steps.download, "https://example.com"))

# The output of a task has another type than the next one takes.
python(steps.double, names.output)  # rejected: list[str]
python(steps.names_of, number.output)  # rejected: Sequence[Row]
python(steps.names_of, names.output)  # rejected: Sequence[Row]
python(steps.find, rows.output, number.output)  # rejected: str
python(steps.find, rows.output, name=number.output)  # rejected: name
python(steps.total, [names.output])  # rejected
python(steps.show, steps.Window(number.output, []))  # rejected: datetime
python(steps.double, start.output)  # rejected: None
python(steps.double, found.output)  # rejected: None
python(steps.largest, found.output)  # rejected: None
python(steps.append_to, flags.output)  # rejected: list[bool]; mypy: Sequence; pyright: Sequence
python(steps.store, names.output, table="t")  # rejected: list[Row]
python(steps.double, top.output["amount"])  # rejected: float
python(steps.double, f"{number.output}")  # rejected: str
python(steps.names_of, rows)  # rejected: Task
python(steps.double, python(steps.double, 2))  # rejected: Action

# The arguments do not fit the function.
python(steps.double)  # rejected: number
python(steps.double, 1, 2)  # rejected
python(steps.double, numbr=1)  # rejected: numbr
python(steps.store, rows.output)  # rejected: table
python(steps.store, rows.output, "t")  # rejected
python(steps.total, [1], strat=1)  # rejected: strat; mypy: start
python(steps.double, 1, retries=3)  # rejected: retries
python(steps.double(2))  # rejected: int
python("double")  # rejected: python
python()  # rejected

# `async` functions have a word of their own.
python(steps.double, task("a", python(steps.download, "url")).output)  # rejected: Coroutine
python_async(steps.double, 2)  # rejected, pyright at length: python_async
python(steps.double, text.output)  # rejected: str

# An action is what `python` and `operator` return.
task("a", steps.double)  # rejected: Action
task("a", steps.double(2))  # rejected: Action
task("a", rows)  # rejected: Action
task("a", rows.output)  # rejected: Action
task("a", "echo hello")  # rejected: Action
task("a", action=python(steps.double, 2))  # rejected: action
task("a", python(steps.double, 2), python(steps.double, 2))  # rejected

# A value that its type does not bear: outputs are no better than values.
number.output + "a"  # rejected
names.output + 1  # rejected
python(steps.double, rows.output.name)  # rejected: name
top.output["amuont"]  # rejected: amuont
number.output["key"]  # rejected
python(steps.double, number.outputs)  # rejected: outputs
task("a", after=rows.output)  # rejected, pyright at length

# The declared type is another one.
WRONG_TASK: Task[str] = number  # rejected: Task[str]
WRONG_ACTION: Action[str] = python(steps.double, 2)  # rejected
WRONG_VALUE: str = number.output  # rejected: str
number.output = 3  # rejected: output
python(steps.double, 2).call = None  # rejected: call
