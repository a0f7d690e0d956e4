#pragma once

#include <cstddef>
#include <string>

#include "core/result.hpp"

namespace hale {

/// What all targets' phases of a run share, so that one can be read beneath the other.
struct PhaseColumns {
  double end = 0;          ///< seconds: the right end of the time axis
  std::size_t name = 0;    ///< columns of the widest name
  std::size_t length = 0;  ///< columns of the widest duration
  std::size_t bar = 0;     ///< columns of the whole time axis
};

/// `columns` are the terminal's; 0 when there is none.
PhaseColumns phase_columns(const Outcome& outcome, std::size_t columns);

/// The lines beneath a target's row: phases as a waterfall, measures, facts, what is missing
/// and why, components; each indented and with a line
/// end.
std::string details(const Result& result, const PhaseColumns& widths, std::size_t columns);

/// The bar of a phase on a time axis of `columns` that ends at `end`: blanks, then block characters in eighths of a
/// column.
std::string bar(double start, double length, double end, std::size_t columns);

}  // namespace hale
