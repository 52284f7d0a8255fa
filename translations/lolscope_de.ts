<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AllowWarning</name>
    <message>
        <source>Every user can write to the folder in %1: a program that an attacker puts there would be allowed too.</source>
        <translation>In den Ordner in %1 kann jeder Benutzer schreiben: auch ein Programm, das ein Angreifer dorthin legt, wäre erlaubt.</translation>
    </message>
    <message>
        <source>%1 has only a file name, no folder: any program of that name, wherever an attacker puts it, would be allowed.</source>
        <translation>%1 hat nur einen Dateinamen, keinen Ordner: jedes Programm dieses Namens wäre erlaubt, wo auch immer ein Angreifer es hinlegt.</translation>
    </message>
    <message>
        <source>The network %1 is very large: alerts to every address in it would be allowed.</source>
        <translation>Das Netz %1 ist sehr groß: Alarme zu jeder Adresse darin wären erlaubt.</translation>
    </message>
    <message>
        <source>The text for %1 is very short: it occurs in many values, and all of them would be allowed.</source>
        <translation>Der Text für %1 ist sehr kurz: er kommt in vielen Werten vor, und alle wären erlaubt.</translation>
    </message>
    <message>
        <source>No condition names a program or a destination: alerts of any program to anywhere would be allowed.</source>
        <translation>Keine Bedingung nennt ein Programm oder ein Ziel: Alarme jedes Programms zu jedem Ziel wären erlaubt.</translation>
    </message>
</context>
<context>
    <name>Details</name>
    <message numerus="yes">
        <source>%n time(s)</source>
        <translation>
            <numerusform>%n-mal</numerusform>
            <numerusform>%n-mal</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%1 in %2</translation>
    </message>
    <message>
        <source>%1 · asked</source>
        <translation>%1 · gefragt</translation>
    </message>
    <message>
        <source>, by another process of the host</source>
        <translation>, von einem anderen Prozess des Hosts</translation>
    </message>
    <message>
        <source>Destination</source>
        <translation>Ziel</translation>
    </message>
    <message>
        <source>Scope</source>
        <translation>Bereich</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>no DNS query answers this address</source>
        <translation>keine DNS-Anfrage ergab diese Adresse</translation>
    </message>
    <message>
        <source>Reverse</source>
        <translation>Rückwärts</translation>
    </message>
    <message>
        <source>%1 · reverse</source>
        <translation>%1 · rückwärts</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>Richtung</translation>
    </message>
    <message>
        <source>outgoing</source>
        <translation>ausgehend</translation>
    </message>
    <message>
        <source>incoming</source>
        <translation>eingehend</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>Datensatz</translation>
    </message>
    <message>
        <source>Security event 5156: knows less than Sysmon</source>
        <translation>Security-Ereignis 5156: weiß weniger als Sysmon</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>DNS query</source>
        <translation>DNS-Anfrage</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>Antworten</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Repeats</source>
        <translation>Wiederholungen</translation>
    </message>
    <message>
        <source>First seen</source>
        <translation>Zuerst gesehen</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Zuletzt gesehen</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>Prozess</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Programmdatei</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>Ursprünglich</translation>
    </message>
    <message>
        <source>not renamed</source>
        <translation>nicht umbenannt</translation>
    </message>
    <message>
        <source>renamed</source>
        <translation>umbenannt</translation>
    </message>
    <message>
        <source>not logged</source>
        <translation>nicht protokolliert</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>PID</source>
        <translation>PID</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Gestartet</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Command line</source>
        <translation>Befehlszeile</translation>
    </message>
    <message>
        <source>Parent</source>
        <translation>Elternprozess</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>Beweismittel</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>record %1</source>
        <translation>Datensatz %1</translation>
    </message>
    <message>
        <source>chunk %1</source>
        <translation>Block %1</translation>
    </message>
    <message>
        <source>offset 0x%1</source>
        <translation>Position 0x%1</translation>
    </message>
    <message>
        <source>recovered</source>
        <translation>wiederhergestellt</translation>
    </message>
    <message>
        <source>File SHA-256</source>
        <translation>SHA-256 der Datei</translation>
    </message>
    <message>
        <source>Time (UTC)</source>
        <translation>Zeit (UTC)</translation>
    </message>
    <message>
        <source>Logged at</source>
        <translation>Protokolliert</translation>
    </message>
    <message>
        <source>Computer</source>
        <translation>Computer</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>Provider</source>
        <translation>Anbieter</translation>
    </message>
    <message>
        <source>Record id</source>
        <translation>Datensatznummer</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>Felder</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Ereignis</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>Beendet</translation>
    </message>
</context>
<context>
    <name>DisplayText</name>
    <message>
        <source>Process created</source>
        <translation>Prozess erzeugt</translation>
    </message>
    <message>
        <source>File time changed</source>
        <translation>Dateizeit geändert</translation>
    </message>
    <message>
        <source>Network connection</source>
        <translation>Netzwerkverbindung</translation>
    </message>
    <message>
        <source>Sysmon state changed</source>
        <translation>Sysmon-Zustand geändert</translation>
    </message>
    <message>
        <source>Process ended</source>
        <translation>Prozess beendet</translation>
    </message>
    <message>
        <source>Driver loaded</source>
        <translation>Treiber geladen</translation>
    </message>
    <message>
        <source>Image loaded</source>
        <translation>Modul geladen</translation>
    </message>
    <message>
        <source>Remote thread</source>
        <translation>Fremder Thread</translation>
    </message>
    <message>
        <source>Process accessed</source>
        <translation>Zugriff auf Prozess</translation>
    </message>
    <message>
        <source>File created</source>
        <translation>Datei erzeugt</translation>
    </message>
    <message>
        <source>Registry changed</source>
        <translation>Registrierung geändert</translation>
    </message>
    <message>
        <source>Sysmon configured</source>
        <translation>Sysmon eingerichtet</translation>
    </message>
    <message>
        <source>Named pipe</source>
        <translation>Benannte Pipe</translation>
    </message>
    <message>
        <source>DNS query</source>
        <translation>DNS-Anfrage</translation>
    </message>
    <message>
        <source>File deleted</source>
        <translation>Datei gelöscht</translation>
    </message>
    <message>
        <source>Logon</source>
        <translation>Anmeldung</translation>
    </message>
    <message>
        <source>Connection permitted</source>
        <translation>Verbindung erlaubt</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>%1 days</source>
        <translation>%1 Tage</translation>
    </message>
    <message>
        <source>at the same time</source>
        <translation>zur selben Zeit</translation>
    </message>
    <message>
        <source>%1 before</source>
        <translation>%1 davor</translation>
    </message>
    <message>
        <source>%1 after</source>
        <translation>%1 danach</translation>
    </message>
    <message>
        <source>informational</source>
        <translation>Hinweis</translation>
    </message>
    <message>
        <source>low</source>
        <translation>niedrig</translation>
    </message>
    <message>
        <source>medium</source>
        <translation>mittel</translation>
    </message>
    <message>
        <source>high</source>
        <translation>hoch</translation>
    </message>
    <message>
        <source>critical</source>
        <translation>kritisch</translation>
    </message>
    <message>
        <source>unknown level</source>
        <translation>unbekannte Stufe</translation>
    </message>
    <message>
        <source>no verdict</source>
        <translation>kein Urteil</translation>
    </message>
    <message>
        <source>benign</source>
        <translation>harmlos</translation>
    </message>
    <message>
        <source>suspicious</source>
        <translation>verdächtig</translation>
    </message>
    <message>
        <source>malicious</source>
        <translation>bösartig</translation>
    </message>
    <message>
        <source>event</source>
        <translation>Ereignis</translation>
    </message>
    <message>
        <source>process start</source>
        <translation>Prozessstart</translation>
    </message>
    <message>
        <source>asked name</source>
        <translation>gefragter Name</translation>
    </message>
    <message>
        <source>public</source>
        <translation>öffentlich</translation>
    </message>
    <message>
        <source>private</source>
        <translation>privat</translation>
    </message>
    <message>
        <source>own host</source>
        <translation>eigener Host</translation>
    </message>
    <message>
        <source>link-local</source>
        <translation>nur im eigenen Netzsegment</translation>
    </message>
    <message>
        <source>shared by a provider</source>
        <translation>vom Anbieter geteilt</translation>
    </message>
    <message>
        <source>multicast</source>
        <translation>Multicast</translation>
    </message>
    <message>
        <source>broadcast</source>
        <translation>Broadcast</translation>
    </message>
    <message>
        <source>documentation</source>
        <translation>Dokumentation</translation>
    </message>
    <message>
        <source>reserved</source>
        <translation>reserviert</translation>
    </message>
    <message>
        <source>unspecified</source>
        <translation>unbestimmt</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <source>A file could not be opened, read or written.</source>
        <translation>Eine Datei konnte nicht geöffnet, gelesen oder geschrieben werden.</translation>
    </message>
    <message>
        <source>There is no room left on the disk.</source>
        <translation>Auf dem Datenträger ist kein Platz mehr.</translation>
    </message>
    <message>
        <source>The file is damaged or not of the expected kind.</source>
        <translation>Die Datei ist beschädigt oder nicht von der erwarteten Art.</translation>
    </message>
    <message>
        <source>The input is larger than Lolscope accepts.</source>
        <translation>Die Eingabe ist größer, als Lolscope annimmt.</translation>
    </message>
    <message>
        <source>This kind of input is not supported.</source>
        <translation>Diese Art von Eingabe wird nicht unterstützt.</translation>
    </message>
    <message>
        <source>That is not possible.</source>
        <translation>Das ist nicht möglich.</translation>
    </message>
    <message>
        <source>The case file could not be read or written.</source>
        <translation>Die Falldatei konnte nicht gelesen oder geschrieben werden.</translation>
    </message>
    <message>
        <source>The operation was cancelled.</source>
        <translation>Der Vorgang wurde abgebrochen.</translation>
    </message>
    <message>
        <source>Something went wrong inside Lolscope.</source>
        <translation>In Lolscope ist etwas schiefgegangen.</translation>
    </message>
