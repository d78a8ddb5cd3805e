"""
Mistakes in mapping.
"""

from __future__ import annotations

from flowkit import Group, each, each_group, items, over, python, task
from tests.typing import steps

numbers = task("numbers", python(steps.append_to, [1, 2]))
names = task("names", python(steps.names_of, []))
doubled = task("double", each(steps.double, over(numbers.output)))


def count_layer(path: str) -> Group[int]:
    """
    A group for one item.
    """
    number = task("number", python(steps.double, 1))
    return Group(path).then(number).returns(number)


# The items have another type than the function takes, or are not items.
each(steps.double, over(names.output))  # rejected: str
each(steps.double, numbers.output)  # rejected: list[int]
each(steps.double, over({"a": 1}))  # rejected: tuple[str, int]
each(steps.double, over.zip(numbers.output, names.output))  # rejected: tuple[int, str]
each(steps.double, nmber=over(numbers.output))  # rejected: nmber; mypy: number
each(steps.double)  # rejected: number
each(steps.double, over(numbers.output), retries=3)  # rejected: retries
each("double", over(numbers.output))  # rejected: each
over(3)  # rejected: over
over()  # rejected
over(numbers)  # rejected: Task

# A text is not several texts.
text = task("text", python(steps.shout, "a"))
each(steps.shout, over("orders"))  # rejected, pyright at length: str
each(steps.shout, over(text.output))  # rejected, pyright at length: str
over.zip("orders", [1])  # rejected, pyright at length: str
items.map(steps.shout, text.output)  # rejected, pyright at length: str
items.concat(text.output, text.output)  # rejected, pyright at length: str
items.map(steps.double, names.output)  # rejected, pyright at length
items.filter(names.output, bool)  # rejected
items.mop(steps.double, numbers.output)  # rejected: mop
each_group(count_layer, over(numbers.output))  # rejected: int
each_group(steps.double, over(numbers.output))  # rejected: each_group
each_group(count_layer, pth=over(names.output))  # rejected: pth; mypy: path

# The results are a sequence, not a list and not one of them.
python(steps.append_to, doubled.output)  # rejected: Sequence[int]
python(steps.double, doubled.output)  # rejected: Sequence[int]
python(steps.double, each_group(count_layer, over(names.output)).output)  # rejected: Sequence[int]
doubled.output.append(3)  # rejected: append
