#pragma once

#include <QProxyStyle>

namespace lolscope {

/// Fusion with check boxes and radio buttons that can be seen on dark ground.
class WorkbenchStyle : public QProxyStyle
{
    Q_OBJECT
public:
    WorkbenchStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget = nullptr) const override;
};

} // namespace lolscope
