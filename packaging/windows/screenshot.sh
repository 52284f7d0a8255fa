#!/usr/bin/env bash
# screenshot.sh PROGRAM PICTURE: shows the program with the sample for a while and keeps a picture of the screen.
set -euo pipefail
case=$(mktemp -d)
trap 'rm -rf "$case"' EXIT
wine "$1" --case "Z:${case//\//\\}\\case.lolscope" resources/sample/sample.evtx &
sleep "${LOLSCOPE_SHOWN:-20}"
xwd -root | convert xwd:- "$2"
kill -0 $! # it still runs
kill $!
