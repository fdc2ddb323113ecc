"""Industry chains 产业链 and the enterprises' roles in them.

Owns: Chain 产业链, EnterpriseRole 企业角色 (chain master 链主, supplier 配套, …) as tables; the structure of chains, nodes
环节 and supply edges 供应关系, as files (`data/chains`, read by `catalogue.py`); how one enterprise is mapped onto nodes
(`rules/mapping.py`); the relatedness 关联 of any table of locations and activities (`rules/relatedness.py`).
"""
