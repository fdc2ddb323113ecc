"""Whether a generated zone is what working in Guatu leaves behind: its history is whole, and remaking the derived
rows changes nothing. Exits 1 with a sentence when not.

    python -m benchmarks.check
"""

from __future__ import annotations

import sys

import django


def faults() -> list[str]:
    from guatu.kernel import audit
    from guatu.kernel.registry import projections

    found = []
    verified = audit.verify()
    if not verified["ok"]:
        found.append(f"the history is not whole: {verified['first_bad']}")
    for projection in projections():
        remade = projection.rebuild()
        if remade["missing"] or remade["wrong"]:
            found.append(f"{type(projection).__name__} was not in step: {remade}")
    return found


def main() -> None:
    django.setup()
    if found := faults():
        sys.exit("The generated zone is not sound: " + "; ".join(found))


if __name__ == "__main__":
    main()
