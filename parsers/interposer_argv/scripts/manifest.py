"""`package.json`: the shell texts that npm and its kin run by name or at install (npm docs, scripts)."""

import json
from typing import Final

from interposer_argv.scripts.found import Found, found
from interposer_argv.scripts.tape import Tape, refuse
from interposer_shell.word import Word

_MOST: Final = 400


def read(script: Tape) -> list[Found]:
    """Every script of a manifest; a text that is no JSON object holds none, as npm rejects it."""
    try:
        manifest = json.loads(script.text)
    except ValueError:
        return []
    scripts = manifest.get("scripts") if isinstance(manifest, dict) else None
    if not isinstance(scripts, dict):
        return []
    if len(scripts) > _MOST:
        raise refuse("package.json: too many scripts")
    texts = ((name, text) for name, text in scripts.items() if isinstance(text, str))
    return [found("shell", Word((text,), script.span), f"scripts.{name}", job=True) for name, text in texts if text]
