#include <yaml.h>

#include <algorithm>
#include <charconv>
#include <new>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"
#include "migrations/changelog/changelog.hpp"

namespace hale {
namespace {

constexpr std::size_t most_levels = 200;

/// A piece of a YAML document. What is not a text has none.
struct Event {
  yaml_event_type_t type = YAML_NO_EVENT;
  std::string text{};
  bool plain = false;  ///< written without quotes
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
    Event reported{event.type, "", false, event.start_mark.line + 1};
    if (event.type == YAML_SCALAR_EVENT) {
      reported.text.assign(reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length);
      reported.plain = event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    }
    yaml_event_delete(&event);
    return reported;
  }

 private:
  yaml_parser_t parser_{};
};

bool begins(const Event& event) {
  return event.type == YAML_MAPPING_START_EVENT || event.type == YAML_SEQUENCE_START_EVENT;
}

bool ends(const Event& event) { return event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT; }

[[noreturn]] void refuse(const Event& event, std::string_view why) {
  throw UsageError(fmt::format("line {}: {}", event.line, why));
}

bool is_all_of(std::string_view text, std::string_view signs) {
  return !text.empty() && text.find_first_not_of(signs) == std::string_view::npos;
}

/// A plain text as Liquibase writes the number again that YAML 1.1 takes it for: 8 of 0010, 202401 of 2024_01, 1.1 of
/// 1.10. Other texts stay.
std::string as_number(const std::string& text) {
  constexpr std::string_view digits = "0123456789";
  constexpr std::size_t most_before_exponent = 7;
  std::string number = text;
  const std::size_t dot = text.find('.');
  if (dot <= most_before_exponent && text[0] != '0' && is_all_of(text.substr(0, dot), digits) &&
      is_all_of(text.substr(dot + 1), digits)) {
    number.resize(std::max(text.find_last_not_of('0') + 1, dot + 1));
    return number.ends_with('.') ? number + "0" : number;
  }
  if (!is_all_of(text, "0123456789_") || text[0] == '_') return text;
  std::erase(number, '_');
  if (number.size() < 2 || number[0] != '0') return number;
  unsigned long long octal = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), octal, 8);
  return error == std::errc() && end == number.data() + number.size() ? std::to_string(octal) : text;
}

class YamlReader {
 public:
  explicit YamlReader(std::string_view text) : events_(text) {}

  Changelog read() {
    Event event = events_.next();
    while (event.type == YAML_STREAM_START_EVENT || event.type == YAML_DOCUMENT_START_EVENT) event = events_.next();
    bool found = false;
    if (event.type == YAML_MAPPING_START_EVENT) {
      for (Event key = events_.next(); !ends(key); key = events_.next()) {
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
    if (!found) refuse(event, "there is no list databaseChangeLog");
    return std::move(changelog_);
  }

 private:
  void read_list() {
    for (Event item = events_.next(); !ends(item); item = events_.next()) {
      if (item.type != YAML_MAPPING_START_EVENT) {
        refuse_alias(item);
        skip_rest(item);
        continue;
      }
      for (Event key = events_.next(); !ends(key); key = events_.next()) {
        skip_rest(key);
        read_item(key.text, events_.next());
      }
    }
  }

  void read_item(const std::string& name, const Event& value) {
    if (name == "modifyChangeSets") refuse(value, "modifyChangeSets is not followed");
    if (value.type == YAML_SCALAR_EVENT) {
      changelog_.attributes.emplace(name, value.text);
    } else if (is_changelog_entry(name)) {
      refuse_alias(value);
      if (value.type != YAML_MAPPING_START_EVENT) refuse(value, name + " has no attributes");
      read_attributes(changelog_.entries.emplace_back(ChangelogEntry{name}).attributes);
    } else {
      skip_rest(value);
    }
  }

  void read_attributes(ChangelogAttributes& attributes) {
    for (Event key = events_.next(); !ends(key); key = events_.next()) {
      skip_rest(key);
      const Event value = events_.next();
      refuse_alias(value);
      if (value.type == YAML_SCALAR_EVENT) {
        attributes.emplace(key.text, value.plain ? as_number(value.text) : value.text);
      } else {
        skip_rest(value);
      }
    }
  }

  static void refuse_alias(const Event& event) {
    if (event.type == YAML_ALIAS_EVENT) refuse(event, "an alias is not followed");
  }

  /// Passes over what `first` begins.
  void skip_rest(const Event& first) {
    std::size_t depth = begins(first) ? 1 : 0;
    while (depth > 0) {
      const Event event = events_.next();
      if (begins(event)) ++depth;
      if (ends(event)) --depth;
      if (depth > most_levels) refuse(event, "too many levels within each other");
    }
  }

  Events events_;
  Changelog changelog_;
};

}  // namespace

std::string yaml_library() { return fmt::format("libyaml {}", yaml_get_version_string()); }

Changelog read_yaml_changelog(std::string_view text) { return YamlReader(text).read(); }

}  // namespace hale
