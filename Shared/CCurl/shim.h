#ifndef ONUS_CCURL_SHIM_H
#define ONUS_CCURL_SHIM_H

#include <curl/curl.h>
#include <stddef.h>
#include <string.h>

// Swift cannot call C functions with variable arguments, and libcurl's setters have them. These wrappers give each
// kind of argument a function of its own; they add nothing else.

static inline CURLcode onus_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode onus_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode onus_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline long onus_curl_response_code(CURL *handle) {
    long code = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

/// One upload: the octets to send, the server's last line of complaint (libcurl still says goodbye after it), and a
/// flag by which another thread stops it.
struct onus_curl_transfer {
    const char *octets;
    size_t length;
    size_t offset;
    char complaint[512];
    int cancelled;
};

static inline void onus_curl_cancel(struct onus_curl_transfer *transfer) {
    __atomic_store_n(&transfer->cancelled, 1, __ATOMIC_RELEASE);
}

static size_t onus_curl_read(char *buffer, size_t size, size_t count, void *context) {
    struct onus_curl_transfer *transfer = (struct onus_curl_transfer *)context;
    size_t room = size * count;
    size_t left = transfer->length - transfer->offset;
    size_t step = left < room ? left : room;
    memcpy(buffer, transfer->octets + transfer->offset, step);
    transfer->offset += step;
    return step;
}

static size_t onus_curl_line(char *buffer, size_t size, size_t count, void *context) {
    struct onus_curl_transfer *transfer = (struct onus_curl_transfer *)context;
    size_t length = size * count;
    if (length > 0 && (buffer[0] == '4' || buffer[0] == '5')) {
        size_t kept = length < sizeof(transfer->complaint) - 1 ? length : sizeof(transfer->complaint) - 1;
        memcpy(transfer->complaint, buffer, kept);
        transfer->complaint[kept] = 0;
    }
    return length;
}

static int onus_curl_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    (void)a, (void)b, (void)c, (void)d;
    return __atomic_load_n(&((struct onus_curl_transfer *)context)->cancelled, __ATOMIC_ACQUIRE);
}

/// Ties `transfer` to `handle`; it must stay in place until `curl_easy_perform` has returned.
static inline void onus_curl_attach(CURL *handle, struct onus_curl_transfer *transfer) {
    curl_easy_setopt(handle, CURLOPT_READFUNCTION, onus_curl_read);
    curl_easy_setopt(handle, CURLOPT_READDATA, transfer);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, onus_curl_line);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, onus_curl_progress);
    curl_easy_setopt(handle, CURLOPT_XFERINFODATA, transfer);
    curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

#endif
