#include "report/formats.hpp"

#include <algorithm>
#include <array>

namespace hale {
namespace {

constexpr auto renderers = std::to_array<FormatRenderer>({
    {.format = Format::table, .render = render_table, .render_error = render_table_error, .for_terminal = true},
    {.format = Format::json, .render = render_json, .render_error = render_json_error},
    // Monitoring systems treat empty output as a plugin failure.
    {.format = Format::nagios, .render = render_nagios, .render_error = render_nagios_error, .prints_when_quiet = true},
    {.format = Format::health_json, .render = render_health_json, .render_error = render_health_json_error},
});

}  // namespace

const FormatRenderer& find_renderer(Format format) {
  return *std::find_if(renderers.begin(), renderers.end(),
                       [&](const FormatRenderer& renderer) { return renderer.format == format; });
}

}  // namespace hale
