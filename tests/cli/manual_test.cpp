#include <doctest/doctest.h>

#include "base/text.hpp"
#include "cli/documents.hpp"
#include "cli/prose.hpp"
#include "tests/cli/kinds.hpp"
#include "tests/cli/run_shell.hpp"

namespace hale {
namespace {

/// The lines from `first` up to the line that starts with `last`, without that line.
std::string lines_between(const std::string& text, const std::string& first, const std::string& last) {
  const std::size_t begin = text.find(first);
  return begin == std::string::npos ? "" : text.substr(begin, text.find("\n" + last, begin) + 1 - begin);
}

}  // namespace

TEST_SUITE("manual") {
  TEST_CASE("mandoc reports no warnings") {
    CHECK(testing::run_shell("mandoc -T lint -W warning", render_manual(testing::two_kinds())) == "");
  }

  TEST_CASE("the sections are in the usual order") {
    std::string titles;
    const std::string manual = render_manual(testing::two_kinds());
    for (const std::string_view line : split(manual, '\n')) {
      if (line.starts_with(".Sh ")) titles += std::string(line.substr(4)) + ",";
    }
    CHECK(titles ==
          "NAME,SYNOPSIS,DESCRIPTION,TARGETS,OPTIONS,KINDS,RANGES,CONDITIONS,MIGRATIONS,REPORT "
          "FORMATS,CALLERS,ENVIRONMENT,"
          "EXIT STATUS,EXAMPLES,SEE ALSO,");
  }

  TEST_CASE("the section of a kind has everything in its table row, escaped for roff") {
    CHECK(lines_between(render_manual(testing::two_kinds()), ".Ss http", ".Ss postgres") == R"(.Ss http
.D1 Fl Fl http Ar "\&[http[s]://]HOST[:PORT][/PATH]"
.Pp
Asks an HTTP server and judges the status.
URL schemes and default ports: http (port 80), https (port 443).
.Pp
A backslash \en is sent as it is.
\&.netrc isn\(aqt read.
.Pp
The second paragraph.
.Pp
Options:
.Bl -tag -width Ds
.It Fl H , Fl Fl header Ar "\&NAME:VALUE"
sends a header, such as \(aqAccept: text/html\(aq; may be repeated
.It Fl Fl cacert Ar "\&FILE"
trusts the certificates in FILE [PEM]
.It Fl k , Fl Fl insecure
does not verify the certificate
.It Fl Fl send Ar "\&TEXT"
sends TEXT in the body
.El
.Pp
Metrics:
.Bl -tag -width Ds -compact
.It Li "\&time"
response time of the whole probe, in seconds
.It Li "\&size"
size of the body, in bytes
.El
.Pp
Facts:
.Bl -tag -width Ds -compact
.It Li "\&status"
the status code
.It Li "\&header:NAME"
a header of the answer
.El
.Pp
Phases: dns, first byte.
.Pp
Example:
.Bd -literal -offset indent
hale http://localhost:8080/health
.Ed
)");
  }

  TEST_CASE("an option is listed once, in its section") {
    const std::string manual = render_manual(testing::two_kinds());
    CHECK(lines_between(manual, ".It Fl t ,", ".It Fl w") ==
          ".It Fl t , Fl Fl timeout Ar \"\\&DUR[:STATE]\"\n"
          "how long a target may take, all steps together (10s); a target that takes longer\n"
          "is critical, or STATE\n");
    CHECK(lines_between(manual, ".Ss General options\n", ".It Fl Fl format") ==
          ".Ss General options\n.Bl -tag -width Ds\n.It Fl Fl deadline Ar \"\\&DUR\"\nhow long the whole run may "
          "take\n");
  }

  TEST_CASE("a variable of several kinds is listed once, after the general ones") {
    CHECK(lines_between(render_manual(testing::two_kinds()), ".It Ev http_proxy", ".Pp") == R"(.It Ev http_proxy
The proxy.
Kind: http.
.It Ev SSL_CERT_FILE
A PEM file of issuers to trust.
Kinds: http, postgres.
.It Ev PGPASSWORD
The password.
Kind: postgres.
.El
)");
  }

  TEST_CASE("every example is in the manual unchanged") {
    const std::string page =
        testing::run_shell("mandoc -T ascii -O width=400 | col -b", render_manual(testing::two_kinds()));
    for (const Example& example : examples()) {
      CHECK_MESSAGE(page.find(" " + std::string(example.command) + "\n") != std::string::npos, example.command);
    }
  }
}

}  // namespace hale
