#include <doctest/doctest.h>

#include <initializer_list>

#include <fmt/format.h>

#include "cli/cli.hpp"
#include "core/error.hpp"
#include "tests/cli/kinds.hpp"

namespace hale {
namespace {

using Words = std::vector<const char*>;

std::string shown(const std::vector<OptionValue>& options) {
  std::string text;
  for (const OptionValue& given : options) text += fmt::format(" {}=<{}>", given.option, given.value);
  return text;
}

/// The whole command as text: what belongs to the run, the defaults, then a line a target.
std::string parsed(const Words& words) {
  const Command command = parse_command_line(words, testing::two_kinds());
  std::string text = fmt::format("run:{}\ndefaults:{}\n", shown(command.run), shown(command.defaults));
  for (const ParsedTarget& target : command.targets) {
    text += fmt::format("[{}] {}:{}\n", target.kind, target.address, shown(target.options));
  }
  return text;
}

std::string refused(const Words& words) {
  try {
    parse_command_line(words, testing::two_kinds());
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

std::string salvaged(const Words& words) { return shown(recover_output_options(words)); }

}  // namespace

TEST_SUITE("parse") {
  TEST_CASE("nothing typed is an empty command") { CHECK(parsed({}) == "run:\ndefaults:\n"); }

  TEST_CASE("flags and bare URLs name targets in the order typed") {
    CHECK(parsed({"--http", "localhost:8080/health", "redis://cache", "--postgres=postgres://db", "--http", "other"}) ==
          "run:\n"
          "defaults:\n"
          "[http] localhost:8080/health:\n"
          "[] redis://cache:\n"
          "[postgres] postgres://db:\n"
          "[http] other:\n");
  }

  TEST_CASE("options before the first target are defaults, those after a target are its own") {
    CHECK(parsed({"-t", "3", "-e", "a=1", "http://a", "-w", "1", "--expect", "b=2", "-w", "size=2", "--postgres", "x",
                  "-t5"}) ==
          "run:\n"
          "defaults: timeout=<3> expect=<a=1>\n"
          "[] http://a: warning=<1> expect=<b=2> warning=<size=2>\n"
          "[postgres] x: timeout=<5>\n");
  }

  TEST_CASE("an option of the run may stand anywhere") {
    CHECK(parsed({"--format", "json", "http://a", "-v", "--deadline", "5s", "--color=never"}) ==
          "run: format=<json> verbose=<> deadline=<5s> color=<never>\n"
          "defaults:\n"
          "[] http://a:\n");
  }

  TEST_CASE("a kind's own options come through whatever the target's kind is") {
    CHECK(parsed({"-k", "http://a", "--header", "A: b", "-H", "C: d", "--query=select 1", "--send", "x"}) ==
          "run:\n"
          "defaults: insecure=<>\n"
          "[] http://a: header=<A: b> header=<C: d> query=<select 1> send=<x>\n");
  }

  TEST_CASE("a value may begin with a dash") {
    CHECK(parsed({"-w", "-10:5", "--warning=-10:5", "-w-10:5", "--warning", "-10:5", "--name", "--http", "-c", "--"}) ==
          "run:\n"
          "defaults: warning=<-10:5> warning=<-10:5> warning=<-10:5> warning=<-10:5> name=<--http> critical=<-->\n");
  }

  TEST_CASE("letters are bundled, the last one may have its value behind it") {
    CHECK(parsed({"-vq46t5"}) ==
          "run: verbose=<> quiet=<>\n"
          "defaults: ipv4=<> ipv6=<> timeout=<5>\n");
  }

  TEST_CASE("a repeated switch is kept each time") {
    CHECK(parsed({"-vv", "--verbose"}) == "run: verbose=<> verbose=<> verbose=<>\ndefaults:\n");
  }

  TEST_CASE("-- ends the options") {
    CHECK(parsed({"-v", "--", "--http", "-t", "--"}) ==
          "run: verbose=<>\n"
          "defaults:\n"
          "[] --http:\n"
          "[] -t:\n"
          "[] --:\n");
  }

  TEST_CASE("empty arguments and empty ranges count as not given") {
    CHECK(parsed({"", "-w", "", "http://a", "", "-c", "", "--warning="}) ==
          "run:\n"
          "defaults:\n"
          "[] http://a:\n");
  }

  TEST_CASE("an empty value behind = is a value, not the next word") {
    CHECK(parsed({"--send=", "http://a", "--name=", "--http=", "--header", "x="}) ==
          "run:\n"
          "defaults: send=<>\n"
          "[] http://a: name=<>\n"
          "[http] : header=<x=>\n");
  }

  TEST_CASE("a value that looks like an option with an empty value stays whole") {
    CHECK(parsed({"--send", "--x="}) == "run:\ndefaults: send=<--x=>\n");
  }

  TEST_CASE("brackets and commas split nothing") {
    CHECK(parsed({"[::1]", "[a,b]", "--send", "[c,d]", "--name=[e,f]", "x,y"}) ==
          "run:\n"
          "defaults:\n"
          "[] [::1]:\n"
          "[] [a,b]: send=<[c,d]> name=<[e,f]>\n"
          "[] x,y:\n");
  }

  TEST_CASE("a dash alone and a number are no options") {
    CHECK(parsed({"-", "-5"}) == "run:\ndefaults:\n[] -:\n[] -5:\n");
  }

  TEST_CASE("ten thousand targets are ten thousand targets") {
    Words words(10000, "tcp://a:1");
    CHECK(parse_command_line(words, testing::two_kinds()).targets.size() == 10000);
  }

  TEST_CASE("an unknown option is told with what was meant") {
    CHECK(refused({"--expct", "a=1"}) == "there is no option --expct; did you mean --expect?");
    CHECK(refused({"--postgress", "postgres://db"}) == "there is no option --postgress; did you mean --postgres?");
    CHECK(refused({"http://a", "--querry=x"}) == "there is no option --querry; did you mean --query?");
    CHECK(refused({"-name", "x"}) == "there is no option -n; did you mean --name?");
  }

  TEST_CASE("an unknown option near to nothing points to the list") {
    CHECK(refused({"--blurb"}) == "there is no option --blurb; hale --help lists them");
    CHECK(refused({"-vx"}) == "there is no option -x; hale --help lists them");
  }

  TEST_CASE("long options are not abbreviated") {
    CHECK(refused({"--time", "5"}) == "there is no option --time; hale --help lists them");
  }

  TEST_CASE("the value of an unknown option is not repeated") {
    CHECK(refused({"--blurb=hunter2"}) == "there is no option --blurb; hale --help lists them");
    CHECK(refused({"-phunter2"}) == "there is no option -p; hale --help lists them");
  }

  TEST_CASE("an unknown option is made harmless and short") {
    CHECK(refused({"--\x1b[31m"}) == "there is no option --\\x1b[31m; hale --help lists them");
    const std::string endless = "--" + std::string(100000, 'x');
    CHECK(refused({endless.c_str()}) ==
          "there is no option --" + std::string(35, 'x') + "\u2026; hale --help lists them");
  }

  TEST_CASE("an option without its value says what belongs there") {
    CHECK(refused({"http://a", "-t"}) == "-t needs a value; write -t DUR[:STATE]");
    CHECK(refused({"-vt"}) == "-t needs a value; write -t DUR[:STATE]");
    CHECK(refused({"--timeout"}) == "--timeout needs a value; write --timeout DUR[:STATE]");
    CHECK(refused({"--query"}) == "--query needs a value; write --query SQL");
    CHECK(refused({"--format"}) == "--format needs a value; write --format table, json, nagios or health+json");
    CHECK(refused({"--http"}) == "--http needs an address; write --http [http[s]://]HOST[:PORT][/PATH]");
  }

  TEST_CASE("a switch takes no value") {
    CHECK(refused({"--quiet=yes"}) == "--quiet takes no value");
    CHECK(refused({"--quiet="}) == "--quiet takes no value");
  }

  TEST_CASE("a choice is one of its words") {
    CHECK(refused({"--format", "jsn"}) ==
          "--format jsn: choose table, json, nagios or health+json; did you mean json?");
    CHECK(refused({"--format", "JSON"}) ==
          "--format JSON: choose table, json, nagios or health+json; did you mean json?");
    CHECK(refused({"--for", "zabbix"}) == "--for zabbix: choose shell, docker, nagios or kubernetes");
    CHECK(refused({"--color="}) == "--color: choose auto, always or never");
  }

  TEST_CASE("what was given for a choice may be a secret and is not repeated") {
    CHECK(refused({"--format", "postgres://u:hunter2@db"}) == "--format: choose table, json, nagios or health+json");
  }

  TEST_CASE("topics of --help are targets without a kind") {
    CHECK(parsed({"--help", "redis"}) == "run: help=<>\ndefaults:\n[] redis:\n");
  }

  TEST_CASE("the manner of the report is salvaged from a command line that cannot be parsed") {
    CHECK(salvaged({"--expct", "--format", "json", "--for=nagios", "-q"}) == " format=<json> for=<nagios> quiet=<>");
    CHECK(salvaged({"--format=json", "--for", "docker", "--quiet"}) == " format=<json> for=<docker> quiet=<>");
  }

  TEST_CASE("only what can be obeyed is salvaged") {
    CHECK(salvaged({"--format", "jsn", "--for=", "--formats", "json", "--for"}) == "");
    CHECK(salvaged({"--", "--format", "json"}) == "");
  }
}

}  // namespace hale
