#!/usr/bin/env bash
# The proof of the layers: with the window switched off the command line builds, and links no Qt.
set -euo pipefail
source=$1 build=$2
absent() {
    if grep "$@"; then
        echo "an arrow that points up, see CONTRIBUTING.md" >&2
        exit 1
    fi
}
# SQL lives in model/store alone; what is known does not know the programs or the rules.
absent -rlE 'sqlite3\.h|SQLiteCpp|SQLite::' "$source"/app "$source"/detection "$source"/model/{base,evtx,analysis,items} --include='*.h' --include='*.cpp'
absent -rlE '#include "(app|detection)/' "$source"/model --include='*.h' --include='*.cpp'
absent -rlE '#include "(app|model/(evtx|store|analysis|items))/|<Q' "$source"/detection --include='*.h' --include='*.cpp'
cmake -S "$source" -B "$build" -G Ninja -Wno-dev --log-level=WARNING -DCMAKE_BUILD_TYPE=RelWithDebInfo -DLOLSCOPE_WERROR=ON -DLOLSCOPE_GUI=OFF -DLOLSCOPE_TESTS=OFF
cmake --build "$build" --target lolscope-cli
if ldd "$build/app/lolscope-cli" | grep -i 'libqt'; then
    echo "lolscope-cli must not link Qt" >&2
    exit 1
fi
if ldd "$build/app/lolscope-cli" | grep -i 'libevtx'; then
    echo "libevtx runs in lolscope-evtxhelper alone" >&2
    exit 1
fi
"$build/app/lolscope-cli" rules check --quiet >/dev/null
