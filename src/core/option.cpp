#include "core/option.hpp"

#include <array>

namespace hale {
namespace {

constexpr std::array<OptionSpec, 19> table{{
    {"timeout", 't', "DUR[:STATE]",
     "how long a target may take, all steps together (10s); its state when the time is up is critical, or STATE"},
    {"warning", 'w', "[MEASURE=]RANGE", "warning when MEASURE, else the response time, is outside RANGE", Scope::target,
     true},
    {"critical", 'c', "[MEASURE=]RANGE", "critical when MEASURE, else the response time, is outside RANGE",
     Scope::target, true},
    {"expect", 'e', "COND",
     "critical unless COND holds: NAME OP VALUE, where OP is = != ~ !~ < <= > or >=", Scope::target, true},
    {"prefer", '\0', "COND", "warning unless COND holds", Scope::target, true},
    {"name", '\0', "NAME", "what the target is called in every report"},
    {"ipv4", '4', "", "use IPv4 addresses only"},
    {"ipv6", '6', "", "use IPv6 addresses only"},
    {"each-address", '\0', "", "one result for every address of the host instead of one for the first that answers"},
    {"deadline", '\0', "DUR", "how long the whole run may take", Scope::run},
    {"format", '\0', "FORMAT", "how the report is written", Scope::run, false, "table|json|nagios|health+json"},
    {"for", '\0', "CALLER", "format, exit code and size as this caller of hale needs them", Scope::run, false,
     "shell|docker|nagios|kubernetes"},
    {"verbose", 'v', "", "show phases, measures and facts", Scope::run},
    {"quiet", 'q', "", "print nothing; the exit code says it", Scope::run},
    {"color", '\0', "WHEN", "colour in the report; auto means on a terminal", Scope::run, false, "auto|always|never"},
    {"help", 'h', "", "show help; with a kind, as in hale --help http, that kind's", Scope::run},
    {"version", 'V', "", "show the versions of hale and of its libraries", Scope::run},
    {"manual", '\0', "", "write the manual page (mdoc)", Scope::run},
    {"completion", '\0', "SHELL", "write the completions for a shell", Scope::run, false, "bash|zsh|fish"},
}};

}  // namespace

std::span<const OptionSpec> general_options() { return table; }

}  // namespace hale
