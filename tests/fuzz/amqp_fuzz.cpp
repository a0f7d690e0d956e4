#include "probes/amqp/wire.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

/// The table that a frame may begin with.
void look_into(const std::string& payload) {
  const hale::AmqpTable table = hale::AmqpValues(payload).table();
  hale::fuzz::hold(table.size() <= payload.size());
  for (const auto& [name, text] : table) hale::fuzz::hold(name.size() <= 511 && text.size() <= payload.size());
}

/// Texts and numbers up to the end.
void look_along(const std::string& payload) {
  for (hale::AmqpValues values(payload);;) {
    hale::fuzz::hold(values.short_text().size() <= 255);
    hale::fuzz::hold(values.long_text().size() <= payload.size());
    values.number(2);
  }
}

/// What the header of a message tells.
void look_at_content(const std::string& payload) {
  const hale::AmqpContent content = hale::read_amqp_content(payload);
  hale::fuzz::hold(content.content_type.size() <= 255 && content.headers.size() <= payload.size());
}

}  // namespace

/// The same frames come out whether the bytes come at once or one by one; their values never reach beyond them.
void hale::fuzz::look_at(std::string_view text) {
  AmqpReader whole;
  AmqpReader slow;
  whole.feed(text);
  std::size_t fed = 0;
  while (const auto expected = whole.next()) {
    std::optional<AmqpFrame> frame = slow.next();
    for (; !frame && fed < text.size(); ++fed, frame = slow.next()) slow.feed(text.substr(fed, 1));
    hold(frame && frame->type == expected->type && frame->channel == expected->channel &&
         frame->payload == expected->payload);
    for (const auto& look : {look_into, look_along, look_at_content}) {
      try {
        look(expected->payload);
      } catch (const Unhealthy& unhealthy) {
        hold(*unhealthy.what() != '\0');
      }
    }
  }
}
