"""Zones and the parks inside them.

Owns: Park 园区 (区中园 a park in a zone, 园中园 a park in a park) the view of organisations that are zones 功能区, and
where zones lie (ZoneGeometry 边界).
Does not own parcels (land) or tenancies of single rooms (to come).
"""
