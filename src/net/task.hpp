#pragma once

// The loop is standalone asio, shut inside net/ and run/. Rules that hold for every coroutine of the program:
// * GCC 12.2 miscompiles temporaries inside co_await expressions: no braces and no lambda between `co_await` and `;`.
//   Named variables, function results and std::move are safe. A test looks for it.
// * A coroutine never catches an exception to go on waiting: when time is up the awaited step throws, and so does every
//   later one.

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>

namespace hale {

using Executor = asio::io_context::executor_type;

/// A coroutine on the one loop. When the target's time is up the step it awaits throws and destructors close, free and
/// kill.
template <typename T>
using Task = asio::awaitable<T, Executor>;

}  // namespace hale
