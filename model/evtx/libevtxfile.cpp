#include "model/evtx/libevtxfile.h"

#include "model/evtx/eventxml.h"

#include <algorithm>
#include <array>

// Debian's libevtx.h wants libbfio.h, which libevtx-dev does not bring; we open by path only.
#include <libevtx/features.h>
#undef LIBEVTX_HAVE_BFIO
#include <libevtx.h>

namespace lolscope {

namespace {

struct RecordDeleter
{
    void operator()(libevtx_record_t *record) const noexcept { libevtx_record_free(&record, nullptr); }
};

libevtx_file_t *handle(void *file)
{
    return static_cast<libevtx_file_t *>(file);
}

/// Takes ownership of `raw`. The first line of libevtx's backtrace is the deepest cause.
std::string reasonOf(libevtx_error_t *raw)
{
    std::array<char, 1024> text = {};
    const bool known = raw && libevtx_error_sprint(raw, text.data(), text.size()) > 0;
    libevtx_error_free(&raw);
    std::string reason = known ? text.data() : "no reason given";
    std::replace(reason.begin(), reason.end(), '\n', ' ');
    // Its messages end in the record's index, which would make each a reason of its own.
    const auto colon = reason.rfind(": ");
    if (colon != std::string::npos && reason.find_first_not_of("0123456789.", colon + 2) == std::string::npos)
        reason.resize(colon);
    return "libevtx: " + reason;
}

LibevtxFile::Record read(libevtx_record_t *raw)
{
    const std::unique_ptr<libevtx_record_t, RecordDeleter> owner(raw);
    LibevtxFile::Record record;
    if (std::uint64_t id = 0; libevtx_record_get_identifier(raw, &id, nullptr) == 1)
        record.id = id;
    libevtx_error_t *error = nullptr;
    std::size_t bytes = 0; // with the final NUL
    if (libevtx_record_get_utf8_xml_string_size(raw, &bytes, &error) != 1) {
        record.reason = reasonOf(error);
        return record;
    }
    if (bytes == 0 || bytes > kMaxEventXmlBytes) {
        record.reason = "event XML of " + std::to_string(bytes) + " bytes";
        return record;
    }
    record.xml.resize(bytes);
    auto *out = reinterpret_cast<std::uint8_t *>(record.xml.data());
    if (libevtx_record_get_utf8_xml_string(raw, out, bytes, &error) != 1) {
        record.reason = reasonOf(error);
        record.xml.clear();
        return record;
    }
    record.xml.pop_back();
    return record;
}

} // namespace

void LibevtxFile::Closer::operator()(void *file) const noexcept
{
    libevtx_file_t *raw = handle(file);
    libevtx_file_free(&raw, nullptr);
}

Result<LibevtxFile> LibevtxFile::open(const std::filesystem::path &path)
{
    const std::string source = std::filesystem::path(path).make_preferred().string(); // it knows no other way
    return openWith(
        [&](void *file, libevtx_error_t **error) {
            return libevtx_file_open(handle(file), source.c_str(), LIBEVTX_OPEN_READ, error);
        },
        source);
}

Result<LibevtxFile> LibevtxFile::openWith(const Opening &open, const std::string &source)
{
    libevtx_error_t *error = nullptr;
    libevtx_file_t *raw = nullptr;
    if (libevtx_file_initialize(&raw, &error) != 1)
        return fail(ErrorCode::Internal, reasonOf(error), source);
    LibevtxFile file;
    file.m_file.reset(raw);
    if (open(raw, &error) != 1)
        return fail(ErrorCode::Corrupt, reasonOf(error), source);
    if (libevtx_file_get_number_of_records(raw, &file.m_live, &error) != 1
        || libevtx_file_get_number_of_recovered_records(raw, &file.m_recovered, &error) != 1)
        return fail(ErrorCode::Corrupt, reasonOf(error), source);
    return file;
}

LibevtxFile::Record LibevtxFile::live(int index) const
{
    libevtx_error_t *error = nullptr;
    libevtx_record_t *record = nullptr;
    if (libevtx_file_get_record_by_index(handle(m_file.get()), index, &record, &error) != 1)
        return {{}, {}, reasonOf(error)};
    return read(record);
}

LibevtxFile::Record LibevtxFile::recovered(int index) const
{
    libevtx_error_t *error = nullptr;
    libevtx_record_t *record = nullptr;
    if (libevtx_file_get_recovered_record_by_index(handle(m_file.get()), index, &record, &error) != 1)
        return {{}, {}, reasonOf(error)};
    return read(record);
}

} // namespace lolscope
