"""Runs spawn shapes inside a session and says how each ended; started by `doctor`, by absolute path, without imports.

Standard input: a list of `{"id", "argv", "stdin", "env", "how"}` in JSON; output: a list of `{"id", "status", "said"}`.
`how` is `spawn`, or `exec`: a forked child calls execv without any shell or library between.
"""

import json
import os
import subprocess
import sys


def main() -> None:
    """Try each shape in its turn."""
    json.dump([_tried(shape) for shape in json.load(sys.stdin)], sys.stdout)


def _tried(shape: dict[str, object]) -> dict[str, object]:
    argv = [str(word) for word in shape["argv"]]  # type: ignore[attr-defined]  # doctor wrote it
    if shape["how"] == "exec":
        argv = [sys.executable, "-I", "-S", "-c", "import os,sys; os.execvp(sys.argv[1], sys.argv[1:])", *argv]
    env = {} if shape["env"] == "empty" else dict(os.environ)
    try:
        done = subprocess.run(
            argv, input=str(shape["stdin"]).encode(), capture_output=True, env=env, check=False, timeout=60
        )
    except OSError as error:
        return {"id": shape["id"], "status": -1, "said": str(error.strerror)}
    except subprocess.TimeoutExpired:
        return {"id": shape["id"], "status": -2, "said": "no end within 60 s"}
    return {"id": shape["id"], "status": done.returncode, "said": done.stderr.decode("utf-8", "replace")[-400:]}


if __name__ == "__main__":
    main()
