#include "core/url.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

constexpr std::string_view scheme_characters = "abcdefghijklmnopqrstuvwxyz0123456789+.-";

void refuse_control_characters(std::string_view text) {
  const auto bad = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; };
  if (std::any_of(text.begin(), text.end(), bad)) {
    throw UsageError("an address holds no blanks or control characters; write %20 for a blank");
  }
}

/// 1 to 65535, else 0.
std::uint16_t read_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() ? port : 0;
}

/// HOST, HOST:PORT, [V6] or [V6]:PORT. No error shows what it read: in user:pa/ss@host half the password stands where a
/// port would.
void parse_authority(std::string_view text, Url& url) {
  std::size_t end = text.find(':');
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos)
      throw UsageError("the bracket of an IPv6 address is never closed; write [::1]:80");
    url.host = percent_decode(text.substr(1, end - 1));
    if (url.host.find(':') == std::string::npos) throw UsageError("brackets are for an IPv6 address; write [::1]:80");
    ++end;
  } else {
    if (end != text.rfind(':')) throw UsageError("an IPv6 address stands in brackets; write [::1]:80");
    url.host = percent_decode(text.substr(0, end));
  }
  refuse_control_characters(url.host);
  if (end >= text.size()) return;
  if (text[end] != ':') throw UsageError("behind the brackets of an IPv6 address stands its port; write [::1]:80");
  const std::string_view port = text.substr(end + 1);
  if (port.empty()) throw UsageError("the port is missing behind the colon");
  url.port = read_port(port);
  if (url.port == 0) {
    // What stands here may be the beginning of a password, so it is not repeated.
    const bool is_number = port.find_first_not_of("0123456789") == std::string_view::npos;
    throw UsageError(is_number
                         ? "a port is a number from 1 to 65535"
                         : "a port is a number from 1 to 65535; in a password, / is written %2F, ? %3F and # %23");
  }
}

}  // namespace

std::string url_scheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  std::string scheme = lower(text.substr(0, colon));
  if (scheme.find_first_not_of(scheme_characters) != std::string::npos || scheme[0] < 'a' || scheme[0] > 'z') return {};
  const std::string_view rest = text.substr(colon + 1);
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  if (digits > 0 && (digits == rest.size() || std::string_view("/?#").find(rest[digits]) != std::string_view::npos)) {
    return {};
  }
  return rest.starts_with(':') ? std::string() : scheme;  // fe80::1
}

Url parse_url(std::string_view text, std::string_view scheme) {
  refuse_control_characters(text);
  Url url;
  url.scheme = scheme;
  if (const std::string own = url_scheme(text); !own.empty() && text.substr(own.size()).starts_with("://")) {
    url.scheme = own;
    text.remove_prefix(own.size() + 3);
  }
  const std::string_view whole = text;
  text = text.substr(0, text.find('#'));
  if (const std::size_t question = text.find('?'); question != std::string_view::npos) {
    url.query = text.substr(question + 1);
    text = text.substr(0, question);
  }
  std::string_view authority = text.substr(0, text.find('/'));
  const std::size_t authority_end = authority.size();
  url.path = text.substr(authority_end);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view user_info = authority.substr(0, at);
    const std::size_t colon = user_info.find(':');
    url.user = percent_decode(user_info.substr(0, colon));
    if (colon != std::string_view::npos) url.password = Secret(percent_decode(user_info.substr(colon + 1)));
    authority.remove_prefix(at + 1);
    // In user:p@s/s@host the end of the password would be shown as host and path.
    if (url.password && whole.find('@', authority_end) != std::string_view::npos) {
      throw UsageError("an @ behind the host is written %40; in a password, / is written %2F, ? %3F and # %23");
    }
  }
  parse_authority(authority, url);
  return url;
}

std::string Url::shown(std::uint16_t default_port) const {
  std::string text = scheme + "://";
  if (user && !user->empty()) text += *user + "@";
  // Without a host there is a socket of the file system, which has no port.
  if (const std::uint16_t visible = port.value_or(host.empty() ? 0 : default_port); visible != 0) {
    text += host_and_port(host, visible);
  } else {
    text += host.find(':') == std::string::npos ? host : "[" + host + "]";
  }
  text += path;
  if (!query.empty()) {
    // A query's values may be secrets (api_key=...); its names tell two targets apart well enough.
    char separator = '?';
    for (const std::string_view piece : split(query, '&')) {
      text += separator;
      text += piece.substr(0, piece.find('='));
      if (piece.find('=') != std::string_view::npos) text += "=...";
      separator = '&';
    }
  }
  return text;
}

std::optional<std::string> Url::parameter(std::string_view name) const {
  for (const std::string_view piece : split(query, '&')) {
    const std::size_t equals = piece.find('=');
    if (piece.substr(0, equals) != name) continue;
    return equals == std::string_view::npos ? std::string() : percent_decode(piece.substr(equals + 1));
  }
  return std::nullopt;
}

std::string percent_decode(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      bytes += text[i];
      continue;
    }
    unsigned value = 0;
    const std::string_view digits = text.substr(i + 1, 2);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2 || value == 0) {
      throw UsageError("a % in an address begins two hexadecimal digits, not 00; write %25 for the sign itself");
    }
    bytes += static_cast<char>(value);
    i += 2;
  }
  return bytes;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view unreserved = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
  std::string escaped;
  for (const char c : text) {
    if (unreserved.find(c) != std::string_view::npos) {
      escaped += c;
    } else {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return escaped;
}

std::uint16_t parse_port(std::string_view text) {
  const std::uint16_t port = read_port(text);
  if (port == 0) throw UsageError(fmt::format("{}: a port is a number from 1 to 65535", sanitize(text)));
  return port;
}

std::string host_and_port(std::string_view host, std::uint16_t port) {
  return host.find(':') == std::string_view::npos ? fmt::format("{}:{}", host, port)
                                                  : fmt::format("[{}]:{}", host, port);
}

}  // namespace hale
