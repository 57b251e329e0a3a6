// Threads: many objects in many, one object that moves from one to the next, and hosts that do what they must not.
#include "check.hpp"
#include "host.hpp"
#include "members.hpp"

#include <set>
#include <thread>

static const size_t THREADS = 8;
static const char URL[] = "https://example.com/resource?b=2&a=1";

// A signature that is always the same; false for another.
static bool signs(Object &object, const std::string &secret)
{
    object.does("AddParameter", {"oauth_verifier", "v"});
    const std::string header = object.text("Authorization", {"GET", URL});
    return header.find("oauth_verifier=\"v\"") != std::string::npos &&
           header.find("oauth_signature=\"" + secret + "%26token%2520secret\"") != std::string::npos;
}

static void prepare(Object &object, const std::string &secret)
{
    object.does("SetConsumer", {"key", secret});
    object.does("SetToken", {"token", "token secret"});
    object.does("SetSignatureMethod", {"PLAINTEXT"});
}

// Two objects in each thread, as many sessions in one server process.
static void objects_of_their_own(const Library &library)
{
    const size_t rounds = sized(5000, 100);
    std::vector<std::thread> threads;
    std::vector<std::vector<std::string>> nonces(THREADS);
    std::atomic<size_t> wrong{0};
    for (size_t thread = 0; thread < THREADS; thread++) {
        threads.emplace_back([&, thread] {
            Object one(library), two(library);
            const std::string name = std::to_string(thread);
            prepare(one, "one" + name);
            prepare(two, "two" + name);
            two.component->set_language(u"en");
            for (size_t round = 0; round < rounds; round++) {
                wrong += !signs(one, "one" + name);
                wrong += !signs(two, "two" + name);
                wrong += one.call("Authorization", {"", URL}).error() != "метод HTTP пуст; напишите GET, POST, …";
                wrong += two.call("Authorization", {"", URL}).error() != "the HTTP method is empty; write GET, POST, …";
                nonces[thread].push_back(two.text("Nonce"));
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    CHECK(wrong == 0);
    std::set<std::string> all;
    for (const auto &some : nonces) {
        all.insert(some.begin(), some.end());
    }
    CHECK(all.size() == THREADS * rounds);
}

// The platform may run each call of a session in another thread.
static void one_object_that_moves(const Library &library)
{
    Object object(library);
    std::thread([&] { prepare(object, "secret"); }).join();
    for (size_t round = 0; round < sized(500, 20); round++) {
        std::thread([&] { CHECK(signs(object, "secret")); }).join();
    }
    std::thread([&] {
        object.component->done();
        CHECK(library.destroy(&object.component) == 0);
    }).join();
}

// No host does so. Should one, the answers may be any, and the process goes on.
static void one_object_in_all_threads(const Library &library)
{
    Object object(library);
    prepare(object, "secret");
    const size_t rounds = sized(3000, 60);
    std::vector<std::thread> threads;
    std::atomic<size_t> wrong{0};
    for (size_t thread = 0; thread < THREADS; thread++) {
        threads.emplace_back([&, thread] {
            Value method("GET"), url(URL), name("oauth_verifier");
            for (size_t round = 0; round < rounds; round++) {
                native::Variant arguments[] = {method.variant(), url.variant()};
                native::Variant parameter[] = {name.variant(), url.variant()}, wrong_method[] = {url.variant(), url.variant()};
                native::Variant result = Value::of_kind(native::EMPTY).variant();
                switch (thread % 4) {
                    case 0: wrong += !object.component->call_procedure(ADD_PARAMETER, parameter, 2); break;
                    case 1: object.component->set_language(round % 2 == 0 ? u"ru" : u"en"); break;
                    case 2: wrong += object.component->call_procedure(SIGNED_URL, wrong_method, 2); break;
                    default: break;
                }
                if (object.component->call_function(AUTHORIZATION, &result, arguments, 2)) {
                    wrong += object.take(result).text.compare(0, 6, "OAuth ") != 0;
                } else {
                    wrong++;
                }
                if (object.component->get_property(LAST_ERROR, &result)) {
                    object.take(result);
                }
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    CHECK(wrong == 0);
    for (const auto &error : object.errors.take()) {
        CHECK(error.code == 201);
    }
    CHECK(object.memory.held() == 0);
}

int main(int argc, char **argv)
{
    const Library library(addin(argc, argv));
    objects_of_their_own(library);
    one_object_that_moves(library);
    one_object_in_all_threads(library);
    return checks_end("threads");
}