</context>
<context>
    <name>lolscope::AlertDelegate</name>
    <message>
        <source>DNS query</source>
        <translation>DNS-Anfrage</translation>
    </message>
    <message>
        <source>no DNS name</source>
        <translation>kein DNS-Name</translation>
    </message>
    <message>
        <source>%1 (reverse name)</source>
        <translation>%1 (Rückwärtsname)</translation>
    </message>
</context>
<context>
    <name>lolscope::AlertListModel</name>
    <message>
        <source>unknown program</source>
        <translation>unbekanntes Programm</translation>
    </message>
    <message>
        <source>unknown destination</source>
        <translation>unbekanntes Ziel</translation>
    </message>
    <message numerus="yes">
        <source>%1 to %2, level %3, %4, %n hit(s)</source>
        <translation>
            <numerusform>%1 zu %2, Stufe %3, %4, %n Treffer</numerusform>
            <numerusform>%1 zu %2, Stufe %3, %4, %n Treffer</numerusform>
        </translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Suspicious</source>
        <translation>Verdächtig</translation>
    </message>
    <message>
        <source>Malicious</source>
        <translation>Bösartig</translation>
    </message>
    <message>
        <source>Benign</source>
        <translation>Harmlos</translation>
    </message>
    <message>
        <source>Allowed</source>
        <translation>Erlaubt</translation>
    </message>
    <message>
        <source>%1
%2
%3</source>
        <translation>%1
%2
%3</translation>
    </message>
    <message>
        <source>accepted on port %1</source>
        <translation>angenommen an Port %1</translation>
    </message>
    <message>
        <source>event %1</source>
        <translation>Ereignis %1</translation>
    </message>
    <message numerus="yes">
        <source>%1, level %2, %3, %n hit(s)</source>
        <translation>
            <numerusform>%1, Stufe %2, %3, %n Treffer</numerusform>
            <numerusform>%1, Stufe %2, %3, %n Treffer</numerusform>
        </translation>
    </message>
    <message>
        <source>%1
%2</source>
        <translation>%1
%2</translation>
    </message>
    <message>
        <source>new: %1</source>
        <translation>neu: %1</translation>
    </message>
</context>
<context>
    <name>lolscope::AlertPanel</name>
    <message>
        <source>Alerts</source>
        <translation>Alarme</translation>
    </message>
    <message numerus="yes">
        <source>%1: %n alert(s)</source>
        <translation>
            <numerusform>%1: %n Alarm</numerusform>
            <numerusform>%1: %n Alarme</numerusform>
        </translation>
    </message>
    <message>
        <source>No alerts in this case.</source>
        <translation>Keine Alarme in diesem Fall.</translation>
    </message>
    <message>
        <source>No alerts in this group.</source>
        <translation>Keine Alarme in dieser Gruppe.</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Rules: LOLBin pack %1</source>
        <translation>Regeln: LOLBin-Paket %1</translation>
    </message>
    <message>
        <source>Rules: all %1</source>
        <translation>Regeln: alle %1</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Folgen</translation>
    </message>
    <message>
        <source>Follow new alerts</source>
        <translation>Neuen Alarmen folgen</translation>
    </message>
    <message>
        <source>Select each new alert as it arrives, until you select one yourself</source>
        <translation>Jeden neuen Alarm auswählen, sobald er eintrifft, bis Sie selbst einen auswählen</translation>
    </message>
    <message>
        <source>Freeze</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Freeze the list of alerts</source>
        <translation>Die Alarmliste anhalten</translation>
    </message>
    <message>
        <source>Hold the list as it is; new alerts wait and are counted</source>
        <translation>Die Liste so lassen; neue Alarme warten und werden gezählt</translation>
    </message>
    <message numerus="yes">
        <source>Show %n new alert(s)</source>
        <translation>
            <numerusform>%n neuen Alarm zeigen</numerusform>
            <numerusform>%n neue Alarme zeigen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new alert(s)</source>
        <translation>
            <numerusform>%n neuer Alarm</numerusform>
            <numerusform>%n neue Alarme</numerusform>
        </translation>
    </message>
    <message>
        <source>Take them into the list and select the newest</source>
        <translation>In die Liste aufnehmen und den neuesten auswählen</translation>
    </message>
    <message>
        <source>Select the newest; nothing is new any more</source>
        <translation>Den neuesten auswählen; danach gilt keiner mehr als neu</translation>
    </message>
