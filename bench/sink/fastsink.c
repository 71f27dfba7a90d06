/* fastsink: an SMTP receiver on 127.0.0.1 that costs the machine as little as it can, for measuring senders.
 *
 * One thread, epoll, the end of a mail found in bulk. It speaks ESMTP with PIPELINING and CHUNKING.
 *
 *   -p PORT  listen there; 0 (without it) takes a free one. "ready PORT" is printed when it listens
 *   -l MS    hold every reply back for so long, as a way there and back would; what came together is
 *            answered together
 *   -c MS    hold "250 queued" back for so much longer, as a server's disk would
 *   -o FILE  write each mail there: a line "LENGTH SENDER RECIPIENT", its bytes with doubled dots undone, LF
 *   -P, -K   do not announce PIPELINING, CHUNKING
 *   -r N     refuse every Nth recipient for good (550)
 *   -t N     refuse every Nth recipient for now (450)
 *   -x N     end a connection after N mails (421)
 *   -m N     at most N connections at a time (421)
 *
 * SIGUSR1 prints the counters as one line of JSON; SIGTERM does too, and ends it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DESCRIPTORS 4096
#define SEGMENT (256 * 1024)
#define LINE 2048
#define ADDRESS 512

enum state { COMMAND, DATA, CHUNK };

struct buffer {
  char *bytes;
  size_t length, room;
};

struct connection {
  int fd;
  enum state state;
  size_t matched; /* DATA: how much of END the segments up to now ended with */
  size_t chunk_left;
  int chunk_is_last;
  char line[LINE];
  size_t line_length;
  char sender[ADDRESS], recipient[ADDRESS];
  int has_sender, recipients;
  long mails;
  int is_full;     /* has had its number of mails */
  int hang_up;     /* once all replies are written */
  double last_due; /* replies keep their order */
  struct buffer mail, out;
};

struct reply {
  double due;
  int fd;
  unsigned generation; /* of the descriptor: it may be somebody else's by then */
  int hang_up;
  const char *text; /* lives for ever */
};

static const char END[] = "\r\n.\r\n";
static const size_t END_LENGTH = sizeof END - 1;

static struct {
  int port, pipelining, chunking, max_connections;
  long refuse_every, defer_every, mails_a_connection;
  double latency, commit;
  FILE *dump;
} options = {.pipelining = 1, .chunking = 1, .max_connections = DESCRIPTORS - 64};

static struct {
  unsigned long long mails, bytes, connections, commands, pipelined, resets, recipients;
  int most_connections;
} counters;

static struct connection *connections[DESCRIPTORS];
static unsigned generations[DESCRIPTORS];
static int open_connections, poller;
static char segment[SEGMENT], greeting[256];
static volatile sig_atomic_t is_asked, is_ended;

static struct {
  struct reply *replies;
  size_t first, count, room;
} held; /* replies not yet due, the earliest first */

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void *grown(void *memory, size_t bytes) {
  memory = realloc(memory, bytes);
  if (!memory) abort();
  return memory;
}

static void append(struct buffer *buffer, const char *bytes, size_t length) {
  if (buffer->length + length > buffer->room) {
    buffer->room = (buffer->length + length) * 2;
    buffer->bytes = grown(buffer->bytes, buffer->room);
  }
  memcpy(buffer->bytes + buffer->length, bytes, length);
  buffer->length += length;
}

static void print_counters(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  double cpu = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
  printf("{\"mails\": %llu, \"bytes\": %llu, \"connections\": %llu, \"most_connections\": %d, \"commands\": %llu, "
         "\"pipelined\": %llu, \"resets\": %llu, \"cpu\": %.6f}\n",
         counters.mails, counters.bytes, counters.connections, counters.most_connections, counters.commands,
         counters.pipelined, counters.resets, cpu);
  fflush(stdout);
}

/* ── replies ── */

static void drop(struct connection *c) {
  close(c->fd);
  connections[c->fd] = NULL;
  generations[c->fd]++;
  open_connections--;
  free(c->mail.bytes);
  free(c->out.bytes);
  free(c);
}

static void watch(struct connection *c, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = c->fd};
  epoll_ctl(poller, operation, c->fd, &event);
}

