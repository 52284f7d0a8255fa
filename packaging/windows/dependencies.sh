#!/usr/bin/env bash
# dependencies.sh core|all: builds the libraries Lolscope needs on Windows, from Debian's source packages, and prints the
# folder they are in. "core" is what the programs without a window need, "all" adds Qt and what the tests need. What is
# built stays in the cache (LOLSCOPE_WINDOWS_CACHE) until Debian's version or the recipe below changes.
# Exit code 4: the sources cannot be had.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${LOLSCOPE_WINDOWS_CACHE:-$HOME/.cache/lolscope-windows}
prefix=$cache/prefix
jobs=${LOLSCOPE_JOBS:-$(nproc)}
mkdir -p "$cache"/{apt/lists,apt/cache,source,build,stamps,logs} "$prefix"/{include,lib/pkgconfig,share,licenses}

# Source packages are listed here alone: the machine's own apt lists stay as they are.
apt=(-qq -o "Dir::Etc::sourcelist=$cache/apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$cache/apt/lists" -o "Dir::Cache=$cache/apt/cache" -o APT::Get::Only-Source=true
    -o APT::Sandbox::User="$(id -un)")

# Where this machine has Debian's packages from, in whichever form its lists are; ORIGIN is unknown before its first update.
own_sources() {
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)' 'Created-By: Packages' |
        awk '$2 ~ /^bookworm(-security|-updates)?$/ && $3 == "main" && $4 ~ /^(Debian|\$\(ORIGIN\))$/ { print "deb-src", $1, $2, $3 }' | sort -u
}

debian_sources='deb-src http://deb.debian.org/debian bookworm main
deb-src http://deb.debian.org/debian-security bookworm-security main'

update_lists() { # once a day
    [ -z "$(find "$cache/apt/updated" -mmin -1440 2>/dev/null)" ] || return 0
    local lists
    for lists in "$(own_sources)" "$debian_sources"; do
        echo "$lists" >"$cache/apt/sources.list"
        apt-get "${apt[@]}" update >&2 || true # one that fails may be another's
        if [ -n "$(versions_of sqlite3)" ]; then
            touch "$cache/apt/updated"
            return 0
        fi
    done
    echo "Debian 12's source packages cannot be had: neither the places of this machine's apt lists nor deb.debian.org have" \
        "them. They are needed to build the libraries for Windows; LOLSCOPE_WINDOWS=0 leaves Windows out of ./dev test." >&2
    exit 4
}

versions_of() { # versions_of SOURCE: the newest first
    apt-cache "${apt[@]}" showsrc "$1" 2>/dev/null |
        awk -v name="$1" '/^Package:/ { own = $2 == name } own && /^Version:/ { print $2 }' | sort -Vru
}

