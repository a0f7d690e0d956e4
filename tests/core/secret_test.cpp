#include "core/secret.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace hale {
namespace {

std::string struck(const std::string& text, const std::vector<std::string>& words) {
  const std::vector<Secret> secrets(words.begin(), words.end());
  return redact(text, secrets);
}

}  // namespace

TEST_SUITE("secret") {
  TEST_CASE("every occurrence is struck out") {
    CHECK(struck("s3cret and s3crets3cret", {"s3cret"}) == "*** and ******");
    CHECK(struck("a-b", {"s3cret"}) == "a-b");
    CHECK(struck("", {"s3cret"}) == "");
  }

  TEST_CASE("what is shorter than four characters is an ordinary word") {
    CHECK(struck("abc abcd", {"abc", ""}) == "abc abcd");
    CHECK(struck("abc abcd", {"abcd"}) == "abc ***");
  }

  TEST_CASE("a secret that begins another one leaves nothing of it") {
    CHECK(struck("s3cret-and-more", {"s3cret", "s3cret-and-more"}) == "***");
  }

  TEST_CASE("the beginning of a secret before an ellipsis is struck out") {
    CHECK(struck("body is abc s3cr…, expected x", {"s3cret"}) == "body is abc ***…, expected x");
    CHECK(struck("s3cre… and s3cret…", {"s3cret"}) == "***… and ***…");
  }

  TEST_CASE("less than four characters of it may stand") {
    CHECK(struck("abc s3c…", {"s3cret"}) == "abc s3c…");
    CHECK(struck("…", {"s3cret"}) == "…");
  }

  TEST_CASE("a secret of stars ends") { CHECK(struck("*****", {"****"}) == "****"); }
}

}  // namespace hale
