# Cross compiles for 64-bit Windows with Debian's mingw-w64. The "posix" flavor of GCC is the one with std::thread.
# The libraries that dependencies.sh built are in its cache; it says LOLSCOPE_WINDOWS_PREFIX while it builds them.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)

if(NOT LOLSCOPE_WINDOWS_PREFIX AND DEFINED ENV{LOLSCOPE_WINDOWS_CACHE})
    set(LOLSCOPE_WINDOWS_PREFIX $ENV{LOLSCOPE_WINDOWS_CACHE}/prefix)
elseif(NOT LOLSCOPE_WINDOWS_PREFIX)
    set(LOLSCOPE_WINDOWS_PREFIX $ENV{HOME}/.cache/lolscope-windows/prefix)
endif()
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES LOLSCOPE_WINDOWS_PREFIX)
set(CMAKE_FIND_ROOT_PATH ${LOLSCOPE_WINDOWS_PREFIX} /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_LIBDIR} ${LOLSCOPE_WINDOWS_PREFIX}/lib/pkgconfig:${LOLSCOPE_WINDOWS_PREFIX}/share/pkgconfig)

# Qt's moc, rcc, uic and lrelease are Debian's own: the same version as the source that was built.
set(QT_HOST_PATH /usr CACHE PATH "")
set(QT_HOST_PATH_CMAKE_DIR /usr/lib/x86_64-linux-gnu/cmake CACHE PATH "")
