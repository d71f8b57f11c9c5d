"""The two load generators: pgbench on PostgreSQL's socket, wrk on HTTP."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from bench.service import Service

HERE = Path(__file__).parent
THREADS = 2


@dataclass(frozen=True)
class Load:
    """What a generator saw: calls a second and latencies in milliseconds.

    `refused` answers had a status of 400 or more.
    """

    per_second: float
    p50_ms: float
    p99_ms: float
    calls: int
    refused: int = 0


def pgbench(
    service: Service, script: str, clients: int, seconds: int, **variables: str | int
) -> Load:
    """Run `bench/SCRIPT.pgbench.sql` as the role of anonymous callers, prepared.

    pgbench tells the mean latency only, so both latencies are that mean.
    """
    output = _pgbench(service, script, clients, seconds, variables)
    mean = _figure(r"latency average = ([0-9.]+) ms", output)
    calls = int(_figure(r"number of transactions actually processed: (\d+)", output))
    return Load(_figure(r"tps = ([0-9.]+)", output), mean, mean, calls)


def pgbench_statements(service: Service, script: str, seconds: int) -> list[float]:
    """Run a script with one client that does not wait for the disk.

    Returns the mean latency of each statement, in milliseconds.
    """
    output = _pgbench(service, script, 1, seconds, {}, "--report-per-command")
    return [float(mean) for mean in re.findall(r"^ +([0-9.]+) +0 +select ", output, re.MULTILINE)]


def _pgbench(
    service: Service,
    script: str,
    clients: int,
    seconds: int,
    variables: Mapping[str, str | int],
    *options: str,
) -> str:
    output = _run(
        [
            *(str(service.programs / "pgbench"), "--no-vacuum", "--protocol=prepared", *options),
            *(f"--define={name}={value}" for name, value in variables.items()),
            *(f"--client={clients}", f"--jobs={min(clients, THREADS)}", f"--time={seconds}"),
            f"--file={HERE / script}.pgbench.sql",
            service.anonymous_url,
        ],
        {"PGOPTIONS": "-c synchronous_commit=off"} if clients == 1 else {},
    )
    failed = int(_figure(r"number of failed transactions: (\d+)", output))
    if failed:
        raise RuntimeError(f"pgbench: {failed} calls failed")
    return output


def wrk(
    url: str,
    clients: int,
    seconds: int,
    script: str | None = None,
    header: str | None = None,
    **environment: str | int,
) -> Load:
    """Ask for `url`, or send what `bench/SCRIPT.lua` makes, over `clients` connections."""
    lua = (HERE / f"{script}.lua").read_text() if script else ""
    headers = [] if header is None else ["-H", header]
    with NamedTemporaryFile("w", suffix=".lua") as combined:
        combined.write(lua + (HERE / "report.lua").read_text())
        combined.flush()
        output = _run(
            [
                *("wrk", f"-t{THREADS}", f"-c{clients}", f"-d{seconds}s", "-s", combined.name),
                *headers,
                url,
            ],
            {name: str(value) for name, value in environment.items()},
        )
    figures = json.loads(output.strip().splitlines()[-1])
    if figures["broken"]:
        raise RuntimeError(f"wrk: {figures['broken']} requests got no answer")
    return Load(
        per_second=figures["requests"] / figures["microseconds"] * 1e6,
        p50_ms=figures["p50"] / 1000,
        p99_ms=figures["p99"] / 1000,
        calls=figures["requests"],
        refused=figures["refused"],
    )


def _run(command: list[str], environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **(environment or {})},
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()[-500:]}")
    return done.stdout


def _figure(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"no figure like {pattern!r} in:\n{text}")
    return float(found[1])
