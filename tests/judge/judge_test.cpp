#include "judge/judge.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace hale {
namespace {

constexpr std::array<NameSpec, 7> facts{{{"status", "the status"},
                                         {"body", "the body"},
                                         {"role", "the role"},
                                         {"version", "the version"},
                                         {"banner", "what is said first", Unit::none, Absence::empty},
                                         {"header:", "a header", Unit::none, Absence::unknown, "NAME"},
                                         {"json:", "a value", Unit::none, Absence::failed, "/pointer"}}};
constexpr std::array<NameSpec, 3> measures{{{"time", "the response time", Unit::seconds},
                                            {"json:", "a number", Unit::none, Absence::failed, "/pointer"},
                                            {"*", "a measure of the plugin"}}};
const Kind kind{"test", {}, "", "", "", "", {}, measures, facts, {}, nullptr, nullptr};

Target target() {
  Target target{&kind, "place"};
  target.name = "name";
  target.address = "address";
  return target;
}

Target expecting(std::string_view condition, State otherwise = State::critical) {
  Target demanding = target();
  demanding.expectations.push_back({parse_condition(condition), otherwise});
  return demanding;
}

Target within(std::string measure, const char* warning, const char* critical) {
  Target demanding = target();
  const auto range = [](const char* text) {
    return text == nullptr ? std::nullopt : std::optional<Range>(parse_range(text));
  };
  demanding.thresholds.push_back({std::move(measure), range(warning), range(critical)});
  return demanding;
}

Observation fact(std::string name, std::string text) {
  Observation observation;
  observation.facts = {{std::move(name), std::move(text)}};
  return observation;
}

Observation measure(std::string name, double value, Unit unit = Unit::none) {
  Observation observation;
  observation.measures = {{std::move(name), {value, unit}}};
  return observation;
}

/// "critical: status is 503, expected 200"
std::string verdict(const Target& target, const Observation& observation) {
  const Result result = judge(target, observation);
  return fmt::format("{}: {}", word(result.state), result.message);
}

/// What comes of the answer's fact `name` = `text` when `condition` is expected.
std::string on_fact(std::string_view condition, std::string name, std::string text) {
  return verdict(expecting(condition), fact(std::move(name), std::move(text)));
}

std::string on_measure(std::string_view condition, std::string name, double value, Unit unit = Unit::none) {
  return verdict(expecting(condition), measure(std::move(name), value, unit));
}

TEST_SUITE("judge") {
  TEST_CASE("the result carries what was seen, and no phases") {
    Observation observation;
    observation.summary = "200, pass";
    observation.measures = {{"time", {0.012, Unit::seconds}}};
    observation.facts = {{"status", "200"}};
    observation.components = {{"db", State::warning, "slow"}};
    const Result result = judge(target(), observation);
    CHECK(result.name == "name");
    CHECK(result.kind == "test");
    CHECK(result.address == "address");
    CHECK(result.state == State::ok);
    CHECK(result.message == "200, pass");
    CHECK_FALSE(result.failed_phase);
    CHECK(result.length == Duration{});
    CHECK(result.phases.empty());
    REQUIRE(result.measures.size() == 1);
    CHECK(result.measures[0].measure.name == "time");
    CHECK(result.measures[0].measure.quantity.value == 0.012);
    CHECK(result.measures[0].state == State::ok);
    REQUIRE(result.facts.size() == 1);
    CHECK(result.facts[0].text == "200");
    REQUIRE(result.components.size() == 1);
    CHECK(result.components[0].message == "slow");
  }

  TEST_CASE("a demand that fails stands behind the summary") {
    Observation observation = measure("time", 0.612, Unit::seconds);
    observation.summary = "200";
    CHECK(verdict(within("time", "500ms", nullptr), observation) == "warning: 200, but time 612 ms is over 500 ms");
  }

  TEST_CASE("without a summary the demand stands alone") {
    CHECK(verdict(within("time", "500ms", nullptr), measure("time", 0.612, Unit::seconds)) ==
          "warning: time 612 ms is over 500 ms");
  }

  TEST_CASE("reasons stand worst first, otherwise in order, claims before demands") {
    Target demanding = expecting("role=primary", State::warning);
    demanding.expectations.push_back({parse_condition("body~ready"), State::critical});
    demanding.thresholds.push_back({"time", std::nullopt, parse_range("1s")});
    Observation observation = fact("role", "replica");
    observation.summary = "not said";
    observation.facts.push_back({"body", "no"});
    observation.measures = {{"time", {2, Unit::seconds}}};
    observation.claims = {{State::ok, "not said"}, {State::warning, "too many requests"}};
    CHECK(verdict(demanding, observation) ==
          "critical: body is no, expected ~ready; time 2 s is over 1 s; too many requests; role is replica, expected "
          "primary");
  }

  TEST_CASE("a claim is the message when it is not ok") {
    Observation observation;
    observation.summary = "not said";
    observation.claims = {{State::critical, "503 Service Unavailable"}};
    CHECK(verdict(target(), observation) == "critical: 503 Service Unavailable");
  }

  TEST_CASE("a claim without words takes the summary's") {
    Observation observation;
    observation.summary = "DISK WARNING";
    observation.claims = {{State::warning, ""}};
    CHECK(verdict(target(), observation) == "warning: DISK WARNING");
  }

  TEST_CASE("a claim gives way to a condition on what it is about") {
    Observation observation = fact("status", "503");
    observation.summary = "503";
    observation.claims = {{State::critical, "503 Service Unavailable", "status"}};
    CHECK(verdict(expecting("status=503"), observation) == "ok: 503");
    CHECK(verdict(expecting("status=200"), observation) == "critical: 503, but status is 503, expected 200");
    CHECK(verdict(expecting("status!=1"), measure("status", 5)) == "ok: ");
  }

  TEST_CASE("a claim gives way to a range on what it is about") {
    Observation observation = measure("lag", 42, Unit::seconds);
    observation.claims = {{State::critical, "lag is high", "lag"}};
    CHECK(verdict(within("lag", "1min", nullptr), observation) == "ok: ");
  }

  TEST_CASE("a claim about something else stays") {
    Observation observation = fact("status", "200");
    observation.claims = {{State::critical, "replication is broken", "role"}, {State::warning, "unrelated"}};
    CHECK(verdict(expecting("status=200"), observation) == "critical: replication is broken; unrelated");
  }
}

TEST_SUITE("judge: = and !=") {
  TEST_CASE("a measure is compared as a number, both ends included") {
    CHECK(on_measure("status=200-299,301", "status", 200) == "ok: ");
    CHECK(on_measure("status=200-299,301", "status", 299) == "ok: ");
    CHECK(on_measure("status=200-299,301", "status", 301) == "ok: ");
    CHECK(on_measure("status=200-299,301", "status", 300) == "critical: status is 300, expected 200-299,301");
    CHECK(on_measure("status!=500-599", "status", 200) == "ok: ");
    CHECK(on_measure("status!=500-599", "status", 503) == "critical: status is 503, expected != 500-599");
  }

  TEST_CASE("a bare number is in the measure's base unit, a number with a unit in its own") {
    CHECK(on_measure("time=1-2", "time", 1.5, Unit::seconds) == "ok: ");
    CHECK(on_measure("time=10ms-20ms", "time", 0.015, Unit::seconds) == "ok: ");
    CHECK(on_measure("time=10ms-20ms", "time", 0.021, Unit::seconds) == "critical: time is 21 ms, expected 10ms-20ms");
  }

  TEST_CASE("another unit than the measure's cannot be compared") {
    CHECK(on_measure("load1=5s", "load1", 5) == "unknown: load1 is a plain number, the expected value is a time");
  }

  TEST_CASE("a word is compared with the fact, even beside a measure") {
    Observation observation = fact("status", "up");
    observation.measures = {{"status", {1, Unit::none}}};
    CHECK(verdict(expecting("status=up"), observation) == "ok: ");
    CHECK(verdict(expecting("status=down"), observation) == "critical: status is up, expected down");
  }

  TEST_CASE("a word is never a measure's number") {
    CHECK(on_measure("status=up", "status", 1) == "critical: status is 1, expected up");
    CHECK(on_measure("status!=up", "status", 1) == "ok: ");
  }

  TEST_CASE("a fact is compared exactly") {
    CHECK(on_fact("role=primary", "role", "primary") == "ok: ");
    CHECK(on_fact("role=a,primary", "role", "primary") == "ok: ");
    CHECK(on_fact("role=primary", "role", "Primary") == "critical: role is Primary, expected primary");
    CHECK(on_fact("role!=replica", "role", "primary") == "ok: ");
    CHECK(on_fact("role!=a,replica", "role", "replica") == "critical: role is replica, expected != a,replica");
  }

  TEST_CASE("a fact that reads as a plain number is compared as one") {
    CHECK(on_fact("status=200-299", "status", "204") == "ok: ");
    CHECK(on_fact("status=200", "status", "200.0") == "ok: ");
    CHECK(on_fact("status=200-299", "status", "204 No Content") ==
          "critical: status is 204 No Content, expected 200-299");
    CHECK(on_fact("status=5ms", "status", "5") == "critical: status is 5, expected 5ms");
    CHECK(on_fact("status=5ms", "status", "5ms") == "ok: ");
  }

  TEST_CASE("a version is no decimal number") {
    CHECK(on_fact("version=15.1", "version", "15.10") == "critical: version is 15.10, expected 15.1");
    CHECK(on_fact("version=15.6-16", "version", "15.10") == "ok: ");
    CHECK(on_fact("version=15-16", "version", "16.1") == "critical: version is 16.1, expected 15-16");
    CHECK(on_fact("version=15.6", "version", "15.6 (Debian 15.6-1)") == "ok: ");
  }

  TEST_CASE("what was found is quoted briefly") {
    CHECK(on_fact("body=ready", "body", "") == "critical: body is empty, expected ready");
    CHECK(on_fact("body=ready", "body", " \r\n") == "critical: body is blank, expected ready");
    CHECK(on_fact("body=ready", "body", std::string(80, 'x') + "\n") ==
          "critical: body is " + std::string(57, 'x') + "\u2026, expected ready");
  }

  TEST_CASE("--prefer costs a warning") {
    CHECK(verdict(expecting("role=primary", State::warning), fact("role", "replica")) ==
          "warning: role is replica, expected primary");
  }
}

TEST_SUITE("judge: ~ and !~") {
  TEST_CASE("a pattern is looked for in the fact") {
    CHECK(on_fact("body~^ready", "body", "ready to serve") == "ok: ");
    CHECK(on_fact("body~^ready", "body", "not ready") == "critical: body is not ready, expected ~^ready");
    CHECK(on_fact("body!~error", "body", "fine") == "ok: ");
    CHECK(on_fact("body!~error", "body", "an error") == "critical: body is an error, expected !~error");
  }

  TEST_CASE("a measure without a fact is read as a plain number") {
    CHECK(on_measure("value~^1[.]5$", "value", 1.5) == "ok: ");
    CHECK(on_measure("value~^2", "value", 1.5) == "critical: value is 1.5, expected ~^2");
  }

  TEST_CASE("a pattern that would cost too much is hale's trouble") {
    CHECK(on_fact("body~^(a+)+$", "body", std::string(40, 'a') + "!") ==
          "unknown: the regular expression needs too many steps on this answer");
    CHECK(on_fact("body!~^(a+)+$", "body", std::string(40, 'a') + "!") ==
          "unknown: the regular expression needs too many steps on this answer");
  }
}

TEST_SUITE("judge: < <= > >=") {
  TEST_CASE("a measure is compared as a number") {
    CHECK(on_measure("json:/queue/depth<100", "json:/queue/depth", 99) == "ok: ");
    CHECK(on_measure("json:/queue/depth<100", "json:/queue/depth", 100) ==
          "critical: json:/queue/depth is 100, expected < 100");
    CHECK(on_measure("json:/queue/depth<100", "json:/queue/depth", 1200) ==
          "critical: json:/queue/depth is 1200, expected < 100");
    CHECK(on_measure("x<=100", "x", 100) == "ok: ");
    CHECK(on_measure("x<=100", "x", 101) == "critical: x is 101, expected <= 100");
    CHECK(on_measure("x>100", "x", 101) == "ok: ");
    CHECK(on_measure("x>100", "x", 100) == "critical: x is 100, expected > 100");
    CHECK(on_measure("x>=100", "x", 100) == "ok: ");
    CHECK(on_measure("x>=100", "x", -5) == "critical: x is -5, expected >= 100");
  }

  TEST_CASE("a bound carries a unit, or means the base unit") {
    CHECK(on_measure("time<500ms", "time", 0.4, Unit::seconds) == "ok: ");
    CHECK(on_measure("time<500ms", "time", 0.612, Unit::seconds) == "critical: time is 612 ms, expected < 500ms");
    CHECK(on_measure("time<0.5", "time", 0.612, Unit::seconds) == "critical: time is 612 ms, expected < 0.5");
  }

  TEST_CASE("rounding does not hide which side of the bound it is") {
    CHECK(on_measure("time<500ms", "time", 0.5003, Unit::seconds) == "critical: time is 0.5003 s, expected < 500ms");
    CHECK(on_measure("time<500ms", "time", 0.5, Unit::seconds) == "critical: time is 500 ms, expected < 500ms");
  }

  TEST_CASE("a bound in another unit cannot be compared") {
    CHECK(on_measure("load1<5s", "load1", 1) == "unknown: load1 is a plain number, the bound is a time");
    CHECK(on_measure("used<5MB", "used", 1, Unit::percent) ==
          "unknown: used is a percentage, the bound is a size in bytes");
  }

  TEST_CASE("a fact that is a number is compared as one") {
    CHECK(on_fact("header:age<10", "header:age", "9.5") == "ok: ");
    CHECK(on_fact("header:age<0.25", "header:age", "0.5") == "critical: header:age is 0.5, expected < 0.25");
    CHECK(on_fact("header:age<0", "header:age", "-3") == "ok: ");
    CHECK(on_fact("header:age<500ms", "header:age", "20ms") == "ok: ");
    CHECK(on_fact("header:age<500ms", "header:age", "2s") == "critical: header:age is 2s, expected < 500ms");
  }

  TEST_CASE("a fact in another unit than the bound's cannot be compared") {
    CHECK(on_fact("header:age<500ms", "header:age", "20") == "unknown: header:age is \"20\", which is not a time");
  }

  TEST_CASE("versions are compared by component") {
    CHECK(on_fact("version>=7", "version", "7.0.15") == "ok: ");
    CHECK(on_fact("version>=7.0.15", "version", "7") == "critical: version is 7, expected >= 7.0.15");
    CHECK(on_fact("version>=7.0.0", "version", "7") == "ok: ");
    CHECK(on_fact("version>=7.0.9", "version", "7.0.15") == "ok: ");
    CHECK(on_fact("version>7.0.15", "version", "7.0.15") == "critical: version is 7.0.15, expected > 7.0.15");
    CHECK(on_fact("version<8", "version", "8.0") == "critical: version is 8.0, expected < 8");
    CHECK(on_fact("header:x>=1.2.3", "header:x", "1.10") == "ok: ");
  }

  TEST_CASE("a version is ordered as one also where it looks like a decimal number") {
    CHECK(on_fact("version>=15.10", "version", "15.6") == "critical: version is 15.6, expected >= 15.10");
    CHECK(on_fact("version>=15.9", "version", "15.10") == "ok: ");
  }

  TEST_CASE("what follows a version does not count") {
    CHECK(on_fact("version>=15.6", "version", "15.6 (Debian 15.6-0+deb12u1)") == "ok: ");
    CHECK(on_fact("version>15.6", "version", "15.6rc1") == "critical: version is 15.6rc1, expected > 15.6");
  }

  TEST_CASE("components of any length are compared") {
    CHECK(on_fact("version>99999999999999999999.0", "version", "100000000000000000000") == "ok: ");
    CHECK(on_fact("version=007", "version", "7") == "ok: ");
  }

  TEST_CASE("a fact that does not begin with a digit has no order") {
    CHECK(on_fact("version>=7", "version", "abc") == "unknown: version is \"abc\", which has no order");
    CHECK(on_fact("version>=7", "version", "v7.1") == "unknown: version is \"v7.1\", which has no order");
  }

  TEST_CASE("an empty fact fails") {
    CHECK(on_fact("version>=7", "version", "") == "critical: version is empty, expected >= 7");
  }

  TEST_CASE("a measure is compared with a version when that is what is demanded") {
    CHECK(on_measure("x>=7.0.15", "x", 7.1) == "ok: ");
    CHECK(on_measure("x>=7.0.15", "x", 7) == "critical: x is 7, expected >= 7.0.15");
  }
}

TEST_SUITE("judge: absent names") {
  TEST_CASE("of which hale cannot tell") {
    CHECK(verdict(expecting("role=primary"), {}) == "unknown: the answer has no role");
    CHECK(verdict(expecting("role!=primary"), {}) == "unknown: the answer has no role");
    CHECK(verdict(expecting("header:server~nginx"), {}) == "unknown: the answer has no header:server");
    CHECK(verdict(expecting("load1<3"), {}) == "unknown: the answer has no load1");
  }

  TEST_CASE("where absence is the answer, every condition fails") {
    CHECK(verdict(expecting("json:/x=3"), {}) == "critical: json:/x is absent, expected 3");
    CHECK(verdict(expecting("json:/x!=3"), {}) == "critical: json:/x is absent, expected != 3");
    CHECK(verdict(expecting("json:/x!~3", State::warning), {}) == "warning: json:/x is absent, expected !~3");
    CHECK(verdict(expecting("json:/x<3"), {}) == "critical: json:/x is absent, expected < 3");
  }

  TEST_CASE("where absence is an empty text") {
    CHECK(verdict(expecting("banner~^220"), {}) == "critical: banner is empty, expected ~^220");
    CHECK(verdict(expecting("banner!~error"), {}) == "ok: ");
    CHECK(verdict(expecting("banner=hello"), {}) == "critical: banner is empty, expected hello");
    CHECK(verdict(expecting("banner!=hello"), {}) == "ok: ");
    CHECK(verdict(expecting("banner>3"), {}) == "critical: banner is empty, expected > 3");
  }

  TEST_CASE("a range on an absent measure") {
    CHECK(verdict(within("load1", "3", nullptr), {}) == "unknown: the answer has no measure load1");
    CHECK(verdict(within("time", "3", nullptr), {}) == "unknown: the answer has no measure time");
    CHECK(verdict(within("json:/x", "3", nullptr), {}) == "warning: json:/x is absent");
    CHECK(verdict(within("json:/x", "3", "5"), {}) == "critical: json:/x is absent");
  }
}

TEST_SUITE("judge: ranges") {
  TEST_CASE("critical is tested before warning, and one phrase is enough") {
    CHECK(verdict(within("x", "10", "20"), measure("x", 25)) == "critical: x 25 is over 20");
    CHECK(verdict(within("x", "10", "20"), measure("x", 15)) == "warning: x 15 is over 10");
    CHECK(verdict(within("x", "10", "20"), measure("x", 10)) == "ok: ");
  }

  TEST_CASE("the phrase names the end that was crossed") {
    CHECK(verdict(within("x", "10:", nullptr), measure("x", 3)) == "warning: x 3 is under 10");
    CHECK(verdict(within("x", "10:20", nullptr), measure("x", 3)) == "warning: x 3 is under 10");
    CHECK(verdict(within("x", "10:20", nullptr), measure("x", 21)) == "warning: x 21 is over 20");
    CHECK(verdict(within("x", "10", nullptr), measure("x", -1)) == "warning: x -1 is under 0");
  }

  TEST_CASE("a range that alerts inside") {
    CHECK(verdict(within("x", "@10:20", nullptr), measure("x", 12)) == "warning: x 12 is within 10 to 20");
    CHECK(verdict(within("x", "@~:20", nullptr), measure("x", 20)) == "warning: x 20 is at most 20");
    CHECK(verdict(within("x", "@10:", nullptr), measure("x", 12)) == "warning: x 12 is at least 10");
    CHECK(verdict(within("x", "@10:20", nullptr), measure("x", 21)) == "ok: ");
  }

  TEST_CASE("bounds are said in the measure's unit") {
    CHECK(verdict(within("size", nullptr, "64000"), measure("size", 1e6, Unit::bytes)) ==
          "critical: size 1 MB is over 64 kB");
    CHECK(verdict(within("used", nullptr, "80%"), measure("used", 91.23, Unit::percent)) ==
          "critical: used 91.2 % is over 80 %");
    CHECK(verdict(within("time", nullptr, "0.5"), measure("time", 0.5004, Unit::seconds)) ==
          "critical: time 0.5004 s is over 500 ms");
  }

  TEST_CASE("a range in another unit cannot be judged, and is not shown") {
    const Target demanding = within("load1", "5s", "10");
    const Observation observation = measure("load1", 3);
    CHECK(verdict(demanding, observation) == "unknown: load1 is a plain number, the range is a time");
    const Result result = judge(demanding, observation);
    CHECK_FALSE(result.measures[0].measure.warning);
    CHECK_FALSE(result.measures[0].measure.critical);
    CHECK(result.measures[0].state == State::unknown);
  }

  TEST_CASE("the user's ranges are shown in place of the peer's") {
    Observation observation = measure("x", 15);
    observation.measures[0].warning = parse_range("1");
    observation.measures[0].critical = parse_range("2");
    const Result result = judge(within("x", "10", nullptr), observation);
    CHECK(result.state == State::warning);
    CHECK(result.measures[0].measure.warning == parse_range("10"));
    CHECK_FALSE(result.measures[0].measure.critical);
    CHECK(result.measures[0].state == State::warning);
  }

  TEST_CASE("the peer's own ranges colour the measure, not the target") {
    Observation observation = measure("x", 15);
    observation.summary = "DISK OK";
    observation.measures[0].warning = parse_range("10");
    observation.measures[0].critical = parse_range("20");
    const Result result = judge(target(), observation);
    CHECK(result.state == State::ok);
    CHECK(result.message == "DISK OK");
    CHECK(result.measures[0].measure.critical == parse_range("20"));
    CHECK(result.measures[0].state == State::warning);
  }

  TEST_CASE("the states that other plugins give") {
    const std::filesystem::path path = HALE_SHARED_DATA "/threshold_states.jsonl";
    if (!std::filesystem::exists(path)) {
      MESSAGE("skipped: ", path.string(), " is not there");
      return;
    }
    std::ifstream file(path);
    int rows = 0;
    for (std::string line; std::getline(file, line); ++rows) {
      const auto row = nlohmann::json::parse(line);
      const auto range = [&](const char* key) {
        return row.at(key).is_null() ? std::string() : row.at(key).get<std::string>();
      };
      const std::string warning = range("warning"), critical = range("critical");
      const Target demanding =
          within("x", warning.empty() ? nullptr : warning.c_str(), critical.empty() ? nullptr : critical.c_str());
      const Result result = judge(demanding, measure("x", row.at("value").get<double>()));
      CHECK_MESSAGE(headline(result.state) == row.at("state").get<std::string>(), line);
      CHECK_MESSAGE(result.measures[0].state == result.state, line);
    }
    CHECK(rows > 0);
  }
}

}  // namespace
}  // namespace hale
