#include <array>

#include "cli/prose.hpp"

namespace hale {
namespace {

constexpr auto example_table = std::to_array<Example>({
    {.command = "hale http://localhost:8080/health postgres://app@db/app redis://cache:6379 tcp://smtp:25",
     .meaning = "Check an application and everything it needs."},
    {.command = "hale -v http://localhost:8080/health",
     .meaning = "See where the time goes: -v shows every phase, metric and fact."},
    {.command = "hale -q -t 2 redis://cache:6379 && echo 'the cache is up'",
     .meaning = "Use only the exit code in a script."},
    {.command = "hale --for docker -t 2 http://localhost:8080/health",
     .meaning = "Use hale in a Dockerfile, after HEALTHCHECK CMD: OK and WARNING are healthy, the others unhealthy. "
                "Make -t shorter than the --timeout of HEALTHCHECK, so that hale can report the reason."},
    {.command = "hale --for nagios -w 500ms -c 2s https://localhost:8443/",
     .meaning = "Use hale as a monitoring plugin: WARNING above half a second, CRITICAL above two seconds."},
    {.command = "hale --http localhost:8080/health --name api -w 300ms -c 2s --postgres postgres://app@db/app --name "
                "db -t 5s:unknown",
     .meaning = "Give each target a name, ranges and a timeout."},
    {.command = "hale --for docker -t 4 --celery redis://broker:6379/0 --worker celery@%h",
     .meaning = "Check a Celery worker in its own container: does it answer, and does it consume a queue? %h is the "
                "host name of the container."},
    {.command = "hale --http localhost:8080/health --expect status=200 --expect 'json:/queue/depth<100' --prefer "
                "'time<300ms'",
     .meaning = "Require a status and a JSON value, and prefer a fast answer."},
    {.command = "hale -t 3 -w 100ms redis://cache:6379 tcp://smtp:25",
     .meaning = "Put options before the first target to set them for all targets."},
    {.command = "hale --format json postgres://app@db/app redis://cache:6379",
     .meaning = "Print one JSON document for a program to read."},
    {.command = "hale --exec '/usr/lib/nagios/plugins/check_disk -w 10% -c 5% -p /' --name disk "
                "http://localhost:8080/health",
     .meaning = "Run a monitoring plugin next to an HTTP target."},
});

}  // namespace

std::span<const Example> examples() { return example_table; }

}  // namespace hale
