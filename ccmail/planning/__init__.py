"""Stage: files, lists and templates become a plan: who gets which mail.

`load` reads a campaign with all that its mails need, `audience` streams the lists, `planner.AudiencePlanner` counts
that stream into an `AudiencePlan`.
"""
