// What the add-in's tests share: they count, print what failed, and end with one line of sums.
#ifndef CHECK_HPP
#define CHECK_HPP

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>

inline std::atomic<unsigned long> checks_passed, checks_failed;

inline int checks_end(const char *name)
{
    printf("%s: %lu passed, %lu failed\n", name, checks_passed.load(), checks_failed.load());
    fflush(stdout);
    return checks_failed > 0 || checks_passed == 0;
}

inline bool check_at(bool ok, const char *file, int line, const char *what)
{
    (ok ? checks_passed : checks_failed)++;
    if (!ok && checks_failed <= 50) { // More of them say no more.
        fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
    }
    return ok;
}

inline bool check_text_at(const std::string &got, const std::string &wanted, const char *file, int line, const char *what)
{
    if (!check_at(got == wanted, file, line, what)) {
        fprintf(stderr, "    got    %.2000s\n    wanted %.2000s\n", got.c_str(), wanted.c_str());
        return false;
    }
    return true;
}

#define CHECK(ok) check_at((ok) ? true : false, __FILE__, __LINE__, #ok)
#define CHECK_TEXT(got, wanted) check_text_at((got), (wanted), __FILE__, __LINE__, #got " is " #wanted)
// For what must hold in every one of many calls: it counts when it fails.
#define HOLDS(ok) ((ok) ? true : check_at(false, __FILE__, __LINE__, #ok))
// For what the rest of a test stands on.
#define NEED(ok)                                     \
    do {                                             \
        if (!HOLDS(ok)) {                            \
            exit(checks_end("(could not go on)"));   \
        }                                            \
    } while (0)

// The large sizes, or small ones under valgrind, the sanitizers and emulators, which are slow.
inline size_t sized(size_t large, size_t small)
{
    return getenv("OSIGN_TEST_SMALL") != nullptr ? small : large;
}

#endif
