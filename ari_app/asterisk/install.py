"""Finds an Asterisk that is new enough, or brings Debian's own package into the user's cache.

Standard library only: set-up and the container run this with a bare python3, before any package is installed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ari_app.asterisk.version import check_version

#: Debian 12, Debian 13 and Ubuntu have no Asterisk 22; the next Debian has.
SUITE = "forky"

#: Parts of the extracted root that Asterisk does not touch: two thirds of its size.
NOT_NEEDED = (
    "etc", "var", "tmp", "dev", "usr/bin", "usr/libexec", "usr/lib64",
    "usr/lib/*-linux-gnu/perl", "usr/lib/*-linux-gnu/perl-base", "usr/lib/*-linux-gnu/libperl.so*",
    "usr/lib/*-linux-gnu/gconv", "usr/lib/systemd", "usr/lib/gnupg*", "usr/lib/tmpfiles.d",
)  # fmt: skip

#: What stays of usr/share: Asterisk's own data, and the licences of everything that stays.
SHARE_KEPT = ("asterisk", "doc")


class AsteriskMissing(RuntimeError):
    """There is no Asterisk that is new enough. Run `make setup`."""


@dataclass(frozen=True)
class Asterisk:
    """An installed Asterisk: how to start it, and where its parts are."""

    #: The first words of the command line, for example ("/usr/sbin/asterisk",).
    command: tuple[str, ...]
    modules: Path
    #: The folder that holds `documentation` and `rest-api`; Asterisk does not boot without the first.
    data: Path
    #: As it names itself, for example "Asterisk 22.10.1+dfsg".
    version: str


def cache_root(environ: Mapping[str, str] = os.environ) -> Path:
    """Where Debian's package lies when it was taken apart for this user."""
    cache = environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "meldlijn" / f"asterisk-{SUITE}"


def find(environ: Mapping[str, str] = os.environ) -> Asterisk:
    """MELDLIJN_ASTERISK, else the one on PATH when it is new enough, else the one in the cache.

    Raises AsteriskMissing with the version that was refused, the reason and the remedy.
    """
    named = environ.get("MELDLIJN_ASTERISK")
    if named:
        chosen = from_program(Path(named))
        _refuse_old(chosen, f"MELDLIJN_ASTERISK={named}")
        return chosen
    on_path = shutil.which("asterisk", path=environ.get("PATH", os.defpath) + ":/usr/sbin:/usr/local/sbin")
    refused = ""
    if on_path:
        found = from_program(Path(on_path))
        refused = check_version(found.version) or ""
        if not refused:
            return found
    root = cache_root(environ)
    if (root / "usr/sbin/asterisk").exists():
        kept = from_root(root)
        _refuse_old(kept, str(root))
        return kept
    raise AsteriskMissing(f"No Asterisk in {root}. {refused} Run `make setup`, which installs it.".replace("  ", " "))


def install(environ: Mapping[str, str] = os.environ) -> Asterisk:
    """The Asterisk that `find` finds; when there is none, Debian's package is fetched with mmdebstrap (about 10 s).

    Built beside its place and renamed, so a broken download leaves nothing behind. Works for root and for ordinary users.
    """
    try:
        return find(environ)
    except AsteriskMissing:
        if environ.get("MELDLIJN_ASTERISK"):
            raise
    root = cache_root(environ)
    shutil.rmtree(root, ignore_errors=True)
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{root.name}-", dir=root.parent) as building:
        fresh = Path(building) / "root"
        _extract(fresh)
        _prune(fresh)
        _refuse_old(from_root(fresh), f"Debian {SUITE}")
        fresh.rename(root)
    return from_root(root)


def from_root(root: Path) -> Asterisk:
    """Asterisk inside an extracted Debian root, run by that root's own loader: no chroot, no root rights."""
    program = root / "usr/sbin/asterisk"
    loaders = sorted(root.glob("usr/lib/*-linux-gnu/ld-linux-*.so.*"))
    if not program.exists() or not loaders:
        raise AsteriskMissing(f"{root} is not a whole Asterisk: delete that folder and run `make setup` again.")
    libraries = loaders[0].parent
    command = (str(loaders[0]), "--library-path", str(libraries), str(program))
    return Asterisk(command, libraries / "asterisk/modules", root / "usr/share/asterisk", _version(command))


def from_program(program: Path) -> Asterisk:
    """An Asterisk of the system, with its modules and data looked for beside it. Raises AsteriskMissing."""
    prefix = program.parent.parent
    modules = [*sorted(prefix.glob("lib/*-linux-gnu/asterisk/modules")), prefix / "lib/asterisk/modules"]
    modules.append(prefix / "lib64/asterisk/modules")
    data = (prefix / "share/asterisk", Path("/var/lib/asterisk"))
    return Asterisk(
        (str(program),),
        _first_folder(modules, "", f"modules of {program}"),
        _first_folder(data, "documentation", f"documentation of {program}"),
        _version((str(program),)),
    )


def _first_folder(places: list[Path] | tuple[Path, ...], inside: str, what: str) -> Path:
    for place in places:
        if (place / inside).is_dir():
            return place
    looked = ", ".join(str(place) for place in places)
    raise AsteriskMissing(
        f"The {what} are not in {looked}. Unset MELDLIJN_ASTERISK or take it from PATH, and run `make setup`."
    )


def _version(command: tuple[str, ...]) -> str:
    asked = subprocess.run([*command, "-V"], capture_output=True, text=True, timeout=20, check=False)
    if asked.returncode != 0:
        raise AsteriskMissing(f"`{' '.join(command)} -V` failed: {asked.stderr.strip() or asked.stdout.strip()}")
    return asked.stdout.strip()


def _refuse_old(asterisk: Asterisk, where: str) -> None:
    reason = check_version(asterisk.version)
    if reason:
        raise AsteriskMissing(f"{where}: {reason}")


def _extract(root: Path) -> None:
    program = shutil.which("mmdebstrap")
    if not program:
        raise AsteriskMissing("mmdebstrap is missing. Run `apt-get install mmdebstrap`, or `make setup` as root.")
    # "extract" only unpacks: no maintainer script runs, so no chroot is needed. "root" mode needs no rights for that either,
    # but mmdebstrap lets only root name it; "chrootless" is its word for the same without rights.
    mode = "root" if os.geteuid() == 0 else "chrootless"
    options = ["--quiet", f"--mode={mode}", "--variant=extract", "--include=asterisk"]
    # Machines with an old clock, and frozen mirrors, would refuse a list that is past its date; signatures are still checked.
    options.append('--aptopt=Acquire::Check-Valid-Until "false"')
    done = subprocess.run(
        [program, *options, SUITE, str(root)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        last = "\n".join(done.stderr.strip().splitlines()[-8:])
        raise AsteriskMissing(
            f"mmdebstrap could not fetch Asterisk from Debian {SUITE}. Is Debian's mirror reachable?\n{last}"
        )


def _prune(root: Path) -> None:
    share = root / "usr/share"
    unused = [found for pattern in NOT_NEEDED for found in root.glob(pattern)]
    unused += [folder for folder in share.iterdir() if folder.name not in SHARE_KEPT]
    unused += [found for found in share.glob("doc/*/*") if found.name != "copyright"]
    for path in unused:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)  # a folder of licences may be a link to another one


if __name__ == "__main__":
    try:
        print(install().version)
    except AsteriskMissing as missing:
        sys.exit(str(missing))
