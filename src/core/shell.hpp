#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace hale {

/// A shell that hale writes completions for.
enum class Shell : std::uint8_t { bash, zsh, fish };

/// A value of --completion.
struct ShellSpec {
  Shell shell;
  std::string_view name;
};

inline constexpr auto shell_table =
    std::to_array<ShellSpec>({{Shell::bash, "bash"}, {Shell::zsh, "zsh"}, {Shell::fish, "fish"}});

}  // namespace hale
