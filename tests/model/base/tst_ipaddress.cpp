#ifndef Q_MOC_RUN // moc cannot read <compare>
#include "model/base/ipaddress.h"
#endif

#include <QtTest>

using namespace lolscope;

namespace {

QByteArray textOf(const std::optional<IpAddress> &address)
{
    return address ? QByteArray::fromStdString(address->text()) : QByteArray("(none)");
}

QByteArray scopeOf(const char *address)
{
    const auto scope = addressScope(address);
    return {scope.data(), static_cast<qsizetype>(scope.size())};
}

} // namespace

class TestIpAddress : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        QTest::addColumn<QByteArray>("unmapped");
        const auto row = [](const char *text, const char *expected, const char *unmapped = nullptr) {
            QTest::newRow(text) << QByteArray(text) << QByteArray(expected)
                                << QByteArray(unmapped ? unmapped : expected);
        };
        row("203.0.113.8", "203.0.113.8");
        row("0.0.0.0", "0.0.0.0");
        row("255.255.255.255", "255.255.255.255");
        row("0:0:0:0:0:0:0:1", "::1");
        row("::", "::");
        row("2001:DB8:0:42:0:0:0:2A", "2001:db8:0:42::2a");
        row("2001:0db8:0000:0042:0000:0000:0000:002a", "2001:db8:0:42::2a");
        row("fe80:0:0:0:1:2:3:4%12", "fe80::1:2:3:4");
        row("fe80::1%eth0", "fe80::1");
        row("::ffff:203.0.113.8", "::ffff:203.0.113.8", "203.0.113.8");
        row("::FFFF:CB00:7108", "::ffff:203.0.113.8", "203.0.113.8");
        row("0:0:0:0:0:ffff:cb00:7108", "::ffff:203.0.113.8", "203.0.113.8");
        row("0000:0000:0000:0000:0000:ffff:255.255.255.255", "::ffff:255.255.255.255", "255.255.255.255");
        row("64:ff9b::203.0.113.8", "64:ff9b::cb00:7108");
    }
    void reads()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, expected);
        QFETCH(QByteArray, unmapped);
        const auto address = IpAddress::parse(text.toStdString());
        QCOMPARE(textOf(address), expected);
        QCOMPARE(textOf(address->unmapped()), unmapped);
        QVERIFY(IpAddress::parse(expected.toStdString()) == address);
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"",
                                 "-",
                                 "1.2.3",
                                 "1.2.3.4.5",
                                 "1.2.3.256",
                                 "01.2.3.4",
                                 "1.2.3.4 ",
                                 " 1.2.3.4",
                                 "1.2.3.4:80",
                                 "0x1.2.3.4",
                                 "16909060",
                                 "1..2.3",
                                 ":",
                                 ":::",
                                 "1:2:3:4:5:6:7",
                                 "1:2:3:4:5:6:7:8:9",
                                 "1::2::3",
                                 "12345::",
                                 "g::",
                                 "[::1]",
                                 "::1/128",
                                 "%1",
                                 "evil.example",
                                 "1.2.3.4%1",
                                 "1.2.3.4%eth0",
                                 "00000000000000000000000000000000000000000000000001::"})
            QTest::newRow(*text == '\0' ? "empty" : text) << QByteArray(text);
        QTest::newRow("NUL and more") << QByteArray("1.2.3.4\0.evil", 13);
        QTest::newRow("IPv6, NUL and more") << QByteArray("::1\0x", 5);
    }
    void refuses()
    {
        QFETCH(QByteArray, text);
        QCOMPARE(textOf(IpAddress::parse(text.toStdString())), QByteArray("(none)"));
        QCOMPARE(QByteArray(addressScope(text.toStdString()).data()), QByteArray("unknown"));
    }

    void readsNetworks_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("prefix"); // -1: refused
        QTest::newRow("v4") << QByteArray("10.0.0.0/8") << 8;
        QTest::newRow("v4 all") << QByteArray("0.0.0.0/0") << 0;
        QTest::newRow("v4 one") << QByteArray("10.1.2.3/32") << 32;
        QTest::newRow("v4 without a mask") << QByteArray("10.1.2.3") << 32;
        QTest::newRow("v4 inside a byte") << QByteArray("172.16.0.0/12") << 12;
        QTest::newRow("v6") << QByteArray("fe80::/10") << 10;
        QTest::newRow("v4 written as v6") << QByteArray("::ffff:10.0.0.0/104") << 104;
        QTest::newRow("wider than v4") << QByteArray("::/95") << 95;
        QTest::newRow("v6 all") << QByteArray("::/0") << 0;
        QTest::newRow("v6 one") << QByteArray("::1/128") << 128;
        QTest::newRow("v6 without a mask") << QByteArray("::1") << 128;
        QTest::newRow("host bit of the last byte") << QByteArray("10.0.0.1/8") << -1;
        QTest::newRow("host bit next to the mask") << QByteArray("172.24.0.0/12") << -1;
        QTest::newRow("host bit under /0") << QByteArray("0.0.0.1/0") << -1;
        QTest::newRow("host bit in v6") << QByteArray("fe80::1/10") << -1;
        QTest::newRow("v4 mask too wide") << QByteArray("10.0.0.0/33") << -1;
        QTest::newRow("v6 mask too wide") << QByteArray("::/129") << -1;
        QTest::newRow("mask past int") << QByteArray("10.0.0.0/99999999999") << -1;
        QTest::newRow("negative mask") << QByteArray("10.0.0.0/-1") << -1;
        QTest::newRow("plus") << QByteArray("10.0.0.0/+8") << -1;
        QTest::newRow("empty mask") << QByteArray("10.0.0.0/") << -1;
        QTest::newRow("dotted mask") << QByteArray("10.0.0.0/255.0.0.0") << -1;
        QTest::newRow("blank") << QByteArray("10.0.0.0/8 ") << -1;
        QTest::newRow("two masks") << QByteArray("10.0.0.0/8/8") << -1;
        QTest::newRow("zone") << QByteArray("fe80::%1/10") << -1;
        QTest::newRow("no address") << QByteArray("/8") << -1;
        QTest::newRow("empty") << QByteArray("") << -1;
    }
    void readsNetworks()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, prefix);
        const auto network = IpNetwork::parse(text.toStdString());
        QCOMPARE(network ? network->prefixLength() : -1, prefix);
    }

    void contains_data()
    {
        QTest::addColumn<QByteArray>("network");
        QTest::addColumn<QByteArray>("address");
        QTest::addColumn<bool>("expected");
        QTest::newRow("first") << QByteArray("172.16.0.0/12") << QByteArray("172.16.0.0") << true;
        QTest::newRow("last") << QByteArray("172.16.0.0/12") << QByteArray("172.31.255.255") << true;
        QTest::newRow("before") << QByteArray("172.16.0.0/12") << QByteArray("172.15.255.255") << false;
        QTest::newRow("behind") << QByteArray("172.16.0.0/12") << QByteArray("172.32.0.0") << false;
        QTest::newRow("one address") << QByteArray("10.1.2.3") << QByteArray("10.1.2.3") << true;
        QTest::newRow("its neighbour") << QByteArray("10.1.2.3") << QByteArray("10.1.2.2") << false;
        QTest::newRow("everything") << QByteArray("0.0.0.0/0") << QByteArray("255.255.255.255") << true;
        QTest::newRow("v6 never in v4") << QByteArray("0.0.0.0/0") << QByteArray("::1") << false;
        QTest::newRow("v4 never in v6") << QByteArray("::/0") << QByteArray("10.1.2.3") << false;
        QTest::newRow("v4 written as v6")
            << QByteArray("10.0.0.0/8") << QByteArray("::ffff:10.1.2.3") << false;
        QTest::newRow("network written as v6")
            << QByteArray("::ffff:10.0.0.0/104") << QByteArray("10.1.2.3") << false;
        QTest::newRow("all of v4 written as v6")
            << QByteArray("::ffff:0:0/96") << QByteArray("10.1.2.3") << false;
        QTest::newRow("both written as v6")
            << QByteArray("::ffff:10.0.0.0/104") << QByteArray("::ffff:10.1.2.3") << true;
        QTest::newRow("wider than v4") << QByteArray("::/80") << QByteArray("::ffff:10.1.2.3") << true;
        QTest::newRow("v6 last") << QByteArray("fe80::/10") << QByteArray("febf:ffff::") << true;
        QTest::newRow("v6 behind") << QByteArray("fe80::/10") << QByteArray("fec0::") << false;
        QTest::newRow("v6 odd mask") << QByteArray("2001:db8:8000::/33") << QByteArray("2001:db8:7fff::")
                                     << false;
    }
    void contains()
    {
        QFETCH(QByteArray, network);
        QFETCH(QByteArray, address);
        QFETCH(bool, expected);
        QCOMPARE(IpNetwork::parse(network.toStdString())->contains(*IpAddress::parse(address.toStdString())),
                 expected);
    }

    void networksWrittenAsIPv6CanBeUnmapped()
    {
        const auto network = IpNetwork::parse("::ffff:10.0.0.0/104")->unmapped();
        QVERIFY(network.isV4());
        QCOMPARE(network.prefixLength(), 8);
        QVERIFY(network.contains(*IpAddress::parse("10.1.2.3")));
        QVERIFY(!IpNetwork::parse("::/95")->unmapped().isV4()); // wider than IPv4
    }

    /// First and last address of every range, and their neighbours outside.
    void knowsScopes_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<QByteArray>("last");
        QTest::addColumn<QByteArray>("behind");
        QTest::addColumn<QByteArray>("scopes");
        const auto row = [](const char *before, const char *first, const char *last, const char *behind,
                            const char *scopes) {
            QTest::newRow(first) << QByteArray(before) << QByteArray(first) << QByteArray(last)
                                 << QByteArray(behind) << QByteArray(scopes);
        };
        row("-", "0.0.0.0", "0.0.0.0", "0.0.0.1", "unknown unspecified unspecified reserved");
        row("0.0.0.0", "0.0.0.1", "0.255.255.255", "1.0.0.0", "unspecified reserved reserved public");
        row("9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0", "public private private public");
        row("100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0", "public shared shared public");
        row("126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0",
            "public loopback loopback public");
        row("169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0",
            "public link-local link-local public");
        row("172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0", "public private private public");
        row("191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0", "public reserved reserved public");
        row("192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0",
            "public documentation documentation public");
        row("192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0",
            "public private private public");
        row("198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0",
            "public reserved reserved public");
        row("198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0",
            "public documentation documentation public");
        row("203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0",
            "public documentation documentation public");
        row("223.255.255.255", "224.0.0.0", "239.255.255.255", "240.0.0.0",
            "public multicast multicast reserved");
        row("239.255.255.255", "240.0.0.0", "255.255.255.254", "255.255.255.255",
            "multicast reserved reserved broadcast");
        row("-", "::", "::", "::1", "unknown unspecified unspecified loopback");
        row("::", "::1", "0:0:0:0:0:0:0:1", "::2", "unspecified loopback loopback public");
        row("64:ff9b:0:ffff::", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
            "64:ff9b:2::", "public reserved reserved public");
        row("ff:ffff::", "100::", "100::ffff:ffff:ffff:ffff",
            "100:0:0:2::", "public reserved reserved public");
        row("2001:1:ffff::", "2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff",
            "2001:2:1::", "public reserved reserved public");
        row("2001:db7:ffff::", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:db9::", "public documentation documentation public");
        row("3ffe:ffff::", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
            "3fff:1000::", "public documentation documentation public");
        row("fbff:ffff::", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "fe00::", "public private private public");
        row("fe7f:ffff::", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "fec0::", "public link-local link-local public");
        row("feff:ffff::", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "-",
            "public multicast multicast unknown");
        row("::ffff:9.255.255.255", "::ffff:10.0.0.0", "0:0:0:0:0:ffff:0aff:ffff", "::ffff:11.0.0.0",
            "public private private public");
    }
    void knowsScopes()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, first);
        QFETCH(QByteArray, last);
        QFETCH(QByteArray, behind);
        QFETCH(QByteArray, scopes);
        QCOMPARE(scopeOf(before) + ' ' + scopeOf(first) + ' ' + scopeOf(last) + ' ' + scopeOf(behind),
                 scopes);
    }
};

QTEST_APPLESS_MAIN(TestIpAddress)
#include "tst_ipaddress.moc"
