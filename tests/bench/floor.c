/* Makes the same requests as hale in plain C, to measure the minimum cost of a process. Static, uses only libc.
 *   floor noop | floor tcp PORT | floor redis PORT | floor http PORT
 * Exits with 0 if 127.0.0.1 gave the expected answer. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int dial(const char *port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0) _exit(2);
  return fd;
}

/* Sends `request` and returns 0 if the answer starts with `expected`, otherwise 2. */
static int exchange(int fd, const char *request, const char *expected) {
  char answer[65536];
  size_t received = 0;
  ssize_t count = 0;
  if (write(fd, request, strlen(request)) < 0) return 2;
  while (received < strlen(expected) && (count = read(fd, answer + received, sizeof answer - received)) > 0)
    received += (size_t)count;
  return received >= strlen(expected) && memcmp(answer, expected, strlen(expected)) == 0 ? 0 : 2;
}

int main(int count, char **arguments) {
  const char *command = count > 1 ? arguments[1] : "";
  if (strcmp(command, "noop") == 0) return 0;
  if (count != 3) return 3;
  int fd = dial(arguments[2]);
  int code = 3;
  if (strcmp(command, "tcp") == 0) code = 0;
  if (strcmp(command, "redis") == 0) code = exchange(fd, "PING\r\n", "+PONG");
  if (strcmp(command, "http") == 0)
    code = exchange(fd, "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "HTTP/1.1 200");
  close(fd);
  if (code == 0 && write(STDOUT_FILENO, "ok\n", 3) != 3) return 2;
  return code;
}
