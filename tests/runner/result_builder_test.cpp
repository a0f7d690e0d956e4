#include "run/result_builder.hpp"

#include <cerrno>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>

#include <doctest/doctest.h>
#include <asio/error.hpp>

#include "core/error.hpp"
#include "tests/judge/verdict.hpp"

namespace hale {
namespace {

using namespace std::chrono_literals;
using judge_world::expecting;
using judge_world::within;

/// A target with two secrets.
Target secretive() {
  Target target = judge_world::target();
  target.secrets = {Secret("sesame"), Secret("hunter2")};
  return target;
}

/// 30 ms: 10 ms for the look-up, 20 ms for the connection.
ProbeTiming two_phases() { return {.length = 30ms, .phases = {{"dns", 0ms, 10ms}, {"connect", 10ms, 20ms}}}; }

/// "critical: connect: Connection refused (failed: connect)"
std::string describe(const Result& result) {
  const std::string phase = result.failed_phase ? fmt::format(" (failed: {})", *result.failed_phase) : "";
  return fmt::format("{}: {}{}", to_string(result.state), result.message, phase);
}

/// "time=0.03 dns=0.01"
std::string metrics_of(const Result& result) {
  std::string text;
  for (const auto& [metric, state] : result.metrics) {
    text += fmt::format("{}{}={}{}", text.empty() ? "" : " ", metric.name, format_decimal(metric.quantity.value),
                        symbol(metric.quantity.unit));
  }
  return text;
}

template <typename Error>
std::string failure(const Error& error, const ProbeTiming& timing = two_phases(),
                    const Target& target = judge_world::target()) {
  return describe(build_failure(target, std::make_exception_ptr(error), timing));
}

std::system_error system_error(int code) { return std::system_error(code, std::generic_category()); }

}  // namespace

TEST_SUITE("result builder: observations") {
  TEST_CASE("the result has the observation, the length and the phases") {
    Observation observation = judge_world::fact("role", "primary");
    observation.summary = "PONG";
    observation.components = {{"db", State::warning, "slow"}};
    observation.notes = {{"lag", "no replica"}};
    const Result result = build_result(judge_world::target(), observation, two_phases());
    CHECK(result.name == "name");
    CHECK(result.kind == "test");
    CHECK(result.address == "address");
    CHECK(describe(result) == "ok: PONG");
    CHECK(result.length == 30ms);
    REQUIRE(result.phases.size() == 2);
    CHECK(result.phases[1].name == "connect");
    CHECK(result.phases[1].start == 10ms);
    CHECK(result.phases[1].length == 20ms);
    REQUIRE(result.facts.size() == 1);
    CHECK(result.facts[0].text == "primary");
    REQUIRE(result.components.size() == 1);
    CHECK(result.components[0].message == "slow");
    REQUIRE(result.notes.size() == 1);
    CHECK(result.notes[0].why == "no replica");
  }

  TEST_CASE("the response time is the first metric, the phases are the last ones") {
    const Result result =
        build_result(judge_world::target(), judge_world::metric("lag", 3, Unit::seconds), two_phases());
    CHECK(metrics_of(result) == "time=0.03s lag=3s dns=0.01s connect=0.02s");
  }

  TEST_CASE("the metric of a phase has _ for each blank") {
    const ProbeTiming timing{.length = 5ms, .phases = {{"first byte", 0ms, 5ms}}};
    CHECK(metrics_of(build_result(judge_world::target(), {}, timing)) == "time=0.005s first_byte=0.005s");
  }

  TEST_CASE("the response time and the phases are judged") {
    CHECK(describe(build_result(within("time", "20ms", nullptr), {}, two_phases())) ==
          "warning: time 30 ms is over 20 ms");
    CHECK(describe(build_result(within("connect", nullptr, "10ms"), {}, two_phases())) ==
          "critical: connect 20 ms is over 10 ms");
    CHECK(describe(build_result(expecting("time<1s"), {}, two_phases())) == "ok: ");
    CHECK(describe(build_result(expecting("dns<5ms", State::warning), {}, two_phases())) ==
          "warning: dns is 10 ms, expected < 5ms");
  }

  TEST_CASE("a phase that was repeated after a redirect is one metric with the total") {
    const ProbeTiming timing{.length = 60ms,
                             .phases = {{"dns", 0ms, 10ms},
                                        {"connect", 10ms, 20ms},
                                        {"dns", 30ms, 5ms},
                                        {"connect", 35ms, 15ms},
                                        {"transfer", 50ms, 10ms}}};
    const Result result = build_result(within("connect", nullptr, "30ms"), {}, timing);
    CHECK(metrics_of(result) == "time=0.06s dns=0.015s connect=0.035s transfer=0.01s");
    CHECK(describe(result) == "critical: connect 35 ms is over 30 ms");
    CHECK(result.phases.size() == 5);
  }

  TEST_CASE("the message ends with the addresses that failed before one answered") {
    ProbeTiming timing = two_phases();
    timing.fallback = "::1: Connection refused";
    Observation observation;
    observation.summary = "PONG";
    CHECK(describe(build_result(judge_world::target(), observation, timing)) == "ok: PONG (::1: Connection refused)");
    CHECK(failure(Unhealthy("wrong password"), timing) ==
          "critical: connect: wrong password (::1: Connection refused) (failed: connect)");
  }
}

TEST_SUITE("result builder: failures") {
  TEST_CASE("Unhealthy has its own state") {
    CHECK(failure(Unhealthy("wrong password")) == "critical: connect: wrong password (failed: connect)");
    CHECK(failure(Unhealthy("low on memory", State::warning)) == "warning: connect: low on memory (failed: connect)");
    CHECK(failure(Unhealthy("no permission", State::unknown)) == "unknown: connect: no permission (failed: connect)");
  }

  TEST_CASE("a transport error is critical, with its phase") {
    CHECK(failure(system_error(ECONNREFUSED)) == "critical: connect: Connection refused (failed: connect)");
    CHECK(failure(system_error(ECONNRESET)) == "critical: connect: Connection reset by peer (failed: connect)");
    CHECK(failure(std::system_error(asio::error::connection_refused, asio::error::get_system_category())) ==
          "critical: connect: Connection refused (failed: connect)");
    CHECK(failure(std::system_error(asio::error::eof, asio::error::get_misc_category())) ==
          "critical: connect: End of file (failed: connect)");
  }

  TEST_CASE("a shortage of hale itself is unknown") {
    CHECK(failure(system_error(EMFILE)) == "unknown: connect: Too many open files (failed: connect)");
    CHECK(failure(std::system_error(EMFILE, asio::error::get_system_category())) ==
          "unknown: connect: Too many open files (failed: connect)");
    for (const int code : {ENFILE, ENOMEM, ENOBUFS, EAGAIN})
      CHECK(failure(system_error(code)).starts_with("unknown: connect: "));
    CHECK(failure(std::bad_alloc()) == "unknown: connect: out of memory (failed: connect)");
  }

  TEST_CASE("a number of another category is not a shortage") {
    CHECK(failure(std::system_error(EMFILE, asio::error::get_misc_category())).starts_with("critical: "));
  }

  TEST_CASE("any other exception is unknown") {
    CHECK(failure(std::runtime_error("unexpected")) == "unknown: connect: unexpected (failed: connect)");
  }

  TEST_CASE("a failure before the first phase has no phase") {
    CHECK(failure(system_error(EMFILE), {}) == "unknown: Too many open files");
  }

  TEST_CASE("a failure has the length and the phases, but no metrics") {
    const Result result =
        build_failure(judge_world::target(), std::make_exception_ptr(Unhealthy("wrong password")), two_phases());
    CHECK(result.name == "name");
    CHECK(result.length == 30ms);
    CHECK(result.phases.size() == 2);
    CHECK(result.metrics.empty());
  }
}

TEST_SUITE("result builder: cancelled and skipped") {
  TEST_CASE("a cancelled probe has the phase that it was in") {
    const Result result =
        build_cancelled(judge_world::target(), State::warning, "no answer within 30 ms", two_phases());
    CHECK(describe(result) == "warning: connect: no answer within 30 ms (failed: connect)");
    CHECK(result.length == 30ms);
    CHECK(result.phases.size() == 2);
  }

  TEST_CASE("a skipped target has neither phases nor a length") {
    const Result result =
        build_skipped(judge_world::target(), State::critical, "not reached within the deadline of 1 s");
    CHECK(describe(result) == "critical: not reached within the deadline of 1 s");
    CHECK(result.name == "name");
    CHECK(result.kind == "test");
    CHECK(result.address == "address");
    CHECK(result.length == Duration::zero());
    CHECK(result.phases.empty());
  }
}

TEST_SUITE("result builder: secrets") {
  TEST_CASE("secrets are redacted everywhere in a result") {
    Observation observation;
    observation.summary = "PONG sesame";
    observation.metrics = {{"llen:sesame", {1, Unit::none}}};
    observation.facts = {{"role", "hunter2"}};
    observation.components = {{"sesame", State::ok, "hunter2 is fine"}};
    observation.notes = {{"lag", "sesame is hidden"}};
    ProbeTiming timing = two_phases();
    timing.fallback = "sesame: Connection refused";
    const Result result = build_result(secretive(), observation, timing);
    CHECK(result.message == "PONG *** (***: Connection refused)");
    CHECK(result.metrics[1].metric.name == "llen:***");
    CHECK(result.facts[0].text == "***");
    CHECK(result.components[0].name == "***");
    CHECK(result.components[0].message == "*** is fine");
    CHECK(result.notes[0].why == "*** is hidden");
  }

  TEST_CASE("secrets are redacted in the message of a failure") {
    CHECK(failure(Unhealthy("no user sesame"), two_phases(), secretive()) ==
          "critical: connect: no user *** (failed: connect)");
    CHECK(failure(std::runtime_error("hunter2 is invalid"), {}, secretive()) == "unknown: *** is invalid");
    CHECK(describe(build_cancelled(secretive(), State::critical, "no answer from sesame", {})) ==
          "critical: no answer from ***");
  }
}

}  // namespace hale
