"""Suppressions: the addresses that must get nothing, whatever the lists say.

recipients/unsubscribed.csv (`list_file`, written by `unsubscribe`), the ledger's own suppressions (`keep.suppress`),
which are keyed hashes of people (`pseudonym`), and erased people become one mapping: `suppressed.read_suppressed`.
`resubscribe` ends a suppression.

`preferences` are milder wishes: fewer mails, a pause, another language.
"""
