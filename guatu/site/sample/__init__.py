"""The sample zone: facts of Qingdao's development zones 2021-2023, read from five newspaper articles (sources.csv).

The other files are as delivered; `batches.csv` and `not_later_than.csv` say in columns what notes of `projects.csv`
say in words, and `plans.csv` names the projects whose plan is laid out from a template. Each file is recorded once:
who changes or withdraws a row afterwards keeps that change.
"""
