#pragma once

#include "app/views/alertpanel.h"
#include "app/views/banner.h"
#include "app/views/mainwindow.h"

#include <QCoreApplication>
#include <QDialog>
#include <QDir>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFile>
#include <QMimeData>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

#include <memory>

namespace lolscope {

inline QString samplePath()
{
    return QStringLiteral(LOLSCOPE_SOURCE_DIR "/resources/sample/sample.evtx");
}

/// A window of its own for each test, with nothing of the user's in it.
class WindowFixture : public QObject
{
protected:
    QTemporaryDir m_dir;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<MainWindow> m_window;

    AlertPanel *alerts() const { return m_window->findChild<AlertPanel *>(); }
    Banner *banner() const { return m_window->findChild<Banner *>(); }
    QTreeView *tree() const { return m_window->findChild<QTreeView *>(QStringLiteral("processTree")); }
    int count(AlertGroup group) const { return alerts()->model().count(group); }
    QString casePath() const
    {
        return m_dir.filePath(QString::fromLatin1(QTest::currentTestFunction())
                              + QStringLiteral(".lolscope"));
    }
    template<typename Widget>
    Widget *named(const char *name) const
    {
        return m_window->findChild<Widget *>(QString::fromLatin1(name));
    }
    /// The dialog that is open now.
    template<typename Widget>
    Widget *inDialog(const char *dialog, const char *name) const
    {
        const auto *parent = named<QDialog>(dialog);
        return parent ? parent->findChild<Widget *>(QString::fromLatin1(name)) : nullptr;
    }

    void prepare()
    {
        QStandardPaths::setTestModeEnabled(true);
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_dir.path());
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        QCoreApplication::setOrganizationName(QStringLiteral("Lolscope"));
        QCoreApplication::setApplicationName(QStringLiteral("Lolscope test"));
        m_theme = std::make_unique<Theme>();
    }
    void openWindow()
    {
        m_window = std::make_unique<MainWindow>(*m_theme);
        m_window->setCaseForEvidence(casePath());
        m_window->setRuleSetFile(casePath() + QStringLiteral(".rules.json"));
        m_window->show();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
    /// Leaves the first alert selected and its tree shown.
    void openSample()
    {
        m_window->openEvidence({samplePath()});
        QTRY_VERIFY_WITH_TIMEOUT(count(AlertGroup::Open) > 0, 30'000);
        QTRY_VERIFY(tree()->model()->rowCount() > 0);
    }
    bool accepts(const QList<QUrl> &urls)
    {
        QMimeData data;
        data.setUrls(urls);
        QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        enter.ignore();
        QCoreApplication::sendEvent(m_window.get(), &enter);
        return enter.isAccepted();
    }
    void drop(const QList<QUrl> &urls)
    {
        QVERIFY(accepts(urls));
        QMimeData data;
        data.setUrls(urls);
        QDropEvent event(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_window.get(), &event);
    }
    /// After a dialog: there is no window manager to give the focus back.
    void activate()
    {
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    }
};

} // namespace lolscope
