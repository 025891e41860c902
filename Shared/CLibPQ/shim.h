#include <libpq-fe.h>
// Left out of Swift's Glibc module.
#include <sys/eventfd.h>
