#include "health/verdict.hpp"

#include "health/health.hpp"
#include "health/keys.hpp"
#include "health/words.hpp"

namespace hale::health {
namespace {

Verdict of_code(int code, const Node& source) { return {Weight::state, health_of_code(code), 0, &source}; }

Verdict of_text(const Node& text) {
  if (const auto code = http_code(text.text)) return of_code(*code, text);
  const Meaning word = meaning(text.text);
  if (const auto state = state_of(word)) return {Weight::state, *state, 0, &text};
  if (word == Meaning::neutral) return {Weight::neutral, State::ok, 0, &text};
  return {Weight::unknown_word, State::unknown, 0, &text};
}

bool reports_state(const Verdict& verdict) {
  return verdict.weight == Weight::unknown_word || verdict.weight == Weight::state;
}

/// The worse of two verdicts of the same rank.
const Verdict& worse(const Verdict& a, const Verdict& b) {
  if (reports_state(a) != reports_state(b)) return reports_state(a) ? a : b;
  return a.state >= b.state ? a : b;
}

/// R5: an array of words is as bad as its worst word.
Verdict of_texts(const Node& array) {
  Verdict all;
  for (const Node& element : array) {
    if (element.kind != Node::Kind::text) return {};
    const Verdict verdict = of_text(element);
    all = all.source == nullptr ? verdict : worse(all, verdict);
  }
  return all;
}

/// A known state precedes an unknown word, which precedes a neutral word; among equals, the order of R5 decides.
bool takes_precedence(const Verdict& a, const Verdict& b) {
  return a.weight != b.weight ? a.weight > b.weight : a.rank < b.rank;
}

/// A good HTTP code in the body only repeats the response's own. Any other verdict of the object says more.
bool repeats_code(const Node& value, const Verdict& verdict) {
  return verdict.state == State::ok && (value.kind == Node::Kind::number || http_code(value.text));
}

}  // namespace

Verdicts::Verdicts(const Document& document) : document_(document), verdicts_(document.nodes().size()) {
  // Backwards: the verdict of an object may need those of the objects in it.
  for (auto node = document.nodes().rbegin(); node != document.nodes().rend(); ++node) {
    if (node->kind == Node::Kind::object) verdicts_[document.index(*node)] = judge(*node);
  }
}

Verdict Verdicts::of_value(const Node& value) const {
  switch (value.kind) {
    case Node::Kind::text: return of_text(value);
    case Node::Kind::boolean: return {Weight::state, value.boolean ? State::ok : State::critical, 0, &value};
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
    Verdict verdict = of_value(member);
    if (verdict.weight == Weight::nothing) continue;
    if (verdict.weight == Weight::unknown_word && !expects_word(*rank)) continue;
    verdict.rank = repeats_code(member, verdict) ? last_verdict_rank : *rank;
    // R3: the worst of duplicate keys counts.
    if (best.weight != Weight::nothing && best.rank == verdict.rank) {
      best = worse(best, verdict);
    } else if (takes_precedence(verdict, best)) {
      best = verdict;
    }
  }
  return best;
}

}  // namespace hale::health
