#include "base/text.hpp"
#include "report/details.hpp"
#include "report/formats.hpp"
#include "tests/report/outcome.hpp"

namespace hale {
namespace {

using namespace report_samples;

Outcome verbose_outcome() {
  Result web = result("web", State::ok, "200, pass", 184ms);
  web.phases = {{"dns", 0ms, 18ms},
                {"connect", 18ms, 21ms},
                {"tls", 39ms, 63ms},
                {"first byte", 102ms, 80ms},
                {"body", 182ms, 2ms}};
  web.metrics = {metric("time", 0.184, Unit::seconds, "300ms", "2s"),
                 metric("status", 200),
                 metric("size", 312, Unit::bytes),
                 metric("first_byte", 0.08, Unit::seconds),
                 metric("tls", 0.063, Unit::seconds, "1s"),
                 metric("cert_days", 71, Unit::none, "30:", "@5:14")};
  web.facts = {{"status", "200"}, {"version", "HTTP/2"}, {"body", "{\"status\":\"pass\",\n" + std::string(100, 'x')}};
  web.components = {{"db", State::ok, "12 connections"}, {"queue", State::warning, ""}};
  Result cache = result("cache", State::ok, "PONG", 900us);
  cache.phases = {{"connect", 0ms, 300us}, {"ask", 300us, 600us}};
  return outcome({web, cache});
}

TEST_SUITE("table") {
  TEST_CASE("a summary, a blank line, one row per target in command-line order") {
    CHECK(render_table(three(), {}) ==
          "CRITICAL: 1 of 3: db \u2013 login: password authentication failed for user \"app\" (28P01)\n"
          "\n"
          "  warning   api    612 ms  200, but time 612 ms is over 500 ms\n"
          "  critical  db     8.1 ms  login: password authentication failed for user \"app\" (28P01)\n"
          "  ok        cache  900 \u00b5s  PONG, replica of 10.0.0.5:6379, link up, lag 0 B\n");
  }

  TEST_CASE("the notice of the run comes last") {
    Outcome outcome =
        report_samples::outcome({result("a", State::ok, "fine", 1ms), result("b", State::ok, "fine", 1ms)});
    outcome.notice = "at most 1 of 2 targets were probed at a time";
    CHECK(render_table(outcome, {}) ==
          "OK: 2 targets in 41 ms\n\n"
          "  ok        a  1 ms  fine\n"
          "  ok        b  1 ms  fine\n\n"
          "  at most 1 of 2 targets were probed at a time\n");
  }

  TEST_CASE("-v shows which values are missing, and why") {
    Result standby = result("db", State::ok, "standby", 2ms);
    standby.facts = {{"link", "streaming"}};
    standby.components = {{"part", State::ok, ""}};
    standby.notes = {{"lag", "hidden from this role"}, {"lag_bytes", std::string(200, 'x')}};
    Output output;
    output.verbose = true;
    output.columns = 60;
    CHECK(render_table(outcome({standby}), output) ==
          "OK: db \u2013 standby\n\n"
          "  ok        db  2 ms  standby\n"
          "            link  streaming\n"
          "            no lag: hidden from this role\n"
          "            no lag_bytes: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\u2026\n"
          "            ok        part\n");
    output.verbose = false;
    CHECK(render_table(outcome({standby}), output) == "OK: db \u2013 standby\n\n  ok        db  2 ms  standby\n");
  }

  TEST_CASE("no targets: only the summary") { CHECK(render_table(outcome({}), {}) == "UNKNOWN: no targets\n"); }

  TEST_CASE("a row without a message has no trailing blank") {
    CHECK(render_table(outcome({result("a", State::ok, "")}), {}) == "OK: a\n\n  ok        a  12 ms\n");
  }

  TEST_CASE("worst first keeps command-line order within a state") {
    Output output;
    output.worst_first = true;
    const Outcome four =
        outcome({result("a", State::ok, ""), result("b", State::unknown, ""), result("c", State::critical, ""),
                 result("d", State::warning, ""), result("e", State::critical, "")});
    CHECK(render_table(four, output) ==
          "CRITICAL: 2 of 5: c; e\n\n  critical  c  12 ms\n  critical  e  12 ms\n  warning   d  12 ms\n  unknown   b  "
          "12 ms\n"
          "  ok        a  12 ms\n");
  }

  TEST_CASE("only the states are coloured") {
    Output output;
    output.colour = true;
    const Outcome four = outcome({result("a", State::ok, "x"), result("b", State::unknown, "x"),
                                  result("c", State::critical, "x"), result("d", State::warning, "x")});
    CHECK(render_table(four, output) ==
          "\x1b[31mCRITICAL\x1b[0m: 1 of 4: c \u2013 x\n\n"
          "  \x1b[32mok\x1b[0m        a  12 ms  x\n"
          "  \x1b[35munknown\x1b[0m   b  12 ms  x\n"
          "  \x1b[31mcritical\x1b[0m  c  12 ms  x\n"
          "  \x1b[33mwarning\x1b[0m   d  12 ms  x\n");
  }

  TEST_CASE("wide characters take two columns") {
    CHECK(render_table(outcome({result("\u6e2c\u8a66", State::ok, "x"), result("abcde", State::ok, "y")}), {}) ==
          "OK: 2 targets in 41 ms\n\n  ok        \u6e2c\u8a66   12 ms  x\n  ok        abcde  12 ms  y\n");
  }

  TEST_CASE("rows are cut at the width of the terminal") {
    Output output;
    output.columns = 50;
    CHECK(render_table(three(), output) ==
          "CRITICAL: 1 of 3: db \u2013 login: password authentication failed for user \"app\" (28P01)\n"
          "\n"
          "  warning   api    612 ms  200, but time 612 ms i\u2026\n"
          "  critical  db     8.1 ms  login: password authen\u2026\n"
          "  ok        cache  900 \u00b5s  PONG, replica of 10.0.\u2026\n");
  }

  TEST_CASE("a long name leaves room for the message on a terminal") {
    Output output;
    output.columns = 80;
    const Outcome one = outcome({result("http://" + std::string(60, 'n'), State::ok, "200")});
    CHECK(render_table(one, output) == "OK: http://" + std::string(60, 'n') + " \u2013 200\n\n  ok        http://" +
                                           std::string(24, 'n') + "\u2026  12 ms  200\n");
  }

  TEST_CASE("without a terminal a very long name overflows its column") {
    const std::string name(50, 'n');
    CHECK(render_table(outcome({result(name, State::ok, "x"), result("b", State::ok, "y")}), {}) ==
          "OK: 2 targets in 41 ms\n\n  ok        " + name + "  12 ms  x\n  ok        b" + std::string(39, ' ') +
              "  12 ms  y\n");
  }

  TEST_CASE("without a terminal no row is cut") {
    const std::string message(3000, 'x');
    CHECK(render_table(outcome({result("a", State::ok, message)}), {}) ==
          "OK: a \u2013 " + message.substr(0, 236) + "\u2026\n\n  ok        a  12 ms  " + message + "\n");
  }

  TEST_CASE("verbose at 80 columns") {
    Output output;
    output.verbose = true;
    output.columns = 80;
    CHECK(render_table(verbose_outcome(), output) ==
          "OK: 2 targets in 41 ms\n"
          "\n"
          "  ok        web    184 ms  200, pass\n"
          "            dns          18 ms  ████▊\n"
          "            connect      21 ms      ▐█████▏\n"
          "            tls          63 ms            ████████████████▋\n"
          "            first byte   80 ms                            ▐████████████████████▌\n"
          "            body          2 ms                                                 ▐\n"
          "            time 184 ms (warning 300 ms, critical 2 s) · status 200 · size 312 B\n"
          "            tls 63 ms (warning 1 s)\n"
          "            cert_days 71 (warning under 30, critical within 5 to 14)\n"
          "            version  HTTP/2\n"
          "            body     {\"status\":\"pass\", xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…\n"
          "            ok        db     12 connections\n"
          "            warning   queue\n"
          "\n"
          "  ok        cache  900 µs  PONG\n"
          "            connect     300 µs  ▏\n"
          "            ask         600 µs  ▎\n");
  }

  TEST_CASE("verbose lines fit the terminal") {
    Output output;
    output.verbose = true;
    for (const std::size_t columns : {70UL, 80UL, 100UL, 120UL}) {
      output.columns = columns;
      const std::string text = render_table(verbose_outcome(), output);
      for (const std::string_view line : split(text, '\n')) CHECK(display_width(line) <= columns);
    }
  }

  TEST_CASE("verbose cuts no message") {
    Output output;
    output.verbose = true;
    output.columns = 60;
    CHECK(render_table(outcome({result("a", State::ok, std::string(90, 'x'))}), output) ==
          "OK: a \u2013 " + std::string(90, 'x') + "\n\n  ok        a  12 ms  " + std::string(90, 'x') + "\n");
  }

  TEST_CASE("whole rows are dropped to keep the caller's limit") {
    Output output;
    output.worst_first = true;
    output.limit = 110;
    const Outcome four = outcome({result("a", State::ok, "fine"), result("b", State::ok, "fine"),
                                  result("c", State::critical, "dead"), result("d", State::ok, "fine")});
    CHECK(render_table(four, output) ==
          "CRITICAL: 1 of 4: c \u2013 dead\n\n  critical  c  12 ms  dead\n  ok        a  12 ms  fine\n  and 2 more\n");
    output.limit = 1000;
    CHECK(render_table(four, output).ends_with("  ok        d  12 ms  fine\n"));
  }

  TEST_CASE("200 targets in 4095 bytes") {
    Output output;
    output.worst_first = true;
    output.limit = 4095;
    const std::string text = render_table(many(200), output);
    CHECK(text.size() <= 4095);
    CHECK(text.size() > 4000);
    CHECK(text.starts_with("CRITICAL: 67 of 200: target-1 \u2013 said 1; target-4"));
    CHECK(text.substr(0, text.find('\n')).size() <= 249);
    CHECK(text.substr(0, text.find('\n')).ends_with(" more"));
    CHECK(text.ends_with(" more\n"));
  }

  TEST_CASE("one long message does not push out the others") {
    Output output;
    output.limit = 4095;
    const Outcome two =
        outcome({result("a", State::critical, std::string(5000, 'x')), result("b", State::critical, "dead")});
    const std::string text = render_table(two, output);
    CHECK(text.size() < 1000);
    CHECK(text.ends_with("  critical  b  12 ms  dead\n"));
  }

  TEST_CASE("details are dropped before rows") {
    Output output;
    output.verbose = true;
    output.limit = 300;
    CHECK(render_table(verbose_outcome(), output) ==
          "OK: 2 targets in 41 ms\n\n  ok        web    184 ms  200, pass\n  ok        cache  900 \u00b5s  PONG\n");
  }

  TEST_CASE("the smallest limit keeps a truncated summary") {
    Output output;
    output.limit = 20;
    CHECK(render_table(outcome({result("a", State::critical, "connection refused")}), output) ==
          "CRITICAL: a \u2013 \u2026\n");
  }

  TEST_CASE("the limit includes the colour codes") {
    Output output;
    output.colour = true;
    for (std::size_t limit = 40; limit < 200; ++limit) {
      output.limit = limit;
      CHECK(render_table(three(), output).size() <= limit);
    }
  }

  TEST_CASE("hostile text is sanitized") {
    Output output;
    output.verbose = true;
    const std::string text = render_table(hostile_outcome(), output);
    CHECK(is_sanitized(text));
    CHECK(text.find("  critical  " + hostile_sanitized + "  12 ms  " + hostile_sanitized + "\n") != std::string::npos);
    CHECK(text.find("            warning   " + hostile_sanitized + "  " + hostile_sanitized + "\n") !=
          std::string::npos);
  }
}

TEST_SUITE("waterfall") {
  TEST_CASE("a bar starts where its phase starts, in eighths of a column") {
    CHECK(render_bar(0, 4, 8, 8) == "████");
    CHECK(render_bar(4, 4, 8, 8) == "    ████");
    CHECK(render_bar(0, 0.5, 8, 8) == "▌");
    CHECK(render_bar(2, 1.25, 8, 8) == "  █▎");
    CHECK(render_bar(2.5, 2, 8, 8) == "  ▐█▌");
    CHECK(render_bar(2.25, 1.75, 8, 8) == "  ██");
  }

  TEST_CASE("the shortest and the latest phase are visible") {
    CHECK(render_bar(0, 0, 8, 8) == "▏");
    CHECK(render_bar(3, 0, 8, 8) == "   ▏");
    CHECK(render_bar(8, 0, 8, 8) == "       ▐");
    CHECK(render_bar(9, 5, 8, 8) == "       ▐");
    CHECK(render_bar(0, 0, 0, 8) == "▏");
  }
}

}  // namespace
}  // namespace hale
