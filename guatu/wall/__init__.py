"""The wall 挂图: the first page, which says as of any day what is wrong, what moved, and how much there is.

Owns: the board of a day 看板, the day slider 时间轴, the schematic map 示意图 drawn from the zone tree, the loading of real
geometry 边界 (kept in parks), and the pages that open the rows behind a figure. Owns no table: everything is read through
the queries of the apps below.
"""
