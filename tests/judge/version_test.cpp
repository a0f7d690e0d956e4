#include "judge/version.hpp"

TEST_SUITE("version") {
  TEST_CASE("names of versions end in version") {
    for (const char* name :
         {"version", "json:/app/version", "json:/apiVersion", "server_version", "header:x-version"}) {
      CHECK_MESSAGE(hale::is_version_name(name), name);
    }
    for (const char* name : {"json:/conversion", "status", "version:", "", "ersion"})
      CHECK_FALSE_MESSAGE(hale::is_version_name(name), name);
  }

  TEST_CASE("missing components are zero") {
    CHECK(hale::compare_versions("7", "7.0.0") == 0);
    CHECK(hale::compare_versions("7.", "7") == 0);
    CHECK(hale::compare_versions("7.0.1", "7").value() > 0);
    CHECK(hale::compare_versions("7", "7.0.1").value() < 0);
  }

  TEST_CASE("components are numbers of any length") {
    CHECK(hale::compare_versions("1.10", "1.9").value() > 0);
    CHECK(hale::compare_versions("1.09", "1.9") == 0);
    CHECK(hale::compare_versions("99999999999999999999999", "100000000000000000000000").value() < 0);
  }

  TEST_CASE("without a leading digit versions cannot be compared") {
    CHECK_FALSE(hale::compare_versions("v1", "1"));
    CHECK_FALSE(hale::compare_versions("1", ""));
  }
}
