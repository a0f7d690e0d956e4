#include "migrations/changelog/changelog.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "core/error.hpp"

namespace hale::testing {
namespace {

/// One line per entry: "changeSet author=me id=1".
std::string describe(const Changelog& changelog) {
  std::string lines;
  const auto add = [&](const std::string& name, const ChangelogAttributes& attributes) {
    lines += name;
    for (const auto& [attribute, text] : attributes) {
      if (attribute.find("xmlns") == std::string::npos) lines += fmt::format(" {}={}", attribute, text);
    }
    lines += "\n";
  };
  if (!changelog.attributes.empty()) add("databaseChangeLog", changelog.attributes);
  for (const ChangelogEntry& entry : changelog.entries) add(entry.name, entry.attributes);
  return lines;
}

std::string describe_sql(std::string_view text) {
  const auto changelog = read_sql_changelog(text);
  return changelog ? describe(*changelog) : "not a changelog";
}

template <typename Read>
std::string parse_error(Read read, std::string_view text) {
  try {
    read(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_SUITE("XML changelogs") {
  TEST_CASE("Changesets and includes with any content") {
    CHECK(describe(read_xml_changelog(R"(<?xml version="1.0" encoding="UTF-8"?>
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog" logicalFilePath="shop.xml">
  <!-- <changeSet id="0" author="nobody"/> -->
  <property name="x" value="y"/>
  <preConditions><runningAs username="me"/></preConditions>
  <changeSet id="1" author="me &amp; you" context='a and b'>
    <createTable tableName="t"><column name="id" type="int"/></createTable>
    <sql><![CDATA[ <changeSet id="no" author="no"/> ]]></sql>
    <rollback><changeSet id="no" author="no"/></rollback>
  </changeSet>
  <include file="more.xml" relativeToChangelogFile="true"/>
  <pro:includeAll xmlns:pro="x" path="all"/>
</databaseChangeLog>)")) ==
          "databaseChangeLog logicalFilePath=shop.xml\n"
          "changeSet author=me & you context=a and b id=1\n"
          "include file=more.xml relativeToChangelogFile=true\n"
          "includeAll path=all\n");
  }

  TEST_CASE("Errors") {
    const auto error_of = [](std::string_view text) { return parse_error(read_xml_changelog, text); };
    CHECK(error_of("") == "line 1: no element found");
    CHECK(error_of("<project/>") == "line 1: the root is not databaseChangeLog");
    CHECK(error_of("<databaseChangeLog>\n<changeSet>\n</databaseChangeLog>") == "line 3: mismatched tag");
    CHECK(error_of("<databaseChangeLog>\n<modifyChangeSets/></databaseChangeLog>") ==
          "line 2: modifyChangeSets is not supported");
    CHECK(error_of("<?xml version='1.0'?>\n<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>\n"
                   "<databaseChangeLog>&b;</databaseChangeLog>") == "line 2: DOCTYPE is not supported");
    CHECK(error_of("<databaseChangeLog>" + repeated("<a>", 100000)) == "line 1: elements are nested too deeply");
  }
}

TEST_SUITE("YAML and JSON changelogs") {
  TEST_CASE("Changesets and includes with any content") {
    CHECK(describe(read_yaml_changelog(R"(# the shop
other: [1, 2]
databaseChangeLog:
  - logicalFilePath: shop.yaml
  - property: {name: x, value: y}
  - changeSet:
      id: 1
      author: "me"
      changes:
        - createTable: &table
            columns:
              - column: {name: id, type: int}
            id: no
        - createTable: *table
      labels: new
  - changeSet: {id: 'two: 2', author: you, dbms: "postgresql, h2"}
  - include:
      file: more.yaml
      relativeToChangelogFile: true
  - includeAll: {path: all}
)")) == "databaseChangeLog logicalFilePath=shop.yaml\n"
        "changeSet author=me id=1 labels=new\n"
        "changeSet author=you dbms=postgresql, h2 id=two: 2\n"
        "include file=more.yaml relativeToChangelogFile=true\n"
        "includeAll path=all\n");
    CHECK(describe(read_yaml_changelog(
              "{\"databaseChangeLog\": [\n\t{\"changeSet\": {\"id\": \"1\", \"author\": \"m\\u00e9\","
              "\"changes\": [{\"sql\": {\"sql\": \"a\\/b\"}}]}},\n\t{\"include\": {\"file\": "
              "\"a.json\"}}]}\n")) == "changeSet author=m\u00e9 id=1\ninclude file=a.json\n");
    CHECK(describe(read_yaml_changelog("databaseChangeLog: []")) == "");
  }

  TEST_CASE("Plain numbers follow YAML 1.1") {
    const auto read = [](const std::string& text) {
      return std::string(
          read_yaml_changelog("databaseChangeLog: [{changeSet: {id: " + text + "}}]").entries.at(0)["id"]);
    };
    CHECK(read("1") == "1");
    CHECK(read("20240131093000") == "20240131093000");
    CHECK(read("001") == "1");
    CHECK(read("0010") == "8");
    CHECK(read("'0010'") == "0010");
    CHECK(read("0018") == "0018");
    CHECK(read("0") == "0");
    CHECK(read("2024_01_31") == "20240131");
    CHECK(read("'2024_01_31'") == "2024_01_31");
    CHECK(read("_1") == "_1");
    CHECK(read("1.0") == "1.0");
    CHECK(read("1.10") == "1.1");
    CHECK(read("10.00") == "10.0");
    CHECK(read("'1.10'") == "1.10");
    CHECK(read("1.0.10") == "1.0.10");
    CHECK(read("0.10") == "0.10");
    CHECK(read("1-2") == "1-2");
    CHECK(read("2024-01-31") == "2024-01-31");
  }

  TEST_CASE("Errors") {
    const auto error_of = [](std::string_view text) { return parse_error(read_yaml_changelog, text); };
    CHECK(error_of("") == "line 1: the list databaseChangeLog is missing");
    CHECK(error_of("- a") == "line 1: the list databaseChangeLog is missing");
    CHECK(error_of("services:\n  app: {}\n") == "line 1: the list databaseChangeLog is missing");
    CHECK(error_of("databaseChangeLog:\n  changeSet: {}\n") == "line 1: the list databaseChangeLog is missing");
    CHECK(error_of("databaseChangeLog:\n  - changeSet:\n    - id: 1\n") == "line 3: changeSet has no attributes");
    CHECK(error_of("databaseChangeLog:\n  - changeSet: {id: 1\n") == "line 3: did not find expected ',' or '}'");
    CHECK(error_of("databaseChangeLog:\n  - changeSet: &a {id: 1}\n  - changeSet: *a\n") ==
          "line 3: aliases are not supported");
    CHECK(error_of("databaseChangeLog:\n  - changeSet: &a {id: 1}\n  - *a\n") == "line 3: aliases are not supported");
    CHECK(error_of("x: &a 1\ndatabaseChangeLog:\n  - changeSet: {<<: *a}\n") == "line 3: aliases are not supported");
    CHECK(error_of("databaseChangeLog:\n  - modifyChangeSets: {}\n") == "line 2: modifyChangeSets is not supported");
    CHECK(error_of("x: " + repeated("[", 100000)) == "line 1: nested too deeply");
    CHECK(error_of("x: \xff") == "line 1: invalid leading UTF-8 octet");
  }
}

TEST_SUITE("SQL changelogs") {
  TEST_CASE("Changesets with their attributes") {
    CHECK(
        describe_sql("\n--liquibase formatted sql\n"
                     "--changeset me:1\nCREATE TABLE t (id int);\n--rollback DROP TABLE t;\n"
                     "  -- ChangeSet \"John: Doe\":\"id 2\" runOnChange:true dbms:postgresql,h2 context:\"a and b\"\r\n"
                     "-- changeset you:a:b contextFilter:prod labels:x,y ignore:true logicalFilePath:other.sql\n"
                     "-- changesets are fun\n") ==
        "changeSet author=me id=1\n"
        "changeSet author=John: Doe context=a and b dbms=postgresql,h2 id=id 2\n"
        "changeSet author=you contextFilter=prod id=a:b ignore=true labels=x,y logicalFilePath=other.sql\n");
    CHECK(describe_sql("\xEF\xBB\xBF-- liquibase formatted SQL logicalFilePath:shop.sql\n") ==
          "databaseChangeLog logicalFilePath=shop.sql\n");
  }

  TEST_CASE("Lines between ignoreLines:start and ignoreLines:end") {
    CHECK(describe_sql("--liquibase formatted sql\n--changeset me:1\n--ignoreLines:start\n--changeset me:2\n"
                       "--ignoreLines:end\n--changeset me:3\n--ignoreLines:2\n--changeset me:4\n--changeset me:5\n"
                       "--changeset me:6\n--ignoreLines:99\n--changeset me:7\n") ==
          "changeSet author=me id=1\nchangeSet author=me id=3\nchangeSet author=me id=6\n");
  }

  TEST_CASE("Other SQL, and errors") {
    CHECK(describe_sql("CREATE TABLE t (id int);\n--liquibase formatted sql\n") == "not a changelog");
    CHECK(describe_sql("") == "not a changelog");
    CHECK(describe_sql("--liquibase\n") == "not a changelog");
    const auto error_of = [](std::string_view text) {
      return parse_error(read_sql_changelog, "--liquibase formatted sql\n" + std::string(text));
    };
    CHECK(error_of("--changeset me\n") == "line 2: expected AUTHOR:ID after changeset");
    CHECK(error_of("\n--changeset me: 1\n") == "line 3: expected AUTHOR:ID after changeset");
    CHECK(error_of("--changeset") == "line 2: expected AUTHOR:ID after changeset");
  }
}

}  // namespace hale::testing
