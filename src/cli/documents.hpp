#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/kind.hpp"

// hale's documentation, generated from the tables that the parser reads.
namespace hale {

/// `hale --help`: plain text of at most 80 columns.
std::string render_help(std::span<const Kind* const> kinds);

/// `hale --help KIND`: plain text of at most 80 columns, except for a longer example.
std::string render_kind_help(const Kind& kind);

/// `hale --version`: the version of hale, then one library per line.
std::string render_version(std::span<const std::string> libraries);

/// `hale --manual`: man/hale.1 in mdoc.
std::string render_manual(std::span<const Kind* const> kinds);

/// `hale --completion SHELL`: `shell` is bash, zsh or fish. Throws UsageError for any other.
std::string render_completion(std::string_view shell, std::span<const Kind* const> kinds);

}  // namespace hale
