"""The national register of enterprises 企业登记库, in the warehouse: what a register row is.

One row is one legal person or sole trader, by its `key`: the unified social credit code where the register gives a valid
one, else a mark of its name and region. Rows say what the register says; nothing is guessed but the region (from the code
and the address), and capital is told in yuan beside the text it was read from.
"""