</context>
<context>
    <name>lolscope::AllowlistDialog</name>
    <message>
        <source>Allow everything that meets these conditions</source>
        <translation>Alles erlauben, was diese Bedingungen erfüllt</translation>
    </message>
    <message>
        <source>Only this alert is benign</source>
        <translation>Nur dieser Alarm ist harmlos</translation>
    </message>
    <message>
        <source>Alerts of this rule</source>
        <translation>Alarme dieser Regel</translation>
    </message>
    <message>
        <source>Alerts of every rule</source>
        <translation>Alarme jeder Regel</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>Benign</source>
        <translation>Harmlos</translation>
    </message>
    <message>
        <source>Known software update</source>
        <translation>Bekannte Softwareaktualisierung</translation>
    </message>
    <message>
        <source>Administration tool</source>
        <translation>Verwaltungswerkzeug</translation>
    </message>
    <message>
        <source>Build or deployment system</source>
        <translation>Bau- oder Verteilsystem</translation>
    </message>
    <message>
        <source>Internal application</source>
        <translation>Interne Anwendung</translation>
    </message>
    <message>
        <source>Approved security test</source>
        <translation>Genehmigter Sicherheitstest</translation>
    </message>
    <message>
        <source>Why is it benign? (required)</source>
        <translation>Warum ist es harmlos? (erforderlich)</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>Expiry date</source>
        <translation>Ablaufdatum</translation>
    </message>
    <message>
        <source>Add condition</source>
        <translation>Bedingung hinzufügen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Alerts this item would hide</source>
        <translation>Alarme, die dieser Eintrag verbergen würde</translation>
    </message>
    <message>
        <source>⚠ The value of %1 has characters that cannot be seen or that turn text around: %2</source>
        <translation>⚠ Der Wert von %1 enthält Zeichen, die man nicht sieht oder die Text umkehren: %2</translation>
    </message>
    <message>
        <source>Cannot be saved: %1</source>
        <translation>Kann nicht gespeichert werden: %1</translation>
    </message>
    <message numerus="yes">
        <source>Hides %n open alert(s)</source>
        <translation>
            <numerusform>Verbirgt %n offenen Alarm</numerusform>
            <numerusform>Verbirgt %n offene Alarme</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hit(s)</source>
        <translation>
            <numerusform>%n Treffer</numerusform>
            <numerusform>%n Treffer</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n host(s)</source>
        <translation>
            <numerusform>%n Host</numerusform>
            <numerusform>%n Hosts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n matching alert(s) allowed or decided already</source>
        <translation>
            <numerusform>%n passender Alarm schon erlaubt oder entschieden</numerusform>
            <numerusform>%n passende Alarme schon erlaubt oder entschieden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Cannot be saved: the item would hide %n alert(s) called suspicious or malicious, listed below.</source>
        <translation>
            <numerusform>Kann nicht gespeichert werden: Der Eintrag würde %n Alarm verbergen, der als verdächtig oder bösartig gilt; siehe unten.</numerusform>
            <numerusform>Kann nicht gespeichert werden: Der Eintrag würde %n Alarme verbergen, die als verdächtig oder bösartig gelten; siehe unten.</numerusform>
        </translation>
    </message>
    <message>
        <source>Give a reason first.</source>
        <translation>Zuerst einen Grund angeben.</translation>
    </message>
</context>
<context>
    <name>lolscope::AllowlistManager</name>
    <message>
        <source>Remove item</source>
        <translation>Eintrag entfernen</translation>
    </message>
    <message>
        <source>Allowlist</source>
        <translation>Erlaubnisliste</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>Eintrag</translation>
    </message>
    <message>
        <source>Hides</source>
        <translation>Verbirgt</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>By</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Added (UTC)</source>
        <translation>Hinzugefügt (UTC)</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>Allowlist items</source>
        <translation>Einträge der Erlaubnisliste</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message numerus="yes">
        <source>%n item(s). Removing one opens the alerts it hides again; that can be undone.</source>
        <translation>
            <numerusform>%n Eintrag. Wird er entfernt, sind die Alarme, die er verbirgt, wieder offen; das lässt sich rückgängig machen.</numerusform>
            <numerusform>%n Einträge. Wird einer entfernt, sind die Alarme, die er verbirgt, wieder offen; das lässt sich rückgängig machen.</numerusform>
        </translation>
    </message>
    <message>
        <source>no end</source>
        <translation>kein Ende</translation>
    </message>
    <message>
        <source>for every rule</source>
        <translation>für jede Regel</translation>
    </message>
    <message numerus="yes">
        <source>for %n rule(s)</source>
        <translation>
            <numerusform>für %n Regel</numerusform>
            <numerusform>für %n Regeln</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::Banner</name>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
</context>
<context>
    <name>lolscope::ChannelPage</name>
    <message>
        <source>needs an administrator or a member of Event Log Readers</source>
        <translation>braucht einen Administrator oder ein Mitglied von Ereignisprotokollleser</translation>
    </message>
    <message>
        <source>needs an account that is administrator or in Event Log Readers there</source>
        <translation>braucht ein Konto, das dort Administrator oder Mitglied von Ereignisprotokollleser ist</translation>
    </message>
    <message>
        <source>analytic or debug channel, cannot be followed</source>
        <translation>Analyse- oder Debugkanal, kann nicht verfolgt werden</translation>
    </message>
    <message>
        <source>disabled in Windows: gives no new events</source>
        <translation>in Windows abgeschaltet: gibt keine neuen Ereignisse</translation>
    </message>
    <message>
        <source>can be watched</source>
        <translation>kann beobachtet werden</translation>
    </message>
    <message>
        <source>Restart as administrator…</source>
        <translation>Als Administrator neu starten …</translation>
    </message>
    <message>
        <source>Search channels</source>
        <translation>Kanäle suchen</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>Kanäle</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Connect to see the channels of the computer.</source>
        <translation>Verbinden, um die Kanäle des Computers zu sehen.</translation>
    </message>
    <message>
        <source>Name or address</source>
        <translation>Name oder Adresse</translation>
    </message>
    <message>
        <source>DOMAIN\user; empty: the one who runs Lolscope</source>
        <translation>DOMÄNE\Benutzer; leer: wer Lolscope ausführt</translation>
    </message>
    <message>
        <source>Kept while the computer is watched, never stored</source>
        <translation>Wird behalten, solange der Computer beobachtet wird, nie gespeichert</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>Verbinden</translation>
    </message>
    <message>
        <source>Computer</source>
        <translation>Computer</translation>
    </message>
    <message>
        <source>User</source>
        <translation>Benutzer</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Kennwort</translation>
    </message>
    <message>
        <source>From the oldest event that is there</source>
        <translation>Ab dem ältesten vorhandenen Ereignis</translation>
    </message>
    <message>
        <source>From now on</source>
        <translation>Ab jetzt</translation>
    </message>
    <message>
        <source>A channel that this case knows goes on where it was</source>
        <translation>Ein Kanal, den dieser Fall kennt, geht dort weiter, wo er war</translation>
    </message>
    <message>
        <source>Reading the list of channels…</source>
        <translation>Liste der Kanäle wird gelesen …</translation>
    </message>
    <message>
        <source>Event log channels need Windows: they are there where Lolscope runs on Windows. Files, folders and streams can be watched here.</source>
        <translation>Ereigniskanäle brauchen Windows: Es gibt sie, wo Lolscope unter Windows läuft. Dateien, Ordner und Datenströme können hier beobachtet werden.</translation>
    </message>
    <message numerus="yes">
        <source>%n channel(s)</source>
        <translation>
            <numerusform>%n Kanal</numerusform>
            <numerusform>%n Kanäle</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) more rights</source>
        <translation>
            <numerusform>%n braucht mehr Rechte</numerusform>
            <numerusform>%n brauchen mehr Rechte</numerusform>
        </translation>
    </message>
    <message>
        <source>not all are listed</source>
        <translation>nicht alle sind aufgeführt</translation>
    </message>
    <message>
        <source>Connect to a computer first.</source>
        <translation>Zuerst mit einem Computer verbinden.</translation>
    </message>
    <message>
        <source>Choose at least one channel.</source>
        <translation>Mindestens einen Kanal wählen.</translation>
    </message>
