"""
Renders templates as Airflow does. Jinja is imported for the first text that needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, final

from flowkit.model.pipeline import PipelineSpec
from flowkit.testing.simulation.macros import FILTERS
from flowkit.testing.simulation.simulation_error import SimulationError

_NEWLINES: Final = re.compile(r"\r\n|\r|\n")


def is_template(text: str) -> bool:
    """
    Return whether *text* contains something to render.
    """
    return "{" in text and any(mark in text for mark in ("{{", "{%", "{#"))


@final
class Templates:
    """
    The template environments of a pipeline.
    """

    def __init__(self, spec: PipelineSpec) -> None:
        self._settings = spec.settings
        self._folder = str(Path(spec.location.file).parent)
        self._is_native = bool(spec.settings.get("render_template_as_native_obj"))
        self._compile: Callable[[str, bool], tuple[Any, frozenset[str] | None]] | None = None

    def is_native(self, options: Mapping[str, Any]) -> bool:
        """
        Return whether the templates of a task with *options* give objects instead of texts.
        """
        own = options.get("render_template_as_native_obj")
        return self._is_native if own is None else bool(own)

    def render(self, text: str, context: Mapping[str, Any], *, native: bool) -> Any:
        """
        Return *text* with its expressions evaluated.

        Raises:
            Exception: Whatever Jinja, or what an expression uses, raises.
        """
        if not native and not is_template(text):
            return _without_last_newline(text)
        if self._compile is None:
            self._compile = self._compiler()
        # Airflow's environment is that of the DAG: a task with a setting of its own only joins the parts differently.
        template, names = self._compile(text, self._is_native)
        known = context if names is None else [name for name in names if name in context]
        values = {name: context[name] for name in known}
        values.update((name, value) for name, value in template.globals.items() if name not in values)
        environment = template.environment
        parts: list[Any] = []
        try:
            parts += template.root_render_func(
                environment.context_class(environment, values, template.name, template.blocks)
            )
        except Exception:  # noqa: BLE001 - Jinja raises it again, with the line of the template
            environment.handle_exception()
        return _native(parts) if native else "".join(parts)

    def file(self, name: str) -> str:
        """
        Return the text of a template file.

        Raises:
            FileNotFoundError: If there is none in the folder of the pipeline's file, or in `template_searchpath`.
        """
        for folder in self._searchpath():
            path = Path(folder, name)
            if path.is_file():
                return path.read_text("utf-8")
        msg = f"There is no template file {name!r} in {', '.join(self._searchpath())}"
        raise FileNotFoundError(msg)

    def _searchpath(self) -> list[str]:
        more = self._settings.get("template_searchpath") or ()
        return [self._folder, *([more] if isinstance(more, str) else more)]

    def _compiler(self) -> Callable[[str, bool], tuple[Any, frozenset[str] | None]]:
        own = (
            "user_defined_macros",
            "user_defined_filters",
            "jinja_environment_kwargs",
            "template_undefined",
        )
        if not any(self._settings.get(name) for name in (*own, "template_searchpath")):
            return _compiled_by_default
        environments: dict[bool, Any] = {}

        @lru_cache(maxsize=256)
        def compiled(text: str, native: bool) -> tuple[Any, frozenset[str] | None]:
            if native not in environments:
                environments[native] = self._environment(native)
            return _compiled(environments[native], text)

        return compiled

    def _environment(self, native: bool) -> Any:
        import jinja2

        options: dict[str, Any] = {"loader": jinja2.FileSystemLoader(self._searchpath())}
        if undefined := self._settings.get("template_undefined"):
            options["undefined"] = undefined
        environment = _new_environment(
            native, {**options, **(self._settings.get("jinja_environment_kwargs") or {})}
        )
        environment.globals.update(self._settings.get("user_defined_macros") or {})
        environment.filters.update(self._settings.get("user_defined_filters") or {})
        return environment


def _without_last_newline(text: str) -> str:
    if "\r" in text:
        text = _NEWLINES.sub("\n", text)
    return text.removesuffix("\n")


def _native(parts: list[Any]) -> Any:
    from jinja2.nativetypes import native_concat

    return native_concat(parts)


def _new_environment(native: bool, options: Mapping[str, Any]) -> Any:
    try:
        import jinja2
        from jinja2.nativetypes import NativeEnvironment
        from jinja2.sandbox import SandboxedEnvironment, is_internal_attribute
    except ImportError as error:
        msg = "A task has a template, and rendering it requires Jinja: pip install jinja2"
        raise SimulationError(msg) from error

    class Sandbox(SandboxedEnvironment):
        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ARG002 - as Jinja calls it
            return not is_internal_attribute(obj, attr)

    class Native(NativeEnvironment):
        pass

    given = {"undefined": jinja2.StrictUndefined, "extensions": ["jinja2.ext.do"], "cache_size": 0, **options}
    environment: Any = Native(**given) if native else Sandbox(**given)
    environment.filters.update(FILTERS)
    return environment


@lru_cache(maxsize=2)
def _default_environment(native: bool) -> Any:
    return _new_environment(native, {})


@lru_cache(maxsize=1024)  # compiling a template takes most of the time
def _compiled_by_default(text: str, native: bool) -> tuple[Any, frozenset[str] | None]:
    return _compiled(_default_environment(native), text)


def _compiled(environment: Any, text: str) -> tuple[Any, frozenset[str] | None]:
    """
    Return the template and the names that it uses; `None`: it includes others, which may use any name.
    """
    from jinja2 import meta, nodes

    parsed = environment.parse(text)
    template = environment.from_string(text)
    if any(True for _ in parsed.find_all((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends))):
        return template, None
    return template, frozenset(meta.find_undeclared_variables(parsed))
