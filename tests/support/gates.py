"""Rules of the repository that no other tool checks. Usage: ``python -m tests.support.gates``."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .sql_files import sql_files

ROOT = Path(__file__).resolve().parents[2]

# The server knows HTTP and the catalog; what the API is about is known to the database alone.
BUSINESS_WORD = re.compile(
    r"\b(slot|doctor|booking|patient|payment|clinic)s?\b", re.IGNORECASE | re.ASCII
)
LOCKS = {"requirements.txt": (), "requirements-dev.txt": ("test", "check")}
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
ADDRESS = re.compile(r"[a-z]+://|^\s*-(?!-hash=)|--(index|extra|find|trusted)|@ ", re.MULTILINE)


def business_words() -> Iterator[str]:
    """Yield each place in server/ that names what only the database may know."""
    for path in sorted((ROOT / "server").rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for word in BUSINESS_WORD.findall(line):
                yield f"{path.relative_to(ROOT)}:{number}: names a business word: {word}"


def locks() -> Iterator[str]:
    """Yield what a lock file lacks of pyproject.toml, and what it says of registries."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pins_of_all: dict[str, str] = {}
    for name, extras in LOCKS.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
        for extra in extras:
            wanted += project["project"]["optional-dependencies"][extra]
        pins = {canonicalize_name(pin): version for pin, version in PIN.findall(text)}
        for requirement in map(Requirement, wanted):
            version = pins.get(canonicalize_name(requirement.name))
            if version is None or not requirement.specifier.contains(version):
                yield f"{name}: {requirement} is pinned to {version}: run `make lock`"
        for pin, version in pins.items():
            if pins_of_all.setdefault(pin, version) != version:
                yield f"{name}: {pin} is pinned to another version than in the other lock file"
        for entry in re.split(r"\n(?=[A-Za-z0-9])", text):
            if PIN.match(entry) and "--hash=sha256:" not in entry:
                yield f"{name}: {entry.split()[0]} has no hash"
        for found in ADDRESS.finditer(text):
            number = text.count("\n", 0, found.start()) + 1
            yield f"{name}:{number}: names a place to install from"


def columns() -> Iterator[str]:
    """Yield each line of SQL over 100 columns, function bodies and psql scripts included."""
    for path in sorted((ROOT / "db").rglob("*.sql")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if len(line) > 100:
                yield f"{path.relative_to(ROOT)}:{number}: has {len(line)} columns"


def topics() -> Iterator[str]:
    """Yield each public function whose comment does not name its folder as its topic."""
    for path in sorted((ROOT / "db" / "functions" / "api").rglob("*.sql")):
        if f"\nTopic: {path.parent.name}\n" not in path.read_text(encoding="utf-8"):
            yield f"{path.relative_to(ROOT)}: lacks the line Topic: {path.parent.name}"


def main() -> int:
    """Print every fault; return 1 where there is one."""
    faults = [*business_words(), *locks(), *columns(), *topics(), *sql_files(ROOT / "db")]
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
