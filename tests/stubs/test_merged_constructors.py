"""
The constructors of operators in their stubs.
"""

from __future__ import annotations

import pytest

from flowkit.analysis.modules import definition_of
from flowkit.base.lazy_names import Import, LazyImport
from flowkit.stubs.merged_constructors import OperatorClass, operator_class, signature
from flowkit.stubs.stub_scope import StubScope
from tests.stubs.conftest import Install

BASE = """
    from datetime import timedelta
    from airflow.sdk import BaseOperator, BaseSensorOperator

    class Connected(BaseOperator):
        def __init__(self, *, conn_id: str = "c", wait: timedelta = None, hosts=(), **kwargs):
            super().__init__(**kwargs)
"""


def _operator(module: str, name: str, *, with_options: bool = False) -> OperatorClass | None:
    definition = definition_of(module, name)
    assert definition is not None
    return operator_class(definition, with_options=with_options)


def _signature(module: str, name: str, *, with_options: bool = False) -> list[str]:
    operator = _operator(module, name, with_options=with_options)
    assert operator is not None
    return signature(operator, StubScope(module))


def test_inherited_arguments(install: Install) -> None:
    """They come after the own ones, with the types of the module that has them."""
    install(
        acme__base=BASE,
        acme__copy="""
            from acme.base import Connected

            class Copy(Connected):
                def __init__(self, source: str, *, target: "str | None" = None, **kwargs):
                    super().__init__(**kwargs)
        """,
    )

    assert _signature("acme.copy", "Copy") == [
        "self",
        "*",
        "source: str",
        "target: str | None = None",
        "conn_id: str = 'c'",
        "wait: timedelta | None = None",
        "hosts: Any = ...",
    ]


def test_no_constructor(install: Install) -> None:
    """An operator without arguments of its own takes none."""
    install(acme__base="from airflow.sdk import BaseOperator\n\nclass Nothing(BaseOperator):\n    pass\n")

    assert _signature("acme.base", "Nothing") == ["self"]


def test_what_a_class_sets_itself(install: Install) -> None:
    """It is no argument of the class."""
    install(
        acme__base=BASE,
        acme__fixed="""
            from acme.base import Connected

            class Fixed(Connected):
                def __init__(self, **kwargs):
                    super().__init__(conn_id="fixed", **kwargs)
        """,
    )

    assert not any(part.startswith("conn_id") for part in _signature("acme.fixed", "Fixed"))


def test_swallowed_arguments(install: Install) -> None:
    """An operator that keeps its `**kwargs` for itself takes any name."""
    install(
        acme__any="""
            from airflow.sdk import BaseOperator

            class Anything(BaseOperator):
                def __init__(self, *, task_id, table, **kwargs):
                    self.more = kwargs
                    super().__init__(task_id=task_id)
        """,
    )

    assert _signature("acme.any", "Anything") == ["self", "*", "table: Any", "**kwargs: Any"]


def test_options_for_hand_written_code(install: Install) -> None:
    """A class that is called by hand takes Airflow's own arguments, all of them optional."""
    install(acme__base=BASE)

    parts = _signature("acme.base", "Connected", with_options=True)

    assert "task_id: str = ..." in parts
    assert any(part.startswith("retries: ") for part in parts)
    assert not any(part.startswith(("task_id", "retries")) for part in _signature("acme.base", "Connected"))


def test_modes_of_sensors(install: Install) -> None:
    """They are those that Airflow accepts."""
    install(
        acme__sensors="""
            from airflow.sdk import BaseSensorOperator
            from airflow.sdk.bases.sensor import poke_mode_only

            class Plain(BaseSensorOperator):
                pass

            @poke_mode_only
            class Poking(BaseSensorOperator):
                pass

            class Odd(BaseSensorOperator):
                valid_modes = compute()
        """,
    )

    assert "mode: Literal['poke', 'reschedule'] = 'poke'" in _signature("acme.sensors", "Plain")
    assert "mode: Literal['poke'] = 'poke'" in _signature("acme.sensors", "Poking")
    assert "mode: str = 'poke'" in _signature("acme.sensors", "Odd")


def test_other_classes(install: Install) -> None:
    """Classes that are no operators, or whose bases are unknown, keep their constructors."""
    install(acme__base="from no_such_module import Base\n\nclass A: ...\n\nclass B(Base): ...\n")

    assert _operator("acme.base", "A") is None
    assert _operator("acme.base", "B") is None


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("airflow.providers.standard.operators.bash", "BashOperator"),
        ("airflow.providers.standard.operators.trigger_dagrun", "TriggerDagRunOperator"),
        ("airflow.providers.standard.sensors.external_task", "ExternalTaskSensor"),
        ("airflow.providers.standard.sensors.filesystem", "FileSensor"),
        ("airflow.providers.cncf.kubernetes.operators.pod", "KubernetesPodOperator"),
        ("airflow.providers.common.sql.operators.sql", "SQLColumnCheckOperator"),
    ],
)
def test_same_arguments_as_the_check(module: str, name: str) -> None:
    """The stub has what flowkit accepts, and requires what it requires."""
    from flowkit.base.call_site import SourceLocation
    from flowkit.rules.signatures import constructor_of

    lazy = LazyImport(Import(module, name, SourceLocation("", 0)))
    constructor = constructor_of(lazy)  # type: ignore[arg-type]
    parameters = {part.partition(":")[0]: "=" not in part for part in _signature(module, name)[2:]}

    assert parameters == {argument: argument in constructor.required for argument in constructor.own}


def test_bases_of_compatibility_modules(install: Install) -> None:
    """Airflow's provider `common.compat` imports some base classes when they are first used."""
    install(
        acme__base=BASE,
        acme__compat="""
            _IMPORT_MAP: dict[str, str | tuple[str, ...]] = {
                "Connected": ("no_such_module", "acme.base"),
                "Other": "json",
            }
            __getattr__ = create_module_getattr(import_map=_IMPORT_MAP)
        """,
        acme__copy="from acme.compat import Connected\n\nclass Copy(Connected): ...\n",
    )

    assert _signature("acme.copy", "Copy") == _signature("acme.base", "Connected")
