<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Details</name>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>%n time</numerusform>
            <numerusform>%n times</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::AlertListModel</name>
    <message numerus="yes">
        <source>%1 to %2, level %3, %4, %n hit(s)</source>
        <translation>
            <numerusform>%1 to %2, level %3, %4, %n hit</numerusform>
            <numerusform>%1 to %2, level %3, %4, %n hits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, level %2, %3, %n hit(s)</source>
        <translation>
            <numerusform>%1, level %2, %3, %n hit</numerusform>
            <numerusform>%1, level %2, %3, %n hits</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::AlertPanel</name>
    <message numerus="yes">
        <source>%1: %n alert(s)</source>
        <translation>
            <numerusform>%1: %n alert</numerusform>
            <numerusform>%1: %n alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show %n new alert(s)</source>
        <translation>
            <numerusform>Show %n new alert</numerusform>
            <numerusform>Show %n new alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new alert(s)</source>
        <translation>
            <numerusform>%n new alert</numerusform>
            <numerusform>%n new alerts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::AllowlistDialog</name>
    <message numerus="yes">
        <source>Hides %n open alert(s)</source>
        <translation>
            <numerusform>Hides %n open alert</numerusform>
            <numerusform>Hides %n open alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hit(s)</source>
        <translation>
            <numerusform>%n hit</numerusform>
            <numerusform>%n hits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n host(s)</source>
        <translation>
            <numerusform>%n host</numerusform>
            <numerusform>%n hosts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n matching alert(s) allowed or decided already</source>
        <translation>
            <numerusform>%n matching alert allowed or decided already</numerusform>
            <numerusform>%n matching alerts allowed or decided already</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Cannot be saved: the item would hide %n alert(s) called suspicious or malicious, listed below.</source>
        <translation>
            <numerusform>Cannot be saved: the item would hide %n alert called suspicious or malicious, listed below.</numerusform>
            <numerusform>Cannot be saved: the item would hide %n alerts called suspicious or malicious, listed below.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::AllowlistManager</name>
    <message numerus="yes">
        <source>%n item(s). Removing one opens the alerts it hides again; that can be undone.</source>
        <translation>
            <numerusform>%n item. Removing one opens the alerts it hides again; that can be undone.</numerusform>
            <numerusform>%n items. Removing one opens the alerts it hides again; that can be undone.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>for %n rule(s)</source>
        <translation>
            <numerusform>for %n rule</numerusform>
            <numerusform>for %n rules</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::ChannelPage</name>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n channel</numerusform>
            <numerusform>%n channels</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) more rights</source>
        <translation>
            <numerusform>%n needs more rights</numerusform>
            <numerusform>%n need more rights</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::EvidenceDialog</name>
    <message numerus="yes">
        <source>%n record(s) lost</source>
        <translation>
            <numerusform>%n record lost</numerusform>
            <numerusform>%n records lost</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more row(s)</source>
        <translation>
            <numerusform>%n more row</numerusform>
            <numerusform>%n more rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::FactSheet</name>
    <message numerus="yes">
        <source>%n more row(s)</source>
        <translation>
            <numerusform>%n more row</numerusform>
            <numerusform>%n more rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::LiveStrip</name>
    <message numerus="yes">
        <source>live: %n source(s) %1</source>
        <translation>
            <numerusform>live: %n source %1</numerusform>
            <numerusform>live: %n sources %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::MainWindow</name>
    <message numerus="yes">
        <source>%n alert(s) exported to %1</source>
        <translation>
            <numerusform>%n alert exported to %1</numerusform>
            <numerusform>%n alerts exported to %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n record(s)</source>
        <translation>
            <numerusform>%n record</numerusform>
            <numerusform>%n records</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n alert(s)</source>
        <translation>
            <numerusform>%n alert</numerusform>
            <numerusform>%n alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n host(s)</source>
        <translation>
            <numerusform>%n host</numerusform>
            <numerusform>%n hosts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n event(s) of the case could not be read, so no rule saw them.</source>
        <translation>
            <numerusform>%n event of the case could not be read, so no rule saw it.</numerusform>
            <numerusform>%n events of the case could not be read, so no rule saw them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rule(s) could not be evaluated on all events.</source>
        <translation>
            <numerusform>%n rule could not be evaluated on all events.</numerusform>
            <numerusform>%n rules could not be evaluated on all events.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The rules ran: %n alert(s)</source>
        <translation>
            <numerusform>The rules ran: %n alert</numerusform>
            <numerusform>The rules ran: %n alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Watching ended: %n new alert(s)</source>
        <translation>
            <numerusform>Watching ended: %n new alert</numerusform>
            <numerusform>Watching ended: %n new alerts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) not read whole</source>
        <translation>
            <numerusform>%n file not read whole</numerusform>
            <numerusform>%n files not read whole</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::ProcessTreeModel</name>
    <message numerus="yes">
        <source>+ %n child(ren)</source>
        <translation>
            <numerusform>+ %n child</numerusform>
            <numerusform>+ %n children</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::RuleListModel</name>
    <message numerus="yes">
        <source>%n hit(s)</source>
        <translation>
            <numerusform>%n hit</numerusform>
            <numerusform>%n hits</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::TreePanel</name>
    <message numerus="yes">
        <source>%1 · %n more rows not shown</source>
        <translation>
            <numerusform>%1 · %n more row not shown</numerusform>
            <numerusform>%1 · %n more rows not shown</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::ValueText</name>
    <message numerus="yes">
        <source>%1… (%n more character(s); Copy gives all)</source>
        <translation>
            <numerusform>%1… (%n more character; Copy gives all)</numerusform>
            <numerusform>%1… (%n more characters; Copy gives all)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::XmlView</name>
    <message numerus="yes">
        <source>… (%n more byte(s); Copy all gives them)</source>
        <translation>
            <numerusform>… (%n more byte; Copy all gives it)</numerusform>
            <numerusform>… (%n more bytes; Copy all gives them)</numerusform>
        </translation>
    </message>
</context>
</TS>