</context>
<context>
    <name>lolscope::ConditionRows</name>
    <message>
        <source>equals</source>
        <translation>ist gleich</translation>
    </message>
    <message>
        <source>starts with</source>
        <translation>beginnt mit</translation>
    </message>
    <message>
        <source>ends with</source>
        <translation>endet mit</translation>
    </message>
    <message>
        <source>contains</source>
        <translation>enthält</translation>
    </message>
    <message>
        <source>in network (CIDR)</source>
        <translation>im Netz (CIDR)</translation>
    </message>
    <message>
        <source>Use condition %1</source>
        <translation>Bedingung %1 verwenden</translation>
    </message>
    <message>
        <source>Field of condition %1</source>
        <translation>Feld der Bedingung %1</translation>
    </message>
    <message>
        <source>Test of condition %1</source>
        <translation>Test der Bedingung %1</translation>
    </message>
    <message>
        <source>Value of condition %1</source>
        <translation>Wert der Bedingung %1</translation>
    </message>
</context>
<context>
    <name>lolscope::Decisions</name>
    <message>
        <source>note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>clear verdict</source>
        <translation>Urteil zurückgenommen</translation>
    </message>
    <message>
        <source>verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>allowlist item</source>
        <translation>Erlaubniseintrag</translation>
    </message>
    <message>
        <source>removed allowlist item</source>
        <translation>entfernter Erlaubniseintrag</translation>
    </message>
</context>
<context>
    <name>lolscope::DetailsPanel</name>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>(empty)</source>
        <translation>(leer)</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Alert</source>
        <translation>Alarm</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Ereignis</translation>
    </message>
    <message>
        <source>Details of the alert</source>
        <translation>Einzelheiten des Alarms</translation>
    </message>
    <message>
        <source>Details of the event</source>
        <translation>Einzelheiten des Ereignisses</translation>
    </message>
    <message>
        <source>Decide</source>
        <translation>Entscheiden</translation>
    </message>
    <message>
        <source>Why this was flagged</source>
        <translation>Warum dies auffiel</translation>
    </message>
    <message>
        <source>allowed by an allowlist item</source>
        <translation>durch einen Eintrag der Erlaubnisliste erlaubt</translation>
    </message>
    <message>
        <source>no allowlist item matches</source>
        <translation>kein Eintrag der Erlaubnisliste passt</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>Autor</translation>
    </message>
    <message>
        <source>False positives</source>
        <translation>Fehlalarme</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Rule id</source>
        <translation>Regelkennung</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>Entscheidung</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>No alert selected.</source>
        <translation>Kein Alarm ausgewählt.</translation>
    </message>
    <message>
        <source>No event selected.</source>
        <translation>Kein Ereignis ausgewählt.</translation>
    </message>
    <message>
        <source>Put together from the fields in the case; the record itself cannot be read anew: %1</source>
        <translation>Aus den Feldern im Fall zusammengesetzt; der Datensatz selbst lässt sich nicht neu lesen: %1</translation>
    </message>
    <message>
        <source>Raw XML</source>
        <translation>XML</translation>
    </message>
    <message>
        <source>XML of the event</source>
        <translation>XML des Ereignisses</translation>
    </message>
    <message>
        <source>Details of the selected row</source>
        <translation>Einzelheiten der gewählten Zeile</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>Prozess</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>DNS query</source>
        <translation>DNS-Anfrage</translation>
    </message>
</context>
<context>
    <name>lolscope::EventPanel</name>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>All events</source>
        <translation>Alle Ereignisse</translation>
    </message>
    <message>
        <source>Selected process</source>
        <translation>Gewählter Prozess</translation>
    </message>
    <message>
        <source>This alert</source>
        <translation>Dieser Alarm</translation>
    </message>
    <message>
        <source>Show %1</source>
        <translation>%1 anzeigen</translation>
    </message>
    <message>
        <source>nothing selected</source>
        <translation>nichts ausgewählt</translation>
    </message>
    <message>
        <source>could not be read</source>
        <translation>konnte nicht gelesen werden</translation>
    </message>
</context>
<context>
    <name>lolscope::EventTableModel</name>
    <message>
        <source>Time (UTC)</source>
        <translation>Zeit (UTC)</translation>
    </message>
    <message>
        <source>Host</source>
        <translation>Host</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>Ereignis</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>Prozess</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
</context>
<context>
    <name>lolscope::EvidenceDialog</name>
    <message>
        <source>offset 0x%1</source>
        <translation>Position 0x%1</translation>
    </message>
    <message>
        <source>record %1</source>
        <translation>Datensatz %1</translation>
    </message>
    <message numerus="yes">
        <source>%n record(s) lost</source>
        <translation>
            <numerusform>%n Datensatz verloren</numerusform>
            <numerusform>%n Datensätze verloren</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>Wird gelesen …</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>Beweismittel</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>Datensätze</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>Doppelte</translation>
    </message>
    <message>
        <source>Recovered</source>
        <translation>Wiederhergestellt</translation>
    </message>
    <message>
        <source>Lost</source>
        <translation>Verloren</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more row(s)</source>
        <translation>
            <numerusform>%n weitere Zeile</numerusform>
            <numerusform>%n weitere Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>not finished</source>
        <translation>nicht fertig</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>beschädigt</translation>
    </message>
    <message>
        <source>read whole</source>
        <translation>ganz gelesen</translation>
    </message>
    <message>
        <source>live, damaged</source>
        <translation>live, beschädigt</translation>
    </message>
    <message>
        <source>live</source>
        <translation>live</translation>
    </message>
</context>
<context>
    <name>lolscope::ExportDialog</name>
    <message>
        <source>Replace file</source>
        <translation>Datei ersetzen</translation>
    </message>
    <message>
        <source>CSV, for spreadsheets</source>
        <translation>CSV, für Tabellenprogramme</translation>
    </message>
    <message>
        <source>JSON Lines, without any loss</source>
        <translation>JSON Lines, ohne jeden Verlust</translation>
    </message>
    <message>
        <source>With byte order mark (Excel)</source>
        <translation>Mit Byte-Reihenfolge-Marke (Excel)</translation>
    </message>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>decided</source>
        <translation>entschieden</translation>
    </message>
    <message>
        <source>allowed</source>
        <translation>erlaubt</translation>
    </message>
    <message>
        <source>Export alerts</source>
        <translation>Alarme ausgeben</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Auswählen …</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Ausgeben</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>Alarme</translation>
    </message>
    <message>
        <source>CSV files (*.csv)</source>
        <translation>CSV-Dateien (*.csv)</translation>
    </message>
    <message>
        <source>JSON Lines files (*.jsonl)</source>
        <translation>JSON-Lines-Dateien (*.jsonl)</translation>
    </message>
