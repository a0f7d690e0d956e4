#include <array>

#include "cli/prose.hpp"

namespace hale {
namespace {

constexpr std::array<Example, 11> example_table{{
    {"hale http://localhost:8080/health postgres://app@db/app redis://cache:6379 tcp://smtp:25",
     "Is everything that the application stands on usable?"},
    {"hale -v http://localhost:8080/health", "Where does the time go? Shows every phase, measure and fact."},
    {"hale -q -t 2 redis://cache:6379 && echo 'the cache is up'", "In a script: no output, the exit code says it."},
    {"hale --for docker -t 2 http://localhost:8080/health",
     "In a Dockerfile, behind HEALTHCHECK CMD: healthy for OK and WARNING, unhealthy otherwise. -t is below the "
     "--timeout of "
     "HEALTHCHECK, so that the reason is told."},
    {"hale --for nagios -w 500ms -c 2s https://localhost:8443/",
     "As a monitoring plugin: warning above half a second, critical above two."},
    {"hale --http localhost:8080/health --name api -w 300ms -c 2s --postgres postgres://app@db/app --name db -t "
     "5s:unknown",
     "Each target with its own name, ranges and timeout."},
    {"hale --for docker -t 4 --celery redis://broker:6379/0 --worker celery@%h",
     "In the container of a Celery worker: is it alive, and does it consume? %h is the container's host name."},
    {"hale --http localhost:8080/health --expect status=200 --expect 'json:/queue/depth<100' --prefer 'time<300ms'",
     "What the answer has to hold, and what would be better."},
    {"hale -t 3 -w 100ms redis://cache:6379 tcp://smtp:25", "Options before the first target are for all of them."},
    {"hale --format json postgres://app@db/app redis://cache:6379", "For a program: one JSON document."},
    {"hale --exec '/usr/lib/nagios/plugins/check_disk -w 10% -c 5% -p /' --name disk http://localhost:8080/health",
     "A plugin of the monitoring world beside an HTTP target."},
}};

}  // namespace

std::span<const Example> examples() { return example_table; }

}  // namespace hale
