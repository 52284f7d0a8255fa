#include "model/base/timestamp.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace lolscope {

namespace {

bool number(std::string_view text, std::size_t at, std::size_t digits, int &out)
{
    if (text.size() < at + digits)
        return false;
    out = 0;
    for (std::size_t i = at; i < at + digits; ++i) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        out = out * 10 + (text[i] - '0');
    }
    return true;
}

} // namespace

std::optional<Timestamp> parseTimestamp(std::string_view text)
{
    using namespace std::chrono;
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    if (!number(text, 0, 4, y) || !number(text, 5, 2, mo) || !number(text, 8, 2, d) || !number(text, 11, 2, h)
        || !number(text, 14, 2, mi) || !number(text, 17, 2, s) || text[4] != '-' || text[7] != '-'
        || (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':')
        return {};
    const year_month_day date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
    if (!date.ok() || h > 23 || mi > 59 || s > 60)
        return {};

    std::size_t at = 19;
    std::int64_t fraction = 0;
    if (at < text.size() && text[at] == '.') {
        std::int64_t scale = 1'000'000;
        const std::size_t first = ++at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10)
            fraction += (text[at] - '0') * scale; // scale reaches 0 past 100 ns
        if (at == first)
            return {};
    }
    if (at < text.size() && text[at] == 'Z')
        ++at;
    if (at != text.size())
        return {};
    return Timestamp(sys_days(date)) + hours(h) + minutes(mi) + seconds(s) + Ticks(fraction);
}

char *formatTimestamp(Timestamp time, char *out)
{
    using namespace std::chrono;
    const auto midnight = floor<days>(time);
    const year_month_day date(midnight);
    const auto sinceMidnight = (time - midnight).count();
    const auto seconds = static_cast<unsigned>(sinceMidnight / 10'000'000);
    auto fraction = static_cast<unsigned>(sinceMidnight % 10'000'000);
    unsigned digits = 7;
    while (digits > 3 && fraction % 10 == 0) {
        fraction /= 10;
        --digits;
    }
    const auto put = [&out](unsigned value, unsigned width) {
        for (unsigned i = width; i-- > 0; value /= 10)
            out[i] = static_cast<char>('0' + value % 10);
        out += width;
    };
    const int year = static_cast<int>(date.year());
    if (year >= 0 && year <= 9999)
        put(static_cast<unsigned>(year), 4);
    else
        out += std::snprintf(out, 12, "%04d", year);
    *out++ = '-';
    put(static_cast<unsigned>(date.month()), 2);
    *out++ = '-';
    put(static_cast<unsigned>(date.day()), 2);
    *out++ = 'T';
    put(seconds / 3600, 2);
    *out++ = ':';
    put(seconds / 60 % 60, 2);
    *out++ = ':';
    put(seconds % 60, 2);
    *out++ = '.';
    put(fraction, digits);
    *out++ = 'Z';
    return out;
}

std::string formatTimestamp(Timestamp time)
{
    std::array<char, kTimestampChars> text;
    return std::string(text.data(), formatTimestamp(time, text.data()));
}

} // namespace lolscope
