#include "model/base/win32.h"
#include "model/evtx/libevtxfile.h"

#include <charconv>
#include <cstring>

// libevtx was built with its own libbfio, whose headers are not public. Signatures: libbfio_memory_range.h
// and libevtx_file.h of libevtx 20181227.
extern "C" {
int libbfio_memory_range_initialize(void **handle, std::intptr_t **error);
int libbfio_memory_range_set(void *handle, std::uint8_t *start, std::size_t size, std::intptr_t **error);
int libevtx_file_open_file_io_handle(void *file, void *handle, int access, std::intptr_t **error);
}

namespace lolscope {

namespace {

constexpr int kRead = 1; // LIBEVTX_OPEN_READ

std::uintptr_t number(const char *text)
{
    std::uintptr_t value = 0;
    std::from_chars(text, text + std::strlen(text), value);
    return value;
}

} // namespace

Result<LibevtxFile> LibevtxFile::openHelperInput(int argumentCount, char **arguments)
{
    // The number of the memory's handle, and how many bytes of it there are.
    if (argumentCount != 3)
        return fail(ErrorCode::Invalid, "started by hand");
    const auto memory = reinterpret_cast<HANDLE>(number(arguments[1]));
    const std::size_t bytes = number(arguments[2]);
    auto *view = static_cast<std::uint8_t *>(MapViewOfFile(memory, FILE_MAP_READ, 0, 0, bytes));
    if (!view)
        return fail(ErrorCode::Io, "its input cannot be read: " + win32::errorText());
    // It and the view stay for as long as the process.
    void *range = nullptr;
    return openWith(
        [&](void *file, std::intptr_t **error) {
            if (libbfio_memory_range_initialize(&range, error) != 1
                || libbfio_memory_range_set(range, view, bytes, error) != 1)
                return -1;
            return libevtx_file_open_file_io_handle(file, range, kRead, error);
        },
        "input");
}

} // namespace lolscope
