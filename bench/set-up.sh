#!/usr/bin/env bash
# Puts what the benchmark needs into bench/.tools: nothing else on the computer changes, no mail server is started.
# What cannot be had is said, and its contestant is passed over; the next `make bench` tries again.
set -uo pipefail
cd "$(dirname "$0")"
tools=$PWD/.tools
mkdir -p "$tools"
is_complete=yes

pass_over() {
  is_complete=no
  echo "bench: without $1: $2" >&2
}

receiver() {
  command -v gcc >/dev/null && return
  echo "bench: gcc is missing, which compiles the receiver; on Debian: apt-get install gcc libc6-dev" >&2
  exit 1
}

# Debian's package has smtp-source; it is taken out of it, not installed: Postfix would want to be set up and run.
smtp_source() {
  local installed unpacked=$tools/postfix/usr
  installed=$(PATH=$PATH:/usr/sbin command -v smtp-source) && ln -sf "$installed" "$tools/smtp-source" && return
  (cd "$tools" && apt-get -q download postfix && dpkg -x postfix_*.deb postfix && rm postfix_*.deb) >/dev/null ||
    return 1
  printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$unpacked/lib/postfix" "$unpacked/sbin/smtp-source" \
    >"$tools/smtp-source"
  chmod +x "$tools/smtp-source"
  # without arguments it explains itself; a library that is missing ends it with 127
  "$tools/smtp-source" >/dev/null 2>&1
  [ $? -ne 127 ] || { rm "$tools/smtp-source"; return 1; }
}

peers() {
  local install=("$tools/peers/bin/pip" install -q --no-build-isolation --require-hashes)
  "${PYTHON:-python3}" -m venv "$tools/peers" && "${install[@]}" -r ../locks/build.txt &&
    "${install[@]}" -r ../locks/bench.txt
}

nodemailer() {
  cp package.json package-lock.json "$tools/" && cd "$tools" && npm ci --silent --ignore-scripts --no-audit --no-fund
}

receiver
[ -x "$tools/smtp-source" ] || smtp_source ||
  pass_over smtp-source "its package postfix cannot be had; as root: apt-get update && apt-get install postfix"
peers || pass_over "python-emails and mailmerge" "pip cannot install them"
(nodemailer) || pass_over nodemailer "it needs node and npm; as root: apt-get install nodejs npm"
[ $is_complete = no ] || touch "$tools/ready"
