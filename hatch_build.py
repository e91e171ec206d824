"""Build hook: compiles the shim and puts it into the wheel beside its source."""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShimBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own generic parameter is not public
    """Makes the wheel carry `interposer/shims/interposer-shim`; without a compiler it stays pure and says so."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the hook's interface
        """Compile beside the source: `force-include` of `shims` takes it along, an editable run finds it there."""
        if self.target_name != "wheel" or not self._compile():
            return
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{sysconfig.get_platform().replace('-', '_').replace('.', '_')}"

    def _compile(self) -> bool:
        shims = Path(self.root) / "shims"
        out = shims / "interposer-shim"
        compiler = os.environ.get("CC") or next((c for c in ("cc", "gcc", "clang") if shutil.which(c)), None)
        if compiler is None:
            self.app.display_warning("no C compiler: the wheel has no shim, and `interposer run` will say so")
            return False
        for flags in _ATTEMPTS:
            command = [*compiler.split(), "-std=gnu11", "-O2", *flags, "shim.c", "-o", out.name]
            if subprocess.run(command, cwd=shims, capture_output=True, check=False).returncode == 0:
                return True
        self.app.display_warning(f"`{compiler}` cannot build shims/shim.c: the wheel has no shim")
        return False


_BARE = (
    "-ffreestanding -fno-stack-protector -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns "
    "-static -nostdlib -no-pie -Wl,--build-id=none,-z,noexecstack,-z,norelro -s"
)
_ATTEMPTS = (_BARE.split(), ["-DSHIM_LIBC", "-static", "-s"], ["-DSHIM_LIBC"])
"""Without libc, then static, then as the system links: the same order as shims/Makefile."""
