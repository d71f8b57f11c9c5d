"""`slotkeeper run` as a process of its own, seen from outside."""

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import urllib.request
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from slotkeeper.embedded.account import Privileges

from .ports import free_port
from .wait import eventually

SOURCE = Path(__file__).resolve().parents[2]
PACKAGES = Path(sysconfig.get_path("purelib"))
SYSTEM_PLACE = Path("/var/lib/slotkeeper")
START_SECONDS = 90.0
STOP_SECONDS = 60.0


@dataclass(frozen=True)
class Person:
    """Who runs it: None for whoever runs the tests."""

    name: str | None = None

    def own(self, path: Path) -> None:
        """Give a file or directory to this person."""
        if self.name is not None:
            entry = pwd.getpwnam(self.name)
            os.chown(path, entry.pw_uid, entry.pw_gid)

    @property
    def python(self) -> str:
        """A Python like the one of the tests that this person may execute."""
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        for candidate in (sys.executable, shutil.which(version, path=os.defpath)):
            if candidate and self._can_execute(candidate):
                return candidate
        raise RuntimeError(f"{self.name} can execute neither {sys.executable} nor {version}")

    def import_path(self, folder: Path) -> tuple[Path, ...]:
        """Where this person may import the project from: here, or what is copied to `folder`.

        The clone may lie in a home that is closed to others; it is not ours to open it.
        """
        path = (SOURCE, PACKAGES)
        if self.name is None or self._can_execute(self.python, path, "slotkeeper.run"):
            return path
        copy_for_all(SOURCE, folder, [SOURCE / "pyproject.toml", *project_files()])
        copy_for_all(PACKAGES, folder, installed_files())
        return (folder,)

    def _can_execute(self, program: str, path: tuple[Path, ...] = (), module: str = "sys") -> bool:
        try:
            done = subprocess.run(
                [program, "-c", f"import {module}"],
                env={"PYTHONPATH": os.pathsep.join(map(str, path))},
                check=False,
                capture_output=True,
                cwd="/",
                user=self.name,
            )
        except PermissionError:
            return False
        return done.returncode == 0


def project_files() -> list[Path]:
    """Return the files of this project that a run needs."""
    folders = (SOURCE / name for name in ("server", "slotkeeper", "db"))
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def installed_files() -> list[Path]:
    """Return the installed files of what the project depends on, in turn."""
    names = ["slotkeeper"]
    for name in names:  # It grows meanwhile.
        for requirement in metadata.requires(name) or ():
            found = re.match(r"[\w.-]+", requirement)
            if found and "extra ==" not in requirement and found[0] not in names:
                with contextlib.suppress(metadata.PackageNotFoundError):
                    metadata.version(found[0])  # Not for other systems.
                    names.append(found[0])
    files = (file for name in names for file in metadata.files(name) or ())
    return [PACKAGES / file for file in files if ".." not in file.parts]


def copy_for_all(source: Path, target: Path, files: list[Path]) -> None:
    """Copy files that are below `source` to below `target`, readable for everybody."""
    for file in files:
        copy = target / file.relative_to(source)
        for folder in reversed([copy.parent, *copy.parent.parents]):
            if not folder.exists():
                folder.mkdir()
                folder.chmod(0o755)
        shutil.copy2(file, copy)  # with its time, by which Python knows what it has compiled
        copy.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)


def ordinary_person() -> Person:
    """Return somebody who is not root."""
    return Person("nobody" if os.geteuid() == 0 else None)


def is_alive(pid: int) -> bool:
    """Tell whether a process exists and has not ended."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def descendants(pid: int) -> set[int]:
    """Return the ids of a process's children, their children and so on."""
    return set().union(*({child} | descendants(child) for child in children(pid)))


def children(pid: int) -> set[int]:
    """Return the ids of a process's children."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    except OSError:
        return set()
    return set(map(int, found.split()))


@dataclass
class Run:
    """`slotkeeper run` with a DATA_DIR and a port of its own."""

    directory: Path
    data_dir: Path
    person: Person = field(default_factory=Person)
    import_path: tuple[Path, ...] = (SOURCE, PACKAGES)
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """What it printed since it was last started."""
        return (self.directory / "run.log").read_text(encoding="utf-8", errors="replace")

    @property
    def home(self) -> Path:
        """Where PostgreSQL's files are."""
        return (self.data_dir / "postgresql").resolve()

    @property
    def postmaster(self) -> int:
        """The process id of PostgreSQL."""
        return int((self.home / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    @property
    def pid(self) -> int:
        """The process id of the supervisor."""
        assert self.process is not None
        return self.process.pid

    def environment(self) -> dict[str, str]:
        """Return its variables."""
        return {
            "PATH": os.defpath,
            "PYTHONPATH": os.pathsep.join(map(str, self.import_path)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATA_DIR": str(self.data_dir),
            "WORKERS": "1",
            **self.settings,
        }

    def command(self, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command of `slotkeeper` beside it."""
        return self.call(self.person.python, "-m", "slotkeeper", *words, text=text)

    def call(self, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run any command where it was started, as the same person."""
        return subprocess.run(
            command,
            env=self.environment(),
            cwd=self.directory,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=START_SECONDS,
            **self._as_person(),
        )

    def launch(self) -> None:
        """Start it without waiting."""
        with (self.directory / "run.log").open("wb") as log:
            self.process = subprocess.Popen(
                [self.person.python, "-m", "slotkeeper", "run"],
                env=self.environment(),
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._as_person(),
            )

    def start(self) -> None:
        """Start it and wait until it serves and has said so."""
        self.launch()
        eventually(self._serves, START_SECONDS, "start of the run")

    def stop(self, number: int = signal.SIGINT) -> int:
        """Send it a signal and return its exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)

    def processes(self) -> set[int]:
        """Return the ids of everything that it consists of."""
        everything = {self.pid, self.postmaster}
        return everything | descendants(self.pid) | descendants(self.postmaster)

    def health(self) -> bytes:
        """Return the body of /health."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=10) as answer:
            body: bytes = answer.read()
            return body

    def clean_up(self) -> None:
        """End what is left of it and remove what it keeps outside of its directory."""
        if not self.data_dir.is_relative_to(self.directory):
            return  # Another run's.
        left = set()
        if self.process is not None:
            left |= descendants(self.pid)
            if self.process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.stop()
        with contextlib.suppress(OSError, ValueError, IndexError):
            left |= {self.postmaster} | descendants(self.postmaster)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        if self.home.parent == SYSTEM_PLACE:
            shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(self.data_dir, ignore_errors=True)

    def _serves(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"it ended with {self.process.returncode}:\n{self.log}")
        return f"Serving on http://127.0.0.1:{self.port} (" in self.log

    def _as_person(self) -> Privileges:
        if self.person.name is None:
            return {}
        entry = pwd.getpwnam(self.person.name)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
