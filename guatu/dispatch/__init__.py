"""Monthly dispatch (月调度): each project owes a progress report a month, and what is reported becomes facts.

Owns: the months that were opened, the reports owed for them, corrections asked for (退回更正), and the one question
more that an office may ask for one month (临时报表) with its answers.

Does not own: the facts that a report leaves behind. Investment of a month and how a project goes forward are facts of
`projects`, with the month's source; photos are documents of the project.

Terms: period = 调度月份, progress report = 月调度报告, hand in = 报送, send back = 退回更正, accept = 审核通过,
urge = 催办, outstanding = 未报, late = 逾期报送, extra question = 临时填报项.
"""