/* Writes what it can; may drop the connection. */
static void flush(struct connection *c) {
  while (c->out.length) {
    ssize_t written = send(c->fd, c->out.bytes, c->out.length, MSG_NOSIGNAL);
    if (written < 0 && errno == EAGAIN) {
      watch(c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
      return;
    }
    if (written < 0) {
      drop(c);
      return;
    }
    c->out.length -= (size_t)written;
    memmove(c->out.bytes, c->out.bytes + written, c->out.length);
  }
  if (c->hang_up) drop(c);
}

static void hold(struct reply reply) {
  if (held.first + held.count == held.room) {
    if (held.first > held.room / 2) {
      memmove(held.replies, held.replies + held.first, held.count * sizeof reply);
      held.first = 0;
    } else {
      held.room = held.room ? held.room * 2 : 1024;
      held.replies = grown(held.replies, held.room * sizeof reply);
    }
  }
  size_t place = held.first + held.count++;
  for (; place > held.first && held.replies[place - 1].due > reply.due; place--)
    held.replies[place] = held.replies[place - 1];
  held.replies[place] = reply;
}

static void say(struct connection *c, const struct reply *reply) {
  append(&c->out, reply->text, strlen(reply->text));
  c->hang_up |= reply->hang_up;
}

static void answer_late(struct connection *c, const char *text, double delay, int hang_up) {
  struct reply reply = {now() + delay, c->fd, generations[c->fd], hang_up, text};
  if (reply.due < c->last_due) reply.due = c->last_due;
  c->last_due = reply.due;
  if (options.latency > 0 || options.commit > 0)
    hold(reply);
  else
    say(c, &reply);
}

static void answer(struct connection *c, const char *text) { answer_late(c, text, options.latency, 0); }

/* Returns whether the next reply is due to the same connection: then both leave together. */
static int is_followed(const struct reply *reply, double time) {
  const struct reply *next = &held.replies[held.first];
  return held.count && next->due <= time && next->fd == reply->fd && next->generation == reply->generation;
}

static void release(double time) {
  while (held.count && held.replies[held.first].due <= time) {
    struct reply reply = held.replies[held.first++];
    held.count--;
    struct connection *c = connections[reply.fd];
    if (!c || generations[reply.fd] != reply.generation) continue;
    say(c, &reply);
    if (!is_followed(&reply, time)) flush(c);
  }
}

/* ── mails ── */

static void keep(struct connection *c, const char *bytes, size_t length) {
  counters.bytes += length;
  if (options.dump) append(&c->mail, bytes, length);
}

/* Takes off the final dot's line and the dots that were put before dots (RFC 5321 4.5.2). */
static size_t undotted(char *bytes, size_t length) {
  size_t kept = 0;
  int at_line_start = 1;
  for (size_t i = 0; i < length - 3; i++) {
    if (at_line_start && bytes[i] == '.') {
      at_line_start = 0;
      continue;
    }
    at_line_start = bytes[i] == '\n';
    bytes[kept++] = bytes[i];
  }
  return kept;
}

static void dump(struct connection *c) {
  size_t length = c->state == DATA ? undotted(c->mail.bytes, c->mail.length) : c->mail.length;
  fprintf(options.dump, "%zu %s %s\n", length, c->sender, c->recipient);
  if (length) fwrite(c->mail.bytes, 1, length, options.dump);
  fputc('\n', options.dump);
}

static void forget_envelope(struct connection *c) {
  c->has_sender = c->recipients = 0;
  c->mail.length = 0;
}

static void take_mail(struct connection *c) {
  counters.mails++;
  c->mails++;
  if (options.dump) dump(c);
  forget_envelope(c);
  answer_late(c, "250 2.0.0 Ok: queued\r\n", options.latency + options.commit, 0);
  c->is_full = options.mails_a_connection && c->mails >= options.mails_a_connection;
}

static void end_chunk(struct connection *c) {
  if (!c->recipients) {
    c->mail.length = 0;
    answer(c, "554 5.5.1 no valid recipients\r\n"); /* the sender stays: RSET has to come */
  } else if (c->chunk_is_last) {
    take_mail(c);
  } else {
    answer(c, "250 2.0.0 Ok\r\n");
  }
  c->state = COMMAND;
}

/* ── commands ── */

static int is_command(const struct connection *c, const char *verb) {
  size_t length = strlen(verb);
  return !strncasecmp(c->line, verb, length) && (c->line[length] == ' ' || !c->line[length]);
}

static void copy_address(char *address, const char *line) {
  const char *start = strchr(line, '<'), *end = start ? strchr(start, '>') : NULL;
  int length = end ? (int)(end - start - 1) : 0;
  snprintf(address, ADDRESS, "%.*s", length ? length : 2, length ? start + 1 : "<>");
}

static void take_sender(struct connection *c) {
  if (c->has_sender) {
    answer(c, "503 5.5.1 nested MAIL\r\n");
    return;
  }
  c->has_sender = 1;
  copy_address(c->sender, c->line);
  answer(c, "250 2.1.0 Ok\r\n");
}

static int is_nth(long every) { return every && counters.recipients % (unsigned long long)every == 0; }

static void take_recipient(struct connection *c) {
  counters.recipients++;
  if (!c->has_sender) {
    answer(c, "503 5.5.1 need MAIL\r\n");
  } else if (is_nth(options.refuse_every)) {
    answer(c, "550 5.1.1 no such user\r\n");
  } else if (is_nth(options.defer_every)) {
    answer(c, "450 4.2.1 try later\r\n");
  } else {
    c->recipients++;
    copy_address(c->recipient, c->line);
    answer(c, "250 2.1.5 Ok\r\n");
  }
}

static void begin_data(struct connection *c) {
  if (!c->recipients) {
    answer(c, "554 5.5.1 no valid recipients\r\n");
    return;
  }
  c->state = DATA;
  c->matched = 2; /* a dot in the first line ends an empty mail */
  c->mail.length = 0;
  answer(c, "354 go on\r\n");
}

static void begin_chunk(struct connection *c) {
  char *rest;
  c->chunk_left = strtoull(c->line + strlen("BDAT"), &rest, 10);
  c->chunk_is_last = strcasestr(rest, "LAST") != NULL;
  c->state = CHUNK;
  if (!c->chunk_left) end_chunk(c);
}

static void obey(struct connection *c) {
  counters.commands++;
  if (c->is_full) {
    answer_late(c, "421 4.7.0 too many mails on this connection\r\n", options.latency, 1);
  } else if (is_command(c, "EHLO")) {
    answer(c, greeting);
  } else if (is_command(c, "HELO") || is_command(c, "NOOP")) {
    answer(c, "250 2.0.0 Ok\r\n");
  } else if (is_command(c, "MAIL")) {
    take_sender(c);
  } else if (is_command(c, "RCPT")) {
    take_recipient(c);
  } else if (is_command(c, "DATA")) {
    begin_data(c);
  } else if (is_command(c, "BDAT") && options.chunking) {
    begin_chunk(c);
  } else if (is_command(c, "RSET")) {
    counters.resets++;
    forget_envelope(c);
    answer(c, "250 2.0.0 Ok\r\n");
  } else if (is_command(c, "QUIT")) {
    answer_late(c, "221 2.0.0 Bye\r\n", options.latency, 1);
  } else {
    answer(c, "502 5.5.2 unknown command\r\n");
  }
}

/* ── input: each function takes a beginning of the segment and returns how much ── */

static size_t read_command(struct connection *c, const char *bytes, size_t length) {
  const char *end = memchr(bytes, '\n', length);
  size_t taken = end ? (size_t)(end - bytes) + 1 : length;
  for (size_t i = 0; i < taken && c->line_length < LINE - 1; i++) c->line[c->line_length++] = bytes[i];
  if (!end) return taken;
  while (c->line_length && strchr("\r\n", c->line[c->line_length - 1])) c->line_length--;
  c->line[c->line_length] = '\0';
  c->line_length = 0;
  obey(c);
  return taken;
}

/* Goes on with an END that began in an earlier segment; returns how many bytes belong to it for sure. */
static size_t go_on_matching(struct connection *c, const char *bytes, size_t length) {
  size_t i = 0;
  while (c->matched && c->matched < END_LENGTH && i < length) {
    if (bytes[i] != END[c->matched]) {
      c->matched = 0; /* the search below sees this byte again: END may begin with it */
      return i;
    }
    c->matched++;
    i++;
  }
  return i;
}

/* Returns how much of END the bytes end with. */
static size_t begun_end(const char *bytes, size_t length) {
  size_t matched = length < END_LENGTH - 1 ? length : END_LENGTH - 1;
  while (matched && memcmp(bytes + length - matched, END, matched)) matched--;
  return matched;
}

static size_t read_data(struct connection *c, const char *bytes, size_t length) {
  size_t taken = go_on_matching(c, bytes, length);
  if (!c->matched) {
    const char *end = memmem(bytes, length, END, END_LENGTH);
    taken = end ? (size_t)(end - bytes) + END_LENGTH : length;
    c->matched = end ? END_LENGTH : begun_end(bytes, length);
  }
  keep(c, bytes, taken);
  if (c->matched == END_LENGTH) {
    take_mail(c);
    c->state = COMMAND;
  }
  return taken;
}

static size_t read_chunk(struct connection *c, const char *bytes, size_t length) {
  size_t taken = length < c->chunk_left ? length : c->chunk_left;
  keep(c, bytes, taken);
  c->chunk_left -= taken;
  if (!c->chunk_left) end_chunk(c);
  return taken;
}

static void read_segment(struct connection *c, const char *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    unsigned long long commands = counters.commands;
    int is_first = !done;
    if (c->state == DATA)
      done += read_data(c, bytes + done, length - done);
    else if (c->state == CHUNK)
      done += read_chunk(c, bytes + done, length - done);
    else
      done += read_command(c, bytes + done, length - done);
    if (!is_first) counters.pipelined += counters.commands - commands;
  }
}

