#include <yaml.h>

#include <algorithm>
#include <new>

#include <fmt/format.h>

#include "base/number.hpp"
#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/changelog/changelog.hpp"

namespace hale {
namespace {

constexpr std::size_t max_levels = 200;

/// An event of the YAML parser.
struct Event {
  yaml_event_type_t type = YAML_NO_EVENT;
  std::string text{};  ///< of a scalar
  bool plain = false;  ///< a scalar without quotes
  std::size_t line = 0;
};

class Events {
 public:
  explicit Events(std::string_view text) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~Events() { yaml_parser_delete(&parser_); }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  Event next() {
    yaml_event_t event;
    if (yaml_parser_parse(&parser_, &event) == 0) {
      const std::string_view problem = parser_.problem == nullptr ? "not readable" : parser_.problem;
      throw UsageError(fmt::format("line {}: {}", parser_.problem_mark.line + 1, sanitize(problem)));
    }
    Event result{event.type, "", false, event.start_mark.line + 1};
    if (event.type == YAML_SCALAR_EVENT) {
      result.text.assign(reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length);
      result.plain = event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    }
    yaml_event_delete(&event);
    return result;
  }

 private:
  yaml_parser_t parser_{};
};

bool is_collection_start(const Event& event) {
  return event.type == YAML_MAPPING_START_EVENT || event.type == YAML_SEQUENCE_START_EVENT;
}

bool is_collection_end(const Event& event) {
  return event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT;
}

[[noreturn]] void fail(const Event& event, std::string_view why) {
  throw UsageError(fmt::format("line {}: {}", event.line, why));
}

bool consists_of(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

/// Liquibase parses a plain scalar as a YAML 1.1 number (yaml.org/type/int.html, float.html) and prints it again, and
/// the result is the id in its table: 8 for 0010 (octal), 202401 for 2024_01, 1.1 for 1.10. Other text stays as it is.
/// Java prints numbers of more than seven digits before the point with an exponent, so these stay too.
std::string as_number(const std::string& text) {
  constexpr std::string_view digits = "0123456789";
  constexpr std::size_t max_before_exponent = 7;
  std::string number = text;
  const std::size_t dot = text.find('.');
  if (dot <= max_before_exponent && text[0] != '0' && consists_of(text.substr(0, dot), digits) &&
      consists_of(text.substr(dot + 1), digits)) {
    number.resize(std::max(text.find_last_not_of('0') + 1, dot + 1));
    return number.ends_with('.') ? number + "0" : number;
  }
  if (!consists_of(text, "0123456789_") || text[0] == '_') return text;
  std::erase(number, '_');
  if (number.size() < 2 || number[0] != '0') return number;
  const auto octal = parse_integer<unsigned long long>(number, 8);
  return octal ? std::to_string(*octal) : text;
}

class YamlReader {
 public:
  explicit YamlReader(std::string_view text) : events_(text) {}

  Changelog read() {
    Event event = events_.next();
    while (event.type == YAML_STREAM_START_EVENT || event.type == YAML_DOCUMENT_START_EVENT) event = events_.next();
    bool found = false;
    if (event.type == YAML_MAPPING_START_EVENT) {
      for (Event key = events_.next(); !is_collection_end(key); key = events_.next()) {
        skip_rest(key);
        const Event value = events_.next();
        if (key.text == "databaseChangeLog" && value.type == YAML_SEQUENCE_START_EVENT) {
          found = true;
          read_list();
        } else {
          skip_rest(value);
        }
      }
    }
    if (!found) fail(event, "the list databaseChangeLog is missing");
    return std::move(changelog_);
  }

 private:
  void read_list() {
    for (Event item = events_.next(); !is_collection_end(item); item = events_.next()) {
      if (item.type != YAML_MAPPING_START_EVENT) {
        reject_alias(item);
        skip_rest(item);
        continue;
      }
      for (Event key = events_.next(); !is_collection_end(key); key = events_.next()) {
        skip_rest(key);
        read_item(key.text, events_.next());
      }
    }
  }

  void read_item(const std::string& name, const Event& value) {
    if (name == "modifyChangeSets") fail(value, "modifyChangeSets is not supported");
    if (value.type == YAML_SCALAR_EVENT) {
      changelog_.attributes.emplace(name, value.text);
    } else if (is_changelog_entry(name)) {
      reject_alias(value);
      if (value.type != YAML_MAPPING_START_EVENT) fail(value, name + " has no attributes");
      read_attributes(changelog_.entries.emplace_back(ChangelogEntry{name}).attributes);
    } else {
      skip_rest(value);
    }
  }

  void read_attributes(ChangelogAttributes& attributes) {
    for (Event key = events_.next(); !is_collection_end(key); key = events_.next()) {
      skip_rest(key);
      const Event value = events_.next();
      reject_alias(value);
      if (value.type == YAML_SCALAR_EVENT) {
        attributes.emplace(key.text, value.plain ? as_number(value.text) : value.text);
      } else {
        skip_rest(value);
      }
    }
  }

  static void reject_alias(const Event& event) {
    if (event.type == YAML_ALIAS_EVENT) fail(event, "aliases are not supported");
  }

  /// Skips the rest of the node that `first` starts.
  void skip_rest(const Event& first) {
    std::size_t depth = is_collection_start(first) ? 1 : 0;
    while (depth > 0) {
      const Event event = events_.next();
      if (is_collection_start(event)) ++depth;
      if (is_collection_end(event)) --depth;
      if (depth > max_levels) fail(event, "nested too deeply");
    }
  }

  Events events_;
  Changelog changelog_;
};

}  // namespace

std::string yaml_library() { return fmt::format("libyaml {}", yaml_get_version_string()); }

Changelog read_yaml_changelog(std::string_view text) { return YamlReader(text).read(); }

}  // namespace hale
