#!/usr/bin/env bash
# test.sh [--core]: runs what was cross compiled under wine. The command line must say of the sample what the native one
# says; the tests that make sense on Windows run with their results in build/.../wine/*.txt, and the window is shown once.
set -euo pipefail
cd "$(dirname "$0")/../.."
preset=windows
[ "${1:-}" != --core ] || preset=windows-core
build=$PWD/build/$preset
native=$PWD/build/bench/app/lolscope-cli
prefix=${LOLSCOPE_WINDOWS_CACHE:-$HOME/.cache/lolscope-windows}/prefix
results=$build/wine
rm -rf "$results"
mkdir -p "$results/cli"
windows_path() { echo "Z:${1//\//\\}"; }

export WINEPREFIX=$build/wineprefix WINEDEBUG=-all
export WINEPATH="$(windows_path "$prefix/bin");$(windows_path "$(dirname "$(x86_64-w64-mingw32-g++-posix -print-file-name=libstdc++-6.dll)")");$(windows_path /usr/x86_64-w64-mingw32/lib)"
export QT_PLUGIN_PATH=$(windows_path "$prefix/plugins") QT_QPA_PLATFORM=offscreen
unset DISPLAY
mkdir -p "$WINEPREFIX"

# One wineserver for all: a start that meets the end of the last server fails now and then. cmd waits for input until we end.
mkfifo "$results/keep"
wine cmd.exe <"$results/keep" >/dev/null 2>&1 &
exec 9>"$results/keep"
trap 'exec 9>&-; wait' EXIT

failed=0
run() { # run NAME SECONDS COMMAND...: its output goes to a file
    local name=$1 seconds=$2 outcome=0
    timeout -k 5 "$seconds" "${@:3}" >"$results/$name.out" 2>"$results/$name.err" </dev/null 9>&- || outcome=$?
    echo "$outcome"
}
say() { # say NAME WHAT: "passed", or what is wrong
    printf '%-28s %s\n' "$1" "$2"
    [ "$2" = passed ] || failed=1
}
same() { # same NAME FILE FILE
    if [ -s "$2" ] && cmp -s "$2" "$3"; then
        say "$1" passed
    else
        say "$1" "differs: diff $2 $3"
    fi
}

# The command line, from the folder of the sample so that its path is one word on both systems.
cd resources/sample
evidence=sample.evtx
for system in native wine; do
    command=("$native")
    [ $system = native ] || command=(wine "$build/lolscope-cli.exe")
    mkdir -p "$results/cli/$system"
    case=$results/cli/$system/case.lolscope
    out=$results/cli/$system/out
    outcome=$(run "cli-$system-index" 120 "${command[@]}" index "$case" $evidence --quiet)
    [ "$outcome" = 0 ] || say "cli index, $system" "exit code $outcome: $results/cli-$system-index.err"
    for verb in alerts connections; do
        "${command[@]}" "$verb" "$case" >"$out-$verb" 2>>"$out-err" </dev/null || true
    done
    "${command[@]}" export "$case" --out "$out-export.csv" 2>>"$out-err" </dev/null || true
    "${command[@]}" dump --xml $evidence >"$out-dump" 2>>"$out-err" </dev/null || true
    "${command[@]}" rules check >"$out-rules" 2>>"$out-err" </dev/null || true
    alert=$(sed -n '1s/^{"alert_id":"\([0-9a-f]*\)".*/\1/p' "$out-alerts")
    "${command[@]}" tree "$case" "$alert" >"$out-tree" 2>>"$out-err" </dev/null || true
    "${command[@]}" events "$case" "$alert" >"$out-events" 2>>"$out-err" </dev/null || true
    # The path of the evidence as the other system writes it, in JSON and in CSV.
    sed -i -e "s#$(windows_path "$PWD/$evidence" | sed 's/\\/\\\\\\\\/g')#$PWD/$evidence#g" \
        -e "s#$(windows_path "$PWD/$evidence" | sed 's/\\/\\\\/g')#$PWD/$evidence#g" "$out"-*
done
for output in alerts connections export.csv dump rules tree events; do
    same "cli $output" "$results/cli/native/out-$output" "$results/cli/wine/out-$output"
done
cd ../..

# The event log adapter, against a wevtapi.dll of our own beside it.
if [ -e "$build/tests/fakewevtapi/eventlogonwindows.exe" ]; then
    outcome=$(WINEDLLOVERRIDES="wevtapi=n,b" run eventlogonwindows 300 wine "$build/tests/fakewevtapi/eventlogonwindows.exe")
    say eventlogonwindows "$([ "$outcome" = 0 ] && echo passed || echo "exit code $outcome: $results/eventlogonwindows.out")"
fi

if [ $preset = windows ]; then
    # Qt Test says nothing on a standard output that is no console: it writes its results to a file.
    for name in $(cat packaging/windows/tests.txt); do
        program=$(find "$build/tests" -name "$name.exe" | head -1)
        outcome=$(run "$name" 300 wine "${program:-$name.exe}" -o "$(windows_path "$results/$name.txt"),txt")
        totals=$(grep -a '^Totals:' "$results/$name.txt" || true)
        say "$name" "$([ "$outcome" = 0 ] && [ -n "$totals" ] && echo passed || echo "exit code $outcome, $totals: $results/$name.txt")"
    done

    # The window: it opens the sample, and a picture of it is kept.
    outcome=$(QT_QPA_PLATFORM=windows run window 120 xvfb-run -a -s "-screen 0 1400x900x24" \
        packaging/windows/screenshot.sh "$build/lolscope.exe" "$results/window.png")
    say window "$([ "$outcome" = 0 ] && echo passed || echo "exit code $outcome: $results/window.err")"
fi
exit $failed
