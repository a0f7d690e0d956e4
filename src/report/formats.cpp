#include "report/formats.hpp"

#include <array>
#include <cstddef>

namespace hale {
namespace {

constexpr auto renderers = std::to_array<FormatRenderer>({
#define FORMAT(ID, NAME, MEANING, ...) {.render = render_##ID, .render_error = render_##ID##_error},
#include "core/formats.def"
#undef FORMAT
});

}  // namespace

const FormatRenderer& find_renderer(Format format) { return renderers[static_cast<std::size_t>(format)]; }

}  // namespace hale
