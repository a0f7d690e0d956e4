#include "probes/celery/message.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "probes/celery/pickle.hpp"

using namespace std::string_literals;

namespace hale::testing {
namespace {

/// "celery@a consumes celery, mail", or the problem with the reply.
std::string reported(const CeleryReply& reply) {
  if (!reply.queues) return fmt::format("{}: {}", reply.worker, reply.problem);
  return fmt::format("{} consumes {}", reply.worker, fmt::join(*reply.queues, ", "));
}

std::string json(const std::string& body) { return reported(read_celery_reply(body, "application/json")); }
std::string pickled(const std::string& body) {
  return reported(read_celery_reply(body, "application/x-python-serialize"));
}

/// A message of a worker for ticket T, patched with `change`.
std::string message(const std::string& body, const nlohmann::json& change = nlohmann::json::object()) {
  nlohmann::json envelope{{"body", body},
                          {"content-encoding", "utf-8"},
                          {"content-type", "application/json"},
                          {"headers", {{"ticket", "T"}, {"clock", 3}}},
                          {"properties", {{"delivery_mode", 1}, {"body_encoding", "base64"}, {"delivery_tag", "b0"}}}};
  envelope.merge_patch(change);
  return envelope.dump();
}

std::string redis(const std::string& text) { return reported(read_redis_message(text, "T")); }

}  // namespace

TEST_SUITE("celery message") {
  TEST_CASE("The command to all workers") {
    CHECK(celery_command({}, "T", "hale-1.reply.celery.pidbox") ==
          R"({"arguments":{},"destination":null,"matcher":null,"method":"active_queues","pattern":null,)"
          R"("reply_to":{"exchange":"","routing_key":"hale-1.reply.celery.pidbox"},"ticket":"T"})");
  }

  TEST_CASE("The command to some workers") {
    const auto command = nlohmann::json::parse(celery_command({"celery@a", "b\"@c"}, "T", "list"));
    CHECK(command["destination"] == nlohmann::json({"celery@a", "b\"@c"}));
  }

  TEST_CASE("The envelope has a delivery tag") {
    CHECK(redis_message("{\"a\": 1}", "celery.pidbox", "T") ==
          R"({"body":"{\"a\": 1}","content-encoding":"utf-8","content-type":"application/json","headers":{"clock":0},)"
          R"("properties":{"delivery_info":{"exchange":"celery.pidbox","routing_key":""},"delivery_mode":1,)"
          R"("delivery_tag":"T","priority":0}})");
  }

  TEST_CASE("The reply of a worker of Celery 5.2.6") {
    // {"w1@lab": [{"name": "celery", "exchange": {"name": "x"}}]}
    CHECK(redis(message("eyJ3MUBsYWIiOiBbeyJuYW1lIjogImNlbGVyeSIsICJleGNoYW5nZSI6IHsibmFtZSI6ICJ4In19XX0=")) ==
          "w1@lab consumes celery");
  }

  TEST_CASE("A body that is not encoded") {
    CHECK(redis(message(R"({"w1@lab": [{"name": "b"}, {"name": "a"}, {"name": "b"}]})",
                        {{"properties", {{"body_encoding", nullptr}}}})) == "w1@lab consumes a, b");
  }

  TEST_CASE("Queues") {
    CHECK(json(R"({"w@h": []})") == "w@h consumes ");
    CHECK(json(R"({"w@h": null})") == "w@h consumes ");
    CHECK(json(R"({"w@h": [{"name": "a, b"}, {"name": 1}, {}, 3, null]})") == "w@h consumes a, b");
  }

  TEST_CASE("Errors and unexpected results") {
    CHECK(json(R"x({"w@h": {"error": "KeyError('active_queues')"}})x") ==
          "w@h: does not report its queues (KeyError('active_queues'))");
    CHECK(json(R"({"w@h": {"ok": "pong"}})") == R"x(w@h: does not report its queues ({"ok":"pong"}))x");
    CHECK(json(R"({"w@h": 7})") == "w@h: does not report its queues (7)");
  }

  TEST_CASE("Unreadable replies") {
    CHECK(json("") == ": unreadable reply ()");
    CHECK(json("w@h: []") == ": unreadable reply (w@h: [])");
    CHECK(json("{}") == ": unreadable reply ({})");
    CHECK(json("[1]") == ": unreadable reply ([1])");
    CHECK(json(R"({"a": [], "b": []})") == R"x(: unreadable reply ({"a": [], "b": []}))x");
    CHECK(reported(read_celery_reply("w@h: []", "application/x-yaml")) == ": unreadable reply (application/x-yaml)");
    CHECK(redis("") == ": unreadable reply ()");
    CHECK(redis("[]") == ": unreadable reply ([])");
    CHECK(redis("{}") == ": unreadable reply (for another request)");
    CHECK(redis(message("e30", {{"headers", {{"ticket", "U"}}}})) == ": unreadable reply (for another request)");
    CHECK(redis(message("e30", {{"headers", {{"ticket", 1}}}})) == ": unreadable reply (for another request)");
    CHECK(redis(message("e3 0")) == ": unreadable reply (invalid base64)");
    CHECK(redis(message("e30", {{"body", 1}})) == ": unreadable reply ()");
    CHECK(redis(std::string(300, '[')) == ": unreadable reply (the JSON body is nested deeper than 200 levels)");
  }

  TEST_CASE("Long texts are truncated") {
    CHECK(json(std::string(1000, 'x')) == ": unreadable reply (" + std::string(117, 'x') + "\u2026)");
  }
}

TEST_SUITE("pickle") {
  TEST_CASE("A pickled reply: protocols 4 and 2") {
    // pickle.dumps({'pk@lab': [{'name': 'celery', 'exchange': {'name': 'celery'}, 'alias': None}]}, 4), and 2
    CHECK(pickled("\x80\x04\x95\x38\0\0\0\0\0\0\0}\x94\x8c\x06pk@lab\x94]\x94}\x94(\x8c\x04name\x94\x8c\x06"
                  "celery\x94\x8c\x08"
                  "exchange\x94}\x94h\x04h\x05s\x8c\x05"
                  "alias\x94Nuas."s) == "pk@lab consumes celery");
    CHECK(pickled("\x80\x02}q\x00X\x06\0\0\0pk@labq\x01]q\x02}q\x03(X\x04\0\0\0nameq\x04X\x06\0\0\0"
                  "celeryq\x05X\x08\0\0\0"
                  "exchangeq\x06}q\x07h\x04h\x05sX\x05\0\0\0"
                  "aliasq\x08Nuas."s) == "pk@lab consumes celery");
  }

  TEST_CASE("Nothing consumed") {
    CHECK(pickled("\x80\x04}\x94\x8c\x01w\x94]\x94s."s) == "w consumes ");
    CHECK(pickled("\x80\x04}\x94\x8c\x01w\x94Ns."s) == "w consumes ");
  }

  TEST_CASE("Numbers, truth values, tuples, bytes") {
    CHECK(read_pickle("(lp0"s).is_discarded());
    CHECK(read_pickle("\x80\x04](K\x07M\x01\x02J\xff\xff\xff\xff\x88\x89NC\x01z\x85)\x8a\x01\x05G\0\0\0\0\0\0\0\0"
                      "e."s) == nlohmann::json({7, 513, -1, true, false, nullptr, nullptr, nullptr, nullptr, nullptr}));
  }

  TEST_CASE("Calls are refused") {
    CHECK(read_pickle("cos\nsystem\n(S'true'\ntR."s).is_discarded());
    CHECK(
        read_pickle("\x80\x04\x8c\x02os\x94\x8c\x06system\x94\x93\x94\x8c\x04true\x94\x85\x94R\x94."s).is_discarded());
  }

  TEST_CASE("Broken pickles") {
    for (const std::string& text :
         {""s, "."s, "N"s, "a."s, "s."s, "u."s, "](a."s, "]N(."s, "h\x00."s, "X\xff\xff\xff\xff."s,
          "\x8d\xff\xff\xff\xff\xff\xff\xff\xff."s, "Nr\xff\xff\xff\x7f."s, "}(Nu."s, "NNa."s, "]NNs."s, "\x95"s}) {
      CAPTURE(text);
      CHECK(read_pickle(text).is_discarded());
    }
  }

  TEST_CASE("Copies of texts are limited") {
    std::string text = "X\0\0\x01\0"s + std::string(65536, 'x') + "q\x00"s;
    for (int i = 0; i < 100; ++i) text += "h\x00"s;
    CHECK(read_pickle(text + ".").is_discarded());
    CHECK(read_pickle("X\0\0\x10\0"s + std::string(1 << 20, 'x') + std::string(5, '\x94') + ".").is_discarded());
  }

  TEST_CASE("Nesting is limited") {
    CHECK(read_pickle(std::string(5000, ']') + std::string(4999, 'a') + ".").is_discarded());
    CHECK(read_pickle(std::string(1000, ']') + std::string(999, 'a') + ".").is_array());
  }
}

}  // namespace hale::testing
