// Objects made, used and ended, over and over: the process does not grow, and no memory of the host's is lost.
#include "check.hpp"
#include "host.hpp"
#include "members.hpp"

#include <cstring>
#include <unistd.h>

// What this process holds, in KiB.
static long resident()
{
    FILE *file = fopen("/proc/self/statm", "r");
    long all = 0, held = 0;
    NEED(file != nullptr);
    NEED(fscanf(file, "%ld %ld", &all, &held) == 2);
    fclose(file);
    return held * (sysconf(_SC_PAGESIZE) / 1024);
}

// One life: by DestroyObject or by delete, with Done or without, with a signature and a refusal.
static void live(const Library &library, Memory &memory, Errors &errors, size_t round)
{
    static const Value key("key"), secret("secret"), method("GET"), url("https://example.com/?a=1"), nowhere("nowhere");
    native::Component *object = nullptr;
    NEED(library.create(u"OSign", &object) != 0);
    object->set_memory_manager(&memory);
    object->init(static_cast<native::Connection *>(&errors));
    native::Variant consumer[] = {key.variant(), secret.variant()};
    native::Variant good[] = {method.variant(), url.variant()}, bad[] = {method.variant(), nowhere.variant()};
    native::Variant result = Value::of_kind(native::EMPTY).variant();
    NEED(object->call_procedure(SET_CONSUMER, consumer, 2));
    NEED(object->call_function(AUTHORIZATION, &result, good, 2));
    void *piece = result.text.pointer;
    memory.release(&piece);
    NEED(!object->call_function(AUTHORIZATION, &result, bad, 2));
    NEED(errors.take().size() == 1);
    if (round % 3 != 0) {
        object->done();
    }
    if (round % 2 == 0) {
        NEED(library.destroy(&object) == 0);
    } else {
        delete object;
    }
}

int main(int argc, char **argv)
{
    const Library library(addin(argc, argv));
    Memory memory;
    Errors errors;
    const size_t cycles = sized(100000, 1000);
    long before = 0;
    for (size_t round = 0; round < cycles; round++) {
        if (round == cycles / 10) {
            before = resident(); // Warm.
        }
        live(library, memory, errors, round);
    }
    const long grown = resident() - before;
    if (sized(1, 0) == 1) { // An emulator's own memory, and what valgrind keeps of the freed, would be measured, too.
        CHECK(grown < 512);
    }
    CHECK(memory.held() == 0);
    CHECK(memory.wrong == 0);
    CHECK(memory.lent() == cycles);
    printf("%zu objects; the process grew by %ld KiB\n", cycles, grown);
    return checks_end("cycles");
}
