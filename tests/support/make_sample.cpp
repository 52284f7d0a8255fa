#include "tests/support/scenario.h"

#include <cstdio>

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: make_sample FILE.evtx\n");
        return 2;
    }
    const auto done = lolscope::test::writeSample(argv[1]);
    if (!done) {
        std::fprintf(stderr, "make_sample: %s\n", lolscope::describe(done.error()).c_str());
        return 1;
    }
    return 0;
}
