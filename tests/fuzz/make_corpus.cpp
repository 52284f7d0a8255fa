#include "tests/support/evtxwriter.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

using namespace lolscope::test;

namespace {

/// One record as a chunk's bytes up to its free space.
std::string chunkOf(const std::vector<RecordBody> &bodies)
{
    ChunkWriter chunk;
    std::uint64_t id = 0;
    for (const RecordBody &body : bodies)
        chunk.add(++id, 132000000000000000, body);
    std::string bytes = chunk.seal(1);
    bytes.resize(bytes.find_last_not_of('\0') + 1);
    return bytes;
}

Element event(Element child)
{
    Element system{.name = "System"};
    system.children = {{.name = "Provider", .attributes = {{"Name", std::string("P")}}},
                       {.name = "EventID", .content = std::string("7")}};
    Element root{.name = "Event"};
    root.children = {std::move(system), std::move(child)};
    return root;
}

Slot slot(int type, std::string bytes)
{
    return {static_cast<ValueType>(type), std::move(bytes), {}};
}

RecordBody everyType()
{
    Instance instance;
    Element data{.name = "EventData"};
    for (const int type : {1,  2,  3,  4,  5,  6,  7,  8,  9,  10,   11,   12,   13,   14,
                           15, 16, 17, 18, 19, 20, 21, 32, 35, 0x81, 0x84, 0x88, 0x8f, 0x93}) {
        const auto index = static_cast<std::uint16_t>(instance.slots.size());
        data.children.push_back({.name = "Data",
                                 .attributes = {{"Name", "T" + std::to_string(type)}},
                                 .content = Substitution{index, ValueType::String, type % 2 == 0}});
        instance.slots.push_back(slot(type,
                                      type == 19 || type == 0x93 ? encodeValue(ValueType::Sid, "S-1-5-18")
                                                                 : std::string(16, '\1')));
    }
    instance.root = event(std::move(data));
    return instance;
}

RecordBody nested()
{
    auto inner = std::make_shared<Instance>();
    inner->root = {.name = "Detail",
                   .attributes = {{"kind", Substitution{0, ValueType::String}}},
                   .content = Substitution{0, ValueType::String}};
    inner->slots = {slot(1, toUtf16("x"))};
    Instance outer;
    outer.root = event({.name = "UserData", .content = Substitution{0, ValueType::BinXml}, .dependency = 0});
    outer.slots = {{ValueType::BinXml, {}, inner}};
    return outer;
}

void write(const std::filesystem::path &path, const std::string &bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
}

} // namespace

/// Writes the seeds that are made of BinXml into the corpus folder named on the command line.
int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fputs("usage: make_corpus CORPUS-FOLDER\n", stderr);
        return 2;
    }
    const std::filesystem::path folder(argv[1]);
    Element plain{.name = "EventData"};
    plain.children = {
        {.name = "Data", .attributes = {{"Name", std::string("A")}}, .content = std::string("b & c")}};
    const std::pair<const char *, std::vector<RecordBody>> seeds[] = {
        {"every-type", {everyType()}},
        {"nested", {nested(), nested()}},
        {"forwarded", {event(plain), event(plain)}}};
    for (const auto &[name, bodies] : seeds) {
        const std::string bytes = chunkOf(bodies);
        write(folder / "fuzz_chunk" / name, bytes);
        const std::string body = chunkOf({bodies.front()}).substr(512 + 24).insert(0, 24, '\x0f');
        write(folder / "fuzz_binxml" / name, body);
        write(folder / "fuzz_recordxml" / name, body);
    }
    std::string leftover = chunkOf({event(plain), nested()});
    patch(leftover, 48, 512, 4); // all records are leftovers
    write(folder / "fuzz_chunk" / "leftovers", leftover);
}
