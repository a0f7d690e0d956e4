#include <string>

#include <doctest/doctest.h>

#include "tests/health/reading.hpp"

using namespace hale::health_tests;

TEST_SUITE("health verdicts") {
  TEST_CASE("R5: every key that carries a verdict") {
    for (const std::string key : {"status", "overall", "overallStatus", "globalStatus", "aggregatedStatus", "health",
                                  "healthStatus", "outcome", "state", "level", "condition"}) {
      CAPTURE(key);
      CHECK(read_json("{\"" + key + "\":\"degraded\"}") == "WARNING degraded");
    }
    for (const std::string key :
         {"healthy", "result", "passed", "success", "ok", "alive", "ready", "isAlive", "isHealthy"}) {
      CAPTURE(key);
      CHECK(read_json("{\"" + key + "\":true}") == "OK " + key + " is true");
      CHECK(read_json("{\"" + key + "\":false}") == "CRITICAL " + key + " is false");
    }
    CHECK(read_json(R"({"statusCode":503})") == "CRITICAL statusCode is 503");
  }

  TEST_CASE("R5: case and punctuation of a key do not count") {
    CHECK(read_json(R"({"STATUS":"Up"})") == "OK up");
    CHECK(read_json(R"({"overall_status":"DOWN"})") == "CRITICAL down");
    CHECK(read_json(R"({"Is-Healthy":false})") == "CRITICAL Is-Healthy is false");
  }

  TEST_CASE("R5: the first known key, wherever it is") {
    CHECK(read_json(R"({"ok":true,"health":"red","status":"yellow"})") ==
          "WARNING yellow: health red\nhealth CRITICAL red");
    CHECK(read_json(R"({"status":"weird","healthy":false})") == "CRITICAL healthy is false");
  }

  TEST_CASE("R5: an object with the verdict is not a component") {
    CHECK(read_json(R"({"status":{"overall":{"level":"degraded"},"plugins":{"tasks":{"level":"degraded"}}}})") ==
          "WARNING degraded: tasks degraded\ntasks WARNING degraded");
  }

  TEST_CASE("R5: an array of words is as bad as its worst word") {
    CHECK(read_json(R"({"status":["UP","DOWN","UP"]})") == "CRITICAL down");
    CHECK(read_json(R"({"status":["UP","weird"]})") == "UNKNOWN unknown state \"weird\"");
    CHECK(read_json(R"({"status":["UP",1]})") == "UNKNOWN status has no state");
  }

  TEST_CASE("R4: HTTP codes as verdicts") {
    CHECK(read_json(R"({"status":200})") == "OK status is 200");
    CHECK(read_json(R"({"status":"200"})") == "OK 200");
    CHECK(read_json(R"({"status":429})") == "WARNING status is 429");
    CHECK(read_json(R"({"status":404,"error":"Not Found"})") == "CRITICAL status is 404: Not Found");
    CHECK(read_json(R"({"status":"1.2.2"})") == "UNKNOWN unknown state \"1.2.2\"");
    CHECK(read_json(R"({"port":"503","size":503})") == "OK");
  }

  TEST_CASE("a 200 in the body does not hide another verdict") {
    CHECK(read_json(R"({"status":200,"success":false})") == "CRITICAL success is false");
    CHECK(read_json(R"({"status":503,"success":true})") == "CRITICAL status is 503");
  }

  TEST_CASE("R4: other numbers mean nothing") {
    CHECK(read_json(R"({"ok":1})") == "OK");
    CHECK(read_json(R"({"ok":0})") == "OK");
    CHECK(read_json(R"({"status":0})") == "UNKNOWN status is a number");
  }

  TEST_CASE("R3: the worst of duplicate keys counts") {
    CHECK(read_json(R"({"status":"UP","status":"DOWN"})") == "CRITICAL down");
    CHECK(read_json(R"({"status":"DOWN","status":"UP"})") == "CRITICAL down");
    CHECK(read_json(R"({"status":"UP","Status":"weird"})") == "UNKNOWN unknown state \"weird\"");
    CHECK(read_json(R"({"checks":{"db":{"ok":false}},"checks":{"db":{"ok":true}}})") ==
          "CRITICAL db failed\ndb CRITICAL failed");
  }

  TEST_CASE("P4: an unknown word is never OK") {
    CHECK(read_json(R"({"status":"fine"})") == "UNKNOWN unknown state \"fine\"");
    CHECK(read_json(R"({"status":"UP_WITH_CAUTION"})") == "UNKNOWN unknown state \"UP_WITH_CAUTION\"");
    CHECK(read_json("{\"status\":\"U\xffP\"}") == "UNKNOWN unknown state \"U\uFFFDP\"");
    CHECK(read_json("{\"status\":\"\u6b63\u5e38\"}") == "UNKNOWN unknown state \"\u6b63\u5e38\"");
    CHECK(read_json(R"({"status":""})") == "UNKNOWN status is empty");
    CHECK(read_json(R"({"status":null})") == "UNKNOWN status is null");
    CHECK(read_json(R"({"status":{}})") == "UNKNOWN status has no state");
    CHECK(read_json(R"({"status":NaN})") == "UNKNOWN status is a number");
  }

  TEST_CASE("P4: an unknown overall state with components") {
    CHECK(read_json(R"({"status":"fine","checks":{"db":"DOWN"}})") ==
          "CRITICAL unknown state \"fine\": db down\ndb CRITICAL down");
    CHECK(read_json(R"({"status":null,"checks":{"db":"UP"}})") == "UNKNOWN status is null\ndb OK");
  }

  TEST_CASE("a neutral word leaves the decision to other verdicts") {
    CHECK(read_json(R"({"status":"disabled"})") == "OK disabled");
    CHECK(read_json(R"({"status":"disabled"})", 503) == "CRITICAL disabled");
    CHECK(read_json(R"({"checks":[{"name":"a","status":"skipped"},{"name":"b","status":"failed"}]})") ==
          "CRITICAL b failed\na OK\nb CRITICAL failed");
  }

  TEST_CASE("the overall reason is shown when no component fails") {
    CHECK(read_json(R"({"status":"failed","reason":"No active listener"})", 503) ==
          "CRITICAL failed: No active listener");
    CHECK(read_json(R"({"health":"false","reason":"ALARM NOSPACE"})", 503) ==
          "CRITICAL health is false: ALARM NOSPACE");
    CHECK(read_json(R"({"status":"ok","message":"fine"})") == "OK ok");
    CHECK(read_json(R"({"status":"failed","reason":[114,101]})") == "CRITICAL failed");
  }
}

