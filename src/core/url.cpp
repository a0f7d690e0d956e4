#include "core/url.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/encoding.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "core/error.hpp"

namespace hale {
namespace {

constexpr std::string_view scheme_characters = "abcdefghijklmnopqrstuvwxyz0123456789+.-";

void refuse_control_characters(std::string_view text) {
  const auto is_invalid = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; };
  if (std::any_of(text.begin(), text.end(), is_invalid)) {
    throw UsageError("an address must not contain blanks or control characters; use %20 for a blank");
  }
}

/// 1 to 65535; 0 for any other text.
std::uint16_t read_port(std::string_view text) { return parse_integer<std::uint16_t>(text).value_or(0); }

/// Parses HOST, HOST:PORT, [V6] or [V6]:PORT. No error repeats the text: in user:pa/ss@host the beginning of the
/// password is at the position of a port.
void parse_authority(std::string_view text, Url& url) {
  std::size_t end = text.find(':');
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos) throw UsageError("missing ] after the IPv6 address; use [::1]:80");
    url.host = percent_decode(text.substr(1, end - 1));
    if (url.host.find(':') == std::string::npos) throw UsageError("brackets are for an IPv6 address; use [::1]:80");
    ++end;
  } else {
    if (end != text.rfind(':')) throw UsageError("an IPv6 address must be in brackets; use [::1]:80");
    url.host = percent_decode(text.substr(0, end));
  }
  refuse_control_characters(url.host);
  if (end >= text.size()) return;
  if (text[end] != ':') throw UsageError("expected :PORT after the IPv6 address; use [::1]:80");
  const std::string_view port = text.substr(end + 1);
  if (port.empty()) throw UsageError("missing port after the colon");
  url.port = read_port(port);
  if (url.port == 0) {
    // Anything but a number may be the beginning of a password with an unescaped / ? or #.
    const bool is_number = port.find_first_not_of("0123456789") == std::string_view::npos;
    throw UsageError(is_number
                         ? "a port is a number from 1 to 65535"
                         : "a port is a number from 1 to 65535; in a password, use %2F for /, %3F for ? and %23 for #");
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
    // In user:p@s/s@host the end of the password would otherwise be shown as host and path.
    if (url.password && whole.find('@', authority_end) != std::string_view::npos) {
      throw UsageError("use %40 for an @ after the host; in a password, use %2F for /, %3F for ? and %23 for #");
    }
  }
  parse_authority(authority, url);
  return url;
}

std::string Url::shown(std::uint16_t default_port) const {
  std::string text = scheme + "://";
  if (user && !user->empty()) text += *user + "@";
  // Without a host the path names a Unix socket, which has no port.
  if (const std::uint16_t visible = port.value_or(host.empty() ? 0 : default_port); visible != 0) {
    text += host_and_port(host, visible);
  } else {
    text += host.find(':') == std::string::npos ? host : "[" + host + "]";
  }
  text += path;
  if (!query.empty()) {
    // A value may be a secret (api_key=...). The names are enough to tell two targets apart.
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
