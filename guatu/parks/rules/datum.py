"""Datums of coordinates, all brought to WGS-84.

* WGS-84 is kept as it is.
* CGCS2000 is the national datum since 2008. Its ellipsoid differs from that of WGS-84 by a tenth of a millimetre, and the
  frames agree to a few centimetres, so it is taken as WGS-84.
* GCJ-02 is the shifted datum of public Chinese web maps, 100 to 700 m away. Its formula is public, its inverse is found by
  iteration. Outside the rectangle around China the shift is nothing.
"""

from __future__ import annotations

from coordTransform import out_of_china, wgs84_to_gcj02

WGS84, CGCS2000, GCJ02 = "wgs84", "cgcs2000", "gcj02"
DATUMS = (WGS84, CGCS2000, GCJ02)
#: Degrees at which the iteration ends: about a tenth of a millimetre.
CLOSE = 1e-9
MOST_STEPS = 30


def to_wgs84(longitude: float, latitude: float, datum: str) -> tuple[float, float]:
    """A position in degrees of `datum` as one in degrees of WGS-84."""
    if datum != GCJ02 or out_of_china(longitude, latitude):
        return longitude, latitude
    x, y = longitude, latitude
    for _step in range(MOST_STEPS):
        shifted_x, shifted_y = wgs84_to_gcj02(x, y)
        dx, dy = longitude - shifted_x, latitude - shifted_y
        x, y = x + dx, y + dy
        if abs(dx) < CLOSE and abs(dy) < CLOSE:
            break
    return x, y
