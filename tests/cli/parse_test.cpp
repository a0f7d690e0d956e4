#include <doctest/doctest.h>

#include <initializer_list>

#include <fmt/format.h>

#include "cli/cli.hpp"
#include "core/error.hpp"
#include "tests/cli/kinds.hpp"

namespace hale {
namespace {

using Arguments = std::vector<const char*>;

std::string format_options(const std::vector<OptionValue>& options) {
  std::string text;
  for (const OptionValue& given : options) text += fmt::format(" {}=<{}>", given.option, given.value);
  return text;
}

/// The command as text: the options of the run, the defaults, then one line per target.
std::string parsed(const Arguments& arguments) {
  const Command command = parse_command_line(arguments, testing::two_kinds());
  std::string text =
      fmt::format("run:{}\ndefaults:{}\n", format_options(command.run), format_options(command.defaults));
  for (const ParsedTarget& target : command.targets) {
    text += fmt::format("[{}] {}:{}\n", target.kind, target.address, format_options(target.options));
  }
  return text;
}

std::string parse_error(const Arguments& arguments) {
  try {
    parse_command_line(arguments, testing::two_kinds());
  } catch (const UsageError& error) {
    return error.what();
  }
  return "accepted";
}

std::string recovered(const Arguments& arguments) { return format_options(recover_output_options(arguments)); }

}  // namespace

TEST_SUITE("parse") {
  TEST_CASE("no arguments are an empty command") { CHECK(parsed({}) == "run:\ndefaults:\n"); }

  TEST_CASE("flags and bare URLs are targets in command-line order") {
    CHECK(parsed({"--http", "localhost:8080/health", "redis://cache", "--postgres=postgres://db", "--http", "other"}) ==
          "run:\n"
          "defaults:\n"
          "[http] localhost:8080/health:\n"
          "[] redis://cache:\n"
          "[postgres] postgres://db:\n"
          "[http] other:\n");
  }

  TEST_CASE("options before the first target are defaults, those after a target belong to it") {
    CHECK(parsed({"-t", "3", "-e", "a=1", "http://a", "-w", "1", "--expect", "b=2", "-w", "size=2", "--postgres", "x",
                  "-t5"}) ==
          "run:\n"
          "defaults: timeout=<3> expect=<a=1>\n"
          "[] http://a: warning=<1> expect=<b=2> warning=<size=2>\n"
          "[postgres] x: timeout=<5>\n");
  }

  TEST_CASE("an option of the run may be anywhere") {
    CHECK(parsed({"--format", "json", "http://a", "-v", "--deadline", "5s", "--color=never"}) ==
          "run: format=<json> verbose=<> deadline=<5s> color=<never>\n"
          "defaults:\n"
          "[] http://a:\n");
  }

  TEST_CASE("the parser accepts the options of any kind for every target") {
    CHECK(parsed({"-k", "http://a", "--header", "A: b", "-H", "C: d", "--query=select 1", "--send", "x"}) ==
          "run:\n"
          "defaults: insecure=<>\n"
          "[] http://a: header=<A: b> header=<C: d> query=<select 1> send=<x>\n");
  }

  TEST_CASE("a value may start with a dash") {
    CHECK(parsed({"-w", "-10:5", "--warning=-10:5", "-w-10:5", "--warning", "-10:5", "--name", "--http", "-c", "--"}) ==
          "run:\n"
          "defaults: warning=<-10:5> warning=<-10:5> warning=<-10:5> warning=<-10:5> name=<--http> critical=<-->\n");
  }

  TEST_CASE("short options can be combined, the last one with its value") {
    CHECK(parsed({"-vq46t5"}) ==
          "run: verbose=<> quiet=<>\n"
          "defaults: ipv4=<> ipv6=<> timeout=<5>\n");
  }

  TEST_CASE("a repeated switch is kept every time") {
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

  TEST_CASE("empty arguments and empty ranges are ignored") {
    CHECK(parsed({"", "-w", "", "http://a", "", "-c", "", "--warning="}) ==
          "run:\n"
          "defaults:\n"
          "[] http://a:\n");
  }

  TEST_CASE("an empty value after = does not take the next argument") {
    CHECK(parsed({"--send=", "http://a", "--name=", "--http=", "--header", "x="}) ==
          "run:\n"
          "defaults: send=<>\n"
          "[] http://a: name=<>\n"
          "[http] : header=<x=>\n");
  }

  TEST_CASE("a value may look like an option with an empty value") {
    CHECK(parsed({"--send", "--x="}) == "run:\ndefaults: send=<--x=>\n");
  }

  TEST_CASE("brackets and commas do not split arguments") {
    CHECK(parsed({"[::1]", "[a,b]", "--send", "[c,d]", "--name=[e,f]", "x,y"}) ==
          "run:\n"
          "defaults:\n"
          "[] [::1]:\n"
          "[] [a,b]: send=<[c,d]> name=<[e,f]>\n"
          "[] x,y:\n");
  }

  TEST_CASE("a single dash and a negative number are targets") {
    CHECK(parsed({"-", "-5"}) == "run:\ndefaults:\n[] -:\n[] -5:\n");
  }

  TEST_CASE("ten thousand targets are parsed") {
    Arguments arguments(10000, "tcp://a:1");
    CHECK(parse_command_line(arguments, testing::two_kinds()).targets.size() == 10000);
  }

  TEST_CASE("an unknown option is an error with a suggestion") {
    CHECK(parse_error({"--expct", "a=1"}) == "there is no option --expct; did you mean --expect?");
    CHECK(parse_error({"--postgress", "postgres://db"}) == "there is no option --postgress; did you mean --postgres?");
    CHECK(parse_error({"http://a", "--querry=x"}) == "there is no option --querry; did you mean --query?");
    CHECK(parse_error({"-name", "x"}) == "there is no option -n; did you mean --name?");
  }

  TEST_CASE("an unknown option without a similar one refers to the help") {
    CHECK(parse_error({"--blurb"}) == "there is no option --blurb; hale --help lists them");
    CHECK(parse_error({"-vx"}) == "there is no option -x; hale --help lists them");
  }

  TEST_CASE("long options cannot be abbreviated") {
    CHECK(parse_error({"--time", "5"}) == "there is no option --time; hale --help lists them");
  }

  TEST_CASE("the value of an unknown option is not repeated") {
    CHECK(parse_error({"--blurb=hunter2"}) == "there is no option --blurb; hale --help lists them");
    CHECK(parse_error({"-phunter2"}) == "there is no option -p; hale --help lists them");
  }

  TEST_CASE("an unknown option is sanitized and truncated in the error") {
    CHECK(parse_error({"--\x1b[31m"}) == "there is no option --\\x1b[31m; hale --help lists them");
    const std::string endless = "--" + std::string(100000, 'x');
    CHECK(parse_error({endless.c_str()}) ==
          "there is no option --" + std::string(35, 'x') + "\u2026; hale --help lists them");
  }

  TEST_CASE("an option without its value is an error with its syntax") {
    CHECK(parse_error({"http://a", "-t"}) == "-t needs a value; use -t DUR[:STATE]");
    CHECK(parse_error({"-vt"}) == "-t needs a value; use -t DUR[:STATE]");
    CHECK(parse_error({"--timeout"}) == "--timeout needs a value; use --timeout DUR[:STATE]");
    CHECK(parse_error({"--query"}) == "--query needs a value; use --query SQL");
    CHECK(parse_error({"--format"}) == "--format needs a value; use --format table, json, nagios or health+json");
    CHECK(parse_error({"--http"}) == "--http needs an address; use --http [http[s]://]HOST[:PORT][/PATH]");
  }

  TEST_CASE("a switch takes no value") {
    CHECK(parse_error({"--quiet=yes"}) == "--quiet takes no value");
    CHECK(parse_error({"--quiet="}) == "--quiet takes no value");
  }

  TEST_CASE("an option with choices accepts no other value") {
    CHECK(parse_error({"--format", "jsn"}) ==
          "--format jsn: use table, json, nagios or health+json; did you mean json?");
    CHECK(parse_error({"--format", "JSON"}) ==
          "--format JSON: use table, json, nagios or health+json; did you mean json?");
    CHECK(parse_error({"--for", "zabbix"}) == "--for zabbix: use shell, docker, nagios or kubernetes");
    CHECK(parse_error({"--color="}) == "--color: use auto, always or never");
  }

  TEST_CASE("a wrong value that may be a secret is not repeated") {
    CHECK(parse_error({"--format", "postgres://u:hunter2@db"}) == "--format: use table, json, nagios or health+json");
  }

  TEST_CASE("the arguments of --help are parsed as targets") {
    CHECK(parsed({"--help", "redis"}) == "run: help=<>\ndefaults:\n[] redis:\n");
  }

  TEST_CASE("the output options are recovered from a command line that cannot be parsed") {
    CHECK(recovered({"--expct", "--format", "json", "--for=nagios", "-q"}) == " format=<json> for=<nagios> quiet=<>");
    CHECK(recovered({"--format=json", "--for", "docker", "--quiet"}) == " format=<json> for=<docker> quiet=<>");
  }

  TEST_CASE("only valid output options are recovered") {
    CHECK(recovered({"--format", "jsn", "--for=", "--formats", "json", "--for"}) == "");
    CHECK(recovered({"--", "--format", "json"}) == "");
  }
}

}  // namespace hale
