"""A plan and the ledger become a sending.

Inside, from the top: `test_run` (mails to testers), `run` (delivers a confirmed sending), `new` and `resume` (the plan
of a sending that begins, or goes on), `in_doubt`, `changed`, `request` (the input of all planning), `readiness`,
`send_plan` (the value that a person confirms), `frozen_mails`; `earlier` (what was sent under another name).
"""
