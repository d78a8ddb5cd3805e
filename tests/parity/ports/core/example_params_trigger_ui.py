"""Example DAG demonstrating the usage DAG params to model a trigger UI with a user form.

This example DAG generates greetings to a list of provided names in selected languages in the logs.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated

import attrs

from flowkit import Form, Pipeline, Task, branches, context, each, over, python, task
from flowkit.airflow.dags import register


@attrs.frozen
class Greetings:
    names: Annotated[
        Sequence[str],
        Form(
            title="Names to greet",
            description="Define the list of names for which greetings should be generated in the logs."
            " Please have one name per line.",
        ),
    ] = ("Linda", "Martha", "Thomas")
    english: Annotated[bool, Form(title="English")] = True
    german: Annotated[bool, Form(title="German (Formal)")] = True
    french: Annotated[bool, Form(title="French")] = True


def get_names() -> list[str]:
    return list(context()["params"]["names"])


def select_languages() -> list[str]:
    return [language for language in ("english", "german", "french") if context()["params"][language]]


def generate_english_greeting(name: str) -> str:
    return f"Hello {name}!"


def generate_german_greeting(name: str) -> str:
    return f"Sehr geehrter Herr/Frau {name}."


def generate_french_greeting(name: str) -> str:
    return f"Bonjour {name}!"


def print_greetings(*greetings: Sequence[str] | None) -> None:
    for greeting in [greeting for language in greetings for greeting in language or []]:
        print(greeting)
    if not any(greetings):
        print("sad, nobody to greet :-(")


names = task("get_names", python(get_names), task_display_name="Get names")


def greeting(language: str, greet: Callable[[str], str], title: str) -> Task[Sequence[str]]:
    return task(f"generate_{language}_greeting", each(greet, over(names.output)), task_display_name=title)


english = greeting("english", generate_english_greeting, "Generate English greeting")
german = greeting("german", generate_german_greeting, "Erzeuge Deutsche Begrüßung")
french = greeting("french", generate_french_greeting, "Produire un message d'accueil en français")
languages = branches(select_languages).to({"english": english, "german": german, "french": french})

register(
    Pipeline(
        "example_params_trigger_ui",
        dag_display_name="Params Trigger UI",
        description="Example DAG demonstrating the usage DAG params to model a trigger UI with a user form",
        doc_md=__doc__,
        start_date=datetime(2022, 3, 4),
        catchup=False,
        tags=["example", "params"],
        params=Greetings,
    )
    .then(names, task("select_languages", languages, task_display_name="Select languages"))
    .task(
        "print_greetings",
        python(print_greetings, english.output, german.output, french.output),
        task_display_name="Print greetings",
        trigger_rule="all_done",
    )
)