/* ── connections ── */

static void greet(int fd) {
  struct connection *c = calloc(1, sizeof *c);
  if (!c) abort();
  c->fd = fd;
  connections[fd] = c;
  counters.connections++;
  if (++open_connections > counters.most_connections) counters.most_connections = open_connections;
  watch(c, EPOLL_CTL_ADD, EPOLLIN);
  answer(c, "220 fastsink ESMTP\r\n");
  flush(c);
}

static void accept_all(int listener) {
  static const char full[] = "421 4.7.0 too many connections\r\n";
  int fd, yes = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    if (fd >= DESCRIPTORS || open_connections >= options.max_connections) {
      send(fd, full, sizeof full - 1, MSG_NOSIGNAL);
      close(fd);
      continue;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    greet(fd);
  }
}

static void serve(struct connection *c, uint32_t events) {
  if (events & EPOLLOUT) {
    watch(c, EPOLL_CTL_MOD, EPOLLIN);
    flush(c);
    return; /* what it wrote meanwhile is seen in the next turn */
  }
  ssize_t length = recv(c->fd, segment, SEGMENT, 0);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) {
    drop(c);
    return;
  }
  read_segment(c, segment, (size_t)length);
  flush(c);
}

static int listen_on(int *port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)*port)};
  socklen_t length = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 1024)) {
    perror("fastsink: cannot listen");
    exit(1);
  }
  getsockname(fd, (struct sockaddr *)&address, &length);
  *port = ntohs(address.sin_port);
  return fd;
}

