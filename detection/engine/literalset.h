#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace lolscope {

/// Many literals looked for in one text at once.
///
/// Each literal is known by one piece of it (4 bytes; 2 or 1 of short ones), the piece that the fewest others
/// have. A scan asks a small bitmap about each place of the text and compares literals only where a piece of
/// theirs stands. Next to an Aho-Corasick automaton this costs nothing to build (a rule set has 20,000
/// literals for one field) and stays in the processor's first cache; hostile text costs at most the size of
/// the fullest bucket for each byte.
class LiteralSet
{
public:
    struct Literal
    {
        std::string text; ///< Not empty. In the form foldCase() gives unless the set has case.
        bool atStart = false; ///< Only at the start of the text.
        bool atEnd = false; ///< Only at its end.
        bool overlookBlanks = false; ///< Blanks behind it count as its end.
    };

    /// Without case, a text is scanned in the form foldCase() gives, or as it is when it is ASCII.
    explicit LiteralSet(bool hasCase = false)
        : m_hasCase(hasCase)
    {}

    /// Gives the number that scan() calls the literal by: 0, 1, ...
    std::uint32_t add(Literal literal);
    /// After the last add().
    void build();

    std::size_t size() const { return m_literals.size(); }

    /// Calls `found(number)` for the literals that are in `text`, some more than once.
    template<typename Found>
    void scan(std::string_view text, Found found) const
    {
        scanPieces<4>(m_long, text, found);
        scanPieces<2>(m_short, text, found);
        scanPieces<1>(m_single, text, found);
    }

    std::size_t fullestBucket() const; ///< For tests: bounds the work for one byte of a text.

private:
    struct Entry
    {
        std::uint32_t piece;
        std::uint32_t literal;
        std::uint32_t offset; ///< Of the piece in the literal.
    };
    /// Where pieces of one length lead to. Buckets are ranges of `entries`.
    struct Table
    {
        std::vector<std::uint64_t> bits;
        std::vector<std::uint32_t> starts;
        std::vector<Entry> entries;
        unsigned bitShift = 63;
        unsigned bucketShift = 63;
    };

    template<int Length>
    static std::uint32_t pieceAt(const char *at)
    {
        // Letters of either case give one piece; that other characters meet too costs a comparison.
        if constexpr (Length == 4) {
            std::uint32_t piece = 0;
            std::memcpy(&piece, at, 4);
            return piece | 0x20202020U;
        } else if constexpr (Length == 2) {
            std::uint16_t piece = 0;
            std::memcpy(&piece, at, 2);
            return piece | 0x2020U;
        } else {
            return static_cast<unsigned char>(*at) | 0x20U;
        }
    }
    static std::uint64_t spread(std::uint32_t piece) { return piece * 0x9E3779B97F4A7C15U; }

    template<int Length, typename Found>
    void scanPieces(const Table &table, std::string_view text, Found &found) const
    {
        if (table.entries.empty() || text.size() < Length)
            return;
        const std::uint64_t *bits = table.bits.data();
        const std::size_t last = text.size() - Length;
        for (std::size_t at = 0; at <= last; ++at) {
            const std::uint32_t piece = pieceAt<Length>(text.data() + at);
            const std::uint64_t hash = spread(piece);
            const std::uint64_t bit = hash >> table.bitShift;
            if ((bits[bit >> 6] >> (bit & 63) & 1) == 0)
                continue;
            const std::uint64_t bucket = hash >> table.bucketShift;
            for (auto i = table.starts[bucket]; i != table.starts[bucket + 1]; ++i)
                if (table.entries[i].piece == piece && isAt(table.entries[i], text, at))
                    found(table.entries[i].literal);
        }
    }

    bool isAt(const Entry &entry, std::string_view text, std::size_t at) const;
    template<int Length>
    void buildTable(Table &table, std::size_t fewest, std::size_t most);

    bool m_hasCase;
    std::vector<Literal> m_literals;
    Table m_long; ///< Of literals of 4 bytes or more.
    Table m_short; ///< Of 2 or 3 bytes.
    Table m_single;
};

} // namespace lolscope
