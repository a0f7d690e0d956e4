#pragma once

#include <array>
#include <span>
#include <string_view>

#include "core/kind.hpp"

namespace hale::testing {

/// Two made-up kinds with names of the real ones, and texts that every generator has to escape.
inline std::span<const Kind* const> two_kinds() {
  static constexpr std::array<SchemeSpec, 2> http_schemes{{{"http", 80}, {"https", 443}}};
  static constexpr std::array<std::string_view, 1> http_syntaxes{"[http[s]://]HOST[:PORT][/PATH]"};
  static constexpr std::array<std::string_view, 1> http_detail{"A backslash \\n is sent as it is. .netrc isn't read."};
  static constexpr std::array<OptionSpec, 4> http_options{{
      {"header", 'H', "NAME:VALUE", "sends a header, such as 'Accept: text/html'", Scope::target, true},
      {"cacert", '\0', "FILE", "trusts the certificates in FILE [PEM]"},
      {"insecure", 'k', "", "does not verify the certificate"},
      {"send", '\0', "TEXT", "sends TEXT in the body"},
  }};
  static constexpr std::array<NameSpec, 1> http_metrics{{{"size", "size of the body", Unit::bytes}}};
  static constexpr std::array<NameSpec, 2> http_facts{{
      {"status", "the status code"},
      {"header:", "a header of the answer", Unit::none, Absence::empty, "NAME"},
  }};
  static constexpr std::array<std::string_view, 2> http_phases{"dns", "first byte"};
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
                             .make = nullptr};
  static constexpr std::array<SchemeSpec, 2> postgres_schemes{{{"postgres", 5432}, {"postgresql", 5432}}};
  static constexpr std::array<std::string_view, 2> postgres_syntaxes{"URL", "CONNINFO"};
  static constexpr std::array<OptionSpec, 2> postgres_options{{
      {"query", '\0', "SQL", "asks SQL instead of SELECT 1"},
      {"send", '\0', "TEXT", "sends TEXT in a notification"},
  }};
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
                                 .make = nullptr};
  static constexpr std::array<const Kind*, 2> both{&http, &postgres};
  return both;
}

}  // namespace hale::testing
