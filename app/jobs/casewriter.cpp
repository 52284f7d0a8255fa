#include "app/jobs/casewriter.h"

namespace lolscope {

CaseWriter::CaseWriter(std::filesystem::path path, std::shared_ptr<WriteTurns> turns, QObject *parent)
    : QObject(parent)
    , m_path(std::move(path))
    , m_turns(std::move(turns))
{
    m_pool.setMaxThreadCount(1);
}

CaseWriter::~CaseWriter()
{
    m_pool.waitForDone();
}

} // namespace lolscope
