// Memory that runs out, and input that is too large: an exception, and never the end of the process. Each call is made in
// children that have some small change and may map so much more memory and no more, from too little to enough.
#include "check.hpp"
#include "host.hpp"
#include "members.hpp"

#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char URL[] = "https://example.com/";
static const char FORM[] = "application/x-www-form-urlencoded";
static const size_t MIB = 1 << 20;

static std::string repeated(const std::string &text, size_t count)
{
    std::string all;
    all.reserve(text.size() * count);
    for (size_t i = 0; i < count; i++) {
        all += text;
    }
    return all;
}

// The text of a private key; the tests run in the folder of the source.
static std::string private_key()
{
    char text[4096];
    FILE *file = fopen("tests/vectors/oauth1/keys/wiki-rsa-1024.pem", "r");
    NEED(file != nullptr);
    const size_t len = fread(text, 1, sizeof text, file);
    fclose(file);
    return std::string(text, len);
}

// What this process has mapped, in bytes: what the limit is about.
static size_t mapped()
{
    FILE *file = fopen("/proc/self/statm", "r");
    long pages = 0;
    NEED(file != nullptr);
    NEED(fscanf(file, "%ld", &pages) == 1);
    fclose(file);
    return static_cast<size_t>(pages) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// All the memory that this process may map from now on, besides what it has.
static void limit_to(size_t more)
{
    rlimit limit = {};
    limit.rlim_cur = mapped() + more;
    limit.rlim_max = RLIM_INFINITY;
    NEED(setrlimit(RLIMIT_AS, &limit) == 0);
}

// Leaves some pieces of the heap, apart from each other, for what nobody can do without.
static void keep_small_change()
{
    static void *pieces[1 << 16];
    const size_t size = 60 << 10;
    size_t count = 0;
    mallopt(M_MMAP_THRESHOLD, 64 << 10);
    mallopt(M_TOP_PAD, 0);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    limit_to(16 * size);
    while ((pieces[count] = malloc(size)) != nullptr) {
        count++;
    }
    NEED(count >= 12);
    for (size_t kept = count - 12; kept < count; kept += 2) {
        free(pieces[kept]);
    }
}

enum { SUCCEEDED = 10, REFUSED = 11, WRONG = 12, SPOILT = 13 };

// The settings that a change must leave alone, or lose altogether.
static void settle(Object &object)
{
    object.does("SetConsumer", {"old key", "old consumer secret"});
    object.does("SetToken", {"old token", "old token secret"});
    object.does("SetRealm", {"old realm"});
    object.does("SetSignatureMethod", {"PLAINTEXT"});
    object.does("AddParameter", {"oauth_callback", "old"});
}

static bool is_settled(const std::string &header)
{
    const char *parts[] = {"realm=\"old realm\"", "oauth_consumer_key=\"old%20key\"", "oauth_token=\"old%20token\"",
                           "oauth_signature_method=\"PLAINTEXT\"", "oauth_callback=\"old\"",
                           "oauth_signature=\"old%2520consumer%2520secret%26old%2520token%2520secret\""};
    for (const char *part : parts) {
        if (header.find(part) == std::string::npos) {
            return false;
        }
    }
    return true;
}

// Whether an object is as it was once there is memory, or has lost its settings; and works again when they are set.
static bool recovers(Object &object, bool settled)
{
    rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_AS, &limit);
    if (settled) {
        const Answer answer = object.call("Authorization", {"GET", URL});
        const char *unset = "потребитель не задан; сначала вызовите УстановитьПотребителя";
        if (answer.ok ? !is_settled(answer.text) : answer.error() != unset) {
            return false;
        }
        if (!answer.ok) {
            object.does("SetConsumer", {"key", "secret"});
            if (object.text("Authorization", {"GET", URL}).find("oauth_token") != std::string::npos) {
                return false;
            }
        }
    }
    object.does("ClearParameters");
    object.does("SetSignatureMethod", {"HMAC-SHA1"});
    object.does("SetConsumer", {"key", "secret"});
    return object.text("Authorization", {"GET", URL}).find("oauth_consumer_key=\"key\"") != std::string::npos;
}

