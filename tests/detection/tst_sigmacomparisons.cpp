#include "tests/detection/sigmaspec.h"

using namespace lolscope;
using namespace lolscope::test;
using enum Answer;

/// Sigma specification 2.1, modifiers that take a value for more than text: networks, numbers, times, other
/// fields.
class TestSigmaComparisons : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cidr_data()
    {
        addSelectionRows();
        row("inside", "F|cidr: 10.0.0.0/8", "10.255.0.1", Matches);
        row("outside", "F|cidr: 10.0.0.0/8", "11.0.0.1", Misses);
        row("first address", "F|cidr: 192.168.4.0/22", "192.168.4.0", Matches);
        row("last address", "F|cidr: 192.168.4.0/22", "192.168.7.255", Matches);
        row("behind the last", "F|cidr: 192.168.4.0/22", "192.168.8.0", Misses);
        row("odd mask", "F|cidr: 172.16.0.0/12", "172.31.255.255", Matches);
        row("whole IPv4", "F|cidr: 0.0.0.0/0", "8.8.8.8", Matches);
        row("no mask", "F|cidr: 10.0.0.1", "10.0.0.1", Matches);
        row("no mask, another", "F|cidr: 10.0.0.1", "10.0.0.2", Misses);
        row("list is or", "F|cidr:\n    - 10.0.0.0/8\n    - 127.0.0.0/8", "127.0.0.1", Matches);
        row("IPv6 as Sysmon writes it", "F|cidr: '::1/128'", "0:0:0:0:0:0:0:1", Matches);
        row("IPv6, shortened", "F|cidr: 'fe80::/10'", "fe80::1", Matches);
        row("IPv6, upper case", "F|cidr: '2001:db8::/32'", "2001:DB8:0:0:0:0:0:A", Matches);
        row("IPv6, outside", "F|cidr: 'fe80::/10'", "ff02:0:0:0:0:0:1:2", Misses);
        row("IPv6, no mask", "F|cidr: '::1'", "::1", Matches);
        row("IPv6, zone", "F|cidr: 'fe80::/10'", "fe80::1%12", Matches);
        row("IPv4 is in no IPv6 network", "F|cidr: '::/0'", "10.1.2.3", Misses);
        row("IPv6 is in no IPv4 network", "F|cidr: 0.0.0.0/0", "::1", Misses);
        // A network is of the family it is written in: rules list `::ffff:0:0/96` beside IPv4 where they mean
        // it.
        row("IPv4 written as IPv6 is in no IPv4 network", "F|cidr: 10.0.0.0/8", "::ffff:10.1.2.3", Misses);
        row("nor written out", "F|cidr: 10.0.0.0/8", "0:0:0:0:0:ffff:0a01:0203", Misses);
        row("IPv4 is in no network written as IPv6", "F|cidr: '::ffff:10.0.0.0/104'", "10.1.2.3", Misses);
        row("both written as IPv6", "F|cidr: '::ffff:10.0.0.0/104'", "::ffff:10.1.2.3", Matches);
        row("both written as IPv6, outside", "F|cidr: '::ffff:10.0.0.0/104'", "::ffff:11.1.2.3", Misses);
        row("every IPv6 network holds it", "F|cidr: '::/0'", "::ffff:10.1.2.3", Matches);
        // Blanks are overlooked for texts and numbers; with them it is no address.
        row("a blank behind", "F|cidr: 10.0.0.0/8", "10.1.2.3 ", Misses);
        row("a blank before", "F|cidr: 10.0.0.0/8", " 10.1.2.3", Misses);
        row("a name", "F|cidr: 0.0.0.0/0", "localhost", Misses);
        row("a dash", "F|cidr: 0.0.0.0/0", "-", Misses);
        row("part of an address", "F|cidr: 10.0.0.0/8", "10.", Misses);
        row("five parts", "F|cidr: 10.0.0.0/8", "10.1.2.3.4", Misses);
        row("too large a part", "F|cidr: 10.0.0.0/8", "10.256.0.1", Misses);
        row("address and port", "F|cidr: 10.0.0.0/8", "10.0.0.1:80", Misses);
        row("empty value", "F|cidr: 0.0.0.0/0", "", Misses);
        row("all", "F|cidr|all:\n    - 10.0.0.0/8\n    - 10.1.0.0/16", "10.2.0.1", Misses);
        absent("F|cidr: 0.0.0.0/0", Misses);
        for (const char *network :
             {"10.0.0.1/8", "'fe80::1/10'", "10.0.0.0/33", "'::/129'", "10.0.0.0/", "10.0.0.0/x",
              "10.0.0.0/-1", "10.0.0", "office", "''", "12", "null", "10.0.*"})
            refused(std::string("F|cidr: ") + network);
        refused("F|contains|cidr: 10.0.0.0/8");
        refused("F|cidr|contains: 10.0.0.0/8");
        refused("F|cidr|cased: 10.0.0.0/8");
    }
    void cidr() { checkRow(); }

    void numbers_data()
    {
        addSelectionRows();
        row("gt", "F|gt: 5", "6", Matches);
        row("gt, equal", "F|gt: 5", "5", Misses);
        row("gt, not by text", "F|gt: 5", "10", Matches);
        row("gte, equal", "F|gte: 5", "5", Matches);
        row("gte, less", "F|gte: 5", "4", Misses);
        row("lt", "F|lt: 5", "4", Matches);
        row("lt, equal", "F|lt: 5", "5", Misses);
        row("lt, not by text", "F|lt: 5", "10", Misses);
        row("lte, equal", "F|lte: 5", "5", Matches);
        row("lte, greater", "F|lte: 5", "6", Misses);
        row("hexadecimal value", "F|gt: 4096", "0x1001", Matches);
        row("hexadecimal value, upper case", "F|lte: 4096", "0X1000", Matches);
        row("fraction in the value", "F|gt: 5", "5.5", Matches);
        row("fraction in the rule", "F|gt: 0.5", "0.75", Matches);
        row("exponent", "F|gt: 99", "1e2", Matches);
        row("negative value", "F|lt: 0", "-1", Matches);
        row("negative rule", "F|gt: -2", "-1", Matches);
        row("zeros in front", "F|lt: 9", "0008", Matches);
        row("2^64-1 is greater than 2^64-2", "F|gt: 18446744073709551614", "18446744073709551615", Matches);
        row("2^64-1 is not less than itself", "F|lt: 18446744073709551615", "18446744073709551615", Misses);
        row("hexadecimal 2^64-1", "F|gte: 18446744073709551615", "0xffffffffffffffff", Matches);
        row("past 2^53", "F|gt: 9007199254740992", "9007199254740993", Matches);
        row("list is or", "F|gt: [100, 5]", "6", Matches);
        row("all", "F|gt|all: [100, 5]", "6", Misses);
        row("no number", "F|gt: 5", "6x", Misses);
        row("no number for lt either", "F|lt: 5", "x", Misses);
        row("empty value", "F|lt: 5", "", Misses);
        row("only the prefix", "F|gt: 5", "0x", Misses);
        row("not a number", "F|lt: 5", "nan", Misses);
        row("infinity", "F|gt: 5", "inf", Misses);
        row("several values, any", "F|gt: 5", SpecFields{{"F", "1"}, {"F", "6"}}, Matches);
        absent("F|gt: 0", Misses);
        absent("F|lte: 0", Misses);
        for (const char *relation : {"gt", "gte", "lt", "lte"}) {
            refused(std::string("F|") + relation + ": '5'");
            refused(std::string("F|") + relation + ": five");
            refused(std::string("F|") + relation + ": true");
            refused(std::string("F|") + relation + ": null");
            refused(std::string("F|contains|") + relation + ": 5");
        }
        refused("F|gt|lt: 5");
        refused("F|gt|contains: 5");
        refused("F|gt: 0x10");
    }
    void numbers() { checkRow(); }

    void fieldref_data()
    {
        addSelectionRows();
        const auto two = [](const char *f, const char *g) { return SpecFields{{"F", f}, {"G", g}}; };
        row("same", "F|fieldref: G", two("a", "a"), Matches);
        row("same, other case", "F|fieldref: G", two("Abc", "aBC"), Matches);
        row("different", "F|fieldref: G", two("a", "b"), Misses);
        row("its value is no pattern", "F|fieldref: G", two("abc", "a*c"), Misses);
        row("its value is no escape", "F|fieldref: G", two(R"(a\\b)", R"(a\\b)"), Matches);
        row("contains", "F|fieldref|contains: G", two("xaBx", "Ab"), Matches);
        row("contains, none", "F|fieldref|contains: G", two("xax", "ab"), Misses);
        row("startswith", "F|fieldref|startswith: G", two("abc", "AB"), Matches);
        row("startswith, later", "F|fieldref|startswith: G", two("abc", "bc"), Misses);
        row("endswith", "F|fieldref|endswith: G", two("abc", "BC"), Matches);
        row("endswith, earlier", "F|fieldref|endswith: G", two("abc", "ab"), Misses);
        row("neq, different", "F|fieldref|neq: G", two("a", "b"), Matches);
        row("neq, same", "F|fieldref|neq: G", two("a", "A"), Misses);
        row("neq, contains", "F|fieldref|contains|neq: G", two("abc", "b"), Misses);
        row("list is or", "F|fieldref: [G, H]", SpecFields{{"F", "a"}, {"G", "b"}, {"H", "a"}}, Matches);
        row("all", "F|fieldref|all: [G, H]", SpecFields{{"F", "a"}, {"G", "b"}, {"H", "a"}}, Misses);
        row("several values on either side", "F|fieldref: G",
            SpecFields{{"F", "a"}, {"F", "b"}, {"G", "c"}, {"G", "B"}}, Matches);
        row("absent field", "F|fieldref: G", SpecFields{{"G", "a"}}, Misses);
        row("absent other field", "F|fieldref: G", SpecFields{{"F", "a"}}, Misses);
        row("both absent", "F|fieldref: G", SpecFields{}, Misses);
        row("neq, absent other field", "F|fieldref|neq: G", SpecFields{{"F", "a"}}, Matches);
        row("a System field", "F|fieldref: Computer", SpecFields{{"F", "HOST-1.example"}}, Matches);
        row("umlauts", "F|fieldref: G", two("\u00c4", "\u00e4"), Matches);
        refused("F|fieldref: 'G*'");
        refused("F|fieldref: 12");
        refused("F|fieldref: null");
        refused("F|contains|fieldref: G");
        refused("F|re|fieldref: G");
        refused("'|fieldref': G");
    }
    void fieldref() { checkRow(); }

    void timeParts_data()
    {
        addSelectionRows();
        const char *sysmon = "2024-02-29 23:05:06.789";
        const char *windows = "2024-02-29T23:05:06.7891234Z";
        for (const char *time : {sysmon, windows}) {
            const std::string at = std::string(" of ") + time;
            row("minute" + at, "F|minute: 5", time, Matches);
            row("other minute" + at, "F|minute: 6", time, Misses);
            row("hour" + at, "F|hour: 23", time, Matches);
            row("other hour" + at, "F|hour: 22", time, Misses);
            row("day" + at, "F|day: 29", time, Matches);
            row("other day" + at, "F|day: 28", time, Misses);
            row("week" + at, "F|week: 9", time, Matches);
            row("other week" + at, "F|week: 8", time, Misses);
            row("month" + at, "F|month: 2", time, Matches);
            row("other month" + at, "F|month: 3", time, Misses);
            row("year" + at, "F|year: 2024", time, Matches);
            row("other year" + at, "F|year: 24", time, Misses);
        }
        row("first days of a year in the last week", "F|week: 53", "2021-01-03 00:00:00.000", Matches);
        row("last days of a year in the first week", "F|week: 1", "2024-12-30 00:00:00.000", Matches);
        row("year is the calendar's", "F|year: 2024", "2024-12-30 00:00:00.000", Matches);
        row("gt", "F|hour|gt: 22", sysmon, Matches);
        row("gt, equal", "F|hour|gt: 23", sysmon, Misses);
        row("gte", "F|hour|gte: 23", sysmon, Matches);
        row("lt", "F|minute|lt: 6", sysmon, Matches);
        row("lte", "F|year|lte: 2023", sysmon, Misses);
        row("list is or", "F|hour: [22, 23]", sysmon, Matches);
        row("neq", "F|hour|neq: 23", sysmon, Misses);
        const char *offset = "2024-01-01T23:05:06+02:00"; // as written, not what it is in UTC
        row("zone offset, hour", "F|hour: 23", offset, Matches);
        row("zone offset, hour in UTC", "F|hour: 21", offset, Misses);
        row("zone offset, day", "F|day: 1", "2024-01-01T01:05:06.25-11:30", Matches);
        row("zone offset, minute", "F|minute: 5", "2024-01-01 01:05:06-11:30", Matches);
        row("zone without a colon is no time", "F|hour: 23", "2024-01-01T23:05:06+0200", Misses);
        row("no time", "F|hour: 23", "23", Misses);
        row("no time, lt", "F|hour|lt: 24", "x", Misses);
        row("no such date", "F|day: 30", "2023-02-30 00:00:00.000", Misses);
        row("empty value", "F|hour: 0", "", Misses);
        absent("F|hour: 0", Misses);
        absent("F|hour|neq: 0", Matches);
        for (const char *part : {"minute", "hour", "day", "week", "month", "year"}) {
            refused(std::string("F|") + part + ": '5'");
            refused(std::string("F|") + part + ": x");
            refused(std::string("F|") + part + ": null");
        }
        refused("F|contains|hour: 5");
        refused("F|hour|contains: 5");
        refused("F|hour|day: 5");
    }
    void timeParts() { checkRow(); }
};

QTEST_GUILESS_MAIN(TestSigmaComparisons)
#include "tst_sigmacomparisons.moc"
