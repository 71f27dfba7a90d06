"""A plan and the ledger become a sending.

Inside, from the top: `test_run` (mails to testers), `run` (what was confirmed is delivered), `new` and `resume` (a plan
for a sending that begins, or goes on), `in_doubt`, `changed`, `request` (what all of them look at), `readiness`,
`send_plan` (the value that a person confirms), `frozen_mails`.
"""
