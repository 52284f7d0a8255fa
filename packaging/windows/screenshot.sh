#!/usr/bin/env bash
# screenshot.sh PICTURE COMMAND...: lets the command run for LOLSCOPE_SHOWN seconds, keeps a picture of the screen and ends it.
# It fails if the command ended by itself or the screen is empty.
set -euo pipefail
"${@:2}" &
sleep "${LOLSCOPE_SHOWN:-20}"
xwd -root | convert xwd:- "$1"
kill -0 $!
kill $!
colors=$(identify -format %k "$1")
[ "$colors" -gt 200 ] || {
    echo "nothing is shown" >&2
    exit 1
}
