// Libraries are unloaded: none of its threads' state holds the add-in, nor is called when it is gone. A second argument is
// a build that panics, whose message goes to stderr.
#include "check.hpp"
#include "host.hpp"

#include <condition_variable>
#include <dlfcn.h>
#include <thread>

// A thread that uses the add-in, and then lives on until it is told to end.
class User {
public:
    User(const char *path, bool panics) : thread([this, path, panics] { use(path, panics); })
    {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [this] { return used; });
    }

    void end()
    {
        {
            const std::lock_guard<std::mutex> lock(mutex);
            may_end = true;
        }
        changed.notify_all();
        thread.join();
    }

private:
    void use(const char *path, bool panics)
    {
        {
            const Library library(path);
            Object object(library);
            object.does("SetConsumer", {"key", "secret"});
            CHECK(object.text("Authorization", {"GET", "https://example.com/"}).compare(0, 6, "OAuth ") == 0);
            CHECK(object.text("Nonce").size() == 24);
            CHECK(!object.call("SetToken", {"a\n", ""}).ok);
            CHECK(!panics || object.call("PanicForTests").errors[0].code == 900);
        }
        std::unique_lock<std::mutex> lock(mutex);
        used = true;
        changed.notify_all();
        changed.wait(lock, [this] { return may_end; });
    }

    std::mutex mutex;
    std::condition_variable changed;
    bool used = false, may_end = false;
    std::thread thread; // Last: it uses the others.
};

static void unloaded(const char *path, bool panics)
{
    for (int round = 0; round < 3; round++) {
        CHECK(dlopen(path, RTLD_NOW | RTLD_NOLOAD) == nullptr);
        User one(path, panics), two(path, panics);
        void *library = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
        NEED(library != nullptr);
        for (int opened = 0; opened < 3; opened++) { // by each thread, and here
            CHECK(dlclose(library) == 0);
        }
        CHECK(dlopen(path, RTLD_NOW | RTLD_NOLOAD) == nullptr);
        one.end();
        two.end();
    }
}

int main(int argc, char **argv)
{
    unloaded(addin(argc, argv), argc > 2);
    return checks_end("unload");
}