# need SOURCE: runs build_SOURCE in its unpacked source, unless that version was built by that same recipe.
need() {
    local name=$1 version recipe stamp
    recipe=$(declare -f "build_${name//-/_}" with_cmake static_library pkg_config | cat - "$here/mingw.cmake" | sha256sum | cut -c1-12)
    for version in $(versions_of "$name"); do
        stamp="$cache/stamps/$name $version $recipe"
        [ ! -e "$stamp" ] || return 0
        rm -rf "$cache/source/$name" "$cache/build/$name"
        mkdir -p "$cache/source/$name"
        # A mirror may lag behind its own list.
        (cd "$cache/source/$name" && apt-get "${apt[@]}" source --download-only "$name=$version") \
            >"$cache/logs/$name.log" 2>&1 </dev/null || continue
        echo "Building $name $version for Windows" >&2
        (
            cd "$cache/source/$name"
            dpkg-source --no-check -x ./*.dsc unpacked
            cd unpacked
            "build_${name//-/_}"
        ) >"$cache/logs/$name.log" 2>&1 </dev/null & # as a condition it would not stop at its first error
        wait $! && break
        tail -30 "$cache/logs/$name.log" >&2
        echo "$name did not build; all of it: $cache/logs/$name.log" >&2
        exit 1
    done
    if [ ! -d "$cache/source/$name/unpacked" ]; then
        echo "The source package $name cannot be downloaded:" >&2
        cat "$cache/logs/$name.log" >&2
        exit 4
    fi
    cp "$cache/source/$name/unpacked/debian/copyright" "$prefix/licenses/$name.txt"
    rm -rf "$cache/source/$name" "$cache/build/$name" "$cache/stamps/$name "*
    touch "$stamp"
}

# with_cmake FOLDER ARGS...: configures, builds and installs the source in FOLDER.
with_cmake() {
    local build launcher=()
    build=$cache/build/$(basename "$(dirname "$PWD")")
    if command -v ccache >/dev/null; then
        launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    fi
    cmake -G Ninja -S "$1" -B "$build" -Wno-dev -DCMAKE_TOOLCHAIN_FILE="$here/mingw.cmake" \
        -DLOLSCOPE_WINDOWS_PREFIX="$prefix" -DCMAKE_INSTALL_PREFIX="$prefix" -DCMAKE_INSTALL_LIBDIR=lib \
        -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF "${launcher[@]}" "${@:2}"
    ninja -C "$build" -j "$jobs"
    ninja -C "$build" install >/dev/null
}

# static_library NAME HEADERS SOURCES DEFINITIONS INCLUDES: builds C sources whose own build does not know Windows or is slow.
static_library() {
    cat >CMakeLists.txt <<CMAKE
cmake_minimum_required(VERSION 3.25)
project($1 C)
file(GLOB sources $3)
file(GLOB headers $2)
add_library($1 STATIC \${sources})
target_compile_definitions($1 PRIVATE ${4:-})
target_include_directories($1 PRIVATE ${5:-})
install(TARGETS $1)
install(FILES \${headers} DESTINATION include)
CMAKE
    with_cmake .
}

# pkg_config NAME LIBRARY [FLAG]: says how the static library is linked.
pkg_config() {
    cat >"$prefix/lib/pkgconfig/$1.pc" <<PC
Name: $1
Description: $1
Version: $(dpkg-parsechangelog -S Version | sed 's/^[0-9]*://; s/[-+].*//')
Libs: -L$prefix/lib -l$2
Cflags: -I$prefix/include ${3:-}
PC
}

build_sqlite3() {
    mkdir amalgamation
    (cd amalgamation && ../configure --disable-tcl && make sqlite3.c sqlite3.h) # runs here, not on Windows
    cp amalgamation/sqlite3.[ch] .
    # Of Debian's options those that a case can tell, and those of SQLite that make it faster.
    static_library sqlite3 sqlite3.h sqlite3.c "SQLITE_THREADSAFE=1 SQLITE_SECURE_DELETE SQLITE_ENABLE_COLUMN_METADATA
        SQLITE_ENABLE_DBSTAT_VTAB SQLITE_ALLOW_ROWID_IN_VIEW SQLITE_LIKE_DOESNT_MATCH_BLOBS SQLITE_USE_URI=1
        SQLITE_MAX_VARIABLE_NUMBER=250000 SQLITE_OMIT_LOOKASIDE=1 SQLITE_OMIT_LOAD_EXTENSION"
}

build_sqlitecpp() {
    with_cmake . -DSQLITECPP_INTERNAL_SQLITE=OFF -DSQLITECPP_RUN_CPPLINT=OFF -DSQLITECPP_RUN_CPPCHECK=OFF \
        -DSQLITECPP_USE_STACK_PROTECTION=OFF -DSQLITE_OMIT_LOAD_EXTENSION=ON
}

build_libzstd() {
    with_cmake build/cmake -DZSTD_BUILD_PROGRAMS=OFF -DZSTD_BUILD_SHARED=OFF -DZSTD_LEGACY_SUPPORT=OFF
}

build_libdeflate() {
    static_library deflate libdeflate.h "lib/*.c lib/x86/*.c" "" .
    pkg_config libdeflate deflate
}

build_libyaml() {
    with_cmake . -DBUILD_TESTING=OFF
    pkg_config yaml-0.1 yaml -DYAML_DECLARE_STATIC
}

build_re2() {
    perl re2/make_perl_groups.pl >re2/perl_groups.cc # tables that Debian makes anew from its own Unicode data
    /usr/bin/python3 re2/make_unicode_casefold.py >re2/unicode_casefold.cc
    /usr/bin/python3 re2/make_unicode_groups.py >re2/unicode_groups.cc
    with_cmake . -DRE2_BUILD_TESTING=OFF -DBUILD_TESTING=OFF
    pkg_config re2 re2
}

build_pcre2() {
    with_cmake . -DPCRE2_SUPPORT_JIT=ON -DPCRE2_BUILD_TESTS=OFF -DPCRE2_BUILD_PCRE2GREP=OFF
    pkg_config libpcre2-8 pcre2-8 -DPCRE2_STATIC
}

build_pugixml() { with_cmake .; }

build_utf8proc() {
    with_cmake .
    pkg_config libutf8proc utf8proc -DUTF8PROC_STATIC
}

build_libevtx() {
    # Its configure knows mingw-w64 badly; what it finds out are these few facts.
    local part definitions=() includes=(. include common shim) sources=()
    for part in bfio cdata cerror cfile clocale cnotify cpath csplit cthreads fcache fdata fdatetime fguid fvalue fwevt fwnt una; do
        definitions+=("HAVE_LOCAL_LIB${part^^}")
        includes+=("lib$part")
        sources+=("lib$part/*.c")
    done
    mkdir shim # Windows' disks do not tell Synchapi.h from synchapi.h
    for part in Synchapi Processthreadsapi Threadpoolapiset; do
        echo "#include <${part,,}.h>" >"shim/$part.h"
    done
    static_library evtx "include/libevtx.h" "libevtx/*.c ${sources[*]}" "HAVE_WINDOWS_H ${definitions[*]}" "${includes[*]}"
    mkdir -p "$prefix/include/libevtx"
    cp include/libevtx/*.h "$prefix/include/libevtx"
}

build_yaml_cpp() {
    with_cmake . -DYAML_CPP_BUILD_TESTS=OFF -DYAML_CPP_BUILD_TOOLS=OFF -DYAML_CPP_BUILD_CONTRIB=OFF
    pkg_config yaml-cpp yaml-cpp -DYAML_CPP_STATIC_DEFINE
}

build_qt6_base() {
    export CCACHE_SLOPPINESS=pch_defines,time_macros
    # Bundled: what Debian's Qt takes from the system. Off: what the window does not use.
    local off=() feature
    for feature in system_zlib system_pcre2 system_freetype system_harfbuzz system_png system_jpeg system_doubleconversion \
        system_libb2 tabletevent vulkan dbus printsupport network sql xml direct2d direct2d1_1 zstd brotli glib icu jpeg gif \
        schannel androiddeployqt; do
        off+=("-DFEATURE_$feature=OFF")
    done
    # Without Direct2D there is no font database of DirectWrite, which this file does not know.
    sed -i 's/^#if QT_CONFIG(directwrite3)$/#if QT_CONFIG(directwrite3) \&\& QT_CONFIG(direct2d)/' \
        src/plugins/platforms/windows/qwindowsintegration.cpp
    with_cmake . -DBUILD_SHARED_LIBS=ON -DCMAKE_C_FLAGS=-fpch-preprocess -DCMAKE_CXX_FLAGS=-fpch-preprocess \
        -DQT_BUILD_EXAMPLES=OFF -DQT_BUILD_TESTS=OFF -DQT_BUILD_TOOLS_WHEN_CROSSCOMPILING=OFF -DINPUT_opengl=no \
        -DINPUT_openssl=no "${off[@]}"
}

# headers PACKAGE...: libraries that are headers alone come from their Debian packages as they are.
headers() {
    local package
    for package in "$@"; do
        dpkg-query -L "$package" | grep -E '^/usr/(include|share/cmake|share/pkgconfig)/.' | while read -r file; do
            [ ! -f "$file" ] || install -D -m 644 "$file" "$prefix/${file#/usr/}"
        done
        sed -i "s#/usr/include#$prefix/include#g" "$prefix"/share/cmake/*/*.cmake # some name it
        cp "/usr/share/doc/$package/copyright" "$prefix/licenses/$package.txt"
    done
}

case ${1:-} in
core) sources=(libevtx sqlite3 sqlitecpp libzstd libdeflate libyaml re2 pcre2 pugixml utf8proc) ;;
all) sources=(libevtx sqlite3 sqlitecpp libzstd libdeflate libyaml re2 pcre2 pugixml utf8proc yaml-cpp qt6-base) ;;
*)
    echo "usage: dependencies.sh core|all" >&2
    exit 2
    ;;
esac
update_lists
headers rapidjson-dev libexpected-dev libcli11-dev
for source in "${sources[@]}"; do
    need "$source"
done
echo "$prefix"
