#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/state.hpp"
#include "health/document.hpp"

namespace hale::health {

/// How much a verdict says. A riddle is a word nobody knows (P4): it speaks, and is never OK.
enum class Weight : std::uint8_t { nothing, neutral, unknown_word, state };

/// What a value says of the health of the one it belongs to.
struct Verdict {
  Weight saying = Weight::nothing;
  State state = State::ok;   ///< UNKNOWN for a riddle
  std::size_t rank = 0;      ///< of the member that says it: see verdict_rank()
  const Node* by = nullptr;  ///< the text, boolean or number that says it
};

/// R5 for every object of a document, which must outlive this.
class Verdicts {
 public:
  explicit Verdicts(const Document& document);

  /// The verdict of an object on itself. An object that says nothing of itself has Weight::nothing.
  const Verdict& of(const Node& object) const { return verdicts_[document_.index(object)]; }

  /// What `value` says in a verdict's place.
  Verdict of_value(const Node& value) const;

 private:
  Verdict judge(const Node& object) const;

  const Document& document_;
  std::vector<Verdict> verdicts_;  ///< beside the document's nodes
};

}  // namespace hale::health
