#pragma once

#include <array>
#include <span>
#include <string_view>

#include "core/kind.hpp"

namespace hale::testing {

/// Two kinds for tests, with names of real ones and texts that every generator must escape.
inline std::span<const Kind* const> two_kinds() {
  static constexpr auto http_schemes = std::to_array<SchemeSpec>({{"http", 80}, {"https", 443}});
  static constexpr auto http_syntaxes = std::to_array<std::string_view>({"[http[s]://]HOST[:PORT][/PATH]"});
  static constexpr auto http_detail = std::to_array<std::string_view>({
      "A backslash \\n is sent as it is. .netrc isn't read.",
      "The second paragraph.",
  });
  static constexpr auto http_options = std::to_array<OptionSpec>({
      {.name = "header",
       .letter = 'H',
       .value = "NAME:VALUE",
       .meaning = "sends a header, such as 'Accept: text/html'",
       .repeatable = true},
      {.name = "cacert", .value = "FILE", .meaning = "trusts the certificates in FILE [PEM]"},
      {.name = "insecure", .letter = 'k', .value = "", .meaning = "does not verify the certificate"},
      {.name = "send", .value = "TEXT", .meaning = "sends TEXT in the body"},
  });
  static constexpr auto http_metrics =
      std::to_array<NameSpec>({{.name = "size", .meaning = "size of the body", .unit = Unit::bytes}});
  static constexpr auto http_facts = std::to_array<NameSpec>({
      {.name = "status", .meaning = "the status code"},
      {.name = "header:", .meaning = "a header of the answer", .absence = Absence::empty, .example = "NAME"},
  });
  static constexpr auto http_phases = std::to_array<std::string_view>({"dns", "first byte"});
  static constexpr auto http_environment = std::to_array<VariableSpec>({
      {.name = "http_proxy", .meaning = "the proxy"},
      {.name = "SSL_CERT_FILE", .meaning = "a PEM file of issuers to trust"},
  });
  static constexpr Kind http{.name = "http",
                             .schemes = http_schemes,
                             .syntaxes = http_syntaxes,
                             .meaning = "asks an HTTP server and judges the status",
                             .detail = http_detail,
                             .example = "hale http://localhost:8080/health",
                             .options = http_options,
                             .metrics = http_metrics,
                             .facts = http_facts,
                             .phases = http_phases,
                             .library = nullptr,
                             .make = nullptr,
                             .environment = http_environment};
  static constexpr auto postgres_schemes = std::to_array<SchemeSpec>({{"postgres", 5432}, {"postgresql", 5432}});
  static constexpr auto postgres_syntaxes = std::to_array<std::string_view>({"URL", "CONNINFO"});
  static constexpr auto postgres_options = std::to_array<OptionSpec>({
      {.name = "query", .value = "SQL", .meaning = "asks SQL instead of SELECT 1"},
      {.name = "send", .value = "TEXT", .meaning = "sends TEXT in a notification"},
  });
  static constexpr auto postgres_environment = std::to_array<VariableSpec>({
      {.name = "PGPASSWORD", .meaning = "the password"},
      {.name = "SSL_CERT_FILE", .meaning = "the issuers"},
  });
  static constexpr Kind postgres{.name = "postgres",
                                 .schemes = postgres_schemes,
                                 .syntaxes = postgres_syntaxes,
                                 .meaning = "logs in and asks a question",
                                 .detail = {},
                                 .example = "",
                                 .options = postgres_options,
                                 .metrics = {},
                                 .facts = {},
                                 .phases = {},
                                 .library = nullptr,
                                 .make = nullptr,
                                 .environment = postgres_environment};
  static constexpr std::array<const Kind*, 2> both{&http, &postgres};
  return both;
}

}  // namespace hale::testing
