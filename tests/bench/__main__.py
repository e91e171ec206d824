"""`make bench`: the contract's table of speed, measured now. The exit status is 0 always: a wall clock is no verdict.

python -m tests.bench [NAME...]     NAME: shim, throughput, cold, check
"""

import os
import sys
from collections.abc import Callable

from tests.bench import bench_check, bench_cold, bench_shim, bench_throughput
from tests.bench.measuring import Figure, alone

MODULES: dict[str, Callable[[], list[Figure]]] = {
    "shim": bench_shim.figures,
    "throughput": bench_throughput.figures,
    "cold": bench_cold.figures,
    "check": bench_check.figures,
}


def main(names: list[str]) -> None:
    """Print the table, a module at a time, with the machine's load around each."""
    unknown = [name for name in names if name not in MODULES]
    if unknown:
        sys.exit(f"no such figures: {', '.join(unknown)} (there are: {', '.join(MODULES)})")
    for name in names or MODULES:
        before = os.getloadavg()[0]
        try:
            found = MODULES[name]()
        except Exception as error:  # noqa: BLE001 - one figure that cannot be had is told, the others go on
            found = [Figure(name, "", "none", reached=False, detail=f"{type(error).__name__}: {error}")]
        alone(found)
        sys.stdout.write(f"  load {before:.1f} to {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n")


if __name__ == "__main__":
    main(sys.argv[1:])
