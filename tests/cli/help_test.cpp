#include <doctest/doctest.h>

#include "base/text.hpp"
#include "cli/documents.hpp"
#include "cli/options.hpp"
#include "core/output.hpp"
#include "tests/cli/kinds.hpp"

namespace hale {
namespace {

std::string too_wide(const std::string& text) {
  std::string lines;
  for (const std::string_view line : split(text, '\n')) {
    if (display_width(line) > 80) lines += std::string(line) + "\n";
  }
  return lines;
}

}  // namespace

TEST_SUITE("help") {
  TEST_CASE("the help fits 80 columns") { CHECK(too_wide(render_help(testing::two_kinds())) == ""); }

  TEST_CASE("the help names every option, kind, format and caller at the beginning of a line") {
    const std::string text = render_help(testing::two_kinds());
    for (const OptionSpec& spec : general_options()) {
      const std::string letter = spec.letter == '\0' ? "    " : std::string{'-', spec.letter, ',', ' '};
      CHECK(text.find("\n  " + letter + "--" + std::string(spec.name)) != std::string::npos);
    }
    for (const FormatSpec& format : formats())
      CHECK(text.find("\n  " + std::string(format.name) + " ") != std::string::npos);
    for (const Caller& caller : callers())
      CHECK(text.find("\n  " + std::string(caller.name) + " ") != std::string::npos);
    CHECK(text.find("\n  --http [http[s]://]HOST[:PORT][/PATH]\n") != std::string::npos);
    CHECK(text.find("\n  --postgres URL or CONNINFO\n") != std::string::npos);
  }

  TEST_CASE("the help of a kind is all that its table row says") {
    CHECK(render_kind_help(*testing::two_kinds()[0]) == R"(http: asks an HTTP server and judges the status

Usage: hale --http [http[s]://]HOST[:PORT][/PATH]
A bare URL with the scheme http or https does the same.

A backslash \n is sent as it is. .netrc isn't read.

Its own options:
  -H, --header NAME:VALUE
                          sends a header, such as 'Accept: text/html'
      --cacert FILE       trusts the certificates in FILE [PEM]
  -k, --insecure          does not verify the certificate
      --send TEXT         sends TEXT in the body

Measures (for --warning, --critical, --expect and --prefer):
  time                    response time of the whole probe, in seconds
  size                    size of the body, in bytes

Facts (for --expect and --prefer):
  status                  the status code
  header:NAME             a header of the answer

Phases, each a measure too with _ for a blank: dns, first byte

Example:
  hale http://localhost:8080/health

hale --help shows the options that every kind has.
)");
  }

  TEST_CASE("the help of a kind leaves out what the kind does not have") {
    CHECK(render_kind_help(*testing::two_kinds()[1]) == R"(postgres: logs in and asks a question

Usage: hale --postgres URL or CONNINFO
A bare URL with the scheme postgres or postgresql does the same.

Its own options:
      --query SQL         asks SQL instead of SELECT 1
      --send TEXT         sends TEXT in a notification

Measures (for --warning, --critical, --expect and --prefer):
  time                    response time of the whole probe, in seconds

hale --help shows the options that every kind has.
)");
  }
}

}  // namespace hale
