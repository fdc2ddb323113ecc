"""Enterprises of the zone.

Owns: Enterprise 企业 (legal name, former names 曾用名, short name 简称, unified social credit code 统一社会信用代码).
Does not own an enterprise's place in a chain (chains) or in a project (projects).
"""
