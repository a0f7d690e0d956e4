#include "report/report.hpp"

#include "report/formats.hpp"
#include "report/summary.hpp"

#include "tests/report/outcome.hpp"

namespace hale {
namespace {

using namespace report_samples;

constexpr std::string_view dash = "\u2013";

Output in(Format format) {
  Output output;
  output.format = format;
  return output;
}

TEST_SUITE("summary line") {
  TEST_CASE("no targets") { CHECK(summary_line(outcome({}), dash, 249) == "UNKNOWN: no targets"); }

  TEST_CASE("one target is named with its message") {
    CHECK(summary_line(outcome({result("db", State::ok, "PostgreSQL 15.6")}), dash, 249) ==
          "OK: db \u2013 PostgreSQL 15.6");
    CHECK(summary_line(outcome({result("db", State::unknown, "no descriptors")}), "-", 249) ==
          "UNKNOWN: db - no descriptors");
  }

  TEST_CASE("one target without a message") {
    CHECK(summary_line(outcome({result("db", State::ok, "")}), dash, 249) == "OK: db");
  }

  TEST_CASE("several targets, all OK") {
    CHECK(summary_line(outcome({result("a", State::ok, "x"), result("b", State::ok, "y")}), dash, 249) ==
          "OK: 2 targets in 41 ms");
  }

  TEST_CASE("of several targets, those in the worst state are named") {
    CHECK(summary_line(three(), dash, 249) ==
          "CRITICAL: 1 of 3: db \u2013 login: password authentication failed for user \"app\" (28P01)");
    const Outcome two = outcome({result("a", State::warning, "slow"), result("b", State::ok, "y"),
                                 result("c", State::unknown, "z"), result("d", State::warning, "")});
    CHECK(summary_line(two, dash, 249) == "WARNING: 2 of 4: a \u2013 slow; d");
  }

  TEST_CASE("targets that do not fit are counted") {
    const Outcome all = outcome({result("a", State::critical, "refused"), result("b", State::critical, "refused"),
                                 result("c", State::critical, "refused"), result("d", State::critical, "refused")});
    CHECK(summary_line(all, "-", 68) == "CRITICAL: 4 of 4: a - refused; b - refused; c - refused; d - refused");
    CHECK(summary_line(all, "-", 67) == "CRITICAL: 4 of 4: a - refused; b - refused; c - refused; and 1 more");
    CHECK(summary_line(all, "-", 66) == "CRITICAL: 4 of 4: a - refused; b - refused; and 2 more");
    CHECK(summary_line(all, "-", 41) == "CRITICAL: 4 of 4: a - refused; and 3 more");
    CHECK(summary_line(all, "-", 40) == "CRITICAL: 4 of 4: a - ref\u2026; and 3 more");
  }

  TEST_CASE("the last target needs no space for a count") {
    const Outcome two = outcome({result("a", State::critical, "refused"), result("b", State::critical, "refused")});
    CHECK(summary_line(two, "-", 42) == "CRITICAL: 2 of 2: a - refused; b - refused");
  }

  TEST_CASE("a long message is truncated") {
    const Outcome one = outcome({result("a", State::critical, std::string(1000, 'x'))});
    CHECK(summary_line(one, "-", 30) == "CRITICAL: a - " + std::string(13, 'x') + "\u2026");
  }

  TEST_CASE("hostile text is sanitized") {
    CHECK(summary_line(outcome({result(hostile, State::critical, hostile)}), "-", 249) ==
          "CRITICAL: " + hostile_sanitized + " - " + hostile_sanitized);
  }
}

TEST_SUITE("report") {
  TEST_CASE("quiet prints nothing, except the first line for a monitoring system") {
    Output quiet = in(Format::table);
    quiet.quiet = true;
    CHECK(report(three(), quiet).empty());
    quiet.format = Format::json;
    CHECK(report(three(), quiet).empty());
    quiet.format = Format::nagios;
    CHECK(report(three(), quiet) ==
          "HALE CRITICAL: 1 of 3: db - login: password authentication failed for user \"app\" (28P01)"
          " | api_time=0.612s;0.5;;0; cache_time=0.0009s;;;0;\n");
  }

  TEST_CASE("every format has its own row and renderer") {
    for (const FormatSpec& spec : formats()) {
      CHECK(format_spec(spec.format).name == spec.name);
      for (const FormatSpec& other : formats()) {
        const bool same = find_renderer(spec.format).render == find_renderer(other.format).render;
        CHECK(same == (spec.format == other.format));
      }
    }
  }

  TEST_CASE("the requested format is used") {
    CHECK(report(outcome({result("a", State::ok, "x")}), in(Format::table)).starts_with("OK: a"));
    CHECK(report(outcome({result("a", State::ok, "x")}), in(Format::json)).starts_with("{"));
    CHECK(report(outcome({result("a", State::ok, "x")}), in(Format::nagios)).starts_with("HALE OK"));
    CHECK(report(outcome({result("a", State::ok, "x")}), in(Format::health_json)).find("\"pass\"") !=
          std::string::npos);
  }

  TEST_CASE("a usage error for a person") {
    CHECK(report_usage_error("no target; write http://localhost/", outcome({}), in(Format::table)) ==
          "hale: no target; write http://localhost/\n");
  }

  TEST_CASE("a usage error for a monitoring system is one line without a bar") {
    CHECK(report_usage_error("-4|-6:\nchoose", outcome({}), in(Format::nagios)) == "HALE UNKNOWN: -4/-6: choose\n");
    CHECK(report_usage_error(hostile, outcome({}), in(Format::nagios)) ==
          "HALE UNKNOWN: a\\x1b[31mb c/d\\u{202e}e\uFFFDf\\x00g\n");
  }

  TEST_CASE("a usage error is printed even when quiet") {
    Output quiet = in(Format::table);
    quiet.quiet = true;
    CHECK(report_usage_error("no target", outcome({}), quiet) == "hale: no target\n");
    quiet.format = Format::nagios;
    CHECK(report_usage_error("no target", outcome({}), quiet) == "HALE UNKNOWN: no target\n");
  }

  TEST_CASE("a long usage error keeps the caller's limit") {
    Output docker = in(Format::table);
    docker.limit = 100;
    CHECK(report_usage_error(std::string(500, 'x'), outcome({}), docker) ==
          "hale: " + std::string(90, 'x') + "\u2026\n");
    CHECK(report_usage_error(std::string(500, 'x'), outcome({}), in(Format::nagios)).size() == 250);
  }
}

}  // namespace
}  // namespace hale
