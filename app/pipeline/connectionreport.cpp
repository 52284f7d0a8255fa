#include "app/pipeline/connectionreport.h"

#include "app/pipeline/alertreport.h"
#include "app/pipeline/jsonobject.h"

namespace lolscope {

Result<std::string> connectionJsonLine(const CaseFile &file, const ConnectionRow &connection,
                                       ChainCache &chains)
{
    std::vector<ProcessRow> chain;
    if (connection.process) {
        auto found = referred(chains.chainOf(*connection.process));
        if (!found)
            return tl::unexpected(found.error());
        chain = std::move(*found);
    }
    const auto queries = queriesFor(file, connection);
    if (!queries)
        return tl::unexpected(queries.error());
    const ProcessRow none;
    const ProcessRow &process = chain.empty() ? none : chain.front();
    const bool asked = !connection.askedName.empty();

    JsonObject json;
    json.number("record_id", connection.recordId)
        .time("time", connection.time)
        .text("computer", connection.host)
        .text("user", connection.user);
    json.text("image", connection.image)
        .text("original_file_name", process.originalFileName)
        .text("command_line", process.commandLine);
    json.number("pid", process.pid).text("process_guid", process.guid);
    json.text("parent_image", chain.size() > 1 ? chain[1].image : process.parentImage);
    appendChain(json, chain);
    json.text("protocol", connection.protocol)
        .boolean("initiated", connection.initiated)
        .text("source_ip", connection.sourceIp);
    json.text("source_port", connection.sourcePort)
        .text("dest_ip", connection.destIp)
        .text("dest_port", connection.destPort);
    json.text("dest_scope", connection.destScope)
        .text("dns_name", asked ? connection.askedName : connection.reverseName);
    json.text("dns_name_source",
              nameSourceName(asked                                ? NameSource::Asked
                                 : connection.reverseName.empty() ? NameSource::None
                                                                  : NameSource::Reverse));
    json.text("reverse_name", connection.reverseName).time("dns_time", connection.askedTime);
    json.text("source", connection.fromSecurityLog ? "security" : "sysmon");
    json.list("dns", *queries, [&](const RelatedQuery &related) {
        json.startObject().text("name", related.query.name).time("time", related.query.time);
        json.list("answers", related.query.answers, [&](const std::string &answer) { json.string(answer); });
        json.boolean("answers_destination", related.answersDestination)
            .text("source", related.sameProcess ? "process" : "host");
        json.number("record_id", related.query.recordId).endObject();
    });
    return json.line();
}

} // namespace lolscope
