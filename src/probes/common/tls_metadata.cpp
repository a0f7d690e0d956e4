#include "probes/common/tls_metadata.hpp"

#include <cmath>
#include <limits>

namespace hale {
namespace {

constexpr double warning_days = 30;
constexpr double critical_days = 14;

/// Full tenths of a day, rounded down: a certificate never appears to last longer than it does.
Metric days_metric(std::string_view name, double value, bool verified) {
  Metric metric{std::string(name), Quantity{std::floor(value * 10) / 10}};
  if (!verified) return metric;
  const double unlimited = std::numeric_limits<double>::infinity();
  metric.warning = Range{warning_days, unlimited};
  metric.critical = Range{critical_days, unlimited};
  metric.binding = true;
  return metric;
}

}  // namespace

void record_tls(const std::optional<TlsSession>& session, Observation& observation) {
  if (!session) return;
  observation.metrics.push_back(days_metric(cert_days_metric.name, session->cert_days, session->verified()));
  if (session->chain_days)
    observation.metrics.push_back(days_metric(chain_days_metric.name, *session->chain_days, true));
  observation.facts.push_back(Fact{std::string(subject_fact.name), session->subject});
  observation.facts.push_back(Fact{std::string(issuer_fact.name), session->issuer});
  observation.facts.push_back(Fact{std::string(names_fact.name), session->names});
  observation.facts.push_back(Fact{std::string(protocol_fact.name), session->protocol});
  observation.facts.push_back(Fact{std::string(cipher_fact.name), session->cipher});
}

}  // namespace hale
