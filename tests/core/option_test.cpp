#include "core/option.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace hale;

TEST_SUITE("option") {
  TEST_CASE("names and letters are unique") {
    std::set<std::string_view> names;
    std::set<char> letters;
    for (const OptionSpec& option : general_options()) {
      CAPTURE(option.name);
      CHECK(names.insert(option.name).second);
      if (option.letter != '\0') CHECK(letters.insert(option.letter).second);
    }
  }

  TEST_CASE("letters that the plugin guidelines reserve have their meaning") {
    std::string letters;
    for (const OptionSpec& option : general_options()) {
      if (std::string_view("twcvVh").find(option.letter) != std::string_view::npos) {
        letters += std::string(1, option.letter) + "=" + std::string(option.name) + " ";
      }
      CHECK(std::string_view("HCupla").find(option.letter) == std::string_view::npos);
    }
    CHECK(letters == "t=timeout w=warning c=critical v=verbose h=help V=version ");
  }

  TEST_CASE("every option has a meaning, and only one with a value has choices") {
    for (const OptionSpec& option : general_options()) {
      CAPTURE(option.name);
      CHECK_FALSE(option.meaning.empty());
      CHECK((option.choices.empty() || !option.value.empty()));
    }
  }

  TEST_CASE("every option but the questions knows how it is applied") {
    std::string questions;
    for (const OptionSpec& option : general_options()) {
      CAPTURE(option.name);
      if (option.scope == Scope::target) CHECK((option.apply != nullptr));
      if (option.scope == Scope::target) CHECK((option.apply_to_run == nullptr));
      if (option.scope == Scope::run) CHECK((option.apply == nullptr));
      if (option.scope == Scope::run && option.apply_to_run == nullptr) questions += std::string(option.name) + " ";
    }
    CHECK(questions == "help version manual completion ");
  }

  TEST_CASE("an option is found by its long name") {
    const OptionSpec* found = find_option(general_options(), "timeout");
    REQUIRE(found != nullptr);
    CHECK(found->letter == 't');
    CHECK(find_option(general_options(), "t") == nullptr);
    CHECK(find_option({}, "timeout") == nullptr);
  }
}
