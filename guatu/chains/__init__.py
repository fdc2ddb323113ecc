"""Industry chains 产业链 and the enterprises' roles in them.

Owns: Chain 产业链, EnterpriseRole 企业角色 (chain master 链主, supplier 配套, …) as tables; the structure of chains, nodes
环节 and supply edges 供应关系, as files (`data/chains`, read by `catalogue.py`). One enterprise is
mapped onto nodes by `rules/mapping.py`.
"""
