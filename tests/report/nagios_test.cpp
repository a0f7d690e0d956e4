#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "base/number.hpp"
#include "base/text.hpp"
#include "report/formats.hpp"
#include "tests/report/outcome.hpp"

namespace hale {
namespace {

using namespace report_samples;

/// The metrics by label, parsed with the strictest rules of any caller; nothing if one is broken.
std::optional<std::map<std::string, std::string>> parse_perfdata(std::string_view perfdata) {
  constexpr std::string_view label_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./-";
  std::map<std::string, std::string> metrics;
  for (const std::string_view metric : split(perfdata, ' ')) {
    const std::size_t equals = metric.find('=');
    if (equals == std::string_view::npos || equals == 0) return std::nullopt;
    const std::string_view label = metric.substr(0, equals);
    if (label.find_first_not_of(label_characters) != std::string_view::npos ||
        label.find("__") != std::string_view::npos)
      return std::nullopt;
    const auto fields = split(metric.substr(equals + 1), ';');
    if (fields.size() != 5 || !fields[4].empty()) return std::nullopt;
    const std::size_t digits = std::min(fields[0].find_first_not_of("-0123456789."), fields[0].size());
    if (digits == 0 || !parse_number(fields[0].substr(0, digits))) return std::nullopt;
    const std::string_view unit = fields[0].substr(digits);
    if (unit != "" && unit != "s" && unit != "B" && unit != "%" && unit != "c") return std::nullopt;
    if (fields[3] != (unit.empty() ? "" : "0")) return std::nullopt;
    for (const std::string_view range : {fields[1], fields[2]}) {
      if (range.find_first_not_of("@~:-.0123456789") != std::string_view::npos) return std::nullopt;
    }
    if (!metrics.emplace(label, metric.substr(equals + 1)).second) return std::nullopt;
  }
  return metrics;
}

/// Checks that every known monitoring system can parse `text`.
void check_plugin_output(const std::string& text, std::size_t limit = 0) {
  CHECK(is_sanitized(text));
  CHECK((limit == 0 || text.size() <= limit));
  const std::string first = text.substr(0, text.find('\n'));
  const std::size_t bar = first.find('|');
  CHECK(std::min(bar, first.size()) <= 250);
  CHECK(first.starts_with("HALE "));
  CHECK(std::count(text.begin(), text.end(), '|') == (bar == std::string::npos ? 0 : 1));
  if (bar == std::string::npos) return;
  CHECK(first.substr(bar - 1, 3) == " | ");
  CHECK(parse_perfdata(first.substr(bar + 2)));
}

Outcome one_with(std::vector<JudgedMetric> metrics) {
  Result one = result("a", State::ok, "x");
  one.metrics = std::move(metrics);
  return outcome({one});
}

std::string perfdata(const Outcome& outcome) {
  const std::string text = render_nagios(outcome, {});
  check_plugin_output(text);
  const std::size_t bar = text.find("| ");
  return bar == std::string::npos ? "" : text.substr(bar + 2, text.find('\n') - bar - 2);
}

TEST_SUITE("nagios") {
  TEST_CASE("one target is one line") {
    Result db = result("db", State::ok, "PostgreSQL 15.6");
    db.metrics = {metric("time", 0.041, Unit::seconds, "500ms", "2s"), metric("connections", 12)};
    CHECK(render_nagios(outcome({db}), {}) ==
          "HALE OK: db - PostgreSQL 15.6 | time=0.041s;0.5;2;0; connections=12;;;;\n");
  }

  TEST_CASE("several targets: labels start with the name, the long text is worst first") {
    CHECK(render_nagios(three(), {}) ==
          "HALE CRITICAL: 1 of 3: db - login: password authentication failed for user \"app\" (28P01)"
          " | api_time=0.612s;0.5;;0; cache_time=0.0009s;;;0;\n"
          "[CRITICAL] db: login: password authentication failed for user \"app\" (28P01)\n"
          "[WARNING] api: 200, but time 612 ms is over 500 ms\n"
          "[OK] cache: PONG, replica of 10.0.0.5:6379, link up, lag 0 B\n");
  }

  TEST_CASE("without metrics there is no bar") {
    CHECK(render_nagios(outcome({result("a", State::critical, "refused")}), {}) == "HALE CRITICAL: a - refused\n");
  }

  TEST_CASE("the notice of the run comes last") {
    Outcome outcome = report_samples::outcome({result("a", State::ok, "fine"), result("b", State::ok, "fine")});
    outcome.notice = "at most 1 of 2 targets were probed at a time";
    CHECK(render_nagios(outcome, {}) ==
          "HALE OK: 2 targets in 41 ms\n[OK] a: fine\n[OK] b: fine\nat most 1 of 2 targets were probed at a time\n");
  }

  TEST_CASE("no targets") { CHECK(render_nagios(outcome({}), {}) == "HALE UNKNOWN: no targets\n"); }

  TEST_CASE("time comes first; phases are included only with a range") {
    Result one = result("a", State::ok, "x");
    one.phases = {{"connect", 0ms, 1ms}, {"first byte", 1ms, 2ms}, {"tls", 3ms, 1ms}};
    one.metrics = {metric("status", 200), metric("connect", 0.001, Unit::seconds),
                   metric("tls", 0.001, Unit::seconds, "1s"), metric("first_byte", 0.002, Unit::seconds),
                   metric("time", 0.004, Unit::seconds)};
    CHECK(perfdata(outcome({one})) == "time=0.004s;;;0; status=200;;;; tls=0.001s;1;;0;");
  }

  TEST_CASE("only metrics that cannot be negative have a minimum") {
    CHECK(perfdata(one_with({metric("a", 1, Unit::seconds), metric("b", 2, Unit::bytes), metric("c", 3, Unit::percent),
                             metric("d", 4, Unit::counter), metric("e", -5)})) ==
          "a=1s;;;0; b=2B;;;0; c=3%;;;0; d=4c;;;0; e=-5;;;;");
  }

  TEST_CASE("an upper limit is a plain number, other ranges are written in full") {
    CHECK(perfdata(one_with({metric("a", 1, Unit::none, "0:10", "@5:7"), metric("b", 1, Unit::none, "3:", "~:10")})) ==
          "a=1;10;@5:7;; b=1;3:;~:10;;");
  }

  TEST_CASE("values are plain decimals") {
    CHECK(perfdata(one_with({metric("a", 1e-7), metric("b", 123456789012.5), metric("c", 1e20)})) ==
          "a=0.0000001;;;; b=123456789012.5;;;; c=100000000000000000000;;;;");
  }

  TEST_CASE("a metric that is not finite is omitted") {
    CHECK(perfdata(one_with({metric("a", std::numeric_limits<double>::infinity()), metric("b", 1),
                             metric("c", std::numeric_limits<double>::quiet_NaN())})) == "b=1;;;;");
  }

  TEST_CASE("labels have only safe characters") {
    CHECK(perfdata(one_with({metric("json:/queue/depth", 1), metric("a::b", 2), metric("it's = 100%", 3),
                             metric("x  y", 4)})) == "json_/queue/depth=1;;;; a_b=2;;;; it_s_100_=3;;;; x_y=4;;;;");
  }

  TEST_CASE("an IPv6 address in a name does not rename later metrics") {
    Result six = result("tcp://[::1]:80", State::ok, "x");
    six.metrics = {metric("time", 1, Unit::seconds)};
    CHECK(perfdata(outcome({six, result("b", State::ok, "y")})) == "tcp_//_1_80_time=1s;;;0;");
  }

  TEST_CASE("equal labels are numbered") {
    CHECK(perfdata(one_with({metric("a:b", 1), metric("a_b", 2), metric("a b", 3), metric("a_b_2", 4)})) ==
          "a_b=1;;;; a_b_2=2;;;; a_b_3=3;;;; a_b_2_2=4;;;;");
  }

  TEST_CASE("verbose adds details, even for one target") {
    Result one = result("a", State::ok, "200");
    one.phases = {{"connect", 0ms, 1ms}, {"first byte", 1ms, 20ms}};
    one.metrics = {metric("time", 0.021, Unit::seconds)};
    one.facts = {{"version", "HTTP/2"}, {"body", std::string(500, 'x')}, {"empty", ""}};
    one.components = {{"db", State::warning, "slow|er"}, {"queue", State::ok, ""}};
    Output output;
    output.verbose = true;
    const std::string text = render_nagios(outcome({one}), output);
    check_plugin_output(text);
    CHECK(text ==
          "HALE OK: a - 200 | time=0.021s;;;0;\n"
          "[OK] a: 200\n"
          "  phases: connect 1 ms, first byte 20 ms\n"
          "  version: HTTP/2\n"
          "  body: " +
              std::string(117, 'x') +
              "\u2026\n"
              "  empty:\n"
              "  [WARNING] db: slow/er\n"
              "  [OK] queue\n");
  }

  TEST_CASE("details are dropped before targets") {
    Outcome two = three();
    two.results[0].facts = {{"body", std::string(500, 'x')}};
    Output output;
    output.verbose = true;
    output.limit = 360;
    CHECK(render_nagios(two, output).ends_with(" lag 0 B\n"));
    CHECK(render_nagios(two, output).find("body") == std::string::npos);
  }

  TEST_CASE("targets are dropped before perfdata") {
    Output output;
    output.limit = 180;
    CHECK(render_nagios(many(4), output) ==
          "HALE CRITICAL: 1 of 4: target-1 - said 1 | target-0_time=0.012s;;;0; target-1_time=0.012s;;;0;"
          " target-2_time=0.012s;;;0; target-3_time=0.012s;;;0;\n"
          "[...] and 4 more\n");
    output.limit = 200;
    CHECK(render_nagios(many(4), output) ==
          "HALE CRITICAL: 1 of 4: target-1 - said 1 | target-0_time=0.012s;;;0; target-1_time=0.012s;;;0;"
          " target-2_time=0.012s;;;0; target-3_time=0.012s;;;0;\n"
          "[CRITICAL] target-1: said 1\n"
          "[...] and 3 more\n");
  }

  TEST_CASE("then whole metrics are dropped") {
    Output output;
    output.limit = 100;
    CHECK(render_nagios(many(4), output) ==
          "HALE CRITICAL: 1 of 4: target-1 - said 1 | target-0_time=0.012s;;;0; target-1_time=0.012s;;;0;\n");
  }

  TEST_CASE("200 targets in 4095 bytes") {
    Output output;
    output.limit = 4095;
    const std::string text = render_nagios(many(200), output);
    check_plugin_output(text, 4095);
    CHECK(text.size() > 4000);
  }

  TEST_CASE("every limit is kept and no metric is cut") {
    Output output;
    for (output.limit = 60; output.limit < 1200; output.limit += 7)
      check_plugin_output(render_nagios(many(12), output), output.limit);
  }

  TEST_CASE("hostile text is sanitized") {
    check_plugin_output(render_nagios(hostile_outcome(), {}));
    Output output;
    output.verbose = true;
    check_plugin_output(render_nagios(hostile_outcome(), output));
    output.limit = 4095;
    check_plugin_output(render_nagios(hostile_outcome(), output), 4095);
  }

  TEST_CASE("hostile text of one target") {
    Result bad = result(hostile, State::critical, hostile + "\n");
    bad.metrics = {metric(hostile, 1)};
    CHECK(render_nagios(outcome({bad}), {}) ==
          "HALE CRITICAL: a\\x1b[31mb c/d\\u{202e}e\uFFFDf\\x00g - a\\x1b[31mb c/d\\u{202e}e\uFFFDf\\x00g | "
          "a_31mb_c_d_e_f_g=1;;;;\n");
  }
}

}  // namespace
}  // namespace hale
