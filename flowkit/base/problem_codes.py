"""
The registry of problems: every code that flowkit reports, with its title and severity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, final

from flowkit.base.record import record

Severity: TypeAlias = Literal["error", "warning"]


@final
@record
class ProblemKind:
    """
    What all problems with one code have in common.
    """

    title: str
    """What is wrong, in a few words."""

    severity: Severity = "error"
    """`"warning"`: Airflow would run the pipelines all the same."""

    page: str = "problems.md"
    """The page of the documentation that explains it, below `docs/`; its section is the code."""


# A code is stable: people search for it, and suppress it by `# flowkit: ignore[…]`. Never reuse one.
PROBLEM_KINDS: Final[Mapping[str, ProblemKind]] = {
    "FK001": ProblemKind("An id that Airflow does not accept"),
    "FK002": ProblemKind("An invalid cron expression or time zone"),
    "FK003": ProblemKind("An invalid schedule"),
    "FK004": ProblemKind("An invalid Kubernetes quantity"),
    "FK005": ProblemKind("An unknown option, setting or argument"),
    "FK006": ProblemKind("An invalid value for an option"),
    "FK007": ProblemKind("An output used as if it were the value"),
    "FK008": ProblemKind("A value of the wrong kind"),
    "FK009": ProblemKind("A group without an output"),
    "FK010": ProblemKind("A params class that cannot become a form"),
    "FK011": ProblemKind("A value that Kubernetes does not accept"),
    "FK012": ProblemKind("Fields of a pod that contradict each other"),
    "FK013": ProblemKind("A secret in plain text"),
    "FK014": ProblemKind("Arguments that do not fit the call"),
    "FK101": ProblemKind("A duplicate id"),
    "FK102": ProblemKind("`after=` names an unknown node"),
    "FK103": ProblemKind("A cycle"),
    "FK104": ProblemKind("A task or a group placed twice"),
    "FK105": ProblemKind("An old copy of a group next to a newer one"),
    "FK106": ProblemKind("A group that returns a task from outside it"),
    "FK107": ProblemKind("A group without tasks"),
    "FK108": ProblemKind("A task that Airflow would never run"),
    "FK109": ProblemKind("A pipeline without tasks"),
    "FK110": ProblemKind("A task or a group that waits for itself"),
    "FK111": ProblemKind("Groups nested too deeply"),
    "FK112": ProblemKind("A pod described twice"),
    "FK113": ProblemKind("A group among the setups of a teardown"),
    "FK114": ProblemKind("A schedule with params that have no valid value"),
    "FK116": ProblemKind("A pod for an executor without pods"),
    "FK117": ProblemKind("A trigger rule after a setup"),
    "FK121": ProblemKind("A task that no outcome of a branch lets run"),
    "FK122": ProblemKind("Settings that contradict the schedule"),
    "FK123": ProblemKind("A setup that a branch skips", "warning"),
    "FK124": ProblemKind("Nested teardowns in any order", "warning"),
    "FK125": ProblemKind("A task that a dropped item skips", "warning"),
    "FK201": ProblemKind("The output of a task that is not in the pipeline"),
    "FK202": ProblemKind("An output in an argument that cannot take one"),
    "FK203": ProblemKind("A text with part of an output"),
    "FK204": ProblemKind("A value without a stable written form"),
    "FK206": ProblemKind("`over` where nothing is mapped"),
    "FK207": ProblemKind("The item of a mapped group outside the group"),
    "FK208": ProblemKind("Params of another class"),
    "FK209": ProblemKind("A mapped task in a mapped group"),
    "FK210": ProblemKind("A mapping over the output of a mapped group"),
    "FK211": ProblemKind("Data between nested mapped groups"),
    "FK212": ProblemKind("A mapped branch or short circuit"),
    "FK213": ProblemKind("A value that Airflow cannot store"),
    "FK214": ProblemKind("An object of hand-written Airflow as an argument"),
    "FK215": ProblemKind("A `native` piece as a setup or teardown, or mapped"),
    "FK216": ProblemKind("`items.concat` among several mapped arguments"),
    "FK217": ProblemKind("`always` where items are waited for"),
    "FK218": ProblemKind("`items` over a mapping"),
    "FK219": ProblemKind("Mapped over a value that is not a list"),
    "FK220": ProblemKind("An output that may be missing, for a function that needs it", "warning"),
    "FK301": ProblemKind("An unexpected argument for an operator"),
    "FK302": ProblemKind("A missing argument for an operator"),
    "FK303": ProblemKind("A task option passed to an operator"),
    "FK304": ProblemKind("Arguments that do not fit the function"),
    "FK305": ProblemKind("A parameter named like a context key"),
    "FK306": ProblemKind("Branch keys that do not match"),
    "FK307": ProblemKind("A value that XCom cannot carry"),
    "FK308": ProblemKind("An unknown task decorator"),
    "FK309": ProblemKind("A default that no operator takes"),
    "FK310": ProblemKind("A value that a sensor does not accept"),
    "FK311": ProblemKind("An argument that the operator sets itself"),
    "FK312": ProblemKind("An option that the operator does not take"),
    "FK401": ProblemKind("The function given to `generate` raised an exception"),
    "FK402": ProblemKind("The function given to `generate` did not return a pipeline"),
    "FK403": ProblemKind("`generate(dag_id=…)` and the pipeline disagree"),
    "FK404": ProblemKind("A duplicate dag_id"),
    "FK405": ProblemKind("Nothing to register, or not a pipeline"),
    "FK406": ProblemKind("`register` called while another module is imported"),
    "FK407": ProblemKind("A shard that does not exist"),
    "FK408": ProblemKind("A file name without a shard number"),
    "FK501": ProblemKind("A file that cannot be loaded"),
    "FK502": ProblemKind("A file that Airflow skips"),
    "FK503": ProblemKind("One dag_id in two files"),
    "FK504": ProblemKind("A helper module that Python does not find", "warning"),
    "FK505": ProblemKind("A secret in an argument", "warning"),
    "FK506": ProblemKind("A statement whose result is discarded"),
    "FK507": ProblemKind("An output used before the task has run"),
    "FK508": ProblemKind("The time, or randomness, in a pipeline", "warning"),
    "FK509": ProblemKind("Work done at every parse", "warning"),
    "FK510": ProblemKind("A file that loads slowly", "warning"),
    "FK511": ProblemKind("A file that Airflow may give up on", "warning"),
    "FK512": ProblemKind("A large source file, stored many times", "warning"),
    "FK513": ProblemKind("A lazy import of a missing module"),
    "FK514": ProblemKind("A lazy import of a missing name"),
    "FK515": ProblemKind("A block of lazy imports in a function"),
    "FK516": ProblemKind("A lazy star import"),
    "FK517": ProblemKind("A file that takes too long to load"),
    "FK518": ProblemKind("A function that reads the variable of a loop", "warning"),
    "FK519": ProblemKind("A branch whose keys cannot be checked", "warning"),
    "FK520": ProblemKind("Very many edges between two links", "warning"),
    "FK521": ProblemKind("The name of a pipeline or a task that does not exist", "warning"),
    "FK522": ProblemKind("Pipelines that start each other in a ring", "warning"),
    "FK523": ProblemKind("Stubs of other versions", "warning"),
    "FK901": ProblemKind("Airflow rejects the pipeline"),
    "FK902": ProblemKind("Not supported by the installed Airflow"),
    "FK903": ProblemKind("An executor that the installation lacks"),
    "FK904": ProblemKind("A `native` function that fails, or makes no node"),
    "FK999": ProblemKind("An internal error of flowkit"),
}
"""By code, in the order of the documentation."""
