#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

/// Stands in for libFuzzer: runs the target on each file named on the command line, and on each beginning of
/// it.
int main(int argc, char **argv)
{
    for (int i = 1; i < argc; ++i) {
        std::ifstream file(argv[i], std::ios::binary);
        if (!file) {
            std::fprintf(stderr, "%s cannot be read\n", argv[i]);
            return 1;
        }
        const std::vector<std::uint8_t> bytes((std::istreambuf_iterator<char>(file)), {});
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
        for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 200)
            LLVMFuzzerTestOneInput(bytes.data(), size);
    }
    return 0;
}
