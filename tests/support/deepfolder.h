#pragma once

#include <filesystem>
#include <string>

namespace lolscope::test {

/// Folders of which nobody, not even root, can search the innermost: its path is longer than a path may be
/// (PATH_MAX, 4096 bytes).
class DeepFolder
{
public:
    explicit DeepFolder(const std::filesystem::path &top)
        : m_top(top)
        , m_path(top)
    {
        constexpr int kLevels = 16;
        std::filesystem::path folder = top;
        for (int i = 0; i < kLevels; ++i)
            folder /= "s";
        std::filesystem::create_directories(folder / m_innermost);
        for (int i = 0; i < kLevels; ++i) { // from the top down, so that each rename has a short enough path
            std::filesystem::rename(m_path / "s", m_path / m_long);
            m_path /= m_long;
        }
        m_path /= m_innermost;
    }
    ~DeepFolder() // short again, so that it can be removed
    {
        std::error_code ignored;
        std::filesystem::rename(m_top / m_long, m_top / "s", ignored);
    }
    DeepFolder(const DeepFolder &) = delete;
    DeepFolder &operator=(const DeepFolder &) = delete;

    const std::filesystem::path &path() const { return m_path; } ///< Of the innermost.

private:
    const std::string m_long = std::string(240, 'l');
    const std::string m_innermost = std::string(250, 'i');
    std::filesystem::path m_top, m_path;
};

} // namespace lolscope::test
