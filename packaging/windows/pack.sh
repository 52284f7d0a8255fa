#!/usr/bin/env bash
# Packs the programs of build/windows with all that they need into build/windows/lolscope-windows.zip.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$PWD/build/windows
prefix=${LOLSCOPE_WINDOWS_CACHE:-$HOME/.cache/lolscope-windows}/prefix
compiler=x86_64-w64-mingw32-g++-posix
folder=$build/package/lolscope-windows
rm -rf "$build/package" "$build/lolscope-windows.zip"
mkdir -p "$folder"/{plugins/{platforms,styles},translations,licenses}

cp "$build"/lolscope{,-cli,-evtxhelper}.exe "$folder"
cp "$prefix"/bin/Qt6{Core,Gui,Widgets}.dll "$folder"
for library in libstdc++-6.dll libgcc_s_seh-1.dll libwinpthread-1.dll; do
    cp "$($compiler -print-file-name=$library)" "$folder"
done
for plugin in platforms/qwindows styles/qwindowsvistastyle; do
    cp "$prefix/plugins/$plugin.dll" "$folder/plugins/$plugin.dll"
done
x86_64-w64-mingw32-strip "$folder"/*.exe "$folder"/*.dll "$folder"/plugins/*/*.dll
cp /usr/share/qt6/translations/qtbase_de.qm "$folder/translations"
printf '[Paths]\nPrefix=.\n' >"$folder/qt.conf"
cp LICENSE README.md CHANGELOG.md "$folder"
cp "$prefix"/licenses/* "$folder/licenses"
for package in gcc-mingw-w64-x86-64-posix-runtime mingw-w64-x86-64-dev; do
    cp "/usr/share/doc/$package/copyright" "$folder/licenses/$package.txt"
done
cp -r /usr/share/common-licenses "$folder/licenses/" # what the texts above refer to

# A library that was forgotten is found here and not by the first user.
known=$(ls "$folder" "$folder"/plugins/*)
for file in "$folder"/*.{exe,dll} "$folder"/plugins/*/*.dll; do
    for library in $(x86_64-w64-mingw32-objdump -p "$file" | sed -n 's/^\tDLL Name: //p'); do
        grep -qixF "$library" <<<"$known" || [ -e "$(echo /usr/x86_64-w64-mingw32/lib/lib"$(basename "${library,,}" .dll)".a)" ] ||
            grep -qiE '^(api-ms-win-.*|kernel32|msvcrt|user32|ntdll)\.dll$' <<<"$library" || {
            echo "$(basename "$file") needs $library, which is neither packed nor Windows' own" >&2
            exit 1
        }
    done
done
(cd "$build/package" && zip -qr -9 ../lolscope-windows.zip lolscope-windows)
echo "$build/lolscope-windows.zip: $(du -h "$build/lolscope-windows.zip" | cut -f1)"
