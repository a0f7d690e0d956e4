#pragma once

#include <curl/curl.h>

#include <string_view>

#include "net/context.hpp"
#include "net/event.hpp"
#include "net/fd_watcher.hpp"

namespace hale {

/// Runs libcurl transfers on the loop: the socket interface of one multi handle (libcurl-multi(3)) for the whole run.
/// Transfers share the handle alone, no connections, cookies or resolved names.
class Transfers {
 public:
  /// Throws std::bad_alloc when libcurl cannot be initialised.
  explicit Transfers(Loop& loop);
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;
  ~Transfers();

  /// Performs the transfer that `easy` describes and returns its result. `easy` stays the caller's, must outlive the
  /// call, and is out of the multi handle afterwards, also when the deadline ends the call. Uses CURLOPT_PRIVATE.
  Task<CURLcode> perform(CURL* easy);

 private:
  /// The CURLOPT_PRIVATE of a running transfer.
  struct ActiveTransfer {
    explicit ActiveTransfer(Executor executor) : done(executor) {}
    Event done;
    CURLcode result = CURLE_OK;
  };

  /// Adds a handle to the multi handle and removes it on every way out.
  class AddedHandle {
   public:
    AddedHandle(Transfers& transfers, CURL* easy);
    AddedHandle(const AddedHandle&) = delete;
    AddedHandle& operator=(const AddedHandle&) = delete;
    ~AddedHandle();

   private:
    Transfers& transfers_;
    CURL* easy_;
  };

  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* socket_data);
  static int on_timer(CURLM* multi, long milliseconds, void* self);
  void handle_event(curl_socket_t socket, int events);

  Loop& loop_;
  CURLM* multi_;
  FdWatcher watcher_;
};

}  // namespace hale
