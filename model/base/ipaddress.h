#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lolscope {

/// An IPv4 or IPv6 address as a value: text forms that mean the same address compare equal.
/// Sysmon writes IPv6 uncompressed (`0:0:0:0:0:0:0:1`) and IPv4 answers as `::ffff:a.b.c.d`.
class IpAddress
{
public:
    /// Reads dotted IPv4 and every text form of IPv6 (RFC 4291 2.2); a `%zone` is dropped.
    static std::optional<IpAddress> parse(std::string_view text);

    /// The same address with `::ffff:a.b.c.d` (RFC 4291 2.5.5.2) turned into a.b.c.d.
    IpAddress unmapped() const;

    bool isV4() const { return m_v4; }
    /// IPv4 in the last four bytes.
    const std::array<std::uint8_t, 16> &bytes() const { return m_bytes; }
    /// RFC 5952 for IPv6, dotted for IPv4.
    std::string text() const;

    friend auto operator<=>(const IpAddress &, const IpAddress &) = default;

private:
    bool m_v4 = false;
    std::array<std::uint8_t, 16> m_bytes = {};
};

/// A network in CIDR notation. Without a mask it holds one address. IPv4 and IPv6 never match each other; an
/// address that may be IPv4 written as IPv6 is to be unmapped() where it counts as IPv4.
class IpNetwork
{
public:
    /// Empty for malformed text and where bits outside the mask are set (`10.0.0.1/8`).
    static std::optional<IpNetwork> parse(std::string_view text);
    bool contains(const IpAddress &address) const;
    /// The same network with `::ffff:10.0.0.0/104` turned into `10.0.0.0/8`.
    IpNetwork unmapped() const;

    int prefixLength() const { return m_prefix; } ///< 0..32 or 0..128, by family.
    bool isV4() const { return m_base.isV4(); }

private:
    IpAddress m_base;
    int m_prefix = 0;
};

/// Where an address points, by the IANA special-purpose registries
/// (https://www.iana.org/assignments/iana-ipv4-special-registry and .../iana-ipv6-special-registry),
/// v4-mapped addresses judged as IPv4. One of `public`, `private`, `loopback`, `link-local`,
/// `shared` (100.64.0.0/10), `multicast`, `broadcast`, `documentation`, `reserved`, `unspecified`, and
/// `unknown` for text that is no address.
std::string_view addressScope(std::string_view address);

} // namespace lolscope
