#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/option.hpp"
#include "core/quantity.hpp"

namespace hale {

class Probe;
struct Environment;
struct Target;

/// What a condition means when the answer does not have the name it is about.
enum class Absence : std::uint8_t {
  unknown,  ///< hale cannot decide: UNKNOWN
  failed,   ///< every condition on the name fails
  empty,    ///< as if the text were empty: only a negated condition holds
};

/// A metric or a fact that a kind may report.
struct NameSpec {
  std::string_view name;     ///< "status"; a family ends in ':' ("header:"); "*" is any name
  std::string_view meaning;  ///< one line
  Unit unit = Unit::none;    ///< of a metric; of a family it is known only with the answer
  Absence absence = Absence::unknown;
  std::string_view example{};  ///< of a family: the placeholder after it ("NAME")

  bool is_family() const { return name == "*" || name.ends_with(':'); }
};

/// A scheme of a URL.
struct SchemeSpec {
  std::string_view name;           ///< "https"
  std::uint16_t default_port = 0;  ///< 0 for a scheme without ports
};

/// An environment variable that a kind reads.
struct VariableSpec {
  std::string_view name;     ///< "REDISCLI_AUTH"
  std::string_view meaning;  ///< one line
};

/// A kind of target: the row that the parser, --help, the manual and the completions read. All texts are static.
struct Kind {
  std::string_view name;                       ///< "http"; `--http` names such a target
  std::span<const SchemeSpec> schemes;         ///< of a bare URL; the first is implied by `--http ADDRESS`
  std::span<const std::string_view> syntaxes;  ///< how its address is written: "[http[s]://]HOST[:PORT][/PATH]"
  std::string_view meaning;                    ///< one line
  std::span<const std::string_view> detail;    ///< paragraphs for --help and the manual
  std::string_view example;                    ///< a whole command line
  std::span<const OptionSpec> options;
  std::span<const NameSpec> metrics;
  std::span<const NameSpec> facts;
  std::span<const std::string_view> phases;  ///< in order; each is a metric, too, with '_' for blanks

  /// The name and version of the library that the kind uses ("libcurl 7.88.1"); null when it uses none.
  std::string (*library)();

  /// Makes the probe. Reads `target.typed_address` and the options; sets `target.address`, `target.host` and
  /// `target.secrets`. Sends nothing. Throws UsageError.
  std::unique_ptr<Probe> (*make)(Target& target, const Environment& environment);

  std::span<const VariableSpec> environment{};  ///< variables that it reads

  /// What a path is to this kind, as in "use --exec PATH for a command": "a command", "a socket". Empty when its
  /// address cannot be a path.
  std::string_view path_meaning{};

  std::size_t descriptors = 1;  ///< the most that one probe holds at the same time

  /// True when a probe that is abandoned leaves traces: a child process, a message in the server's log.
  bool leaves_traces = false;
};

/// The scheme `name` of the kind; null when the kind does not have it.
const SchemeSpec* find_scheme(const Kind& kind, std::string_view name);

/// The names of the schemes of the kind.
std::vector<std::string_view> scheme_names(const Kind& kind);

/// How an address of the kind is written: "dns://[SERVER[:PORT]]/NAME[?type=TYPE] or NAME".
std::string syntax_of(const Kind& kind);

/// The row of `names` for `name`: the one of that name, else the first family that it belongs to, else null.
const NameSpec* find_name(std::span<const NameSpec> names, std::string_view name);

/// Throws UsageError when `name`, a kind or a scheme, belongs to a kind that this hale was built without.
void refuse_left_out(std::string_view name);

/// The metric that every kind has: the response time.
inline constexpr std::string_view time_metric = "time";

}  // namespace hale
