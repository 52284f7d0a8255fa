#!/usr/bin/env bash
# test.sh [--core]: runs what was cross compiled under wine. The command line must say of the sample what the native one
# says; every test that was built runs, with its results in build/.../wine/*.txt; the packed window is shown twice.
set -euo pipefail
cd "$(dirname "$0")/../.."
preset=windows
[ "${1:-}" != --core ] || preset=windows-core
# The first program decides whether wine has a screen.
if [ $preset = windows ] && [ -z "${LOLSCOPE_IN_XVFB:-}" ]; then
    LOLSCOPE_IN_XVFB=1 exec xvfb-run -a -s "-screen 0 1400x900x24" packaging/windows/test.sh "$@"
fi
[ $preset = windows ] || unset DISPLAY
build=$PWD/build/$preset
native=$PWD/build/bench/app/lolscope-cli
prefix=${LOLSCOPE_WINDOWS_CACHE:-$HOME/.cache/lolscope-windows}/prefix
results=$build/wine
rm -rf "$results"
mkdir -p "$results/cli"
windows_path() { echo "Z:${1//\//\\}"; }

# Without Mono and Gecko, which a first start would ask to download.
export WINEPREFIX=$build/wineprefix WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml="
libraries="$(windows_path "$prefix/bin");$(windows_path "$(dirname "$(x86_64-w64-mingw32-g++-posix -print-file-name=libstdc++-6.dll)")");$(windows_path /usr/x86_64-w64-mingw32/lib)"
mkdir -p "$WINEPREFIX"

# One wineserver for all: a start that meets the end of the last server fails now and then. cmd waits for input until we end.
# This makes the prefix. A program that crashes ends, and no debugger writes to its output.
wine reg add 'HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug' /v Debugger /d none.exe /f >/dev/null 2>&1 </dev/null
wine reg add 'HKCU\Software\Wine\X11 Driver' /v Managed /d N /f >/dev/null 2>&1 </dev/null # no window manager runs
mkfifo "$results/keep"
wine cmd.exe <"$results/keep" >/dev/null 2>&1 &
exec 9>"$results/keep"
trap 'exec 9>&-; wait' EXIT

# The share \\lolscope\share, as wine knows shares.
mkdir -p "$results/share" "$WINEPREFIX/dosdevices/unc/lolscope"
ln -sfn "$results/share" "$WINEPREFIX/dosdevices/unc/lolscope/share"
export LOLSCOPE_TEST_SHARE='\\lolscope\share'

failed=0
run() { # run NAME SECONDS COMMAND...: its output goes to files, its exit code to ours
    local name=$1 seconds=$2 outcome=0
    timeout -k 5 "$seconds" "${@:3}" >"$results/$name.out" 2>"$results/$name.err" </dev/null 9>&- || outcome=$?
    echo "$outcome"
}
say() { # say NAME WHAT: "passed", or what is wrong
    printf '%-28s %s\n' "$1" "$2"
    [ "$2" = passed ] || failed=1
}
ended() { # ended NAME OUTCOME FILE: whether it ended well
    say "$1" "$([ "$2" = 0 ] && echo passed || echo "exit code $2: $3")"
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

# The same sample from places that only Windows makes hard. Alerts and their ids do not depend on the place.
deep=$(printf 'Ereignisse äöü 日誌%.0s/' {1..25})
mkdir -p "$results/cli/$deep" "$results/share/$deep"
cp resources/sample/sample.evtx "$results/cli/$deep"
cp resources/sample/sample.evtx "$results/share/$deep/Журнал.evtx"
cp resources/sample/sample.evtx "$results/share"
same_alerts() { # same_alerts NAME EVIDENCE
    local case=$results/cli/$1
    wine "$build/lolscope-cli.exe" index "$case" "$2" --quiet 2>"$case.err" </dev/null || true
    wine "$build/lolscope-cli.exe" alerts "$case" >"$case.alerts" 2>>"$case.err" </dev/null || true
    same "cli $1" "$results/cli/native/out-alerts" "$case.alerts"
}
same_alerts long-path "$(windows_path "$results/cli/${deep}sample.evtx")"
same_alerts long-folder "$(windows_path "$results/cli/Ereignisse äöü 日誌")"
same_alerts share '\\lolscope\share\sample.evtx'
same_alerts long-share "\\\\lolscope\\share\\${deep//\//\\}Журнал.evtx"
same_alerts verbatim "\\\\?\\$(windows_path "$PWD/resources/sample/sample.evtx")"
rm -rf "$results/share"/*

# The event log adapter, against a wevtapi.dll of our own beside it.
outcome=$(WINEDLLOVERRIDES="$WINEDLLOVERRIDES;wevtapi=n,b" run eventlogonwindows 300 wine "$build/tests/fakewevtapi/eventlogonwindows.exe")
ended eventlogonwindows "$outcome" "$results/eventlogonwindows.out"

[ $preset = windows ] || exit $failed

# Qt Test says nothing on a standard output that is no console: it writes its results to a file.
for program in "$build"/tst_*.exe; do
    name=$(basename "$program" .exe)
    outcome=$(WINEPATH="$libraries" run "$name" 300 wine "$program" -o "$(windows_path "$results/$name.txt"),txt")
    grep -qa '^Totals:' "$results/$name.txt" || outcome="$outcome, no totals"
    ended "$name" "$outcome" "$results/$name.txt"
done

# What is packed needs nothing else: the window opens the sample, then, without an administrator's rights, asks what to watch.
packaging/windows/pack.sh >/dev/null
packed=$build/package/lolscope-windows
outcome=$(run window 120 packaging/windows/screenshot.sh "$results/window.png" \
    wine "$packed/lolscope.exe" --case "$(windows_path "$results/window.lolscope")" resources/sample/sample.evtx)
ended window "$outcome" "$results/window.err"
cp "$build/tests/fakewevtapi/wevtapi.dll" "$WINEPREFIX/drive_c/windows/system32/wevtapi.dll"
printf '%s\n' 'channel Application' 'channel Security' 'deny Security' 'channel System' \
    'channel Microsoft-Windows-Sysmon/Operational operational' 'channel Microsoft-Windows-DNS-Client/Operational operational disabled' \
    'channel Microsoft-Windows-Kernel-Power/Diagnostic analytic' >"$results/channels"
outcome=$(LOLSCOPE_FAKE_EVENTLOG=$(windows_path "$results/channels") WINEDLLOVERRIDES="$WINEDLLOVERRIDES;wevtapi=n" \
    run watchdialog 120 packaging/windows/screenshot.sh "$results/watchdialog.png" \
    wine "$build/tests/fakewevtapi/unelevated.exe" "$(windows_path "$packed/lolscope.exe")" --watch)
ended watchdialog "$outcome" "$results/watchdialog.err"
exit $failed
