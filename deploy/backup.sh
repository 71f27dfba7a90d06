#!/bin/sh
# Copies what cannot be made again: the ledger, the keys, the lists, the settings.
#
#     backup.sh WORKSPACE FOLDER
#
# The pages and a sending may go on meanwhile. The copy is complete, or it is not there.
set -eu
umask 077
workspace=$1
copy=$2/$(date +%Y-%m-%dT%H%M%S)
half=$copy.part
mkdir -p "$half/.ccmail"
# a copy of the bare file would lack what is still in the write-ahead log
python3 - "$workspace/.ccmail/ledger.sqlite" "$half/.ccmail/ledger.sqlite" <<'END'
import contextlib, sqlite3, sys

source, copy = (contextlib.closing(sqlite3.connect(name)) for name in sys.argv[1:])
with source as source, copy as copy:
    source.backup(copy)
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
END
for name in ccmail.yaml campaigns recipients templates; do
    [ ! -e "$workspace/$name" ] || cp -Rp "$workspace/$name" "$half/"
done
# the keys of links and people, and the receipts: how many have each mail
for file in "$workspace"/.ccmail/*.key "$workspace"/.ccmail/*.sent; do
    [ ! -e "$file" ] || cp -p "$file" "$half/.ccmail/"
done
mv "$half" "$copy"
echo "$copy"
