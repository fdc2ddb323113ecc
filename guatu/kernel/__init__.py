"""The ground every app stands on: people and scope, facts, clock, parameters, history, resources, imports.

Owns: Organisation 组织, User 用户, Membership 任职, Source 来源, Statement 陈述, Recording 记录,
HistoryEntry 历史, CalendarNotice 节假日通知, ExchangeRate 汇率, ParameterValue 参数取值, Document 文档,
Notification 通知, Job 任务, ApiToken 令牌.

Does not own any word of the domain: a zone is an Organisation whose kind is data.
"""
