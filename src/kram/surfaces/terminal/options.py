"""What several commands of the terminal take and do: --lang, --json, and writing JSON."""

from collections.abc import Callable
from typing import Any

import click
import msgspec

from kram.texts import catalogue, languages

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def lang_option(lang: str) -> Decorator:
    """`lang`: of the help, and of the answers unless another is chosen."""
    help_ = catalogue(lang).say("cli_lang")
    return click.option("--lang", type=click.Choice(languages()), default=lang, help=help_)


def json_option(lang: str) -> Decorator:
    return click.option("--json", "as_json", is_flag=True, help=catalogue(lang).say("cli_json"))


def emit_json(value: Any) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2).decode())
