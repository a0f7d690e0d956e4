#include <doctest/doctest.h>

#include "base/text.hpp"
#include "cli/documents.hpp"
#include "cli/options.hpp"
#include "core/output.hpp"
#include "tests/cli/kinds.hpp"

namespace hale {
namespace {

std::string find_wide_lines(const std::string& text) {
  std::string lines;
  for (const std::string_view line : split(text, '\n')) {
    if (display_width(line) > 80) lines += std::string(line) + "\n";
  }
  return lines;
}

}  // namespace

TEST_SUITE("help") {
  TEST_CASE("the help fits 80 columns") { CHECK(find_wide_lines(render_help(testing::two_kinds())) == ""); }

  TEST_CASE("the help has a row for every option, kind, format and caller") {
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

  TEST_CASE("the help of a kind has everything in its table row") {
    CHECK(render_kind_help(*testing::two_kinds()[0]) == R"(http: asks an HTTP server and judges the status

Usage: hale --http [http[s]://]HOST[:PORT][/PATH]
URL schemes and default ports: http (port 80), https (port 443)

A backslash \n is sent as it is. .netrc isn't read.

The second paragraph.

Options:
  -H, --header NAME:VALUE
                          sends a header, such as 'Accept: text/html'
      --cacert FILE       trusts the certificates in FILE [PEM]
  -k, --insecure          does not verify the certificate
      --send TEXT         sends TEXT in the body

Metrics (for --warning, --critical, --expect and --prefer):
  time                    response time of the whole probe, in seconds
  size                    size of the body, in bytes

Facts (for --expect and --prefer):
  status                  the status code
  header:NAME             a header of the answer

Phases, which are metrics too, with _ for each blank: dns, first byte

Environment:
  http_proxy              the proxy
  SSL_CERT_FILE           a PEM file of issuers to trust

Example:
  hale http://localhost:8080/health

hale --help lists the options of every kind.
)");
  }

  TEST_CASE("the help of a kind omits empty sections") {
    CHECK(render_kind_help(*testing::two_kinds()[1]) == R"(postgres: logs in and asks a question

Usage: hale --postgres URL
       hale --postgres CONNINFO
URL schemes and default ports: postgres (port 5432), postgresql (port 5432)

Options:
      --query SQL         asks SQL instead of SELECT 1
      --send TEXT         sends TEXT in a notification

Metrics (for --warning, --critical, --expect and --prefer):
  time                    response time of the whole probe, in seconds

Environment:
  PGPASSWORD              the password
  SSL_CERT_FILE           the issuers

hale --help lists the options of every kind.
)");
  }
}

}  // namespace hale
