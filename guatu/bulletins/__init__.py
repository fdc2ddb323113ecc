"""Bulletins 督查通报: how the projects of a zone stand as of a day, said in the office's words and issued.

Owns: Bulletin 通报 (draft, issued, withdrawn), its text made from figures, its Word template, page, Word and PDF.
Terms: issue 印发, number 期号, as_of 截至日, since 上期截至日, correction 更正, section 段落, figure 数字 (each opens its rows).
An issued bulletin never changes; a correction is a new bulletin that refers to it. Does not own the rows it counts:
those are asked of `projects`.
"""
