#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "probes/registry.hpp"

TEST_SUITE("registry") {
  TEST_CASE("a phase, which is a measure too, has no name that the kind's measures or facts have") {
    for (const hale::Kind* kind : hale::kinds()) {
      for (const std::string_view phase : kind->phases) {
        std::string name(phase);
        std::replace(name.begin(), name.end(), ' ', '_');
        CAPTURE(kind->name);
        CAPTURE(name);
        // Names without a family: an exec target's own metrics may be called anything.
        const auto named = [&](const hale::NameSpec& spec) { return spec.name == name; };
        CHECK(std::none_of(kind->metrics.begin(), kind->metrics.end(), named));
        CHECK(std::none_of(kind->facts.begin(), kind->facts.end(), named));
        CHECK(name != hale::time_metric);
      }
    }
  }

  TEST_CASE("every kind says what it is") {
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
