"""Running a pgTAP file and reading what it says, strictly."""

import re
from dataclasses import dataclass
from pathlib import Path

from .databases import Database

PLAN = re.compile(r"1\.\.(\d+)(.*)")
RESULT = re.compile(r"(not )?ok (\d+)\b(.*)")
# What pgTAP says when the counts differ, or when a test was let off.
LET_OFF = re.compile(r"#\s*(skip|todo)\b", re.IGNORECASE)
LOOKS_LIKE = re.compile(r"# Looks like you ")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a TAP stream, as text for people; nothing where all is well."""

    tests: int
    faults: tuple[str, ...]


def judge(output: str) -> Verdict:
    """Read a TAP stream: one plan, met to the number, in order, nothing failed or let off."""
    faults: list[str] = []
    plans: list[int] = []
    seen = 0
    failing = False
    for line in output.splitlines():
        if plan := PLAN.fullmatch(line):
            plans.append(int(plan[1]))
            if plan[2].strip():
                faults.append(f"a plan that says more: {line}")
        elif result := RESULT.fullmatch(line):
            seen += 1
            failing = result[1] is not None
            if int(result[2]) != seen:
                faults.append(f"test {result[2]} came as number {seen}")
            if failing or LET_OFF.search(result[3]):
                faults.append(line)
        elif (
            LOOKS_LIKE.match(line)
            or line.startswith("Bail out!")
            or (failing and line.startswith("#"))
        ):
            faults.append(line)
    if len(plans) != 1:
        faults.append(f"{len(plans)} plans instead of one")
    elif plans[0] != seen:
        faults.append(f"planned {plans[0]} tests, saw {seen}")
    if seen == 0:
        faults.append("no test")
    return Verdict(seen, tuple(faults))


def run_file(database: Database, file: Path) -> Verdict:
    """Run one pgTAP file in `database` with the cluster's own psql."""
    # Tests write is(…) and throws_ok(…) without a schema.
    done = database.psql("-c", "set search_path to tap", "-f", file, check=False)
    verdict = judge(done.stdout)
    if done.returncode == 0 and not done.stderr:
        return verdict
    broken = f"psql ended with {done.returncode}: {done.stderr.strip()}"
    return Verdict(verdict.tests, (*verdict.faults, broken))
