#include "health/words.hpp"

#include <algorithm>
#include <array>

#include "base/number.hpp"
#include "base/text.hpp"

namespace hale::health {
namespace {

struct Word {
  std::string_view word;
  Meaning meaning;
};

// R4, in its order.
constexpr auto words = std::to_array<Word>({
    {"ok", Meaning::ok},
    {"up", Meaning::ok},
    {"pass", Meaning::ok},
    {"passed", Meaning::ok},
    {"passing", Meaning::ok},
    {"success", Meaning::ok},
    {"succeeded", Meaning::ok},
    {"successful", Meaning::ok},
    {"healthy", Meaning::ok},
    {"green", Meaning::ok},
    {"available", Meaning::ok},
    {"alive", Meaning::ok},
    {"live", Meaning::ok},
    {"ready", Meaning::ok},
    {"running", Meaning::ok},
    {"working", Meaning::ok},
    {"operational", Meaning::ok},
    {"online", Meaning::ok},
    {"serving", Meaning::ok},
    {"true", Meaning::ok},
    {"good", Meaning::ok},
    {"warn", Meaning::warning},
    {"warning", Meaning::warning},
    {"degraded", Meaning::warning},
    {"yellow", Meaning::warning},
    {"partial", Meaning::warning},
    {"partiallyavailable", Meaning::warning},
    {"throttled", Meaning::warning},
    {"pending", Meaning::warning},
    {"maintenance", Meaning::warning},
    {"starting", Meaning::warning},
    {"initializing", Meaning::warning},
    {"restarting", Meaning::warning},
    {"unstable", Meaning::warning},
    {"impaired", Meaning::warning},
    {"down", Meaning::critical},
    {"fail", Meaning::critical},
    {"failed", Meaning::critical},
    {"failing", Meaning::critical},
    {"failure", Meaning::critical},
    {"error", Meaning::critical},
    {"errored", Meaning::critical},
    {"critical", Meaning::critical},
    {"fatal", Meaning::critical},
    {"unhealthy", Meaning::critical},
    {"red", Meaning::critical},
    {"unavailable", Meaning::critical},
    {"outofservice", Meaning::critical},
    {"notok", Meaning::critical},
    {"nok", Meaning::critical},
    {"ko", Meaning::critical},
    {"notready", Meaning::critical},
    {"dead", Meaning::critical},
    {"crashed", Meaning::critical},
    {"offline", Meaning::critical},
    {"unreachable", Meaning::critical},
    {"timeout", Meaning::critical},
    {"broken", Meaning::critical},
    {"bad", Meaning::critical},
    {"false", Meaning::critical},
    {"shuttingdown", Meaning::critical},
    {"unknownerror", Meaning::critical},
    {"unexpectedresult", Meaning::critical},
    {"unknown", Meaning::unknown},
    {"skip", Meaning::neutral},
    {"skipped", Meaning::neutral},
    {"disabled", Meaning::neutral},
    {"ignored", Meaning::neutral},
    {"notapplicable", Meaning::neutral},
    {"na", Meaning::neutral},
});
static_assert(words.size() == 70);

/// Longer than any state word, with room for blanks and punctuation in it.
constexpr std::size_t max_spelling = 64;

}  // namespace

std::optional<State> state_of(Meaning meaning) {
  switch (meaning) {
    case Meaning::ok: return State::ok;
    case Meaning::unknown: return State::unknown;
    case Meaning::warning: return State::warning;
    case Meaning::critical: return State::critical;
    case Meaning::none:
    case Meaning::neutral: break;
  }
  return std::nullopt;
}

Meaning meaning(std::string_view text) {
  text = trim(text);
  if (text.size() > max_spelling) return Meaning::none;
  const std::string word = normalize_word(text);
  const auto found = std::find_if(words.begin(), words.end(), [&](const Word& one) { return one.word == word; });
  return found == words.end() ? Meaning::none : found->meaning;
}

Meaning leading_meaning(std::string_view text) {
  const Meaning whole = meaning(text);
  if (whole != Meaning::none) return whole;
  const std::size_t colon = text.find(':');
  return colon == std::string_view::npos ? Meaning::none : meaning(text.substr(0, colon));
}

bool is_truth_value(std::string_view text) {
  const std::string word = lower(trim(text.substr(0, max_spelling)));
  return word == "true" || word == "false";
}

std::optional<int> http_code(std::string_view text) {
  text = trim(text);
  const std::optional<int> code = text.size() == 3 ? parse_integer<int>(text) : std::nullopt;
  return code && *code >= 100 && *code <= 599 ? code : std::nullopt;
}

std::string normalize_word(std::string_view text) {
  const auto is_dropped = [](char c) { return c == ' ' || c == '\t' || c == '_' || c == '-' || c == '.'; };
  std::string word = lower(trim(text));
  word.erase(std::remove_if(word.begin(), word.end(), is_dropped), word.end());
  return word;
}

}  // namespace hale::health
