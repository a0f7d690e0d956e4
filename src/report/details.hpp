#pragma once

#include <cstddef>
#include <string>

#include "core/result.hpp"

namespace hale {

/// The time axis and column widths that the phases of all targets share, so that they can be compared.
struct PhaseColumns {
  double end = 0;          ///< seconds: the right end of the time axis
  std::size_t name = 0;    ///< columns of the widest name
  std::size_t length = 0;  ///< columns of the widest duration
  std::size_t bar = 0;     ///< columns of the whole time axis
};

/// `columns` is the width of the terminal; 0 if there is none.
PhaseColumns phase_columns(const Outcome& outcome, std::size_t columns);

/// The indented lines below the row of a target: phases as a waterfall, metrics, facts, missing values with the
/// reason, and components.
std::string render_details(const Result& result, const PhaseColumns& widths, std::size_t columns);

/// The bar of a phase on a time axis of `columns` columns from 0 to `end` seconds: blanks, then block characters in
/// eighths of a column.
std::string render_bar(double start, double length, double end, std::size_t columns);

}  // namespace hale
