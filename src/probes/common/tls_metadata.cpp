#include "probes/common/tls_metadata.hpp"

#include <cmath>
#include <limits>

namespace hale {
namespace {

constexpr double warning_days = 30;
constexpr double critical_days = 14;

Measure days(std::string_view name, double value, bool verified) {
  Measure measure{std::string(name), Quantity{std::floor(value * 10) / 10}};
  if (!verified) return measure;
  const double no_end = std::numeric_limits<double>::infinity();
  measure.warning = Range{warning_days, no_end};
  measure.critical = Range{critical_days, no_end};
  measure.binding = true;
  return measure;
}

}  // namespace

void tell_tls(const std::optional<TlsSession>& session, Observation& seen) {
  if (!session) return;
  seen.measures.push_back(days(cert_days_measure.name, session->cert_days, session->verified()));
  if (session->chain_days) seen.measures.push_back(days(chain_days_measure.name, *session->chain_days, true));
  seen.facts.push_back(Fact{std::string(subject_fact.name), session->subject});
  seen.facts.push_back(Fact{std::string(issuer_fact.name), session->issuer});
  seen.facts.push_back(Fact{std::string(names_fact.name), session->names});
  seen.facts.push_back(Fact{std::string(protocol_fact.name), session->protocol});
  seen.facts.push_back(Fact{std::string(cipher_fact.name), session->cipher});
}

}  // namespace hale
