#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "probes/registry.hpp"

TEST_SUITE("registry") {
  TEST_CASE("a phase, which is a metric too, shares no name with the kind's metrics and facts") {
    for (const hale::Kind* kind : hale::kinds()) {
      for (const std::string_view phase : kind->phases) {
        std::string name(phase);
        std::replace(name.begin(), name.end(), ' ', '_');
        CAPTURE(kind->name);
        CAPTURE(name);
        // Only fixed names: the perfdata of an exec target may have any name.
        const auto has_name = [&](const hale::NameSpec& spec) { return spec.name == name; };
        CHECK(std::none_of(kind->metrics.begin(), kind->metrics.end(), has_name));
        CHECK(std::none_of(kind->facts.begin(), kind->facts.end(), has_name));
        CHECK(name != hale::time_metric);
      }
    }
  }

  TEST_CASE("every kind with --cacert names the variables that replace the system's issuers") {
    for (const hale::Kind* kind : hale::kinds()) {
      CAPTURE(kind->name);
      const auto is_issuer_file = [](const hale::VariableSpec& spec) { return spec.name == "SSL_CERT_FILE"; };
      CHECK(std::any_of(kind->environment.begin(), kind->environment.end(), is_issuer_file) ==
            (hale::find_option(kind->options, "cacert") != nullptr));
    }
  }

  TEST_CASE("no paragraph of a kind's detail has more than 60 words") {
    for (const hale::Kind* kind : hale::kinds()) {
      for (const std::string_view paragraph : kind->detail) {
        CAPTURE(paragraph);
        CHECK(std::count(paragraph.begin(), paragraph.end(), ' ') < 60);
      }
    }
  }

  TEST_CASE("every row of a kind is complete") {
    for (const hale::Kind* kind : hale::kinds()) {
      CAPTURE(kind->name);
      CHECK(!kind->schemes.empty());
      CHECK(!kind->meaning.empty());
      CHECK(!kind->detail.empty());
      CHECK(kind->example.starts_with("hale "));
      CHECK(!kind->phases.empty());
      CHECK((kind->make != nullptr));
    }
  }
}
