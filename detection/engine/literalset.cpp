#include "detection/engine/literalset.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace lolscope {

namespace {

char asciiLower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

} // namespace

std::uint32_t LiteralSet::add(Literal literal)
{
    m_literals.push_back(std::move(literal));
    return static_cast<std::uint32_t>(m_literals.size() - 1);
}

void LiteralSet::build()
{
    buildTable<4>(m_long, 4, std::numeric_limits<std::size_t>::max());
    buildTable<2>(m_short, 2, 3);
    buildTable<1>(m_single, 1, 1);
}

template<int Length>
void LiteralSet::buildTable(Table &table, std::size_t fewest, std::size_t most)
{
    const auto belongs = [&](const Literal &literal) {
        return literal.text.size() >= fewest && literal.text.size() <= most;
    };
    std::size_t count = 0;
    for (const Literal &literal : m_literals)
        count += belongs(literal) ? 1 : 0;
    if (count == 0)
        return;

    // How many literals have a piece, about: pieces whose hash is the same are counted together. What is rare
    // in the literals is rare in texts as well.
    constexpr unsigned kCounterShift = 64 - 15;
    std::vector<std::uint32_t> common(std::size_t{1} << 15);
    // Long lists of texts without any repetition, keys and the like, need no look at all of their pieces.
    constexpr std::size_t kMostPieces = 64;
    const auto forPieces = [&](const Literal &literal, auto use) {
        const std::size_t pieces = std::min(literal.text.size() - Length + 1, kMostPieces);
        for (std::size_t at = 0; at < pieces; ++at)
            use(at, pieceAt<Length>(literal.text.data() + at));
    };
    for (const Literal &literal : m_literals)
        if (belongs(literal))
            forPieces(literal,
                      [&](std::size_t, std::uint32_t piece) { ++common[spread(piece) >> kCounterShift]; });

    constexpr std::uint32_t kFullBucket = 8; // a bucket counts more than a common piece does
    table.entries.reserve(count);
    for (std::uint32_t i = 0; i < m_literals.size(); ++i) {
        if (!belongs(m_literals[i]))
            continue;
        Entry best{0, i, 0};
        std::uint32_t fewestOthers = std::numeric_limits<std::uint32_t>::max();
        forPieces(m_literals[i], [&](std::size_t at, std::uint32_t piece) {
            const std::uint32_t others = common[spread(piece) >> kCounterShift];
            if (others < fewestOthers) {
                fewestOthers = others;
                best.piece = piece;
                best.offset = static_cast<std::uint32_t>(at);
            }
        });
        common[spread(best.piece) >> kCounterShift] += kFullBucket;
        table.entries.push_back(best);
    }

    constexpr unsigned kFewestBitsLog2 = 9;
    const auto log2 = static_cast<unsigned>(std::bit_width(count));
    table.bitShift = 64 - std::max(log2 + 4, kFewestBitsLog2); // about one bit in 16 is set
    table.bucketShift = 64 - (log2 + 1);
    table.bits.assign((std::size_t{1} << (64 - table.bitShift)) / 64, 0);
    const auto bucketOf = [&](const Entry &entry) { return spread(entry.piece) >> table.bucketShift; };
    table.starts.assign((std::size_t{1} << (64 - table.bucketShift)) + 1, 0);
    for (const Entry &entry : table.entries) {
        const std::uint64_t bit = spread(entry.piece) >> table.bitShift;
        table.bits[bit >> 6] |= std::uint64_t{1} << (bit & 63);
        ++table.starts[bucketOf(entry) + 1];
    }
    for (std::size_t i = 1; i < table.starts.size(); ++i)
        table.starts[i] += table.starts[i - 1];
    std::vector<Entry> sorted(table.entries.size());
    auto next = table.starts;
    for (const Entry &entry : table.entries)
        sorted[next[bucketOf(entry)]++] = entry;
    table.entries = std::move(sorted);
}

bool LiteralSet::isAt(const Entry &entry, std::string_view text, std::size_t at) const
{
    const Literal &literal = m_literals[entry.literal];
    if (at < entry.offset)
        return false;
    const std::size_t start = at - entry.offset;
    if (literal.text.size() > text.size() - start || (literal.atStart && start != 0))
        return false;
    const std::string_view behind = text.substr(start + literal.text.size());
    if (literal.atEnd && !behind.empty()
        && (!literal.overlookBlanks || behind.find_first_not_of(' ') != std::string_view::npos
            || literal.text.back() == ' '))
        return false;
    const std::string_view here = text.substr(start, literal.text.size());
    if (m_hasCase)
        return here == literal.text;
    return std::equal(here.begin(), here.end(), literal.text.begin(),
                      [](char a, char b) { return asciiLower(a) == b; });
}

std::size_t LiteralSet::fullestBucket() const
{
    std::size_t most = 0;
    for (const Table *table : {&m_long, &m_short, &m_single})
        for (std::size_t i = 1; i < table->starts.size(); ++i)
            most = std::max<std::size_t>(most, table->starts[i] - table->starts[i - 1]);
    return most;
}

} // namespace lolscope
