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

/// What it means when an answer lacks a name that the user asked about.
enum class Absence : std::uint8_t {
  unknown,  ///< hale cannot tell: UNKNOWN
  failed,   ///< absence is the answer: every condition on the name fails
  empty,    ///< the same as an empty text: only a negated condition holds
};

/// A measure or a fact that a kind may see.
struct NameSpec {
  std::string_view name;     ///< "status"; ending in ':' it opens a family ("header:"); "*" is any name at all
  std::string_view meaning;  ///< one line
  Unit unit = Unit::none;    ///< of a measure; for a family: not known beforehand
  Absence absence = Absence::unknown;
  std::string_view example{};  ///< for a family: what follows it ("NAME")

  bool is_family() const { return name == "*" || name.ends_with(':'); }
};

/// A scheme of a URL.
struct SchemeSpec {
  std::string_view name;           ///< "https"
  std::uint16_t default_port = 0;  ///< 0 when there is none
};

/// An environment variable that a kind reads.
struct VariableSpec {
  std::string_view name;     ///< "REDISCLI_AUTH"
  std::string_view meaning;  ///< one line
};

/// A sort of target: the table row that the parser, --help, the manual and the completions read. All texts live for
/// ever.
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
  std::span<const std::string_view> phases;  ///< in order; each is a measure too, blanks written as '_'

  /// The libraries behind the kind with their versions ("libcurl 7.88.1"), one a line; null when there is none.
  std::string (*library)();

  /// Reads `target.typed_address` and the options, sets `target.address`, `target.host` and `target.secrets`, makes the
  /// probe. Throws UsageError; sends nothing.
  std::unique_ptr<Probe> (*make)(Target& target, const Environment& environment);

  std::span<const VariableSpec> environment{};

  std::size_t descriptors = 1;  ///< that one probe may hold at once, at the most

  /// True when a probe that is not ended properly leaves something behind: a child, a word in the server's log.
  bool leaves_traces = false;
};

/// The scheme `name` of the kind; null when it has none of that name.
const SchemeSpec* find_scheme(const Kind& kind, std::string_view name);

/// The names of its schemes.
std::vector<std::string_view> scheme_names(const Kind& kind);

/// "dns://[SERVER[:PORT]]/NAME[?type=TYPE] or NAME".
std::string syntax_of(const Kind& kind);

/// The row of `names` that covers `name`: its own, else the first family that it belongs to; null when there is none.
const NameSpec* find_name(std::span<const NameSpec> names, std::string_view name);

/// Throws UsageError when `word`, a kind's name or a URL's scheme, means a kind that this hale was built without.
void refuse_left_out(std::string_view word);

/// Every kind's measure: the response time.
inline constexpr std::string_view time_metric = "time";

}  // namespace hale
