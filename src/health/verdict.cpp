#include "health/verdict.hpp"

#include "health/health.hpp"
#include "health/keys.hpp"
#include "health/words.hpp"

namespace hale::health {
namespace {

Verdict of_code(int code, const Node& by) { return {Weight::state, health_of_code(code), 0, &by}; }

Verdict of_text(const Node& text) {
  if (const auto code = http_code(text.text)) return of_code(*code, text);
  const Meaning said = meaning(text.text);
  if (const auto state = state_of(said)) return {Weight::state, *state, 0, &text};
  if (said == Meaning::neutral) return {Weight::neutral, State::ok, 0, &text};
  return {Weight::unknown_word, State::unknown, 0, &text};
}

bool speaks_up(const Verdict& verdict) {
  return verdict.saying == Weight::unknown_word || verdict.saying == Weight::state;
}

/// The more severe of two that stand in the same place.
const Verdict& worse(const Verdict& a, const Verdict& b) {
  if (speaks_up(a) != speaks_up(b)) return speaks_up(a) ? a : b;
  return a.state >= b.state ? a : b;
}

Verdict of_texts(const Node& array) {
  Verdict all;
  for (const Node& element : array) {
    if (element.kind != Node::Kind::text) return {};
    const Verdict one = of_text(element);
    all = all.by == nullptr ? one : worse(all, one);
  }
  return all;
}

/// A known state is asked before a riddle, a riddle before a neutral word, and each in the order of R5.
bool goes_before(const Verdict& a, const Verdict& b) {
  return a.saying != b.saying ? a.saying > b.saying : a.rank < b.rank;
}

/// A body that says 200 repeats its HTTP code; what a word beside it says is more.
bool repeats_code(const Node& value, const Verdict& verdict) {
  return verdict.state == State::ok && (value.kind == Node::Kind::number || http_code(value.text));
}

}  // namespace

Verdicts::Verdicts(const Document& document) : document_(document), verdicts_(document.nodes().size()) {
  // Backwards, so that what an object holds is judged before the object.
  for (auto node = document.nodes().rbegin(); node != document.nodes().rend(); ++node) {
    if (node->kind == Node::Kind::object) verdicts_[document.index(*node)] = judge(*node);
  }
}

Verdict Verdicts::of_value(const Node& value) const {
  switch (value.kind) {
    case Node::Kind::text: return of_text(value);
    case Node::Kind::boolean: return {Weight::state, value.truth ? State::ok : State::critical, 0, &value};
    case Node::Kind::number:
      return value.number >= 100 && value.number <= 599 ? of_code(value.number, value) : Verdict{};
    case Node::Kind::array: return of_texts(value);
    case Node::Kind::object: return of(value);
    case Node::Kind::null: break;
  }
  return {};
}

Verdict Verdicts::judge(const Node& object) const {
  Verdict best;
  for (const Node& member : object) {
    const auto rank = verdict_rank(member.key);
    if (!rank) continue;
    Verdict said = of_value(member);
    if (said.saying == Weight::nothing) continue;
    if (said.saying == Weight::unknown_word && !expects_word(*rank)) continue;
    said.rank = repeats_code(member, said) ? last_verdict_rank : *rank;
    // R3: of duplicate keys the worst counts.
    if (best.saying != Weight::nothing && best.rank == said.rank) {
      best = worse(best, said);
    } else if (goes_before(said, best)) {
      best = said;
    }
  }
  return best;
}

}  // namespace hale::health
