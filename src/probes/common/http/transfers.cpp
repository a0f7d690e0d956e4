#include "probes/common/http/transfers.hpp"

#include <new>

namespace hale {

Transfers::Transfers(Loop& loop)
    : loop_(loop),
      multi_(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? curl_multi_init() : nullptr),
      watch_(
          loop,
          [this](int socket, bool readable, bool writable) {
            act(socket, (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0));
          },
          [this] { act(CURL_SOCKET_TIMEOUT, 0); }) {
  if (multi_ == nullptr) throw std::bad_alloc();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, want_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, want_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
}

Transfers::~Transfers() { curl_multi_cleanup(multi_); }

Transfers::Guest::Guest(Transfers& host, CURL* easy) : host_(host), easy_(easy) {
  host_.watch_.start();
  curl_multi_add_handle(host_.multi_, easy_);
}

Transfers::Guest::~Guest() {
  curl_multi_remove_handle(host_.multi_, easy_);
  host_.watch_.stop();
}

Task<CURLcode> Transfers::perform(CURL* easy) {
  Pending pending(loop_.executor());
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &pending);
  const Guest guest(*this, easy);
  co_await pending.done.wait();
  co_return pending.result;
}

int Transfers::want_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  const bool readable = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
  const bool writable = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;
  static_cast<Transfers*>(self)->watch_.want(socket, readable, writable);
  return 0;
}

int Transfers::want_timer(CURLM*, long milliseconds, void* self) {
  const auto delay = milliseconds < 0 ? std::nullopt : std::optional(std::chrono::milliseconds(milliseconds));
  static_cast<Transfers*>(self)->watch_.set_timer(delay);
  return 0;
}

void Transfers::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Pending* pending = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &pending);
    pending->result = message->data.result;
    pending->done.set();
  }
}

}  // namespace hale
