#include "model/base/ipaddress.h"

#include <algorithm>
#include <charconv>

#ifdef _WIN32
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif

namespace lolscope {

std::optional<IpAddress> IpAddress::parse(std::string_view text)
{
    constexpr std::size_t kLongest = 45; // INET6_ADDRSTRLEN without its NUL
    const bool zoned = text.find('%') != std::string_view::npos;
    text = text.substr(0, text.find('%'));
    if (text.empty() || text.size() > kLongest || text.find('\0') != std::string_view::npos)
        return {};
    const std::string terminated(text);
    IpAddress address;
    if (!zoned && inet_pton(AF_INET, terminated.c_str(), address.m_bytes.data() + 12) == 1) {
        address.m_v4 = true;
        return address;
    }
    address.m_bytes = {};
    if (inet_pton(AF_INET6, terminated.c_str(), address.m_bytes.data()) == 1)
        return address;
    return {};
}

IpAddress IpAddress::unmapped() const
{
    constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (m_v4 || !std::equal(kMapped.begin(), kMapped.end(), m_bytes.begin()))
        return *this;
    IpAddress address;
    address.m_v4 = true;
    std::copy(m_bytes.begin() + 12, m_bytes.end(), address.m_bytes.begin() + 12);
    return address;
}

std::string IpAddress::text() const
{
    std::array<char, 64> buffer = {};
    inet_ntop(m_v4 ? AF_INET : AF_INET6, m_bytes.data() + (m_v4 ? 12 : 0), buffer.data(), buffer.size());
    return buffer.data();
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text)
{
    const auto slash = text.find('/');
    const auto base = IpAddress::parse(text.substr(0, slash));
    if (!base || text.substr(0, slash).find('%') != std::string_view::npos)
        return {};
    IpNetwork network;
    network.m_base = *base;
    const int widest = base->isV4() ? 32 : 128;
    network.m_prefix = widest;
    if (slash != std::string_view::npos) {
        const auto digits = text.substr(slash + 1);
        const auto [end, status] =
            std::from_chars(digits.data(), digits.data() + digits.size(), network.m_prefix);
        if (status != std::errc() || end != digits.data() + digits.size() || network.m_prefix < 0
            || network.m_prefix > widest)
            return {};
    }
    const int skipped = base->isV4() ? 96 : 0;
    for (int bit = skipped + network.m_prefix; bit < 128; ++bit)
        if (base->bytes()[static_cast<std::size_t>(bit / 8)] & (0x80 >> (bit % 8)))
            return {};
    return network;
}

IpNetwork IpNetwork::unmapped() const
{
    constexpr int kMappedPrefix = 96; // ::ffff:0:0/96, RFC 4291 2.5.5.2
    IpNetwork network = *this;
    if (!isV4() && m_prefix >= kMappedPrefix && m_base.unmapped().isV4()) {
        network.m_base = m_base.unmapped();
        network.m_prefix -= kMappedPrefix;
    }
    return network;
}

bool IpNetwork::contains(const IpAddress &address) const
{
    if (address.isV4() != m_base.isV4())
        return false;
    int bits = m_prefix + (m_base.isV4() ? 96 : 0);
    for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
        const int mask = bits >= 8 ? 0xff : (0xff << (8 - bits)) & 0xff;
        if ((address.bytes()[i] & mask) != (m_base.bytes()[i] & mask))
            return false;
    }
    return true;
}

std::string_view addressScope(std::string_view address)
{
    struct Range
    {
        const char *network;
        std::string_view scope;
    };
    static constexpr Range kRanges[] = {
        {"0.0.0.0", "unspecified"},
        {"0.0.0.0/8", "reserved"},
        {"10.0.0.0/8", "private"},
        {"100.64.0.0/10", "shared"},
        {"127.0.0.0/8", "loopback"},
        {"169.254.0.0/16", "link-local"},
        {"172.16.0.0/12", "private"},
        {"192.0.0.0/24", "reserved"},
        {"192.0.2.0/24", "documentation"},
        {"192.168.0.0/16", "private"},
        {"198.18.0.0/15", "reserved"},
        {"198.51.100.0/24", "documentation"},
        {"203.0.113.0/24", "documentation"},
        {"224.0.0.0/4", "multicast"},
        {"255.255.255.255", "broadcast"},
        {"240.0.0.0/4", "reserved"},
        {"::", "unspecified"},
        {"::1", "loopback"},
        {"64:ff9b:1::/48", "reserved"},
        {"100::/64", "reserved"},
        {"2001:2::/48", "reserved"},
        {"2001:db8::/32", "documentation"},
        {"3fff::/20", "documentation"},
        {"fc00::/7", "private"},
        {"fe80::/10", "link-local"},
        {"ff00::/8", "multicast"},
    };
    static const auto kParsed = [] {
        std::array<IpNetwork, std::size(kRanges)> parsed;
        std::transform(std::begin(kRanges), std::end(kRanges), parsed.begin(),
                       [](const Range &range) { return IpNetwork::parse(range.network).value(); });
        return parsed;
    }();
    const auto parsed = IpAddress::parse(address);
    if (!parsed)
        return "unknown";
    for (std::size_t i = 0; i < kParsed.size(); ++i)
        if (kParsed[i].contains(parsed->unmapped()))
            return kRanges[i].scope;
    return "public";
}

} // namespace lolscope
