#pragma once

#include <curl/curl.h>

#include <string_view>

#include "net/context.hpp"
#include "net/event.hpp"
#include "net/fd_watcher.hpp"

namespace hale {

/// libcurl as a guest of the loop: one multi handle for the whole run. Nothing but the handle is shared: no connection,
/// no cookie, no name.
class Transfers {
 public:
  explicit Transfers(Loop& loop);
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;
  ~Transfers();

  /// Performs the transfer that `easy` describes. `easy` stays the caller's and is let go of at the deadline too.
  Task<CURLcode> perform(CURL* easy);

 private:
  /// A transfer under way; found again by curl's CURLOPT_PRIVATE.
  struct Pending {
    explicit Pending(Executor executor) : done(executor) {}
    Event done;
    CURLcode result = CURLE_OK;
  };

  /// Keeps a handle in the multi handle, and lets it go whatever happens.
  class Guest {
   public:
    Guest(Transfers& host, CURL* easy);
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;
    ~Guest();

   private:
    Transfers& host_;
    CURL* easy_;
  };

  static int want_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* socket_data);
  static int want_timer(CURLM* multi, long milliseconds, void* self);
  void act(curl_socket_t socket, int events);

  Loop& loop_;
  CURLM* multi_;
  FdWatcher watch_;
};

}  // namespace hale
