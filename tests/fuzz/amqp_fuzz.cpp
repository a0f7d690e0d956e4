#include "probes/amqp/wire.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

/// Reads a table from the start of the payload.
void check_table(const std::string& payload) {
  const hale::AmqpTable table = hale::AmqpDecoder(payload).table();
  hale::fuzz::check(table.size() <= payload.size());
  for (const auto& [name, text] : table) hale::fuzz::check(name.size() <= 511 && text.size() <= payload.size());
}

/// Reads strings and numbers to the end of the payload.
void check_strings(const std::string& payload) {
  for (hale::AmqpDecoder values(payload);;) {
    hale::fuzz::check(values.short_string().size() <= 255);
    hale::fuzz::check(values.long_string().size() <= payload.size());
    values.number(2);
  }
}

/// Reads the payload as a content header.
void check_content(const std::string& payload) {
  const hale::AmqpContent content = hale::read_amqp_content(payload);
  hale::fuzz::check(content.content_type.size() <= 255 && content.headers.size() <= payload.size());
}

}  // namespace

/// The frames are the same whether the bytes arrive together or one by one, and no value exceeds its frame.
void hale::fuzz::fuzz_one(std::string_view text) {
  AmqpReader whole;
  AmqpReader slow;
  whole.feed(text);
  std::size_t fed = 0;
  while (const auto expected = whole.next()) {
    std::optional<AmqpFrame> frame = slow.next();
    for (; !frame && fed < text.size(); ++fed, frame = slow.next()) slow.feed(text.substr(fed, 1));
    check(frame && frame->type == expected->type && frame->channel == expected->channel &&
          frame->payload == expected->payload);
    for (const auto& check_payload : {check_table, check_strings, check_content}) {
      try {
        check_payload(expected->payload);
      } catch (const Unhealthy& unhealthy) {
        check(*unhealthy.what() != '\0');
      }
    }
  }
}
