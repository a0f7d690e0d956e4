#include "probes/exec/perfdata.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/number.hpp"
#include "core/range.hpp"
#include "tests/support/paths.hpp"

namespace hale {
namespace {

/// "label=value unit w warning c critical", a line each.
std::string to_text(const std::vector<Metric>& metrics) {
  std::string text;
  for (const Metric& metric : metrics) {
    text += fmt::format("{}={}{}", metric.name, format_decimal(metric.quantity.value), symbol(metric.quantity.unit));
    if (metric.warning) text += " w " + metric.warning->text();
    if (metric.critical) text += " c " + metric.critical->text();
    text += "\n";
  }
  return text;
}

std::string parse_to_text(std::string_view text) { return to_text(parse_perfdata(text)); }

using Json = nlohmann::json;

std::vector<Json> shared_rows() {
  std::ifstream file(testing::shared_file("perfdata.jsonl"));
  if (!file) MESSAGE("skipped: no ", testing::shared_file("perfdata.jsonl"));
  std::vector<Json> rows;
  for (std::string line; std::getline(file, line);) rows.push_back(Json::parse(line));
  return rows;
}

bool has_metric(const std::vector<Metric>& metrics, std::string_view label) {
  return std::any_of(metrics.begin(), metrics.end(), [&](const Metric& one) { return one.name == label; });
}

/// The value in a row of the shared file, in the base unit.
Quantity stated_quantity(const Json& metric) {
  const std::string value = metric["value"];
  return parse_quantity(value + metric["uom"].get<std::string>()).value_or(Quantity{*parse_number(value)});
}

std::string repeat(std::string_view text) {
  std::string all;
  while (all.size() < (std::size_t{1} << 20)) all += text;
  return all;
}

}  // namespace

TEST_SUITE("perfdata") {
  TEST_CASE("Label, value, unit and thresholds") {
    CHECK(parse_to_text("time=0.25s;0.5;1;0;10") == "time=0.25s w 0.5 c 1\n");
    CHECK(parse_to_text("a=1 b=2%;;90 c=3c;5") == "a=1\nb=2% c 90\nc=3c w 5\n");
    CHECK(parse_to_text("a=-1.5;-2:;~:7;;") == "a=-1.5 w -2: c ~:7\n");
    CHECK(parse_to_text("a=5;@1:2;@10") == "a=5 w @1:2 c @10\n");
  }

  TEST_CASE("Values and thresholds are converted to base units") {
    CHECK(parse_to_text("t=250ms;500;1000") == "t=0.25s w 0.5 c 1\n");
    CHECK(parse_to_text("t=5us;10") == "t=0.000005s w 0.00001\n");
    CHECK(parse_to_text("m=2KB;3;4") == "m=2000B w 3000 c 4000\n");
    CHECK(parse_to_text("m=1MiB;2") == "m=1048576B w 2097152\n");
    CHECK(parse_to_text("t=2m;3;4") == "t=120s w 180 c 240\n");
  }

  TEST_CASE("A value equal to its limit is equal in base units too") {
    std::string alerting;
    for (int number = 1; number < 1000; ++number) {
      for (const Metric& metric : parse_perfdata(fmt::format("t={0}ms;{0}:;{0} u={0}us;{0}:;{0}", number))) {
        const double value = metric.quantity.value;
        if (metric.warning->alerts(value) || metric.critical->alerts(value))
          alerting += fmt::format("{}={} ", metric.name, number);
      }
    }
    CHECK(alerting == "");
  }

  TEST_CASE("An unknown unit is dropped") { CHECK(parse_to_text("f=70F;80 x=2foobar") == "f=70 w 80\nx=2\n"); }

  TEST_CASE("A label in quotes may hold blanks and an equals sign") {
    CHECK(parse_to_text("'page file'=36%;80;90 'a=b'=1") == "page file=36% w 80 c 90\na=b=1\n");
  }

  TEST_CASE("Words that are not metrics are skipped") {
    CHECK(parse_to_text("rubbish a=1") == "a=1\n");
    CHECK(parse_to_text("a= b=1") == "b=1\n");
    CHECK(parse_to_text("=1 b=1") == "b=1\n");
    CHECK(parse_to_text("a=U b=1") == "b=1\n");
    CHECK(parse_to_text("a=1,5 b=1") == "b=1\n");
    CHECK(parse_to_text("a=nan a=inf a=-inf b=1") == "b=1\n");
    CHECK(parse_to_text("a=0x10 b=1") == "b=1\n");
    CHECK(parse_to_text("a=1e999 b=1") == "b=1\n");
    CHECK(parse_to_text("a=1;;;;;; b=1") == "b=1\n");
    CHECK(parse_to_text("a=1;;;0,5;1 c=1;;;0;x b=1;;;0;2") == "b=1\n");
    CHECK(parse_to_text("' '=1 b=1") == "b=1\n");
    CHECK(parse_to_text("'open b=1") == "b=1\n");
    CHECK(parse_to_text("a'b=1 b=1") == "b=1\n");
    CHECK(parse_to_text("") == "");
  }

  TEST_CASE("A threshold that is not a range is dropped") {
    CHECK(parse_to_text("a=1;x;20:10 b=2;5s;3") == "a=1\nb=2 c 3\n");
  }

  TEST_CASE("No more than 1000 metrics are read") {
    std::string text;
    for (int i = 0; i < 2000; ++i) text += fmt::format("m{}=1 ", i);
    CHECK(parse_perfdata(text).size() == max_perfdata);
  }

  TEST_CASE("What other parsers accept and reject") {
    for (const Json& row : shared_rows()) {
      const std::string text = row["perfdata"];
      CAPTURE(text);
      if (row.contains("contested") || text.find(" | ") != std::string::npos)
        continue;  // the latter is no metric's fault
      const std::vector<Metric> metrics = parse_perfdata(text);
      if (row["valid"] == false) {
        CHECK_FALSE(has_metric(metrics, text.substr(0, text.find('='))));
        continue;
      }
      REQUIRE(metrics.size() == row["metrics"].size());
      for (std::size_t i = 0; i < metrics.size(); ++i) {
        const Json& metric = row["metrics"][i];
        CHECK(metrics[i].name == metric["label"].get<std::string>());
        CHECK(metrics[i].quantity.value == stated_quantity(metric).value);
        CHECK(metrics[i].quantity.unit == stated_quantity(metric).unit);
      }
    }
  }
}

TEST_SUITE("plugin output") {
  TEST_CASE("Text and perfdata of one line") {
    const PluginOutput output = parse_plugin_output("DISK OK - free space | /=10MB;20;30\n");
    CHECK(output.text == "DISK OK - free space");
    CHECK(to_text(output.metrics) == "/=10000000B w 20000000 c 30000000\n");
  }

  TEST_CASE("Perfdata of the first line and after the long text") {
    // The guidelines' own example.
    const PluginOutput output = parse_plugin_output(
        "DISK OK - free space: / 3326 MB (56%); | /=2643MB;5948;5958;0;5968\n"
        "/ 15272 MB (77%);\n"
        "/boot 68 MB (69%);\n"
        "/var/log 819 MB (84%); | /boot=68MB;88;93;0;98\n"
        "/home=69357MB;253404;253409;0;253414\n");
    CHECK(output.text == "DISK OK - free space: / 3326 MB (56%);");
    CHECK(to_text(output.metrics) ==
          "/=2643000000B w 5948000000 c 5958000000\n"
          "/boot=68000000B w 88000000 c 93000000\n"
          "/home=69357000000B w 253404000000 c 253409000000\n");
  }

  TEST_CASE("Long text is not perfdata") { CHECK(parse_plugin_output("fine\na=1\n").metrics.empty()); }

  TEST_CASE("Perfdata alone") {
    const PluginOutput output = parse_plugin_output("| a=1\n");
    CHECK(output.text == "");
    CHECK(to_text(output.metrics) == "a=1\n");
  }

  TEST_CASE("Line breaks of other systems") {
    const PluginOutput output = parse_plugin_output("fine | a=1\r\nmore | b=2\r\nc=3\r\n");
    CHECK(output.text == "fine");
    CHECK(to_text(output.metrics) == "a=1\nb=2\nc=3\n");
  }

  TEST_CASE("A second bar on the line does not affect metrics") {
    CHECK(to_text(parse_plugin_output("fine | a=1ms;;;0  | b=2ms").metrics) == "a=0.001s\nb=0.002s\n");
  }

  TEST_CASE("Empty output") {
    CHECK(parse_plugin_output("").text == "");
    CHECK(parse_plugin_output("\n \n").text == "");
  }

  // That it costs no more a byte than less does: see tests/bench/perfdata_bench.cpp.
  TEST_CASE("A mebibyte of any text is read to its end") {
    for (const std::string_view text : {"|", "'", "' ", "'a ", "a=", "a=;", "a=1 ", "a=1;;", "=", " ", "\n", "|\n",
                                        "'a'=1;@~:9", "9", "a=9", "\xff", ";"}) {
      CAPTURE(text);
      const PluginOutput output = parse_plugin_output("fine | a=1 " + repeat(text) + "\n| last=2");
      CHECK(output.text == "fine");
      REQUIRE(!output.metrics.empty());
      CHECK(output.metrics.front().name == "a");
      CHECK((output.metrics.back().name == "last" || output.metrics.size() == max_perfdata));
    }
  }
}

}  // namespace hale
