"""A command that is a run unless its first word is a verb: `scraper CONFIG`, `scraper check CONFIG`."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scraper.cli import VERBS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Program(click.Group):
    """The options and the argument are the run's; each verb has its own, and is told by the first word alone."""

    allow_extra_args = False
    allow_interspersed_args = True

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Return the context of the verb that stands first, or else of the run."""
        verb = self.commands.get(args[0]) if args else None
        if verb is None:
            return super().make_context(info_name, args, parent, **extra)
        return verb.make_context(f"{info_name} {args[0]}", args[1:], parent, **self.context_settings, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Call the run or the verb whose context this is."""
        return super().invoke(ctx) if ctx.command is self else ctx.command.invoke(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of a run; for a verb that is given as an option, say how it is given."""
        words = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            verb = error.option_name.removeprefix("--")
            if verb not in self.commands:
                raise
            raise click.UsageError(f"--{verb} is a verb now: {self.as_verb(verb, words)}", ctx) from None

    def as_verb(self, verb: str, words: list[str]) -> str:
        """Return the command line of a verb that was given as an option, less the run's flags that it does not have."""
        known = {option for param in self.commands[verb].params for option in param.opts}
        flags = {option for param in self.params if getattr(param, "is_flag", False) for option in param.opts}
        left_out = {f"--{verb}", *flags} - known
        rest = [word.removeprefix(f"--{verb}=") for word in words if word not in left_out]
        return shlex.join(["python", "-m", "scraper", verb, *rest])

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write both forms."""
        formatter.write_usage(ctx.command_path, "[OPTIONS] CONFIG...")
        formatter.write_usage(ctx.command_path, "VERB [ARGUMENTS]", prefix="   or: ")

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a line for each verb."""
        width = formatter.width - 6 - max(map(len, self.commands))
        with formatter.section("Verbs"):
            formatter.write_dl([(name, verb.get_short_help_str(width)) for name, verb in self.commands.items()])


class ConfigOrVerb(click.Path):
    """A config that is there; what is none may have been meant as a verb, or is a mistake of one job among several."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, or fail with what may help."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            if told := hint(os.fspath(value)):
                raise click.BadParameter(error.message + told, ctx, param) from None
            return Path(value)

    def check_one(self, ctx: click.Context, param: click.Parameter, paths: tuple[Path, ...]) -> tuple[Path, ...]:
        """Return the paths; one that is alone must be there. Of several `load_config` tells, and the others are run."""
        if len(paths) == 1:
            super().convert(paths[0], param, ctx)
        return paths

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return files and, for the first word, the verbs."""
        # click's script for zsh loses count at an empty word
        files = super().shell_complete(ctx, param, incomplete or "./")
        return [*files, *ctx.command.shell_complete(ctx, incomplete)]


def hint(word: str) -> str:
    """Return what to say of a word that is no file: a page, or a verb that does not stand first or is misspelt."""
    if "://" in word:
        return f" To draft a config of a page: {shlex.join(['python', '-m', 'scraper', 'init', word])}"
    if word in VERBS:
        return f" A verb stands first, as in: python -m scraper {word}"
    import difflib  # few words are wrong

    close = difflib.get_close_matches(word, VERBS, 1) if word.isalpha() else []
    return f" Did you mean the verb '{close[0]}'?" if close else ""
