"""Industry chains 产业链 and the enterprises' roles in them.

Owns: Chain 产业链, EnterpriseRole 企业角色 (chain master 链主, supplier 配套, …). Nodes 环节 and supply edges come with
the chain map.
"""
