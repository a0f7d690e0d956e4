#include "probes/common/http/transfers.hpp"

#include <new>

namespace hale {

Transfers::Transfers(Loop& loop)
    : loop_(loop),
      multi_(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? curl_multi_init() : nullptr),
      watcher_(
          loop,
          [this](int socket, bool readable, bool writable) {
            handle_event(socket, (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0));
          },
          [this] { handle_event(CURL_SOCKET_TIMEOUT, 0); }) {
  if (multi_ == nullptr) throw std::bad_alloc();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
}

Transfers::~Transfers() { curl_multi_cleanup(multi_); }

Transfers::AddedHandle::AddedHandle(Transfers& transfers, CURL* easy) : transfers_(transfers), easy_(easy) {
  transfers_.watcher_.start();
  curl_multi_add_handle(transfers_.multi_, easy_);
}

Transfers::AddedHandle::~AddedHandle() {
  curl_multi_remove_handle(transfers_.multi_, easy_);
  transfers_.watcher_.stop();
}

Task<CURLcode> Transfers::perform(CURL* easy) {
  ActiveTransfer transfer(loop_.executor());
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  const AddedHandle added(*this, easy);
  co_await transfer.done.wait();
  co_return transfer.result;
}

int Transfers::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  const bool readable = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
  const bool writable = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;
  static_cast<Transfers*>(self)->watcher_.watch(socket, readable, writable);
  return 0;
}

int Transfers::on_timer(CURLM*, long milliseconds, void* self) {
  const auto delay = milliseconds < 0 ? std::nullopt : std::optional(std::chrono::milliseconds(milliseconds));
  static_cast<Transfers*>(self)->watcher_.set_timer(delay);
  return 0;
}

void Transfers::handle_event(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  int messages_left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &messages_left)) {
    if (message->msg != CURLMSG_DONE) continue;
    ActiveTransfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    transfer->result = message->data.result;
    transfer->done.set();
  }
}

}  // namespace hale
