#include "app/views/mainwindow.h"
#include "app/views/theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QIcon>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

int main(int argc, char **argv)
{
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("Lolscope"));
    QApplication::setApplicationName(QStringLiteral("Lolscope"));
    QApplication::setApplicationVersion(QStringLiteral(LOLSCOPE_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("lolscope"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/lolscope.svg")));

    QTranslator qtTexts;
    if (qtTexts.load(QLocale(), QStringLiteral("qtbase"), QStringLiteral("_"),
                     QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QApplication::installTranslator(&qtTexts);
    QTranslator ourTexts;
    const QString catalogues = QStringLiteral(":/i18n");
    if (ourTexts.load(QLocale(), QStringLiteral("lolscope"), QStringLiteral("_"), catalogues)
        || ourTexts.load(QStringLiteral("lolscope_en"), catalogues)) // it has the plural forms of the sources
        QApplication::installTranslator(&ourTexts);

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QApplication::translate("main", "Finds network activity of Windows' own programs in event logs."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption caseOption(
        QStringLiteral("case"), QApplication::translate("main", "Open this case file; made when missing."),
        QApplication::translate("main", "case"));
    parser.addOption(caseOption);
    const QCommandLineOption watchOption(QStringLiteral("watch"),
                                         QApplication::translate("main", "Ask what to watch live."));
    parser.addOption(watchOption);
    parser.addPositionalArgument(
        QStringLiteral("path"),
        QApplication::translate("main", "Event logs and folders of them, or a .lolscope case."),
        QStringLiteral("[path...]"));
    parser.process(application);

    lolscope::Theme theme;
    lolscope::MainWindow window(theme);
    window.show();
    const QStringList paths = parser.positionalArguments();
    if (parser.isSet(caseOption) && paths.isEmpty() && QFileInfo::exists(parser.value(caseOption)))
        window.openCase(parser.value(caseOption));
    else if (parser.isSet(caseOption))
        window.setCaseForEvidence(parser.value(caseOption));
    if (!paths.isEmpty())
        window.openPaths(paths);
    if (parser.isSet(watchOption))
        window.chooseLive();
    return QApplication::exec();
}
