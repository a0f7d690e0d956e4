#include "core/option.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace hale;

TEST_SUITE("option") {
  TEST_CASE("no name and no letter is given twice") {
    std::set<std::string_view> names;
    std::set<char> letters;
    for (const OptionSpec& option : general_options()) {
      CAPTURE(option.name);
      CHECK(names.insert(option.name).second);
      if (option.letter != '\0') CHECK(letters.insert(option.letter).second);
    }
  }

  TEST_CASE("the letters that the plugin guidelines reserve mean what they say") {
    std::string letters;
    for (const OptionSpec& option : general_options()) {
      if (std::string_view("twcvVh").find(option.letter) != std::string_view::npos) {
        letters += std::string(1, option.letter) + "=" + std::string(option.name) + " ";
      }
      CHECK(std::string_view("HCupla").find(option.letter) == std::string_view::npos);
    }
    CHECK(letters == "t=timeout w=warning c=critical v=verbose h=help V=version ");
  }

  TEST_CASE("only an option with a value has choices, and every option a meaning") {
    for (const OptionSpec& option : general_options()) {
      CAPTURE(option.name);
      CHECK_FALSE(option.meaning.empty());
      CHECK((option.choices.empty() || !option.value.empty()));
    }
  }
}
