#include "app/pipeline/evidencefiles.h"
#include "app/pipeline/indexing.h"
#include "model/store/casestate.h"
#include "tests/app/pipeline/testcase.h"

#include <fstream>

using namespace lolscope;
using namespace lolscope::test;
namespace fs = std::filesystem;

class TestEvidenceFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
#ifndef _WIN32 // it makes links
    void everythingIsAbsoluteAndComesOnce()
    {
        const TestCase test;
        const fs::path logs = test.path("logs");
        fs::create_directories(logs / "sub");
        fs::create_directories(logs / "b.xml"); // no file
        fs::create_directory_symlink(logs / "sub", logs / "link");
        fs::create_symlink(logs / "nowhere", logs / "broken.evtx");
        std::ofstream(logs / "a.evtx") << "x";
        std::ofstream(logs / "notes.txt") << "x";
        const fs::path relative = fs::relative(logs, fs::current_path());
        const auto found = findEvidence({relative, logs, relative / "a.evtx", relative / "gone.evtx"}, {});
        std::vector<fs::path> paths;
        for (const EvidenceFile &file : found) {
            QVERIFY2(file.path.is_absolute(), file.path.c_str());
            QCOMPARE(file.error.empty(),
                     file.path.filename() == "a.evtx" || file.path.filename() == "gone.evtx");
            paths.push_back(file.path);
        }
        QCOMPARE(paths,
                 (std::vector{logs / "a.evtx", logs / "broken.evtx", logs / "link", logs / "gone.evtx"}));
    }
#endif

    /// A plan of the files found so far would make a later completion believe that these are all.
    void whatWasNotFoundYetIsNotPlanned()
    {
        const TestCase test;
        const auto log = test.write("a.evtx", sampleScenario());
        std::stop_source stop;
        stop.request_stop();
        Progress progress;
        const auto summary =
            indexEvidence(test.casePath(), {log}, bundledEngine(), stop.get_token(), progress);
        QVERIFY(summary && summary->cancelled);
        QVERIFY(take(unfinishedEvidence(test.open())).empty());
    }
};

QTEST_GUILESS_MAIN(TestEvidenceFiles)
#include "tst_evidencefiles.moc"
