#include "migrations/findings.hpp"

#include <doctest/doctest.h>

namespace hale {

TEST_SUITE("migrations: findings") {
  TEST_CASE("the state is the worst finding") {
    MigrationFindings findings{.applied = 3};
    CHECK(findings.message() == "ok (3 applied)");
    CHECK(to_string(findings.state()) == "ok");
    findings.ahead = {"5"};
    CHECK(findings.message() == "ahead 1: 5");
    CHECK(to_string(findings.state()) == "ahead");
    findings.pending = {"shop.0004_a", "shop.0004_b"};
    CHECK(findings.message() == "pending 2: shop.0004_a, shop.0004_b (ahead 1: 5)");
    CHECK(to_string(findings.state()) == "pending");
    findings.absence = "the table django_migrations does not exist";
    CHECK(findings.message() == "none: the table django_migrations does not exist, 2 expected");
    CHECK(to_string(findings.state()) == "none");
    findings.errors = {"version 4 is dirty", "the lock is held"};
    CHECK(findings.message() == "error: version 4 is dirty; the lock is held");
    CHECK(to_string(findings.state()) == "error");
  }

  TEST_CASE("a list of ids is abbreviated") {
    CHECK(format_ids({}) == "");
    CHECK(format_ids({"a", "b", "c", "d", "e"}) == "a, b, c, d, e");
    CHECK(format_ids({"a", "b", "c", "d", "e", "f", "g"}) == "a, b, c, d, e and 2 more");
  }

  TEST_CASE("comparing ids") {
    const MigrationFindings findings = compare_ids({"1", "2", "3"}, {"9", "3", "1", "9", "1"});
    CHECK(findings.pending == std::vector<std::string>{"2"});
    CHECK(findings.applied == 2);
    CHECK(findings.ahead == std::vector<std::string>{"9"});
    CHECK(findings.errors.empty());
    CHECK(compare_ids({}, {}).message() == "ok (0 applied)");
  }
}

}  // namespace hale
