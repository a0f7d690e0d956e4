#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/state.hpp"
#include "health/document.hpp"

namespace hale::health {

/// How much a verdict counts, in increasing order. An unknown word (P4) is a verdict too, but never OK.
enum class Weight : std::uint8_t { nothing, neutral, unknown_word, state };

/// What a value says about the health of the object that it belongs to.
struct Verdict {
  Weight weight = Weight::nothing;
  State state = State::ok;       ///< UNKNOWN for an unknown word
  std::size_t rank = 0;          ///< of the member that carries the verdict: see verdict_rank()
  const Node* source = nullptr;  ///< the text, boolean or number that carries the verdict
};

/// R5 for every object of a document, which must outlive this.
class Verdicts {
 public:
  explicit Verdicts(const Document& document);

  /// The verdict of an object about itself; Weight::nothing when it has none.
  const Verdict& of(const Node& object) const { return verdicts_[document_.index(object)]; }

  /// The verdict that `value` is as the value of a verdict's key.
  Verdict of_value(const Node& value) const;

 private:
  Verdict judge(const Node& object) const;

  const Document& document_;
  std::vector<Verdict> verdicts_;  ///< parallel to the document's nodes
};

}  // namespace hale::health