TEST_SUITE("health components") {
  TEST_CASE("R6: a member is named by its key, not by its own name") {
    CHECK(read_json(R"({"name":"app","status":"DOWN","details":{"db":{"name":"app","status":"DOWN"},
                        "disk":{"name":"app","status":"UP"}}})") ==
          "CRITICAL down: db down\ndb CRITICAL down\ndisk OK");
  }

  TEST_CASE("R6: nested components are named by their path") {
    CHECK(read_json(R"({"status":"DOWN","components":{"broker":{"status":"DOWN","components":{
                        "us1":{"status":"UP"},"us2":{"status":"DOWN"}}},"db":{"status":"UP"}}})") ==
          "CRITICAL down: broker/us2 down\nbroker/us1 OK\nbroker/us2 CRITICAL down\ndb OK");
  }

  TEST_CASE("R6: a component that is worse than all of its own components is listed too") {
    CHECK(read_json(R"({"a":{"status":"DOWN","checks":{"b":{"status":"UP"}}}})") ==
          "CRITICAL a down\na/b OK\na CRITICAL down");
    CHECK(read_json(R"({"a":{"status":"unknown","checks":{"b":{"status":"unknown"}}}})") ==
          "UNKNOWN a/b unknown\na/b UNKNOWN unknown");
  }

  TEST_CASE("R6: a component that is not listed still counts") {
    CHECK(read_json(R"({"index":{"status":"red","shards":{"0":{"status":"yellow"}}}})") ==
          "CRITICAL index/0 yellow\nindex/0 WARNING yellow");
  }

  TEST_CASE("R6: an element's own name") {
    for (const std::string key : {"name", "checkName", "checker", "component", "key", "title", "id", "CheckID",
                                  "service_id", "service", "host"}) {
      CAPTURE(key);
      CHECK(read_json("[{\"" + key + "\":\"db\",\"ok\":false}]") == "CRITICAL db failed\ndb CRITICAL failed");
    }
    CHECK(read_json(R"([{"host":"h","id":"i","name":"n","ok":true}])") == "OK ok\nn OK");
  }

  TEST_CASE("R6: else the array's name") {
    CHECK(read_json(R"({"status":"pass","checks":{"db:connections":[{"status":"pass"},{"status":"fail"}]}})") ==
          "WARNING pass, but db:connections fail\ndb:connections CRITICAL fail");
    CHECK(read_json(R"({"redis_check":[{"status":"failed","message":"check error"}]})", 503) ==
          "CRITICAL redis_check failed: check error\nredis_check CRITICAL check error");
  }

  TEST_CASE("R6: else the index, which is not part of a path") {
    CHECK(read_json(R"({"checks":[{"status":"UP"},{"status":"DOWN"}]})") ==
          "CRITICAL #1 down\n#0 OK\n#1 CRITICAL down");
    CHECK(read_json(R"([{"status":"DOWN","checks":[{"name":"db","status":"DOWN"}]}])") ==
          "CRITICAL db down\ndb CRITICAL down");
  }

  TEST_CASE("R6: data is not searched for components") {
    for (const std::string key : {"observedValue", "meta", "metadata", "labels", "tags", "links", "pagination",
                                  "version", "definition", "notes", "causes", "responseHeader"}) {
      CAPTURE(key);
      CHECK(read_json("{\"status\":\"ok\",\"" + key + "\":{\"x\":{\"status\":\"DOWN\"}}}") == "OK ok");
    }
  }

  TEST_CASE("R6: an object without a state is not a component, one with an unknown word is UNKNOWN") {
    CHECK(read_json(R"({"scheduler":{"status":"healthy"},"triggerer":{"status":null}})") == "OK ok\nscheduler OK");
    CHECK(read_json(R"({"status":"UP","discovery":{"status":"UNKNOWN"}})") == "OK up\ndiscovery UNKNOWN unknown");
    CHECK(read_json(R"({"router":{"state":"UNHEALTHY_PEER"}})") ==
          "UNKNOWN router unhealthy_peer\nrouter UNKNOWN unhealthy_peer");
    CHECK(read_json(R"({"router":{"state":""}})") == "UNKNOWN router without a state\nrouter UNKNOWN without a state");
  }

  TEST_CASE("R6: a component without a name") {
    CHECK(read_json(R"({"":{"status":"DOWN"}})") == "CRITICAL \"\" down\n\"\" CRITICAL down");
  }

  TEST_CASE("a component's message") {
    CHECK(read_json(R"({"db":{"status":"DOWN","details":{"error":"refused","database":"H2"}}})") ==
          "CRITICAL db down: refused\ndb CRITICAL refused");
    CHECK(read_json(R"({"db":{"status":"DOWN","message":"m","output":"first\nsecond"}})") ==
          "CRITICAL db down: first\ndb CRITICAL first");
    CHECK(read_json(R"({"db":{"status":"DOWN","data":{"<default>":"timed out"}}})") ==
          "CRITICAL db down: timed out\ndb CRITICAL timed out");
    CHECK(read_json(R"({"db":{"status":"DOWN","error":""}})") == "CRITICAL db down\ndb CRITICAL down");
    CHECK(read_json(R"({"db":{"status":"DOWN","error":")" + std::string(1000, 'x') + "\"}}").size() < 500);
  }

  TEST_CASE("P2: a good overall state with a failing component is WARNING") {
    CHECK(read_json(R"({"healthy":true,"db":{"healthy":true},"cache":{"healthy":false}})") ==
          "WARNING healthy is true, but cache failed\ndb OK\ncache CRITICAL failed");
    CHECK(read_json(R"({"status":"pass","checks":{"a":[{"status":"warn"}]}})") ==
          "WARNING pass, but a warn\na WARNING warn");
  }

  TEST_CASE("a bad overall state does not depend on the components") {
    CHECK(read_json(R"({"status":"degraded","checks":{"broker":{"us2":{"status":"DOWN"}},"db":{"status":"fail"}}})") ==
          "WARNING degraded: us2 down, db fail\nus2 CRITICAL down\ndb CRITICAL fail");
    CHECK(read_json(R"({"status":"DOWN","db":{"status":"UP"}})") == "CRITICAL down\ndb OK");
  }

  TEST_CASE("P3: without an overall state the worst component decides") {
    CHECK(read_json(R"({"a":{"ok":true},"b":{"status":"warn"},"c":{"status":"unknown"}})") ==
          "WARNING b warn\na OK\nb WARNING warn\nc UNKNOWN unknown");
    CHECK(read_json(R"({"a":{"ok":true}})") == "OK ok\na OK");
  }

  TEST_CASE("R7: words in the root object") {
    CHECK(read_json(R"({"server":"ok","database":"failing","migrations":"pending","version":"5.1","size":3})") ==
          "CRITICAL database failing, migrations pending\n"
          "server OK\ndatabase CRITICAL failing\nmigrations WARNING pending");
    CHECK(read_json(R"({"Cache backend: default":"working","Database":"unavailable: gone\nunexpected result: x"})") ==
          "CRITICAL Database unavailable: gone\nCache backend: default OK\nDatabase CRITICAL gone");
    CHECK(read_json(R"({"status":"healthy","database":"unhealthy"})") ==
          "WARNING healthy, but database unhealthy\ndatabase CRITICAL unhealthy");
  }

  TEST_CASE("R7: a message or a setting is not a component") {
    CHECK(read_json(R"({"status":"ok","log_level":"error","logLevel":"error","LOG_LEVEL":"error","environment":"live",
                        "mode":"maintenance","last_error":"timeout","message":"down","name":"bad","replica":"false",
                        "replication_mode":"disabled"})") == "OK ok");
  }

  TEST_CASE("R7: words and booleans in maps of components") {
    for (const std::string map : {"checks", "components", "entries", "results", "services", "dependencies"}) {
      CAPTURE(map);
      CHECK(read_json("{\"" + map + R"(":{"a":"UP","b":true,"c":"DOWN: gone","d":false,"e":"skipped","f":"?"}})") ==
            "CRITICAL c down, d failed\na OK\nb OK\nc CRITICAL gone\nd CRITICAL failed\ne OK");
    }
    CHECK(read_json(R"({"data":{"a":"DOWN","b":false},"debug":false})") == "OK");
  }

  TEST_CASE("R7: a map with a verdict is a component itself") {
    CHECK(read_json(R"({"services":{"ok":false,"api":"UP"}})") == "CRITICAL services failed\nservices CRITICAL failed");
  }

  TEST_CASE("R8: flags that are bad when true") {
    CHECK(read_json(R"({"sealed":true})") == "CRITICAL sealed true\nsealed CRITICAL true");
    CHECK(read_json(R"({"maintenance":true})") == "WARNING maintenance true\nmaintenance WARNING true");
    CHECK(read_json(R"({"needsDbUpgrade":true})") == "WARNING needsDbUpgrade true\nneedsDbUpgrade WARNING true");
    CHECK(read_json(R"({"sealed":false,"maintenance":false,"needsDbUpgrade":false})") ==
          "OK ok\nsealed OK\nmaintenance OK\nneedsDbUpgrade OK");
  }

  TEST_CASE("R8: flags that are bad when false") {
    for (const std::string flag : {"initialized", "installed", "selfDiscovered"}) {
      CAPTURE(flag);
      CHECK(read_json("{\"" + flag + "\":false}") == "CRITICAL " + flag + " false\n" + flag + " CRITICAL false");
      CHECK(read_json("{\"" + flag + "\":true}") == "OK ok\n" + flag + " OK");
    }
  }

  TEST_CASE("R8: only in the root object") { CHECK(read_json(R"({"vault":{"sealed":true}})") == "OK"); }

  TEST_CASE("R9: a map of errors names what failed") {
    for (const std::string map : {"error", "errors", "failures"}) {
      CAPTURE(map);
      CHECK(read_json("{\"status\":\"Unavailable\",\"" + map + R"(":{"mongo":"refused","redis":{"disk":100}}})", 503) ==
            "CRITICAL unavailable: mongo failed, redis failed\nmongo CRITICAL refused\nredis CRITICAL failed");
    }
    CHECK(read_json(R"({"status":"Partially Available","failures":{"mongo":"refused"}})") ==
          "WARNING partially available: mongo failed: refused\nmongo WARNING refused");
    CHECK(read_json(R"({"status":"ok","failures":{"mongo":"refused"}})") == "OK ok");
  }

  TEST_CASE("R9: a component is listed once") {
    CHECK(read_json(R"({"status":"DOWN","checks":{"db":"UP","cache":"DOWN"},"errors":{"cache":"no connection"}})",
                    503) == "CRITICAL down: cache down: no connection\ndb OK\ncache CRITICAL no connection");
    CHECK(read_json(R"({"status":"error","error":{"web":{"status":"down","message":"timeout"}},
                        "details":{"web":{"status":"down","message":"later"}}})",
                    503) == "CRITICAL error: web down: timeout\nweb CRITICAL timeout");
  }

  TEST_CASE("a component that occurs twice has its worse state and the message for it") {
    CHECK(read_json(R"({"a":{"db":{"ok":true,"message":"well"}},"b":{"db":{"ok":false,"message":"gone"}}})") ==
          "CRITICAL db failed: gone\ndb CRITICAL gone");
    CHECK(read_json(R"({"a":{"db":{"ok":false}},"b":{"db":{"ok":true,"message":"well"}}})") ==
          "CRITICAL db failed\ndb CRITICAL failed");
  }

  TEST_CASE("R9: the description of an error is not a component") {
    CHECK(read_json(R"({"status":"failed","error":{"status":null,"ok":1,"code":7,"db":"gone"}})", 503) ==
          "CRITICAL failed: db failed: gone\ndb CRITICAL gone");
    CHECK(read_json(R"({"status":503,"error":{"root_cause":[{"type":"x"}],"type":"x","reason":"blocked"}})", 503) ==
          "CRITICAL status is 503: blocked");
  }

  TEST_CASE("R9: texts name what failed when nothing else explains a bad code") {
    CHECK(
        read_json(R"({"database":"OK","dns":"lookup upstream: no such host","message":"x"})", 503) ==
        "CRITICAL dns failed: lookup upstream: no such host\ndatabase OK\ndns CRITICAL lookup upstream: no such host");
    CHECK(read_json(R"({"database":"OK","dns":"lookup upstream: no such host"})", 200) == "OK ok\ndatabase OK");
    CHECK(read_json(R"({"database":"failing","commit":"087143285","edition":"x"})", 503) ==
          "CRITICAL database failing\ndatabase CRITICAL failing");
    CHECK(read_json(R"({"some_check":"did not succeed"})", 429) ==
          "WARNING some_check failed: did not succeed\nsome_check WARNING did not succeed");
  }

  TEST_CASE("R10: errors and nothing else") {
    CHECK(read_json(R"({"errors":["Vault is sealed"]})") == "CRITICAL Vault is sealed");
    CHECK(read_json(R"({"error":"No matching check"})") == "CRITICAL No matching check");
    CHECK(read_json(R"({"error":{"code":7}})") == "CRITICAL error");
    CHECK(read_json(R"({"error":true})") == "CRITICAL error");
  }

  TEST_CASE("R10: empty errors") {
    for (const std::string empty : {"[]", "{}", "\"\"", "\" \"", "null", "false", "0"}) {
      CAPTURE(empty);
      CHECK(read_json("{\"errors\":" + empty + ",\"data\":{\"ping\":\"pong\"}}") == "OK");
    }
    CHECK(read_json(R"({"status":"ok","error":"none today"})") == "OK ok");
  }
}
