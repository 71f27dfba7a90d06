"""`ccmail worker`: the process that sends batches of a ledger on a server, beside others like it."""
