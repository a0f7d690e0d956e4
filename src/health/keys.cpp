#include "health/keys.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "health/words.hpp"

namespace hale::health {
namespace {

// All keys are in the form that normalize_word() returns.

constexpr auto verdicts = std::to_array<std::string_view>(
    {"status",  "overall", "overallstatus", "globalstatus", "aggregatedstatus", "health",    "healthstatus",
     "outcome", "state",   "level",         "condition",    "healthy",          "result",    "passed",
     "success", "ok",      "alive",         "ready",        "isalive",          "ishealthy", "statuscode"});
constexpr std::size_t word_ranks = 11;
static_assert(verdicts[word_ranks - 1] == "condition");

constexpr auto names = std::to_array<std::string_view>(
    {"name", "checkname", "checker", "component", "key", "title", "id", "checkid", "serviceid", "service", "host"});

constexpr auto generic = std::to_array<std::string_view>(
    {"checks",  "check",        "components", "entries",  "results",   "result",   "services",     "dependencies",
     "details", "data",         "items",      "list",     "nodes",     "health",   "healthchecks", "healthcheckprobes",
     "probes",  "checkresults", "status",     "statuses", "instances", "clusters", "members",      "errors",
     "error",   "failures",     "info"});

constexpr auto opaque =
    std::to_array<std::string_view>({"observedvalue", "meta", "metadata", "labels", "tags", "links", "pagination",
                                     "version", "definition", "notes", "causes", "responseheader"});

constexpr auto component_maps =
    std::to_array<std::string_view>({"checks", "components", "entries", "results", "services", "dependencies"});

constexpr auto describing = std::to_array<std::string_view>(
    {"errors",  "messages",  "msg",     "reasons",  "rootcause",  "cause",   "exception", "output", "summary",  "note",
     "notes",   "text",      "title",   "trace",    "stacktrace", "release", "releaseid", "commit", "revision", "since",
     "uptime",  "duration",  "kind",    "uri",      "resource",   "host",    "hostname",  "role",   "region",   "zone",
     "profile", "requestid", "traceid", "metadata", "icon",       "color",   "severity"});

// These count as the last word of a key too: "log_level", "lastError".
constexpr auto describing_last = std::to_array<std::string_view>(
    {"error", "message", "reason", "detail",      "details", "description", "version", "time", "timestamp", "date",
     "level", "mode",    "env",    "environment", "name",    "type",        "code",    "id",   "url",       "path"});

constexpr auto flags = std::to_array<Flag>({
    {"sealed", true, State::critical},
    {"maintenance", true, State::warning},
    {"needsdbupgrade", true, State::warning},
    {"initialized", false, State::critical},
    {"installed", false, State::critical},
    {"selfdiscovered", false, State::critical},
});

constexpr auto messages = std::to_array<std::string_view>({"output", "message", "error", "notificationmessage",
                                                           "reason", "exception", "description", "summary", "detail",
                                                           "details", "msg", "rootcause", "cause", "<default>"});

constexpr auto message_holders = std::to_array<std::string_view>({"details", "data", "error"});

std::optional<std::size_t> position(std::span<const std::string_view> keys, std::string_view key) {
  const std::string word = normalize_word(key);
  // Comparing size and first letter first avoids most string comparisons; a large document has 100,000 keys.
  const auto found = std::find_if(keys.begin(), keys.end(), [&](std::string_view one) {
    return one.size() == word.size() && one[0] == word[0] && one == word;
  });
  if (found == keys.end()) return std::nullopt;
  return static_cast<std::size_t>(found - keys.begin());
}

/// "level" for "log_level" and "logLevel".
std::string_view last_word(std::string_view key) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  std::size_t start = key.size();
  while (start > 0 && std::string_view(" _-.:").find(key[start - 1]) == std::string_view::npos) {
    --start;
    if (is_upper(key[start]) && (start == 0 || !is_upper(key[start - 1]))) break;
  }
  return key.substr(start);
}

}  // namespace

const std::size_t last_verdict_rank = verdicts.size() - 1;

std::optional<std::size_t> verdict_rank(std::string_view key) { return position(verdicts, key); }
bool expects_word(std::size_t verdict_rank) { return verdict_rank < word_ranks; }

std::optional<std::size_t> name_rank(std::string_view key) { return position(names, key); }
bool is_generic(std::string_view key) { return position(generic, key).has_value(); }
bool is_opaque(std::string_view key) { return position(opaque, key).has_value(); }

bool is_component_map(std::string_view key) { return position(component_maps, key).has_value(); }
bool is_message_like(std::string_view key) {
  return position(describing, key) || position(describing_last, last_word(key));
}

const Flag* find_flag(std::string_view key) {
  const std::string word = normalize_word(key);
  const auto found = std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) { return flag.key == word; });
  return found == flags.end() ? nullptr : &*found;
}

bool is_error(std::string_view key) {
  const std::string word = normalize_word(key);
  return word == "error" || word == "errors";
}
bool is_error_map(std::string_view key) { return is_error(key) || normalize_word(key) == "failures"; }

std::optional<std::size_t> message_rank(std::string_view key) { return position(messages, key); }
bool holds_messages(std::string_view key) { return position(message_holders, key).has_value(); }

}  // namespace hale::health
