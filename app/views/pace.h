#pragma once

#include <QElapsedTimer>

#include <algorithm>

namespace lolscope {

/// How soon a question that watching asks again and again may be asked: it gets one in `share` parts of the
/// reader's time, which the rest of the window needs too.
class Pace
{
public:
    explicit Pace(qint64 share, qint64 shortestMs = 0)
        : m_share(share)
        , m_shortestMs(shortestMs)
    {}

    void asked() { m_asked.start(); }
    void answered() { m_tookMs = m_asked.elapsed(); }
    /// Until it may be asked; 0 for now.
    qint64 waitMs() const
    {
        if (!m_asked.isValid())
            return 0;
        return std::max<qint64>(0, std::max(m_shortestMs, m_share * m_tookMs) - m_asked.elapsed());
    }

private:
    qint64 m_share;
    qint64 m_shortestMs;
    QElapsedTimer m_asked;
    qint64 m_tookMs = 0; // the answer before
};

} // namespace lolscope