</context>
<context>
    <name>lolscope::FactSheet</name>
    <message numerus="yes">
        <source>%n more row(s)</source>
        <translation>
            <numerusform>%n weitere Zeile</numerusform>
            <numerusform>%n weitere Zeilen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::LiveStrip</name>
    <message>
        <source>starting</source>
        <translation>beginnt</translation>
    </message>
    <message>
        <source>following</source>
        <translation>folgt</translation>
    </message>
    <message>
        <source>catching up</source>
        <translation>holt auf</translation>
    </message>
    <message>
        <source>waiting for the case</source>
        <translation>wartet auf den Fall</translation>
    </message>
    <message>
        <source>trying again</source>
        <translation>versucht es wieder</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>pausiert</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>zu Ende</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>beendet</translation>
    </message>
    <message>
        <source>%1 events/s</source>
        <translation>%1 Ereignisse/s</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Live</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen …</translation>
    </message>
    <message>
        <source>Watch something else too</source>
        <translation>Noch etwas beobachten</translation>
    </message>
    <message>
        <source>Stop all</source>
        <translation>Alles beenden</translation>
    </message>
    <message>
        <source>live: starting</source>
        <translation>live: beginnt</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Watch again</source>
        <translation>Wieder beobachten</translation>
    </message>
    <message>
        <source>lag %1</source>
        <translation>Verzug %1</translation>
    </message>
    <message>
        <source>%1 lost</source>
        <translation>%1 verloren</translation>
    </message>
    <message>
        <source>live: stopped</source>
        <translation>live: beendet</translation>
    </message>
    <message>
        <source>live: %1 %2</source>
        <translation>live: %1 %2</translation>
    </message>
    <message numerus="yes">
        <source>live: %n source(s) %1</source>
        <translation>
            <numerusform>live: %n Quelle %1</numerusform>
            <numerusform>live: %n Quellen %1</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 read</source>
        <translation>%1 gelesen</translation>
    </message>
    <message>
        <source>%1: %2 read</source>
        <translation>%1: %2 gelesen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>%1/s</source>
        <comment>events a second</comment>
        <translation>%1/s</translation>
    </message>
</context>
<context>
    <name>lolscope::MainWindow</name>
    <message>
        <source>The case says that these files were still to be read. Read them now?</source>
        <translation>Laut dem Fall waren diese Dateien noch zu lesen. Jetzt lesen?</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Lesen</translation>
    </message>
    <message>
        <source>and %1 more</source>
        <translation>und %1 weitere</translation>
    </message>
    <message>
        <source>Lolscope</source>
        <translation>Lolscope</translation>
    </message>
    <message>
        <source>Find what Windows&apos; own programs did on the network</source>
        <translation>Finden, was Windows-eigene Programme im Netz taten</translation>
    </message>
    <message>
        <source>no case</source>
        <translation>kein Fall</translation>
    </message>
    <message>
        <source>Show what became of each file of evidence</source>
        <translation>Zeigen, was aus jeder Beweisdatei wurde</translation>
    </message>
    <message>
        <source>Open evidence…</source>
        <translation>Beweismittel öffnen …</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Open case…</source>
        <translation>Fall öffnen …</translation>
    </message>
    <message>
        <source>Save case as…</source>
        <translation>Fall speichern unter …</translation>
    </message>
    <message>
        <source>Evidence…</source>
        <translation>Beweismittel …</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Ausgeben …</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Benign…</source>
        <translation>Harmlos …</translation>
    </message>
    <message>
        <source>Suspicious</source>
        <translation>Verdächtig</translation>
    </message>
    <message>
        <source>Malicious</source>
        <translation>Bösartig</translation>
    </message>
    <message>
        <source>Add note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Clear verdict</source>
        <translation>Urteil zurücknehmen</translation>
    </message>
    <message>
        <source>Previous alert</source>
        <translation>Voriger Alarm</translation>
    </message>
    <message>
        <source>Next alert</source>
        <translation>Nächster Alarm</translation>
    </message>
    <message>
        <source>Go to the alert&apos;s process</source>
        <translation>Zum Prozess des Alarms</translation>
    </message>
    <message>
        <source>Go to the parent process</source>
        <translation>Zum Elternprozess</translation>
    </message>
    <message>
        <source>Show events of this process</source>
        <translation>Ereignisse dieses Prozesses zeigen</translation>
    </message>
    <message>
        <source>Manage…</source>
        <translation>Verwalten …</translation>
    </message>
    <message>
        <source>Remove the item that allows this alert</source>
        <translation>Eintrag entfernen, der diesen Alarm erlaubt</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Erscheinungsbild</translation>
    </message>
    <message>
        <source>System</source>
        <translation>System</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>&amp;Triage</source>
        <translation>&amp;Triage</translation>
    </message>
    <message>
        <source>&amp;Allowlist</source>
        <translation>&amp;Erlaubnisliste</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Ctrl+Z	Undo</source>
        <translation>Strg+Z	Rückgängig</translation>
    </message>
    <message>
        <source>Ctrl+C	Copy rows</source>
        <translation>Strg+C	Zeilen kopieren</translation>
    </message>
    <message>
        <source>Ctrl+Shift+C	Copy rows defanged</source>
        <translation>Strg+Umschalt+C	Zeilen entschärft kopieren</translation>
    </message>
    <message>
        <source>About Lolscope</source>
        <translation>Über Lolscope</translation>
    </message>
    <message>
        <source>Lolscope %1
Finds network activity of Windows&apos; own programs in event logs.</source>
        <translation>Lolscope %1
