#include "migrations/findings.hpp"

#include <doctest/doctest.h>

namespace hale {

TEST_SUITE("migrations: findings") {
  TEST_CASE("the state is the worst that was found") {
    MigrationFindings findings{.applied = 3};
    CHECK(findings.message() == "ok (3 applied)");
    CHECK(word(findings.state()) == "ok");
    findings.ahead = {"5"};
    CHECK(findings.message() == "ahead 1: 5");
    CHECK(word(findings.state()) == "ahead");
    findings.pending = {"shop.0004_a", "shop.0004_b"};
    CHECK(findings.message() == "pending 2: shop.0004_a, shop.0004_b (ahead 1: 5)");
    CHECK(word(findings.state()) == "pending");
    findings.absence = "there is no table django_migrations";
    CHECK(findings.message() == "none: there is no table django_migrations, 2 expected");
    CHECK(word(findings.state()) == "none");
    findings.errors = {"version 4 is dirty", "the lock is taken"};
    CHECK(findings.message() == "error: version 4 is dirty; the lock is taken");
    CHECK(word(findings.state()) == "error");
  }

  TEST_CASE("the first ids speak for the others") {
    CHECK(first_ids({}) == "");
    CHECK(first_ids({"a", "b", "c", "d", "e"}) == "a, b, c, d, e");
    CHECK(first_ids({"a", "b", "c", "d", "e", "f", "g"}) == "a, b, c, d, e and 2 more");
  }

  TEST_CASE("ids against ids") {
    const MigrationFindings findings = compare_ids({"1", "2", "3"}, {"9", "3", "1", "9", "1"});
    CHECK(findings.pending == std::vector<std::string>{"2"});
    CHECK(findings.applied == 2);
    CHECK(findings.ahead == std::vector<std::string>{"9"});
    CHECK(findings.errors.empty());
    CHECK(compare_ids({}, {}).message() == "ok (0 applied)");
  }
}

}  // namespace hale
