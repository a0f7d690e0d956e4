#pragma once

#include <array>
#include <span>
#include <string_view>

#include "core/kind.hpp"

namespace hale::testing {

/// Two made-up kinds with names of the real ones, and texts that every generator has to escape.
inline std::span<const Kind* const> two_kinds() {
  static constexpr std::array<std::string_view, 2> http_schemes{"http", "https"};
  static constexpr std::array<OptionSpec, 4> http_options{{
      {"header", 'H', "NAME:VALUE", "sends a header, such as 'Accept: text/html'", Scope::target, true},
      {"cacert", '\0', "FILE", "trusts the certificates in FILE [PEM]"},
      {"insecure", 'k', "", "does not verify the certificate"},
      {"send", '\0', "TEXT", "sends TEXT in the body"},
  }};
  static constexpr std::array<NameSpec, 1> http_measures{{{"size", "size of the body", Unit::bytes}}};
  static constexpr std::array<NameSpec, 2> http_facts{{
      {"status", "the status code"},
      {"header:", "a header of the answer", Unit::none, Absence::empty, "NAME"},
  }};
  static constexpr std::array<std::string_view, 2> http_phases{"dns", "first byte"};
  static constexpr Kind http{"http",
                             http_schemes,
                             "[http[s]://]HOST[:PORT][/PATH]",
                             "asks an HTTP server and judges the status",
                             "A backslash \\n is sent as it is. .netrc isn't read.",
                             "hale http://localhost:8080/health",
                             http_options,
                             http_measures,
                             http_facts,
                             http_phases,
                             nullptr,
                             nullptr};
  static constexpr std::array<std::string_view, 2> postgres_schemes{"postgres", "postgresql"};
  static constexpr std::array<OptionSpec, 2> postgres_options{{
      {"query", '\0', "SQL", "asks SQL instead of SELECT 1"},
      {"send", '\0', "TEXT", "sends TEXT in a notification"},
  }};
  static constexpr Kind postgres{"postgres",
                                 postgres_schemes,
                                 "URL or CONNINFO",
                                 "logs in and asks a question",
                                 "",
                                 "",
                                 postgres_options,
                                 {},
                                 {},
                                 {},
                                 nullptr,
                                 nullptr};
  static constexpr std::array<const Kind*, 2> both{&http, &postgres};
  return both;
}

}  // namespace hale::testing