static int wait_for_events(struct epoll_event *events, int count, const sigset_t *signals) {
  if (!held.count) return epoll_pwait2(poller, events, count, NULL, signals);
  double left = held.replies[held.first].due - now();
  if (left < 0) left = 0;
  struct timespec timeout = {(time_t)left, (long)((left - (double)(time_t)left) * 1e9)};
  return epoll_pwait2(poller, events, count, &timeout, signals);
}

static void run(int listener, const sigset_t *signals) {
  struct epoll_event events[64], listening = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &listening);
  while (!is_ended) {
    int count = wait_for_events(events, 64, signals);
    if (is_asked) print_counters();
    is_asked = 0;
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == listener)
        accept_all(listener);
      else if (connections[fd])
        serve(connections[fd], events[i].events);
    }
    if (held.count) release(now());
  }
}

static void on_signal(int number) {
  if (number == SIGUSR1)
    is_asked = 1;
  else
    is_ended = 1;
}

/* Signals come only while it waits for events; returns the mask to wait with. */
static sigset_t catch_signals(void) {
  static const int numbers[] = {SIGUSR1, SIGTERM, SIGINT};
  struct sigaction action = {.sa_handler = on_signal};
  sigset_t blocked, before;
  sigemptyset(&blocked);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    sigaddset(&blocked, numbers[i]);
    sigaction(numbers[i], &action, NULL);
  }
  sigprocmask(SIG_BLOCK, &blocked, &before);
  return before;
}

static void open_dump(const char *file) {
  options.dump = fopen(file, "w");
  if (options.dump) return;
  perror(file);
  exit(1);
}

static void read_options(int argc, char **argv) {
  int option;
  while ((option = getopt(argc, argv, "p:l:c:o:PKr:t:x:m:")) != -1) {
    switch (option) {
      case 'p': options.port = atoi(optarg); break;
      case 'l': options.latency = atof(optarg) / 1000; break;
      case 'c': options.commit = atof(optarg) / 1000; break;
      case 'o': open_dump(optarg); break;
      case 'P': options.pipelining = 0; break;
      case 'K': options.chunking = 0; break;
      case 'r': options.refuse_every = atol(optarg); break;
      case 't': options.defer_every = atol(optarg); break;
      case 'x': options.mails_a_connection = atol(optarg); break;
      case 'm': options.max_connections = atoi(optarg); break;
      default: exit(2);
    }
  }
}

int main(int argc, char **argv) {
  read_options(argc, argv);
  snprintf(greeting, sizeof greeting, "250-fastsink\r\n%s%s250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n"
           "250 SIZE 100000000\r\n", options.pipelining ? "250-PIPELINING\r\n" : "",
           options.chunking ? "250-CHUNKING\r\n" : "");
  sigset_t signals = catch_signals();
  poller = epoll_create1(0);
  int listener = listen_on(&options.port);
  printf("ready %d\n", options.port);
  fflush(stdout);
  run(listener, &signals);
  if (options.dump) fclose(options.dump);
  print_counters();
  return 0;
}