Findet Netzwerkaktivität von Windows-eigenen Programmen in Ereignisprotokollen.</translation>
    </message>
    <message>
        <source>Open folder of evidence</source>
        <translation>Ordner mit Beweismitteln öffnen</translation>
    </message>
    <message>
        <source>Open evidence</source>
        <translation>Beweismittel öffnen</translation>
    </message>
    <message>
        <source>Event logs (*.evtx *.EVTX *.xml *.XML)</source>
        <translation>Ereignisprotokolle (*.evtx *.EVTX *.xml *.XML)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open case</source>
        <translation>Fall öffnen</translation>
    </message>
    <message>
        <source>Lolscope cases (*.lolscope)</source>
        <translation>Lolscope-Fälle (*.lolscope)</translation>
    </message>
    <message>
        <source>Save case as</source>
        <translation>Fall speichern unter</translation>
    </message>
    <message numerus="yes">
        <source>%n alert(s) exported to %1</source>
        <translation>
            <numerusform>%n Alarm nach %1 ausgegeben</numerusform>
            <numerusform>%n Alarme nach %1 ausgegeben</numerusform>
        </translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Note on this alert:</source>
        <translation>Notiz zu diesem Alarm:</translation>
    </message>
    <message>
        <source>Looking for event logs…</source>
        <translation>Ereignisprotokolle werden gesucht …</translation>
    </message>
    <message>
        <source>Reading evidence · %1 records</source>
        <translation>Beweismittel werden gelesen · %1 Datensätze</translation>
    </message>
    <message>
        <source>Linking processes, queries and connections…</source>
        <translation>Prozesse, Anfragen und Verbindungen werden verknüpft …</translation>
    </message>
    <message>
        <source>Running the rules…</source>
        <translation>Regeln werden angewendet …</translation>
    </message>
    <message>
        <source>Finishing…</source>
        <translation>Wird abgeschlossen …</translation>
    </message>
    <message>
        <source>indexing</source>
        <translation>Index im Aufbau</translation>
    </message>
    <message>
        <source>index %1%</source>
        <translation>Index %1 %</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n Datei</numerusform>
            <numerusform>%n Dateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n record(s)</source>
        <translation>
            <numerusform>%n Datensatz</numerusform>
            <numerusform>%n Datensätze</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n alert(s)</source>
        <translation>
            <numerusform>%n Alarm</numerusform>
            <numerusform>%n Alarme</numerusform>
        </translation>
    </message>
    <message>
        <source> in %1 s</source>
        <translation> in %1 s</translation>
    </message>
    <message>
        <source>No event logs (.evtx or .xml) were found there.</source>
        <translation>Dort wurden keine Ereignisprotokolle (.evtx oder .xml) gefunden.</translation>
    </message>
    <message>
        <source>Not all evidence could be read whole. What could be read is in the case.</source>
        <translation>Nicht alle Beweismittel konnten ganz gelesen werden. Was lesbar war, ist im Fall.</translation>
    </message>
    <message>
        <source>Show evidence</source>
        <translation>Beweismittel zeigen</translation>
    </message>
    <message>
        <source>%1 — Lolscope</source>
        <translation>%1 — Lolscope</translation>
    </message>
    <message>
        <source>case: %1</source>
        <translation>Fall: %1</translation>
    </message>
    <message>
        <source>Indexing of this case was not finished: alerts may be missing.</source>
        <translation>Dieser Fall ist nicht fertig eingelesen: Alarme können fehlen.</translation>
    </message>
    <message>
        <source>Complete indexing</source>
        <translation>Einlesen abschließen</translation>
    </message>
    <message numerus="yes">
        <source>%n host(s)</source>
        <translation>
            <numerusform>%n Host</numerusform>
            <numerusform>%n Hosts</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 events</source>
        <translation>%1 Ereignisse</translation>
    </message>
    <message>
        <source>index incomplete</source>
        <translation>Index unvollständig</translation>
    </message>
    <message>
        <source>index complete</source>
        <translation>Index vollständig</translation>
    </message>
    <message>
        <source>detections %1</source>
        <translation>Treffer %1</translation>
    </message>
    <message>
        <source>Closing as soon as everything is written…</source>
        <translation>Wird geschlossen, sobald alles geschrieben ist …</translation>
    </message>
    <message>
        <source>Indexing was cancelled</source>
        <translation>Einlesen abgebrochen</translation>
    </message>
    <message numerus="yes">
        <source>%n event(s) of the case could not be read, so no rule saw them.</source>
        <translation>
            <numerusform>%n Ereignis des Falls konnte nicht gelesen werden, keine Regel hat es gesehen.</numerusform>
            <numerusform>%n Ereignisse des Falls konnten nicht gelesen werden, keine Regel hat sie gesehen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rule(s) could not be evaluated on all events.</source>
        <translation>
            <numerusform>%n Regel konnte nicht auf alle Ereignisse angewandt werden.</numerusform>
            <numerusform>%n Regeln konnten nicht auf alle Ereignisse angewandt werden.</numerusform>
        </translation>
    </message>
    <message>
        <source>Too much at once for the correlation rules: some of their alerts may be missing.</source>
        <translation>Zu viel auf einmal für die Korrelationsregeln: Einige ihrer Alarme können fehlen.</translation>
    </message>
    <message>
        <source>Rule sets…</source>
        <translation>Regelsätze …</translation>
    </message>
    <message>
        <source>&amp;Rules</source>
        <translation>&amp;Regeln</translation>
    </message>
    <message>
        <source>The rule set is saved for the next evidence</source>
        <translation>Der Regelsatz ist für die nächsten Beweismittel gespeichert</translation>
    </message>
    <message numerus="yes">
        <source>The rules ran: %n alert(s)</source>
        <translation>
            <numerusform>Die Regeln sind gelaufen: %n Alarm</numerusform>
            <numerusform>Die Regeln sind gelaufen: %n Alarme</numerusform>
        </translation>
    </message>
    <message>
        <source>Not all rules ran:</source>
        <translation>Nicht alle Regeln sind gelaufen:</translation>
    </message>
    <message>
        <source>Show rules</source>
        <translation>Regeln zeigen</translation>
    </message>
    <message>
        <source>Watch live…</source>
        <translation>Live beobachten …</translation>
    </message>
    <message>
        <source>Resume watching</source>
        <translation>Weiter beobachten</translation>
    </message>
    <message>
        <source>Stop watching</source>
        <translation>Beobachten beenden</translation>
    </message>
    <message>
        <source>A new alert was just selected: press again to decide it</source>
        <translation>Eben wurde ein neuer Alarm ausgewählt: noch einmal drücken, um über ihn zu entscheiden</translation>
    </message>
    <message>
        <source>Not all rules run:</source>
        <translation>Nicht alle Regeln laufen:</translation>
    </message>
    <message>
        <source>live: stopping</source>
        <translation>live: wird beendet</translation>
    </message>
    <message numerus="yes">
        <source>Watching ended: %n new alert(s)</source>
        <translation>
            <numerusform>Beobachten beendet: %n neuer Alarm</numerusform>
            <numerusform>Beobachten beendet: %n neue Alarme</numerusform>
        </translation>
    </message>
    <message>
        <source>Not everything could be watched:</source>
        <translation>Nicht alles konnte beobachtet werden:</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 und %n weitere</numerusform>
            <numerusform>%1 und %n weitere</numerusform>
        </translation>
    </message>
    <message>
        <source>This case was watched live: %1.</source>
        <translation>Für diesen Fall wurde live beobachtet: %1.</translation>
    </message>
    <message>
        <source>(%1) %2 — Lolscope</source>
        <translation>(%1) %2 — Lolscope</translation>
    </message>
    <message>
        <source>Open event logs (.evtx files, exported .xml or whole folders), or drop them here.
Or watch them while they are written.</source>
        <translation>Ereignisprotokolle öffnen (.evtx-Dateien, exportiertes .xml oder ganze Ordner) oder hier ablegen.
Oder sie beobachten, während sie geschrieben werden.</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) not read whole</source>
        <translation>
            <numerusform>%n Datei nicht ganz gelesen</numerusform>
            <numerusform>%n Dateien nicht ganz gelesen</numerusform>
        </translation>
    </message>
    <message>
        <source>all files read whole</source>
        <translation>alle Dateien ganz gelesen</translation>
    </message>
