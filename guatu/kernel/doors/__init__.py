"""Doors: who gets in, how often they may try, how long they may stay, and what is unsafe here.

Owns login sessions, used passwords, the lock-out after wrong passwords (django-axes), the pace of requests, login by
OpenID Connect (django-allauth) and the inspection of the installation. Does not own who may see what: that is `scope`.

Terms: lock-out = 登录锁定, session = 登录会话, initial password = 初始密码, pace = 频率限制, trusted proxy = 可信代理.
"""