// How the call ends in a child that may map `more` bytes: one of the above, or the negative number of a signal.
static int in_child(Object &object, bool settled, size_t more, long method, const std::vector<Value> &values)
{
    const pid_t child = fork();
    NEED(child >= 0);
    if (child == 0) {
        std::vector<native::Variant> arguments;
        for (const Value &value : values) {
            arguments.push_back(value.variant());
        }
        native::Variant result = Value::of_kind(native::EMPTY).variant();
        keep_small_change();
        limit_to(more);
        const bool ok = object.component->call_function(method, &result, arguments.data(), static_cast<long>(values.size()));
        const std::vector<Errors::Error> errors = object.errors.take();
        const bool no_memory = errors.size() == 1 && errors[0].code == 104;
        const bool has_result = result.kind == native::PWSTR || (result.kind == native::EMPTY && !METHODS[static_cast<size_t>(method)].has_result);
        const int end = ok && has_result && errors.empty() ? SUCCEEDED : !ok && no_memory ? REFUSED : WRONG;
        _exit(end == REFUSED && !recovers(object, settled) ? SPOILT : end);
    }
    int status = 0;
    NEED(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void runs_out(const Library &library)
{
    Object object(library), rsa(library), wordy(library), plain(library), many(library), settled(library);
    object.does("SetConsumer", {"key", "secret"});
    rsa.does("SetConsumer", {"key", "secret"});
    rsa.does("SetPrivateKey", {private_key()});
    rsa.does("SetSignatureMethod", {"RSA-SHA256"});
    const std::string longest(64 << 10, ' ');
    wordy.does("SetConsumer", {longest, longest});
    wordy.does("SetToken", {longest, longest});
    wordy.does("SetRealm", {longest});
    plain.does("SetConsumer", {"key", longest});
    plain.does("SetToken", {"token", longest});
    plain.does("SetSignatureMethod", {"PLAINTEXT"});
    many.does("SetConsumer", {"key", "secret"});
    for (int i = 0; i < 4000; i++) {
        many.does("AddParameter", {"p" + std::to_string(i), ""});
    }
    settle(settled);
    CHECK(is_settled(settled.text("Authorization", {"GET", URL})));
    settled.does("AddParameter", {"oauth_callback", "old"}); // The signature took the other along.
    const std::string letters = repeated("я", MIB), spaces(4 * MIB, ' '), long_url = URL + std::string("?a=") + std::string(MIB, '=');
    const struct {
        const char *name;
        long method;
        std::vector<Value> arguments;
        Object *caller = nullptr;
    } calls[] = {
        {"a text body", AUTHORIZATION, {"POST", URL, letters, "text/plain"}},
        {"an ASCII body", AUTHORIZATION, {"POST", URL, spaces, "text/plain"}},
        {"a form of text", AUTHORIZATION, {"POST", URL, letters, FORM}},
        {"a form of pairs", AUTHORIZATION, {"POST", URL, Value::bytes(repeated("a&", 2 * MIB)), FORM}},
        {"a form of one value", AUTHORIZATION, {"POST", URL, Value::bytes("a=" + spaces), FORM}},
        {"a form of names like ours", AUTHORIZATION, {"POST", URL, Value::bytes(repeated("oauth_a&", MIB / 2)), FORM}},
        {"a content type of tabs", AUTHORIZATION, {"POST", URL, "body", std::string(MIB, '\t')}},
        {"a long URL", AUTHORIZATION, {"GET", long_url}},
        {"a long URL, signed", SIGNED_URL, {"GET", long_url}},
        {"a URL of pairs, signed", SIGNED_URL, {"GET", URL + ("?" + repeated("+&", MIB))}},
        {"HMAC of text", HMAC, {"SHA1", "key", letters, "hex"}},
        {"HMAC with a key of text", HMAC, {"SHA1", letters, "data", "hex"}},
        {"encoding letters", PERCENT_ENCODE, {letters}},
        {"encoding spaces", PERCENT_ENCODE, {spaces}},
        {"explaining pairs", EXPLAIN, {"POST", URL, Value::bytes(repeated("a&", MIB / 11)), FORM}},
        {"explaining encoded pairs", EXPLAIN, {"POST", URL, Value::bytes(repeated("\xFF=\xFF&", MIB / 16)), FORM}},
        {"explaining a value", EXPLAIN, {"POST", URL, Value::bytes("a=" + std::string(MIB / 2, '\x01')), FORM}},
        {"explaining a name like ours", EXPLAIN, {"POST", URL, Value::bytes("oauth_" + std::string(MIB / 2, '\x01') + "=1"), FORM}},
        {"explaining a URL", EXPLAIN, {"GET", URL + repeated("я", MIB / 4)}},
        {"RSA of a form of spaces", AUTHORIZATION, {"POST", URL, Value::bytes("a=" + spaces), FORM}, &rsa},
        {"RSA of a form of text", AUTHORIZATION, {"POST", URL, letters, FORM}, &rsa},
        {"RSA of a long URL, signed", SIGNED_URL, {"GET", long_url}, &rsa},
        {"long settings", AUTHORIZATION, {"GET", URL}, &wordy},
        {"long settings, signed", SIGNED_URL, {"GET", URL}, &wordy},
        {"explaining long settings", EXPLAIN, {"GET", URL}, &wordy},
        {"the secrets themselves", AUTHORIZATION, {"GET", URL}, &plain},
        {"the secrets themselves, signed", SIGNED_URL, {"GET", URL}, &plain},
        {"explaining the secrets themselves", EXPLAIN, {"GET", URL}, &plain},
        {"many parameters", AUTHORIZATION, {"GET", URL}, &many},
        {"many parameters, signed", SIGNED_URL, {"GET", URL}, &many},
        {"explaining many parameters", EXPLAIN, {"GET", URL}, &many},
        {"a long method", AUTHORIZATION, {std::string(MIB, 'a'), URL}},
        {"a long host", AUTHORIZATION, {"GET", "https://" + std::string(MIB, 'A') + "/"}},
        {"setting a long consumer", SET_CONSUMER, {longest, longest}, &settled},
        {"setting a long token", SET_TOKEN, {longest, longest}, &settled},
        {"setting a long realm", SET_REALM, {longest}, &settled},
        {"setting a long consumer of long settings", SET_CONSUMER, {longest, longest}, &wordy},
        {"replacing a parameter", ADD_PARAMETER, {"oauth_callback", std::string(65000, 'a')}, &settled},
    };
    for (const auto &one : calls) {
        Object &caller = one.caller == nullptr ? object : *one.caller;
        size_t refused = 0, more = 1 << 12;
        int end = REFUSED;
        for (; end == REFUSED && more < size_t{1} << 30; more += more / 8 + 4096) {
            end = in_child(caller, &caller == &settled, more, one.method, one.arguments);
            refused += end == REFUSED;
        }
        if (!CHECK(refused > 0 && end == SUCCEEDED)) {
            fprintf(stderr, "    %s: refused %zu times, and with %zu KiB more: %d\n", one.name, refused, more >> 10, end);
        }
    }
}

// The sentence of each limit, what is just within it, and what was set before.
static void too_large(const Library &library)
{
    Object object(library);
    const std::string longest(64 << 10, 'k');
    object.does("SetConsumer", {longest, longest});
    object.does("SetToken", {longest, longest});
    object.does("SetRealm", {longest});
    const struct {
        const char *method;
        std::vector<Value> arguments;
        const char *russian, *english;
    } cases[] = {
        {"SetConsumer", {longest + "k", ""}, "параметр Ключ длиннее 65536 байт в UTF-8",
         "the parameter Key is longer than 65536 bytes in UTF-8"},
        {"SetToken", {"", longest + "k"}, "параметр Секрет длиннее 65536 байт в UTF-8",
         "the parameter Secret is longer than 65536 bytes in UTF-8"},
        {"SetRealm", {repeated("я", 32769)}, "параметр Область длиннее 65536 байт в UTF-8",
         "the parameter Realm is longer than 65536 bytes in UTF-8"},
        {"SetPrivateKey", {Value::bytes(longest + "k")}, "параметр PEM длиннее 65536 байт в UTF-8",
         "the parameter PEM is longer than 65536 bytes in UTF-8"},
        {"AddParameter", {"oauth_callback", longest}, "параметры ДобавитьПараметр вместе длиннее 65536 байт",
         "the parameters of AddParameter are longer than 65536 bytes, taken together"},
    };
    for (const auto &one : cases) {
        std::vector<native::Variant> arguments;
        for (const Value &value : one.arguments) {
            arguments.push_back(value.variant());
        }
        const long method = object.component->find_method(utf16(one.method).c_str());
        for (const bool russian : {true, false}) {
            object.component->set_language(russian ? u"ru" : u"en");
            const Answer answer = object.raw_call(method, arguments.data(), static_cast<long>(arguments.size()));
            CHECK_TEXT(answer.error(), russian ? one.russian : one.english);
            CHECK(object.property("ErrorCode").number == 103);
        }
    }
    object.component->set_language(u"ru");
    CHECK(object.text("Authorization", {"GET", URL}).find(longest) != std::string::npos);
    // Replacing a parameter takes the room of the old one.
    const std::string half(32 << 10, 'v');
    object.does("AddParameter", {"a", half});
    object.does("AddParameter", {"a", half + half.substr(2)});
    CHECK(!object.call("AddParameter", {"b", half}).ok);
    object.does("ClearParameters");
    object.does("AddParameter", {"b", half});

    const std::string form = "a=" + std::string(16 * MIB - 2 - std::string(URL).size() - std::string(FORM).size() - 4, 'b');
    CHECK(object.call("Authorization", {"POST", URL, Value::bytes(form), FORM}).ok);
    CHECK_TEXT(object.call("Authorization", {"POST", URL, Value::bytes(form + "b"), FORM}).error(),
               "запрос (адрес и форма, метод и тип) больше 16 МиБ");
    CHECK(object.property("ErrorCode").number == 103);
    CHECK_TEXT(object.call("SignedURL", {"GET", URL + form + form}).error(), "запрос (адрес и форма, метод и тип) больше 16 МиБ");
    CHECK_TEXT(object.call("Explain", {"POST", URL, Value::bytes(form.substr(0, MIB)), FORM}).error(),
               "запрос (адрес и форма, метод и тип) больше 1 МиБ");
    object.component->set_language(u"en");
    CHECK_TEXT(object.call("Authorization", {"POST", URL, Value::bytes(form + "b"), FORM}).error(),
               "the request (URL and form, method and type) is larger than 16 MiB");
    // What is no form is not taken to pieces.
    CHECK(object.call("Authorization", {"POST", URL, Value::bytes(form + "b"), "text/plain"}).ok);
    CHECK(object.call("Explain", {"POST", URL, Value::bytes(form + "b"), "text/plain"}).ok);
}

int main(int argc, char **argv)
{
    const Library library(addin(argc, argv));
    too_large(library);
    if (sized(1, 0) == 1) { // Valgrind and emulators map memory of their own.
        runs_out(library);
    }
    return checks_end("shortage");
}