</context>
<context>
    <name>lolscope::ProcessTreeModel</name>
    <message>
        <source>%1 … %2 processes not shown</source>
        <translation>%1 … %2 Prozesse nicht gezeigt</translation>
    </message>
    <message>
        <source>The chain is too long to be shown whole: %1 processes between this one and the next were left out.</source>
        <translation>Die Kette ist zu lang, um ganz gezeigt zu werden: %1 Prozesse zwischen diesem und dem nächsten sind ausgelassen.</translation>
    </message>
    <message>
        <source>Not in the evidence: known only from the parent fields of its child.</source>
        <translation>Nicht in den Beweismitteln: nur aus den Elternfeldern seines Kindes bekannt.</translation>
    </message>
    <message>
        <source>Its start is not in the evidence: known from its connections, queries or end.</source>
        <translation>Sein Start ist nicht in den Beweismitteln: bekannt durch seine Verbindungen, Anfragen oder sein Ende.</translation>
    </message>
    <message>
        <source>Its parent was found by PID and time: PIDs are reused, so this is less sure.</source>
        <translation>Sein Elternprozess wurde über PID und Zeit gefunden: PIDs werden wiederverwendet, daher weniger sicher.</translation>
    </message>
    <message>
        <source>Its record names itself or a descendant as parent; that link was cut.</source>
        <translation>Sein Datensatz nennt ihn selbst oder einen Nachfahren als Elternprozess; diese Verbindung wurde getrennt.</translation>
    </message>
    <message>
        <source>unknown program</source>
        <translation>unbekanntes Programm</translation>
    </message>
    <message>
        <source>%1 (start not logged)</source>
        <translation>%1 (Start nicht protokolliert)</translation>
    </message>
    <message>
        <source>%1 (ghost)</source>
        <translation>%1 (Geist)</translation>
    </message>
    <message>
        <source>DNS %1</source>
        <translation>DNS %1</translation>
    </message>
    <message>
        <source>no answer logged</source>
        <translation>keine Antwort protokolliert</translation>
    </message>
    <message>
        <source>failed, status %1</source>
        <translation>gescheitert, Status %1</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>von %1</translation>
    </message>
    <message>
        <source>incoming, to %1</source>
        <translation>eingehend, an %1</translation>
    </message>
    <message>
        <source>%1 (asked), %2</source>
        <translation>%1 (gefragt), %2</translation>
    </message>
    <message>
        <source>%1 (reverse), %2</source>
        <translation>%1 (rückwärts), %2</translation>
    </message>
    <message>
        <source>dns %1</source>
        <translation>DNS %1</translation>
    </message>
    <message>
        <source>net %1</source>
        <translation>Netz %1</translation>
    </message>
    <message>
        <source>alert %1</source>
        <translation>Alarm %1</translation>
    </message>
    <message>
        <source>%1, alert origin</source>
        <translation>%1, Ursprung des Alarms</translation>
    </message>
    <message>
        <source>Process / activity</source>
        <translation>Prozess / Aktivität</translation>
    </message>
    <message>
        <source>PID</source>
        <translation>PID</translation>
    </message>
    <message>
        <source>Started (UTC)</source>
        <translation>Gestartet (UTC)</translation>
    </message>
    <message>
        <source>Command line / detail</source>
        <translation>Befehlszeile / Einzelheit</translation>
    </message>
    <message>
        <source>Activity</source>
        <translation>Aktivität</translation>
    </message>
    <message numerus="yes">
        <source>+ %n child(ren)</source>
        <translation>
            <numerusform>+ %n Kindprozess</numerusform>
            <numerusform>+ %n Kindprozesse</numerusform>
        </translation>
    </message>
    <message>
        <source>double-click to show</source>
        <translation>Doppelklick zeigt sie</translation>
    </message>
</context>
<context>
    <name>lolscope::RuleListModel</name>
    <message>
        <source>refused</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>repeated</source>
        <translation>wiederholt</translation>
    </message>
    <message>
        <source>loaded</source>
        <translation>geladen</translation>
    </message>
    <message>
        <source>%1, replaces the bundled rule</source>
        <translation>%1, ersetzt die mitgelieferte Regel</translation>
    </message>
    <message>
        <source>no such data</source>
        <translation>keine solchen Daten</translation>
    </message>
    <message>
        <source>not run</source>
        <translation>nicht gelaufen</translation>
    </message>
    <message numerus="yes">
        <source>%n hit(s)</source>
        <translation>
            <numerusform>%n Treffer</numerusform>
            <numerusform>%n Treffer</numerusform>
        </translation>
    </message>
    <message>
        <source>No case is open.</source>
        <translation>Kein Fall ist geöffnet.</translation>
    </message>
    <message>
        <source>The case has no events of this rule&apos;s log source.</source>
        <translation>Der Fall hat keine Ereignisse der Protokollquelle dieser Regel.</translation>
    </message>
    <message>
        <source>The case has %1 events of this rule&apos;s log source; it did not run over them.</source>
        <translation>Der Fall hat %1 Ereignisse der Protokollquelle dieser Regel; sie ist nicht darüber gelaufen.</translation>
    </message>
    <message>
        <source>Evaluated on %1 events: %2 hits in %3 alerts.</source>
        <translation>Auf %1 Ereignissen ausgewertet: %2 Treffer in %3 Alarmen.</translation>
    </message>
    <message>
        <source>(no title)</source>
        <translation>(ohne Titel)</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>Regel</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Author</source>
        <translation>Autor</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>%1, incomplete</source>
        <translation>%1, unvollständig</translation>
    </message>
    <message>
        <source>⚠ %1</source>
        <translation>⚠ %1</translation>
    </message>
    <message>
        <source>It did not run over this case.</source>
        <translation>Sie lief nicht über diesen Fall.</translation>
    </message>
    <message>
        <source>Evaluated: %1 hits in %2 alerts.</source>
        <translation>Ausgewertet: %1 Treffer in %2 Alarmen.</translation>
    </message>
    <message>
        <source>%1 Not looked at, in all correlation rules together: %2</source>
        <translation>%1 Nicht betrachtet, in allen Korrelationsregeln zusammen: %2</translation>
    </message>
    <message>
        <source>%1 Not evaluated on %2 events: %3.</source>
        <translation>%1 Auf %2 Ereignissen nicht ausgewertet: %3.</translation>
    </message>
    <message>
        <source>⚠ Line %1, column %2: %3</source>
        <translation>⚠ Zeile %1, Spalte %2: %3</translation>
    </message>
</context>
<context>
    <name>lolscope::RuleSetDialog</name>
    <message>
        <source>Reading rules…</source>
        <translation>Regeln werden gelesen …</translation>
    </message>
    <message>
        <source>Rule sets</source>
        <translation>Regelsätze</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Save and run the rules</source>
        <translation>Speichern und Regeln ausführen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Rule folders</source>
        <translation>Regelordner</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>Ordner hinzufügen …</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Neu laden</translation>
    </message>
    <message>
        <source>Read the rule files again</source>
        <translation>Die Regeldateien noch einmal lesen</translation>
    </message>
    <message>
        <source>Search titles, authors, tags, descriptions and files</source>
        <translation>Titel, Autoren, Tags, Beschreibungen und Dateien durchsuchen</translation>
    </message>
    <message>
        <source>Search rules</source>
        <translation>Regeln durchsuchen</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>any level</source>
        <translation>jede Stufe</translation>
    </message>
    <message>
        <source>%1 and above</source>
        <translation>%1 und höher</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>any status</source>
        <translation>jeder Status</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>any tag</source>
        <translation>jedes Tag</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Regeln</translation>
    </message>
    <message>
        <source>Details of the rule</source>
        <translation>Einzelheiten der Regel</translation>
    </message>
    <message>
        <source>Enable shown</source>
        <translation>Gezeigte einschalten</translation>
    </message>
    <message>
        <source>Disable shown</source>
        <translation>Gezeigte ausschalten</translation>
    </message>
    <message>
        <source>Run by this filter</source>
        <translation>Nach diesem Filter ausführen</translation>
    </message>
    <message>
        <source>Of the folders&apos; rules run those of the level, status and tag chosen above: these and new ones.</source>
        <translation>Von den Regeln der Ordner die ausführen, die Stufe, Status und Tag von oben haben: diese und neue.</translation>
    </message>
    <message>
        <source>Add rule folder</source>
        <translation>Regelordner hinzufügen</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
    <message>
        <source>%1 (%2, %3 refused)</source>
        <translation>%1 (%2, %3 abgelehnt)</translation>
    </message>
    <message>
        <source>All rules</source>
        <translation>Alle Regeln</translation>
    </message>
    <message>
        <source>LOLBin pack</source>
        <translation>LOLBin-Paket</translation>
    </message>
    <message>
        <source>Refused: %1</source>
        <translation>Abgelehnt: %1</translation>
    </message>
    <message>
        <source>Has the same id as %1, which is used.</source>
        <translation>Hat dieselbe Kennung wie %1, die verwendet wird.</translation>
    </message>
    <message>
        <source>Author: %1</source>
        <translation>Autor: %1</translation>
    </message>
    <message>
        <source>Tags: %1</source>
        <translation>Tags: %1</translation>
    </message>
    <message>
        <source>%1 of %2 rules run</source>
        <translation>%1 von %2 Regeln laufen</translation>
    </message>
    <message>
        <source>%1 refused</source>
        <translation>%1 abgelehnt</translation>
    </message>
    <message>
        <source>%1 shown</source>
        <translation>%1 gezeigt</translation>
    </message>
    <message>
        <source>of folders: %1</source>
        <translation>aus Ordnern: %1</translation>
    </message>
    <message>
        <source>Select a rule to read about it.</source>
        <translation>Eine Regel wählen, um über sie zu lesen.</translation>
    </message>
