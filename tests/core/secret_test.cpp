#include "core/secret.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace hale {
namespace {

std::string redacted(const std::string& text, const std::vector<std::string>& secret_texts) {
  const std::vector<Secret> secrets(secret_texts.begin(), secret_texts.end());
  return redact(text, secrets);
}

}  // namespace

TEST_SUITE("secret") {
  TEST_CASE("every occurrence is redacted") {
    CHECK(redacted("s3cret and s3crets3cret", {"s3cret"}) == "*** and ******");
    CHECK(redacted("a-b", {"s3cret"}) == "a-b");
    CHECK(redacted("", {"s3cret"}) == "");
  }

  TEST_CASE("secrets shorter than four characters are kept") {
    CHECK(redacted("abc abcd", {"abc", ""}) == "abc abcd");
    CHECK(redacted("abc abcd", {"abcd"}) == "abc ***");
  }

  TEST_CASE("a secret that is the beginning of another one") {
    CHECK(redacted("s3cret-and-more", {"s3cret", "s3cret-and-more"}) == "***");
  }

  TEST_CASE("the beginning of a secret before an ellipsis is redacted") {
    CHECK(redacted("body is abc s3cr…, expected x", {"s3cret"}) == "body is abc ***…, expected x");
    CHECK(redacted("s3cre… and s3cret…", {"s3cret"}) == "***… and ***…");
  }

  TEST_CASE("fewer than four characters of a secret are kept") {
    CHECK(redacted("abc s3c…", {"s3cret"}) == "abc s3c…");
    CHECK(redacted("…", {"s3cret"}) == "…");
  }

  TEST_CASE("a secret that looks like the mask") { CHECK(redacted("*****", {"****"}) == "****"); }
}

}  // namespace hale
