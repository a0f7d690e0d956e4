#include <memory>

#include <expat.h>
#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/changelog/changelog.hpp"

namespace hale {
namespace {

constexpr std::size_t most_elements_deep = 200;

/// "changeSet" of "pro:changeSet".
std::string_view without_prefix(std::string_view name) { return name.substr(name.rfind(':') + 1); }

struct Reading {
  XML_Parser parser = nullptr;
  Changelog changelog{};
  std::size_t depth = 0;
  std::string trouble{};

  void stop(std::string why) {
    if (trouble.empty()) trouble = std::move(why);
    XML_StopParser(parser, XML_FALSE);
  }

  void begin(std::string_view name, const XML_Char** attributes) {
    ChangelogAttributes* read = nullptr;
    if (depth == 0) {
      if (name != "databaseChangeLog") return stop("the root is not databaseChangeLog");
      read = &changelog.attributes;
    } else if (depth == 1 && name == "modifyChangeSets") {
      return stop("modifyChangeSets is not followed");
    } else if (depth == 1 && is_changelog_entry(name)) {
      read = &changelog.entries.emplace_back(ChangelogEntry{std::string(name)}).attributes;
    }
    for (; read != nullptr && *attributes != nullptr; attributes += 2) read->emplace(attributes[0], attributes[1]);
    if (++depth > most_elements_deep) stop("too many elements within each other");
  }
};

void XMLCALL begin_element(void* reading, const XML_Char* name, const XML_Char** attributes) {
  static_cast<Reading*>(reading)->begin(without_prefix(name), attributes);
}

void XMLCALL end_element(void* reading, const XML_Char*) { --static_cast<Reading*>(reading)->depth; }

/// Entities that grow without end are defined in it.
void XMLCALL begin_doctype(void* reading, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  static_cast<Reading*>(reading)->stop("a DOCTYPE is not followed");
}

}  // namespace

std::string xml_library() {
  const XML_Expat_Version version = XML_ExpatVersionInfo();
  return fmt::format("expat {}.{}.{}", version.major, version.minor, version.micro);
}

Changelog read_xml_changelog(std::string_view text) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr), XML_ParserFree);
  if (!parser) throw std::bad_alloc();
  Reading reading{parser.get()};
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), begin_element, end_element);
  XML_SetStartDoctypeDeclHandler(parser.get(), begin_doctype);
  if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE) != XML_STATUS_OK) {
    const std::string why = reading.trouble.empty() ? XML_ErrorString(XML_GetErrorCode(parser.get())) : reading.trouble;
    throw UsageError(fmt::format("line {}: {}", XML_GetCurrentLineNumber(parser.get()), sanitize(why)));
  }
  return std::move(reading.changelog);
}

}  // namespace hale
