#include "app/process.hpp"

#include <fcntl.h>
#ifdef __GLIBC__
#include <nss.h>
#endif
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

#if defined(HALE_STATIC) && defined(__GLIBCXX__)
namespace __gnu_cxx {
/// Replaces libstdc++'s handler, which prints the type of an uncaught exception. main catches all of them, and the
/// handler's demangler would make hale 1 % larger. std::terminate aborts when this returns.
void __verbose_terminate_handler() {}
}  // namespace __gnu_cxx
#endif

namespace hale {
namespace {

/// A static glibc would load the modules named in the container's nsswitch.conf. They were built for another glibc, and
/// would crash it. The modules for files and DNS are linked in.
void pin_name_services() {
#if defined(HALE_STATIC) && defined(__GLIBC__)
  __nss_configure_lookup("hosts", "files dns");
  for (const char* database : {"passwd", "group", "services"}) __nss_configure_lookup(database, "files");
  // Without a distribution's host.conf, glibc reads only the first line of /etc/hosts for a name: for localhost never
  // ::1.
  setenv("RESOLV_MULTI", "on", 0);
#endif
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

void prepare_process() {
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // open() returns the lowest free number, which is this one: the lower ones are open.
    if (fcntl(standard, F_GETFD) < 0) open("/dev/null", standard == STDIN_FILENO ? O_RDONLY : O_WRONLY);
  }
  std::signal(SIGPIPE, SIG_IGN);
  pin_name_services();
}

Environment read_environment(const char* program) {
  Environment environment;
  const std::string_view path = program == nullptr ? "hale" : program;
  environment.program = path.substr(path.rfind('/') + 1);
  environment.host_name = host_name();
  environment.variable = [](const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
  };
  winsize window{};
  environment.stdout_is_terminal = isatty(STDOUT_FILENO) == 1;
  if (environment.stdout_is_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0) {
    environment.columns = window.ws_col;
  }
  return environment;
}

void wipe(std::span<char* const> arguments) {
  for (char* argument : arguments) explicit_bzero(argument, std::strlen(argument));
}

}  // namespace hale
