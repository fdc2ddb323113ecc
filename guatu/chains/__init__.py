"""Industry chains 产业链, how they stand in a zone, and who answers for them.

Owns: Chain 产业链, EnterpriseRole 企业角色 (chain master 链主, supplier 配套, …), MappingVerdict 人工判定, ChainPost 链上任职
(chain lead 链长, group 链组, office 链办), ChainPlan 一链一策 as tables; the structure of chains, nodes 环节 and supply edges
供应关系, as files (`data/chains`, read by `catalogue.py`); how one enterprise is mapped onto nodes (`rules/mapping.py`), and
the mappings of the whole register as a dataset of the warehouse; the relatedness 关联 of any table of locations and
activities (`rules/relatedness.py`). Pages leave the slots `chains.chain` and `chains.node` open for what upper apps know.
"""
