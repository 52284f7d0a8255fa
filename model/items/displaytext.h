#pragma once

#include "model/base/event.h"
#include "model/base/timestamp.h"
#include "model/store/rows.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <string>
#include <string_view>

namespace lolscope {

/// Log text ready to be shown: nothing in it can hide, reorder or break a line. Not for rich text widgets.
QString shown(std::string_view text);
/// Log text as it is, for the clipboard.
QString raw(std::string_view text);

enum class TimeStyle { Time, DateAndTime };
/// `10:12:33.340` or `2020-10-05 10:12:33.340`, always UTC and cut to milliseconds; empty without a time.
QString timeText(std::optional<Timestamp> time, TimeStyle style = TimeStyle::DateAndTime);
/// `0.4 s before`, `3 min 5 s after`, `at the same time`.
QString offsetText(Ticks offset);
/// A length of time for people: `0.4 s`, `9 min`, `2 h 5 min`, `3 days`.
QString durationText(Ticks duration);

/// `informational` ... `critical`, translated.
QString levelText(int level);
QString verdictText(Verdict verdict);
/// Where a matched value comes from: `event`, `process start`, `asked name`.
QString fieldSourceText(FieldSource source);
/// `address:port`, IPv6 in brackets; either part may be empty.
std::string endpoint(std::string_view address, std::string_view port);
/// `3 Network connection` for the events we know, else `id provider`.
QString eventTitle(std::uint32_t eventId, std::string_view provider);

/// Where an address points: a word of addressScope(), translated.
QString scopeText(std::string_view scope);

/// `12,438` as the user's language writes it.
QString countText(std::uint64_t count);
/// A count for `%n`, which takes int: huge ones are cut, they all have the same plural form.
int plural(std::uint64_t count);

/// A row for the clipboard, cells joined by tabs.
QString clipboardRow(const QStringList &cells);

} // namespace lolscope
