#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/fake_server.hpp"

// Messages of PostgreSQL's frontend/backend protocol, version 3 (PostgreSQL documentation, "Message Formats").
namespace hale::testing::postgres {

inline std::string int32(std::uint32_t number) {
  std::string bytes;
  for (unsigned shift = 32; shift > 0; shift -= 8) bytes += static_cast<char>(number >> (shift - 8) & 0xffU);
  return bytes;
}

inline std::string int16(std::uint32_t number) { return int32(number).substr(2); }

/// `value` and its terminating NUL.
inline std::string text(const std::string& value) { return value + '\0'; }

inline std::string message(char type, const std::string& body) {
  return type + int32(static_cast<std::uint32_t>(body.size()) + 4) + body;
}

// ---- from the client

inline std::string startup(const std::string& user, const std::string& database) {
  const std::string body = int32(196608) + text("user") + text(user) + text("database") + text(database) +
                           text("application_name") + text("hale") + text("client_encoding") + text("UTF8") + '\0';
  return int32(static_cast<std::uint32_t>(body.size()) + 4) + body;
}

inline const std::string ssl_request = int32(8) + int32(80877103);

/// Parse, Bind, Describe, Execute, Sync.
inline std::string extended_query(const std::string& sql) {
  return message('P', text("") + text(sql) + int16(0)) +
         message('B', text("") + text("") + int16(0) + int16(0) + int16(1) + int16(0)) + message('D', 'P' + text("")) +
         message('E', text("") + int32(0)) + message('S', "");
}

inline const std::string terminate = message('X', "");

inline std::string password(const std::string& value) { return message('p', text(value)); }

// ---- from the server

inline const std::string authentication_ok = message('R', int32(0));
inline const std::string cleartext_password_request = message('R', int32(3));
inline const std::string ready_for_query = message('Z', "I");

inline std::string parameter(const std::string& name, const std::string& value) {
  return message('S', text(name) + text(value));
}

inline std::string error(const std::string& severity, const std::string& sqlstate, const std::string& primary) {
  return message('E', 'S' + text(severity) + 'V' + text(severity) + 'C' + text(sqlstate) + 'M' + text(primary) + '\0');
}

inline std::string notice(const std::string& primary) {
  return message('N', 'S' + text("WARNING") + 'V' + text("WARNING") + 'C' + text("01000") + 'M' + text(primary) + '\0');
}

inline std::string columns(const std::vector<std::string>& names) {
  std::string body = int16(static_cast<std::uint32_t>(names.size()));
  for (const std::string& name : names)
    body += text(name) + int32(0) + int16(0) + int32(25) + int16(0xffff) + int32(0xffffffff) + int16(0);
  return message('T', body);
}

/// A row; nullopt is NULL.
inline std::string row(const std::vector<std::optional<std::string>>& values) {
  std::string body = int16(static_cast<std::uint32_t>(values.size()));
  for (const std::optional<std::string>& value : values)
    body += value ? int32(static_cast<std::uint32_t>(value->size())) + *value : int32(0xffffffff);
  return message('D', body);
}

inline const std::string parse_bind_complete = message('1', "") + message('2', "");

/// The complete answer to a query, with rows of one column.
inline std::string rows(const std::vector<std::optional<std::string>>& values) {
  std::string bytes = parse_bind_complete + columns({"?column?"});
  for (const std::optional<std::string>& value : values) bytes += row({value});
  return bytes + message('C', text("SELECT " + std::to_string(values.size()))) + ready_for_query;
}

inline const std::string logged_in = authentication_ok + parameter("server_version", "15.6 (Debian 15.6-0+deb12u1)") +
                                     parameter("in_hot_standby", "off") + message('K', int32(7) + int32(8)) +
                                     ready_for_query;

/// The complete answer to a query, with one row.
inline std::string one_row(const std::vector<std::optional<std::string>>& values) {
  return parse_bind_complete + columns(std::vector<std::string>(values.size(), "?column?")) + row(values) +
         message('C', text("SELECT 1")) + ready_for_query;
}

/// A query and the answer to it.
struct Exchange {
  std::string sql;
  std::string answer;
};

/// The login of app to the database app, answered by `login`; then `exchanges` and a Terminate.
inline Conversation conversation(const std::string& login, const std::vector<Exchange>& exchanges) {
  Conversation all{expect(startup("app", "app")), say(login)};
  for (const Exchange& exchange : exchanges) {
    all.push_back(expect(extended_query(exchange.sql)));
    all.push_back(say(exchange.answer));
  }
  all.push_back(expect(terminate));
  all.push_back(expect_close());
  return all;
}

/// The same with one query.
inline Conversation conversation(const std::string& answer, const std::string& sql = "SELECT 1",
                                 const std::string& login = logged_in) {
  return conversation(login, {{sql, answer}});
}

}  // namespace hale::testing::postgres
