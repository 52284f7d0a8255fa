#pragma once

#include "model/base/result.h"
#include "model/base/timestamp.h"
#include "model/store/casefile.h"
#include "model/store/rows.h"

#include <sqlite3.h>

#include <SQLiteCpp/SQLiteCpp.h>
#include <optional>
#include <string>
#include <string_view>

/// Shared by the sources of model/store alone: SQLiteCpp throws, our interfaces give values.
namespace lolscope::sql {

Error toError(const SQLite::Exception &exception);

/// Runs `work` and turns what SQLiteCpp throws into an Error. An Error may also be thrown on purpose.
template<typename Work>
auto guarded(Work work) -> Result<decltype(work())>
{
    try {
        if constexpr (std::is_void_v<decltype(work())>) {
            work();
            return {};
        } else {
            return work();
        }
    } catch (const SQLite::Exception &exception) {
        return tl::unexpected(toError(exception));
    } catch (const Error &error) {
        return tl::unexpected(error);
    }
}

/// The value of `result`; its error is thrown for guarded() to catch.
template<typename T>
T valueOf(Result<T> result)
{
    if (!result)
        throw result.error();
    return std::move(*result);
}

/// Binds text without copying: it must outlive the next step.
inline void bindText(SQLite::Statement &statement, int index, const std::string &text)
{
    statement.bindNoCopy(index, text);
}
inline void bindText(SQLite::Statement &statement, int index, std::string &&text) = delete;
inline void bindOptionalText(SQLite::Statement &statement, int index, std::string &&text) = delete;
inline void bindOptionalText(SQLite::Statement &statement, int index, const std::string &text)
{
    if (text.empty())
        statement.bind(index);
    else
        statement.bindNoCopy(index, text);
}
template<typename T>
void bindOptional(SQLite::Statement &statement, int index, const std::optional<T> &value)
{
    if (value)
        statement.bind(index, static_cast<std::int64_t>(*value));
    else
        statement.bind(index);
}
inline void bindOptional(SQLite::Statement &statement, int index, const std::optional<Timestamp> &time)
{
    bindOptional(statement, index, time ? std::optional(time->time_since_epoch().count()) : std::nullopt);
}

inline std::string text(SQLite::Statement &statement, int column)
{
    return statement.getColumn(column).getString();
}
template<typename T>
std::optional<T> optionalOf(SQLite::Statement &statement, int column)
{
    const auto value = statement.getColumn(column);
    return value.isNull() ? std::nullopt : std::optional(static_cast<T>(value.getInt64()));
}
inline std::optional<Timestamp> timeOf(SQLite::Statement &statement, int column)
{
    const auto ticks = optionalOf<std::int64_t>(statement, column);
    return ticks ? std::optional(Timestamp(Ticks(*ticks))) : std::nullopt;
}
inline std::uint64_t count(SQLite::Statement &statement, int column)
{
    return static_cast<std::uint64_t>(statement.getColumn(column).getInt64());
}

} // namespace lolscope::sql
