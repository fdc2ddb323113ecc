"""Puts the browser libraries Guatu serves into guatu/site/static/vendor/ (not committed).

What is fetched, and its checksum, is in package-lock.json; htmx comes from the Python package
django-htmx. A stamp beside the files makes a second run take no time.
"""

import hashlib
import importlib.util
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import _node

VENDOR = _node.ROOT / "guatu/site/static/vendor"
STAMP = VENDOR / ".stamp"

NPM_FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "alpine-csp.min.js": "@alpinejs/csp/dist/cdn.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "cytoscape.min.js": "cytoscape/dist/cytoscape.min.js",
    # Modules that find one another by name beside them, which a manifest storage keeps without a hash as well.
    "maplibre/maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre/maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "maplibre/maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
}
DJANGO_FILES = {"htmx.min.js": "django_htmx/static/django_htmx/htmx-2.min.js"}

# The source maps are not copied, and a manifest storage refuses a file which points at nothing.
SOURCE_MAP = re.compile(rb"\n?(//[#@] sourceMappingURL=\S*|/\*[#@] sourceMappingURL=\S*? ?\*/)\s*$")


def _django_htmx():
    found = importlib.util.find_spec("django_htmx")
    if found is None or not found.submodule_search_locations:
        raise _node.Failure("django-htmx is not installed in this Python: run `make install`.")
    return Path(next(iter(found.submodule_search_locations))).parent


def _fingerprint(htmx):
    digest = hashlib.sha256()
    for path in (_node.ROOT / "package-lock.json", Path(__file__), htmx):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _copy(source, target):
    if not source.is_file():
        raise _node.Failure(f"{source} is missing: has the package changed the names of its files?")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(SOURCE_MAP.sub(b"\n", source.read_bytes()))


def main():
    packages = _django_htmx()
    htmx = packages / DJANGO_FILES["htmx.min.js"]
    if not htmx.is_file():
        raise _node.Failure("The django-htmx which is installed carries no htmx 2: run `make install`.")
    wanted = _fingerprint(htmx)
    names = [*NPM_FILES, *DJANGO_FILES]
    if STAMP.is_file() and STAMP.read_text() == wanted and all((VENDOR / n).is_file() for n in names):
        return

    _node.ci(_node.ROOT)
    VENDOR.mkdir(parents=True, exist_ok=True)
    STAMP.unlink(missing_ok=True)
    for name, path in NPM_FILES.items():
        _copy(_node.ROOT / "node_modules" / path, VENDOR / name)
    for name, path in DJANGO_FILES.items():
        _copy(packages / path, VENDOR / name)
    STAMP.write_text(wanted)
    _node.say(f"{len(names)} browser libraries are in {VENDOR.relative_to(_node.ROOT)}.")


if __name__ == "__main__":
    try:
        main()
    except _node.Failure as failure:
        sys.exit(str(failure))
