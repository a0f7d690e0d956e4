#pragma once

// The loop is standalone asio, which only net/ and run/ may use directly. Rules for every coroutine of the program:
// * GCC 12.2 miscompiles temporaries inside co_await expressions: no braces and no lambda between `co_await` and `;`.
//   Named variables, function results and std::move are safe. tests/scripts/layers.py checks this.
// * A coroutine must not catch an exception and then go on waiting: at the deadline the awaited step throws, and so
// does
//   every later one.

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

namespace hale {

using Executor = asio::io_context::executor_type;

/// A coroutine on the loop. At the deadline the step it awaits throws std::system_error (operation_aborted), and its
/// destructors close, free and kill what it used.
template <typename T>
using Task = asio::awaitable<T, Executor>;

}  // namespace hale
