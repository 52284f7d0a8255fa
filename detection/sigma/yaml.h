#pragma once

#include "model/base/result.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Reading of YAML documents that may be hostile: what could grow, repeat or change the meaning of a rule
/// behind its reader's back (anchors, aliases, tags, duplicate keys) is refused.
namespace lolscope::yaml {

/// The bundled rule sets come to some 15 MB of text when put into one file.
constexpr std::size_t kMaxTextBytes = std::size_t{16} << 20;
/// One rule file has one document, a collection of every public rule some 4,000.
constexpr std::size_t kMaxDocuments = 10'000;
/// The largest public rule (a list of driver hashes) has fewer than 5,000 nodes.
constexpr std::size_t kMaxNodes = 200'000;
/// Rules need 5 levels; every reader of the tree may recurse this deep.
constexpr int kMaxDepth = 24;

struct Node
{
    enum class Kind { Scalar, List, Map };

    Kind kind = Kind::Scalar;
    bool plain =
        false; ///< A scalar without quotes or block style: YAML may read null, numbers or booleans from it.
    bool oneLine = true; ///< A scalar that begins and ends on one line of the text.
    int line = 0; ///< From 1.
    int column = 0; ///< From 1, in characters.
    std::string text; ///< Of a scalar.
    std::vector<Node> items; ///< Of a list; of a map the values.
    std::vector<Node> keys; ///< Of a map, scalars, one for each of `items`, all different.

    bool isScalar() const { return kind == Kind::Scalar; }
    bool isList() const { return kind == Kind::List; }
    bool isMap() const { return kind == Kind::Map; }
    /// The items of a list; anything else is a list of itself.
    std::span<const Node> asList() const { return isList() ? std::span(items) : std::span(this, 1); }
    /// An unquoted empty value, `~` or `null`.
    bool isNull() const;
    /// An unquoted `true` or `false`.
    std::optional<bool> boolean() const;
    /// An unquoted decimal number.
    bool isNumber() const;
    /// Unquoted text that is a boolean or another number to YAML 1.1 and text to YAML 1.2: `yes`, `0x10`,
    /// `010`.
    bool isAmbiguous() const;

    /// The value of `key` in a map; null when there is none.
    const Node *find(std::string_view key) const;
};

struct Document
{
    Node root;
    std::string_view text; ///< Its lines in the text read, without a bare `---` before them.
    int line = 0; ///< Where `text` begins, from 1.
};

/// An error about `node`, with its line and column.
tl::unexpected<Error> failAt(const Node &node, ErrorCode code, std::string detail);

/// Reads the documents of a text one after another.
class Reader
{
public:
    /// `text` has to outlive the reader and its documents; `source` names it in errors.
    Reader(std::string_view text, std::string_view source);
    ~Reader();
    Reader(const Reader &) = delete;
    Reader &operator=(const Reader &) = delete;

    /// The next document that is not empty, or why it cannot be used; no value at the end. After a syntax
    /// error (Corrupt) or a limit (TooLarge) the text ends; after a refused construct (Unsupported, and
    /// Corrupt for duplicate keys) the next document can be read.
    std::optional<Result<Document>> next();
    /// After an error: the root of that document as far as it was read, for its name.
    const Node &partialRoot() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace lolscope::yaml
