"""Small readers for slots that are languages: what does this script text do? One module a language.

Each reads its language by the manual's own lexical rules, so that words in strings, comments and patterns stay data.
A text that could hide something, or that the tool rejects, is a GrammarError with code `script`.
"""

import re
from importlib import import_module
from typing import TYPE_CHECKING, Final, cast

from interposer_argv.reading import GrammarError
from interposer_argv.scripts.found import Found
from interposer_argv.scripts.tape import refuse, tape
from interposer_shell.word import Word

if TYPE_CHECKING:
    from collections.abc import Callable

    from interposer_argv.scripts.tape import Tape

__all__ = ["LANGUAGES", "Found", "read"]

LANGUAGES: dict[str, str] = {
    "sed": "sed",
    "awk": "awk",
    "git-alias": "git:alias",
    "git-url": "git:remote",
    "git-remote": "git:remote",
    "refspec": "git:refspec",
    "git-config-pair": "git:pair",
    "sqlite": "sql:sqlite",
    "duckdb": "sql:duckdb",
    "psql": "sql:psql",
    "mysql": "sql:mysql",
    "pipe-or-file": "sql:pipe_or_file",
    "vim": "vim",
    "less": "console:less",
    "gdb": "console:gdb",
    "make": "make",
    "package-json": "manifest",
    "tcl": "tcl",
    "expect": "tcl",
    "lftp": "network:lftp",
    "socat": "network:socat",
    "ssh-option": "network:ssh_option",
    "curl-form": "network:curl_form",
    "curl-config": "network:curl_config",
    "fzf-bind": "terminals:fzf_bind",
    "tmux": "terminals:tmux",
    "tmux-keys": "terminals:tmux_keys",
    "jq": "terminals:jq",
    "powershell": "hosts:powershell",
    "applescript": "hosts:applescript",
    "elisp": "hosts:elisp",
    "python": "code_python",
    "node": "code_generic:node",
    "ruby": "code_generic:ruby",
    "perl": "code_generic:perl",
    "php": "code_generic:php",
    "lua": "code_generic:lua",
    "r": "code_generic:r",
    "julia": "code_generic:julia",
    "java": "code_generic:java",
    "groovy": "code_generic:java",
}
"""Language to module, or `module:function` where the module has several; a module is imported when first asked for."""


_ACTS: Final = {
    "sed": re.compile("[eEwWrR]"),
    "awk": re.compile(r"[|<>@\\]|system|getline|ARGV|ENVIRON|PROCINFO"),
}
"""Without one of these no text of the language does anything, however it is read: the letters of sed's e, w, r, W, R;
awk's redirections, system(), getline, @load, line continuations, and what changes the files that it reads."""


def read(language: str, word: Word) -> tuple[Found, ...]:
    """What the script `word` does, in source order; nothing for a script of which no character is known.

    Unknown pieces inside it are taken as text without any delimiter and stay inside the found words.

    Raises:
        GrammarError: code `script` where the text cannot be read soundly, `language` where no reader has that name;
            `rejected` where the tool ends over it, and it could do nothing even if the tool read it in another way.
    """
    place = LANGUAGES.get(language)
    if place is None:
        raise GrammarError("language", f"no reader for the language `{language}`")
    text = tape(word)
    if not any(isinstance(part, str) for part in word.parts):
        return ()
    module, _, function = place.partition(":")
    reader = cast("Callable[[Tape], list[Found]]", getattr(import_module(f"{__name__}.{module}"), function or "read"))
    try:
        return tuple(reader(text))
    except RecursionError as error:
        raise refuse("the script is nested too deeply") from error
    except GrammarError as error:
        acts = _ACTS.get(language)
        error.rejected = acts is not None and not text.unknowns and acts.search(text.text) is None
        raise
