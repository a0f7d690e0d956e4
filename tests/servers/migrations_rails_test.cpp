#include <doctest/doctest.h>

#include "tests/servers/framework_cases.hpp"
#include "tests/support/paths.hpp"

namespace hale::testing {

TEST_SUITE("Migrations: Rails") {
  TEST_CASE("hale agrees with ActiveRecord") {
    using Files = std::vector<std::pair<std::string, std::string>>;
    using Rows = std::vector<std::string>;
    const Files three{{"001_create_users.rb", ""},
                      {"20240101000000_add_email.rb", ""},
                      {"shop/20240202000000_create_carts.shop.rb", ""}};
    Files other_files = three;
    other_files.insert(other_files.end(),
                       {{"README.md", ""}, {"helper.rb", ""}, {"20240303_notes.txt", ""}, {"9.rb", ""}});
    compare_with_framework(
        "rails", "schema_migrations", {"ruby", source_file("tests/servers/frameworks/rails.rb")},
        {
            {"none", three, {}},
            {"empty", three, Rows{}},
            {"ok", three, Rows{"1", "20240101000000", "20240202000000"}},
            {"as_numbers", three, Rows{"0001", "20240101000000", "020240202000000"}},
            {"pending", three, Rows{"1", "20240101000000"}},
            {"gap", three, Rows{"20240101000000", "20240202000000"}},
            {"ahead", three, Rows{"1", "20240101000000", "20240202000000", "20250101000000"}},
            {"pending_and_ahead", three, Rows{"20240202000000", "20250101000000"}},
            {"other_files", other_files, Rows{"1", "20240101000000"}},
            {"two_folders", {{"a/1_a.rb", ""}, {"b/2_b.rb", ""}, {"c/3_c.rb", ""}}, Rows{"1"}, false, {"a", "b"}},
            {.name = "other_table", .files = three, .rows = Rows{"1"}, .table = "versions"},
            {.name = "same_version",
             .files = {{"1_a.rb", ""}, {"01_b.rb", ""}},
             .rows = Rows{"1"},
             .error = "two migrations have the same id: 1"},
            {.name = "same_name",
             .files = {{"1_add_it.rb", ""}, {"2_add__it.x.rb", ""}},
             .rows = Rows{"1", "2"},
             .error = "two migrations have the same name: AddIt"},
        });
  }
}

}  // namespace hale::testing
