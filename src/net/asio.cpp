// All of asio's own code is compiled here, once.
#include <asio/impl/src.hpp>
#include <asio/ssl/impl/src.hpp>
