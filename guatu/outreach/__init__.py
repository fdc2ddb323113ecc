"""From a gap in a chain to a firm that lands: targets 招商目标, leads 招商线索, trips 外出招商 and visits 拜访.

Owns: TargetList 目标清单, Lead 招商线索 with its claims 认领 and stages 阶段, Trip 外出招商 and Visit 拜访, the conversion of a lead
into a project 转化, admission 项目准入. It does not own enterprises, chains or projects: those lie below it.
"""
