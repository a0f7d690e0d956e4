#include <memory>
#include <optional>

#include <expat.h>
#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/changelog/changelog.hpp"

namespace hale {
namespace {

constexpr std::size_t max_element_depth = 200;

/// "changeSet" of "pro:changeSet".
std::string_view without_prefix(std::string_view name) { return name.substr(name.rfind(':') + 1); }

/// The state of the expat callbacks. Callbacks must not throw through expat's C code, so an error is kept in `error`
/// and stops the parser.
struct XmlReader {
  XML_Parser parser = nullptr;
  Changelog changelog{};
  std::size_t depth = 0;
  std::optional<std::string> error{};

  void fail(std::string why) {
    if (!error) error = std::move(why);
    XML_StopParser(parser, XML_FALSE);
  }

  void begin(std::string_view name, const XML_Char** attributes) {
    ChangelogAttributes* target = nullptr;
    if (depth == 0) {
      if (name != "databaseChangeLog") return fail("the root is not databaseChangeLog");
      target = &changelog.attributes;
    } else if (depth == 1 && name == "modifyChangeSets") {
      return fail("modifyChangeSets is not supported");
    } else if (depth == 1 && is_changelog_entry(name)) {
      target = &changelog.entries.emplace_back(ChangelogEntry{std::string(name)}).attributes;
    }
    for (; target != nullptr && *attributes != nullptr; attributes += 2) target->emplace(attributes[0], attributes[1]);
    if (++depth > max_element_depth) fail("elements are nested too deeply");
  }
};

void XMLCALL begin_element(void* reader, const XML_Char* name, const XML_Char** attributes) {
  static_cast<XmlReader*>(reader)->begin(without_prefix(name), attributes);
}

void XMLCALL end_element(void* reader, const XML_Char*) { --static_cast<XmlReader*>(reader)->depth; }

/// A DOCTYPE can define entities that expand exponentially.
void XMLCALL begin_doctype(void* reader, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  static_cast<XmlReader*>(reader)->fail("DOCTYPE is not supported");
}

}  // namespace

std::string xml_library() {
  const XML_Expat_Version version = XML_ExpatVersionInfo();
  return fmt::format("expat {}.{}.{}", version.major, version.minor, version.micro);
}

Changelog read_xml_changelog(std::string_view text) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr), XML_ParserFree);
  if (!parser) throw std::bad_alloc();
  XmlReader reader{parser.get()};
  XML_SetUserData(parser.get(), &reader);
  XML_SetElementHandler(parser.get(), begin_element, end_element);
  XML_SetStartDoctypeDeclHandler(parser.get(), begin_doctype);
  if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE) != XML_STATUS_OK) {
    const std::string why = reader.error.value_or(XML_ErrorString(XML_GetErrorCode(parser.get())));
    throw UsageError(fmt::format("line {}: {}", XML_GetCurrentLineNumber(parser.get()), sanitize(why)));
  }
  return std::move(reader.changelog);
}

}  // namespace hale
