#pragma once

#include "detection/sigma/detection.h"
#include "model/base/ipaddress.h"
#include "model/base/timestamp.h"

#include <optional>
#include <string>
#include <string_view>

namespace lolscope {

/// A value of a field in the forms that tests look at, each made when it is first asked for.
class TestedValue
{
public:
    /// `buffer` may be lent for the folded text.
    TestedValue(std::string_view text, std::string &buffer)
        : m_text(text)
        , m_buffer(buffer)
    {}

    std::string_view text() const { return m_text; }
    bool isAscii();
    std::string_view folded(); ///< foldCase() of the text.
    const std::optional<IpAddress> &address();
    const std::optional<sigma::Number> &number();
    const std::optional<Timestamp> &time();

private:
    std::string_view m_text;
    std::string &m_buffer;
    std::optional<bool> m_isAscii;
    bool m_isFolded = false;
    std::optional<std::optional<IpAddress>> m_address;
    std::optional<std::optional<sigma::Number>> m_number;
    std::optional<std::optional<Timestamp>> m_time;
};

/// Whether `test` holds for one value of its field. Unknown when a regular expression reached its limits.
/// What is asked of the field as a whole (NullTest) or of other fields (FieldTest) is answered as for this
/// value alone: No for FieldTest.
sigma::Regex::Answer ask(const sigma::Test &test, TestedValue &value);

} // namespace lolscope