</context>
<context>
    <name>lolscope::TreeDelegate</name>
    <message>
        <source>dns %1</source>
        <translation>DNS %1</translation>
    </message>
    <message>
        <source>net %1</source>
        <translation>Netz %1</translation>
    </message>
    <message>
        <source>alert %1</source>
        <translation>Alarm %1</translation>
    </message>
    <message>
        <source>hit</source>
        <translation>Treffer</translation>
    </message>
</context>
<context>
    <name>lolscope::TreePanel</name>
    <message>
        <source>Process tree</source>
        <translation>Prozessbaum</translation>
    </message>
    <message>
        <source>DNS</source>
        <translation>DNS</translation>
    </message>
    <message>
        <source>Connections</source>
        <translation>Verbindungen</translation>
    </message>
    <message>
        <source>Show DNS queries</source>
        <translation>DNS-Anfragen zeigen</translation>
    </message>
    <message>
        <source>Show connections</source>
        <translation>Verbindungen zeigen</translation>
    </message>
    <message>
        <source>%1 · the event names no process</source>
        <translation>%1 · das Ereignis nennt keinen Prozess</translation>
    </message>
    <message numerus="yes">
        <source>%1 · %n more rows not shown</source>
        <translation>
            <numerusform>%1 · %n weitere Zeile nicht gezeigt</numerusform>
            <numerusform>%1 · %n weitere Zeilen nicht gezeigt</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::ValueText</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy defanged</source>
        <translation>Entschärft kopieren</translation>
    </message>
    <message numerus="yes">
        <source>%1… (%n more character(s); Copy gives all)</source>
        <translation>
            <numerusform>%1… (noch %n Zeichen; Kopieren gibt alles)</numerusform>
            <numerusform>%1… (noch %n Zeichen; Kopieren gibt alles)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>lolscope::WatchDialog</name>
    <message>
        <source>Watch live</source>
        <translation>Live beobachten</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Computer</translation>
    </message>
    <message>
        <source>Another computer</source>
        <translation>Anderer Computer</translation>
    </message>
    <message>
        <source>File or folder</source>
        <translation>Datei oder Ordner</translation>
    </message>
    <message>
        <source>Stream</source>
        <translation>Datenstrom</translation>
    </message>
    <message>
        <source>Journal</source>
        <translation>Journal</translation>
    </message>
    <message>
        <source>Watch</source>
        <translation>Beobachten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>File…</source>
        <translation>Datei …</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>Ordner …</translation>
    </message>
    <message>
        <source>An event log that grows (.evtx, event XML or JSON Lines), or a folder of them: files that come later are read too. What is there already is read first.</source>
        <translation>Ein wachsendes Ereignisprotokoll (.evtx, Ereignis-XML oder JSON Lines) oder ein Ordner davon: Auch Dateien, die später kommen, werden gelesen. Was schon da ist, wird zuerst gelesen.</translation>
    </message>
    <message>
        <source>told event by event</source>
        <translation>bei jedem Ereignis erkannt</translation>
    </message>
    <message>
        <source>event XML</source>
        <translation>Ereignis-XML</translation>
    </message>
    <message>
        <source>JSON Lines</source>
        <translation>JSON Lines</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Pipe or file</source>
        <translation>Pipe oder Datei</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>A named pipe (FIFO) or a text file that another program writes events to, such as Winlogbeat, NXLog or Velociraptor. A pipe cannot go back: what it gave while nobody watched is not seen.</source>
        <translation>Eine benannte Pipe (FIFO) oder eine Textdatei, in die ein anderes Programm Ereignisse schreibt, etwa Winlogbeat, NXLog oder Velociraptor. Eine Pipe kann nicht zurück: Was sie gab, während niemand beobachtete, wird nicht gesehen.</translation>
    </message>
    <message>
        <source>Sysmon for Linux, in the journal of this computer</source>
        <translation>Sysmon für Linux, im Journal dieses Computers</translation>
    </message>
    <message>
        <source>Reading the journal of the system needs a member of adm or systemd-journal, or root.</source>
        <translation>Das Journal des Systems kann lesen, wer zu adm oder systemd-journal gehört oder root ist.</translation>
    </message>
    <message>
        <source>Folder to watch</source>
        <translation>Zu beobachtender Ordner</translation>
    </message>
    <message>
        <source>File to watch</source>
        <translation>Zu beobachtende Datei</translation>
    </message>
    <message>
        <source>There is nothing of that name yet: it is read as soon as it comes.</source>
        <translation>Dort gibt es noch nichts: Es wird gelesen, sobald es da ist.</translation>
    </message>
    <message>
        <source>Choose a file or folder to watch.</source>
        <translation>Eine Datei oder einen Ordner zum Beobachten wählen.</translation>
    </message>
    <message>
        <source>Choose a pipe or file to watch.</source>
        <translation>Eine Pipe oder Datei zum Beobachten wählen.</translation>
    </message>
</context>
<context>
    <name>lolscope::XmlView</name>
    <message>
        <source>Copy selection</source>
        <translation>Auswahl kopieren</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>Alles kopieren</translation>
    </message>
    <message>
        <source>Copy all defanged</source>
        <translation>Alles entschärft kopieren</translation>
    </message>
    <message numerus="yes">
        <source>… (%n more byte(s); Copy all gives them)</source>
        <translation>
            <numerusform>… (noch %n Byte; „Alles kopieren“ gibt sie)</numerusform>
            <numerusform>… (noch %n Bytes; „Alles kopieren“ gibt sie)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>main</name>
    <message>
        <source>Finds network activity of Windows&apos; own programs in event logs.</source>
        <translation>Findet Netzwerkaktivität von Windows-eigenen Programmen in Ereignisprotokollen.</translation>
    </message>
    <message>
        <source>Open this case file; made when missing.</source>
        <translation>Diese Falldatei öffnen; fehlt sie, wird sie angelegt.</translation>
    </message>
    <message>
        <source>case</source>
        <translation>Fall</translation>
    </message>
    <message>
        <source>Event logs and folders of them, or a .lolscope case.</source>
        <translation>Ereignisprotokolle und Ordner davon oder ein .lolscope-Fall.</translation>
    </message>
    <message>
        <source>Ask what to watch live.</source>
        <translation>Fragen, was live beobachtet werden soll.</translation>
    </message>
</context>
</TS>
