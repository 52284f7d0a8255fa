#pragma once

#include <QPlainTextEdit>

#include <string_view>

namespace lolscope {

/// The XML of an event: read-only, in fixed pitch, never interpreted. Copies text only, and by its context
/// menu the whole XML as logged.
class XmlView : public QPlainTextEdit
{
    Q_OBJECT
public:
    explicit XmlView(QWidget *parent = nullptr);

    void setXml(std::string_view xml);

protected:
    QMimeData *createMimeDataFromSelection() const override;

private:
    QString m_raw;
};

} // namespace lolscope
