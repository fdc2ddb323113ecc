"""Projects of a zone and where each stands, as of any day.

Owns: Project 项目, StageEvent 阶段事件, Milestone 节点, the five lists 五张清单, gates 关口 between stages.
Terms: negotiating 在谈, signed 签约, registered 注册, land_acquired 拿地, started 开工, completed 竣工,
trial_production 试生产, in_production 投产, at_capacity 达产; commander 指挥, officer 专员; in_statistics 纳统;
investment-supporting 固投支撑. Does not own plans and the investment ledger (to come in this app).
"""
