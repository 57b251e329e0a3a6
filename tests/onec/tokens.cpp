// Grants that 1C keeps, step by step, and those that the add-in keeps, at a service on the loopback (tests/provider/provider.py).
//     tokens ADDIN PROVIDER FOLDER
#include "host.hpp"

#include "check.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <map>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

static std::string provider, folder;
static const char KEY[] = "osign-key-1:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

// --- HTTP, as 1C's HTTPСоединение does it ---

struct Http {
    int status = 0;
    std::string head, body;
};

static Http exchange(const std::string &method, const std::string &url, const std::string &headers, const std::string &body)
{
    const size_t slash = url.find('/', 7), colon = url.rfind(':', slash);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<unsigned short>(std::stoi(url.substr(colon + 1))));
    const int connection = socket(AF_INET, SOCK_STREAM, 0);
    NEED(connect(connection, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0);
    const std::string request = method + " " + url.substr(slash) + " HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
    NEED(write(connection, request.data(), request.size()) == static_cast<ssize_t>(request.size()));
    std::string text;
    char buffer[4096];
    for (ssize_t count; (count = read(connection, buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<size_t>(count));
    }
    close(connection);
    Http answer;
    const size_t end = text.find("\r\n\r\n");
    if (end != std::string::npos) {
        answer.status = std::stoi(text.substr(9));
        answer.head = text.substr(0, end);
        answer.body = text.substr(end + 4);
    }
    return answer;
}

static void control(const std::string &json)
{
    NEED(exchange("POST", provider + "/control", "", json).status == 200);
}

static long counted(const std::string &name)
{
    const std::string counters = exchange("GET", provider + "/counters", "", "").body;
    const size_t at = counters.find("\"" + name + "\": ");
    NEED(at != std::string::npos);
    return std::stol(counters.substr(at + name.size() + 4));
}

// Where the service sends the browser of a person who agrees.
static std::string browse(const std::string &url)
{
    const Http answer = exchange("GET", url, "", "");
    const size_t at = answer.head.find("Location: ");
    NEED(answer.status == 302 && at != std::string::npos);
    return answer.head.substr(at + 10, answer.head.find("\r\n", at) - at - 10);
}

// --- The register ---

struct Row {
    std::string record;
    long generation = 0, revision = 0;
};

// Rows by name; each write is a transaction with an exclusive lock.
class Register {
public:
    std::map<std::string, Row> rows;

    bool write(Object &object)
    {
        const std::string kind = object.property("ВидЗаписи").text, name = object.property("ИмяЗаписи").text;
        const auto number = [&](const char *property) { return static_cast<long>(object.property(property).number); };
        const long generation = number("ОжидаемоеПоколение"), revision = number("ОжидаемаяРевизия");
        const Row row = {object.property("Запись").text, number("НовоеПоколение"), 0};
        HOLDS(row.record.size() <= 8192);
        const std::lock_guard<std::mutex> lock(mutex);
        const auto found = rows.find(name);
        if (kind == "Добавить") {
            HOLDS(generation == 0 && revision == 0 && row.generation == 1);
            return found == rows.end() && rows.emplace(name, Row{row.record, 1, 1}).second;
        }
        if (found == rows.end() || found->second.generation != generation ||
            (revision != 0 && found->second.revision != revision)) {
            return false;
        }
        const Row written = {row.record, row.generation, found->second.revision + 1};
        if (kind == "Удалить") {
            rows.erase(found);
        } else if (kind == "Переименовать") {
            const std::string new_name = object.property("НовоеИмя").text;
            if (rows.count(new_name) != 0) {
                return false;
            }
            rows.erase(found);
            rows[new_name] = written;
        } else {
            HOLDS(kind == "Изменить");
            found->second = written;
        }
        return true;
    }

    Row read(const std::string &name)
    {
        const std::lock_guard<std::mutex> lock(mutex);
        const auto found = rows.find(name);
        return found == rows.end() ? Row() : found->second;
    }

    std::string names()
    {
        const std::lock_guard<std::mutex> lock(mutex);
        std::string all;
        for (const auto &row : rows) {
            all += row.first + "\n";
        }
        return all;
    }

private:
    std::mutex mutex;
};

// How a step goes wrong.
enum Fault { NONE, NO_ANSWER, NOT_SENT, REJECTED, WRITE_FAILS, ENDS };

struct Run {
    std::string last;         // the last step, or `!` and the reason's word
    std::string refusal;      // why a person must log in
    std::map<std::string, int> seen;
};

// The loop of 1C's module. `ends` is the step before which the session is killed, the so many'th time.
static Run go(Object &object, Register &table, Fault fault = NONE, const std::string &at = "", int after = 0)
{
    Run run;
    for (int turns = 0; turns < 1000; turns++) {
        const Answer answer = object.call("СледующийШаг");
        if (!answer.ok) {
            run.last = "!" + object.property("ПричинаОшибки").text;
            return run;
        }
        const std::string step = answer.text;
        run.last = step;
        const int count = run.seen[step]++;
        const bool now = step == at && count == after;
        if (fault == ENDS && now) {
            return run;
        }
        if (step == "Прочитать") {
            const Row row = table.read(object.property("ИмяЗаписи").text);
            if (row.generation == 0) {
                object.does("ЗаписиНет");
            } else {
                object.does("Загрузить", {row.record, Value::integer(static_cast<int>(row.generation)),
                                          Value::integer(static_cast<int>(row.revision))});
            }
        } else if (step == "Записать") {
            if (fault == WRITE_FAILS && count >= after) {
                object.does("ОшибкаХранения", {"диск\nполон"});
            } else {
                object.does("ЗаписьСохранена", {Value::boolean(table.write(object))});
            }
        } else if (step == "Имена") {
            object.does("ИменаПрочитаны", {table.names()});
        } else if (step == "Отправить") {
            if (fault == NOT_SENT && now) {
                object.does("ОтветаНет", {Value::boolean(false)});
                continue;
            }
            if (fault == REJECTED && now) {
                object.does("ПринятьОтвет", {Value::integer(400), "{\"error\": \"invalid_grant\"}", "application/json"});
                continue;
            }
            const Http got = exchange(object.property("МетодЗапроса").text, object.property("АдресЗапроса").text,
                                      object.property("ЗаголовкиЗапроса").text, object.property("ТелоЗапроса").text);
            if (fault == NO_ANSWER && now) {
                object.does("ОтветаНет");
            } else {
                object.does("ПринятьОтвет", {Value::integer(got.status), Value::bytes(got.body), "application/json"});
            }
        } else if (step == "Подождать") {
            HOLDS(object.property("ЖдатьМиллисекунд").number <= 80000);
            object.does("Подождать", {Value::integer(1)});
        } else {
            HOLDS(step == "Готово" || step == "Войти");
            run.refusal = object.property("ПоследняяОшибка").text;
            return run;
        }
    }
    CHECK(false);
    return run;
}

// An object of a session, over the register of an infobase.
class Session : public Object {
public:
    Session(const Library &from, const char *environment = "base") : Object(from, MEMORY_FIRST, u"OSignTokens")
    {
        does("УстановитьПараметрХранилища", {"anchors", folder + "/anchors"});
        does("УстановитьПараметрХранилища", {"beside", folder + "/beside"});
        does("ХранитьВРегистре", {"infobase", KEY, environment});
    }
};

static void describe(Object &object)
{
    object.does("НовыйДоступ", {"custom"});
    object.does("УстановитьПриложение", {"demo-client", "demo-SECRET-of-the-client", "http://127.0.0.1:9/callback"});
    object.does("УстановитьНастройку", {"authorize_url", provider + "/authorize"});
    object.does("SetOption", {"TOKEN_URL", provider + "/token"});
    object.does("SetOption", {"revoke_url", provider + "/revoke"});
    object.does("SetOption", {"api_origin", provider});
    object.does("SetOption", {"allow_insecure_http", Value::boolean(true)});
}

static std::string token(Object &object, Register &table)
{
    object.does("НачатьТокен", {"crm"});
    CHECK_TEXT(go(object, table).last, "Готово");
    return object.property("Токен").text;
}

static void log_in(Object &object, Register &table)
{
    object.does("НачатьВход", {"crm"});
    CHECK_TEXT(go(object, table).last, "Готово");
    const std::string callback = browse(object.property("Результат").text);
    object.does("НачатьПриемВозврата", {"crm", callback});
    CHECK_TEXT(go(object, table).last, "Готово");
}

// The grant's token has ended, and what renews it has not.
static void expire(Object &object, Register &table)
{
    control("{\"access_lifetime\": 1}");
    log_in(object, table);
    control("{\"access_lifetime\": 3600}");
    std::this_thread::sleep_for(std::chrono::milliseconds(1050));
}

static void a_story(const Library &library, Register &table)
{
    Session object(library);
    CHECK_TEXT(object.property("ШагОтправить").text, "Отправить");
    CHECK(object.text("НовыйКлюч").compare(0, 12, "osign-key-1:") == 0);
    describe(object);
    object.does("НачатьДобавление", {"crm"});
    CHECK_TEXT(go(object, table).last, "Готово");
    CHECK(table.rows.size() == 1 && table.rows["crm"].generation == 1);
    CHECK(table.rows["crm"].record.find("SECRET") == std::string::npos);
    describe(object);
    object.does("BeginAdd", {"crm"});
    CHECK_TEXT(go(object, table).last, "!grant-exists");

    // Nobody has agreed yet.
    object.does("НачатьТокен", {"crm"});
    const Run refused = go(object, table);
    CHECK_TEXT(refused.last, "Войти");
    CHECK(refused.refusal.find("crm") != std::string::npos && object.property("КодОшибки").number >= 600);
    CHECK_TEXT(object.text("СледующийШаг"), "Войти"); // It stays so.
    CHECK_TEXT(object.property("Токен").text, "");
    log_in(object, table);
    const std::string first = object.property("Токен").text;
    CHECK(!first.empty());
    CHECK(object.property("СрокТокена").number > 1.7e9);
    const long generation = static_cast<long>(object.property("ПоколениеТокена").number);
    CHECK_TEXT(token(object, table), first); // No request was needed.

    // A whole request of the API, and none for a foreign host.
    object.does("НачатьАвторизацию", {"crm", "POST", provider + "/api", "{}", "application/json"});
    CHECK_TEXT(go(object, table).last, "Готово");
    CHECK_TEXT(object.property("ЗаголовкиЗапроса").text, "Authorization: Bearer " + first + "\nContent-Type: application/json\n");
    CHECK_TEXT(object.property("АдресЗапроса").text, provider + "/api");
    CHECK(object.property("ТелоЗапроса").text == "{}" && object.property("МетодЗапроса").text == "POST");
    object.does("НачатьАвторизацию", {"crm", "GET", "https://example.com/api"});
    CHECK(go(object, table).last[0] == '!');
    CHECK_TEXT(object.property("АдресЗапроса").text, "");

    // The service turns the token down.
    control("{\"end_access\": true}");
    const long before = counted("refresh");
    object.does("НачатьОтказ", {"crm", Value::integer(static_cast<int>(generation))});
    CHECK_TEXT(go(object, table).last, "Готово");
    const std::string second = object.property("Токен").text;
    CHECK(second != first && counted("refresh") == before + 1);
    object.does("BeginRefused", {"crm", Value::integer(static_cast<int>(generation))});
    CHECK_TEXT(go(object, table).last, "Готово");
    CHECK(object.property("Token").text == second && counted("refresh") == before + 1);

    // Administration.
    object.does("НачатьСписок");
    CHECK_TEXT(go(object, table).last, "Готово");
    CHECK(object.property("Результат").text.find("\"crm\"") != std::string::npos);
    object.does("НачатьПроверку");
    CHECK_TEXT(go(object, table).last, "Готово");
    object.does("НачатьВыгрузку", {"crm", KEY});
    CHECK_TEXT(go(object, table).last, "Готово");
    const std::string bundle = object.property("Результат").text;
    object.does("НачатьЗагрузку", {bundle, KEY, "copy"});
    CHECK_TEXT(go(object, table).last, "Готово");
    object.does("НачатьПереименование", {"copy", "other"});
    CHECK_TEXT(go(object, table).last, "Готово");
    CHECK(table.rows.count("copy") == 0 && table.rows.count("other") == 1);
    object.does("НачатьПереименование", {"other", "crm"});
    CHECK(go(object, table).last[0] == '!');
    object.does("НачатьУдаление", {"other"});
    CHECK_TEXT(go(object, table).last, "Готово");
    CHECK(table.rows.size() == 1);
    describe(object);
    object.does("НачатьЗамену", {"crm"});
    CHECK_TEXT(go(object, table).last, "Готово");
}

// What happens at the service and at the register, with what comes of it.
static void faults(const Library &library, Register &table)
{
    Session object(library);
    const auto renew = [&](Fault fault, const char *at, int after) {
        object.does("НачатьТокен", {"crm"});
        return go(object, table, fault, at, after);
    };
    expire(object, table);
    long before = counted("refresh");
    CHECK_TEXT(renew(NOT_SENT, "Отправить", 0).last, "Готово"); // It is sent again.
    CHECK(counted("refresh") == before + 1);
    // The intent cannot be written: nothing is sent.
    expire(object, table);
    before = counted("refresh");
    CHECK(renew(WRITE_FAILS, "Записать", 0).last[0] == '!');
    CHECK(counted("refresh") == before);
    CHECK(object.property("ПоследняяОшибка").text.find("дискполон") != std::string::npos);
    // The pair cannot be written: it lies beside the register, and comes in with the next call.
    const Run beside = renew(WRITE_FAILS, "Записать", 1);
    CHECK(beside.last[0] == '!' && beside.seen.at("Отправить") == 1);
    CHECK(counted("refresh") == before + 1);
    CHECK(!token(object, table).empty());
    CHECK(counted("refresh") == before + 1);
    // An answer that is lost: nothing more is sent for a while.
    expire(object, table);
    before = counted("refresh");
    CHECK_TEXT(renew(NO_ANSWER, "Отправить", 0).last, "!waiting");
    CHECK_TEXT(renew(NONE, "", 0).last, "!waiting");
    CHECK(counted("refresh") == before + 1);
    // The service takes the grant back: a person is needed, and no more is sent until then.
    expire(object, table);
    CHECK_TEXT(renew(REJECTED, "Отправить", 0).last, "Войти");
    before = counted("refresh");
    for (int i = 0; i < 20; i++) {
        const Run run = renew(NONE, "", 0);
        CHECK_TEXT(run.last, "Войти");
        CHECK(run.refusal.find("crm") != std::string::npos && object.property("КодОшибки").number >= 600);
    }
    CHECK(counted("refresh") == before);
    log_in(object, table);
}

// Sessions of one infobase at expiry: one sends, all have its token.
static void sessions(const Library &library, Register &table, int count, int expiries)
{
    Session first(library);
    for (int turn = 0; turn < expiries; turn++) {
        expire(first, table);
        const long before = counted("refresh");
        std::vector<std::thread> threads;
        std::vector<std::string> tokens(static_cast<size_t>(count));
        for (std::string &own : tokens) {
            threads.emplace_back([&library, &table, &own] {
                Session session(library);
                session.does("НачатьТокен", {"crm"});
                HOLDS(go(session, table).last == "Готово");
                own = session.property("Токен").text;
            });
        }
        for (std::thread &thread : threads) {
            thread.join();
        }
        CHECK(counted("refresh") == before + 1);
        for (const std::string &own : tokens) {
            CHECK(!own.empty() && own == tokens[0]);
        }
    }
}

// A session that ends before a step: before anything was sent, others go on at once.
static void ended(const Library &library, Register &table)
{
    Session first(library);
    for (const char *step : {"Прочитать", "Записать"}) {
        expire(first, table);
        const long before = counted("refresh");
        {
            Session session(library);
            session.does("НачатьТокен", {"crm"});
            CHECK_TEXT(go(session, table, ENDS, step).last, step);
        }
        CHECK(counted("refresh") == before && !token(first, table).empty());
        CHECK(counted("refresh") == before + 1);
    }
}

// A register that was restored, and an infobase that was copied, are noticed, and go on once a person says so.
static void restored_and_copied(const Library &library)
{
    Register table;
    Session object(library);
    describe(object);
    object.does("НачатьДобавление", {"crm"});
    CHECK_TEXT(go(object, table).last, "Готово");
    log_in(object, table);
    const std::map<std::string, Row> backup = table.rows;
    token(object, table);
    expire(object, table);
    CHECK(!token(object, table).empty());
    const std::map<std::string, Row> good = table.rows;
    const long before = counted("refresh");
    table.rows = backup;
    // What it has for now may still be good; nothing is written of it, and nothing sent.
    object.does("НачатьУдаление", {"crm"});
    CHECK_TEXT(go(object, table).last, "!quarantined");
    table.rows = good;
    {
        Session copy(library, "copy of the base");
        copy.does("НачатьТокен", {"crm"});
        CHECK_TEXT(go(copy, table).last, "!quarantined");
        CHECK(copy.property("Токен").text.empty());
        CHECK(counted("refresh") == before);
        copy.does("НачатьПринятие");
        CHECK_TEXT(go(copy, table).last, "Готово");
        copy.does("НачатьТокен", {"crm"});
        CHECK(go(copy, table).last[0] != '!');
    }
}

static void bad_input(const Library &library, Register &table)
{
    Object object(library, Object::MEMORY_FIRST, u"OSignTokens");
    const auto reason = [&] { return object.property("ErrorReason").text; };
    CHECK(!object.call("НачатьТокен", {"crm"}).ok && reason() == "no-store");
    CHECK(!object.call("СледующийШаг").ok && reason() == "no-work");
    for (const char *told : {"ЗаписиНет", "ЗаписьСохранена", "ОтветаНет", "Подождать"}) {
        CHECK(!object.call(told).ok && reason() == "no-work");
    }
    CHECK(!object.call("ХранитьВРегистре", {"base", "no key"}).ok && !object.call("ХранитьВРегистре", {"", KEY}).ok);
    CHECK(!object.call("ОткрытьХранилище", {"mysql:host", KEY}).ok && !object.call("ОткрытьХранилище", {"sqlite:" + folder, KEY}).ok);
    CHECK(!object.call("УстановитьПараметрХранилища", {"colour", "blue"}).ok);
    object.does("ХранитьВРегистре", {"base", KEY});
    CHECK_TEXT(object.call("ТокенДоступа", {"crm"}).error(),
               "эти доступы хранит 1С, и нужны шаги: начните с НачатьТокен или НачатьАвторизацию, затем СледующийШаг");
    for (const char *name : {"", "../x", "a\nb"}) {
        object.does("НачатьТокен", {name});
        CHECK(go(object, table).last[0] == '!');
    }
    object.does("НачатьТокен", {"nobody"});
    CHECK_TEXT(go(object, table).last, "!unknown-grant");
    // An answer to another question than was asked.
    object.does("НачатьТокен", {"crm"});
    CHECK_TEXT(object.text("СледующийШаг"), "Прочитать");
    CHECK(!object.call("ЗаписьСохранена").ok && reason() == "out-of-step");
    CHECK(!object.call("ОтветаНет").ok && !object.call("ИменаПрочитаны", {"a"}).ok);
    CHECK(!object.call("Загрузить", {"{}", Value::integer(-1), Value::integer(1)}).ok && reason() == "out-of-range");
    CHECK(!object.call("Загрузить", {"{}", "1", Value::integer(1)}).ok);
    CHECK_TEXT(object.text("NextStep"), "Прочитать"); // It waits for its own.
    object.does("Загрузить", {"{}", Value::integer(1), Value::integer(1)});
    CHECK(!object.call("NextStep").ok);
    CHECK_TEXT(reason(), "unreadable-record");
    object.does("НовыйДоступ", {"nobody-s"});
    object.does("НачатьДобавление", {"x"});
    CHECK(go(object, table).last[0] == '!');
    CHECK(!object.call("SetOption", {"colour", "blue"}).ok && reason() == "unknown-setting");
    object.does("УстановитьНастройку", {"expires_at", Value::integer(1900000000)});
    // What fails to begin leaves nothing of what was begun before, and what fails to open no store.
    Session after(library);
    CHECK(!token(after, table).empty());
    CHECK(!after.call("НачатьТокен", {"other", "soon"}).ok);
    CHECK_TEXT(after.property("Токен").text, "");
    CHECK(!after.call("СледующийШаг").ok && after.property("ErrorReason").text == "no-work");
    CHECK(!token(after, table).empty());
    CHECK(!after.call("ТокенДоступа", {"crm"}).ok);
    CHECK(after.property("Токен").text.empty() && !after.call("СледующийШаг").ok);
    CHECK(!after.call("ХранитьВРегистре", {"infobase", "no key"}).ok);
    CHECK(!after.call("НачатьТокен", {"crm"}).ok && after.property("ErrorReason").text == "no-store");
    CHECK(!object.call("BeginRefused", {"crm", Value::integer(-1)}).ok);
}

// A store of the add-in's own, with HTTP of its own.
static void own_store(const Library &library)
{
    const std::string url = "sqlite:" + folder + "/own.db";
    Object object(library, Object::MEMORY_FIRST, u"OSignTokens");
    object.does("SetStoreOption", {"anchors", folder + "/own-anchors"});
    object.does("СоздатьХранилище", {url, KEY});
    CHECK(!object.call("СоздатьХранилище", {url, KEY}).ok);
    object.does("ОткрытьХранилище", {url, KEY});
    describe(object);
    object.does("НачатьДобавление", {"crm"});
    CHECK_TEXT(object.text("СледующийШаг"), "Готово");
    CHECK(!object.call("ТокенДоступа", {"crm"}).ok); // Nobody has agreed yet.
    CHECK_TEXT(object.property("ErrorReason").text, "not-logged-in");
    object.does("НачатьВход", {"crm"});
    CHECK_TEXT(object.text("СледующийШаг"), "Готово");
    object.does("НачатьПриемВозврата", {"crm", browse(object.property("Результат").text)});
    CHECK_TEXT(object.text("СледующийШаг"), "Готово");
    const std::string first = object.property("Токен").text;
    CHECK_TEXT(object.text("ТокенДоступа", {"crm"}), first);
    CHECK_TEXT(object.text("Авторизовать", {"crm", "GET", provider + "/api"}), "Authorization: Bearer " + first + "\n");
    CHECK_TEXT(object.property("АдресЗапроса").text, provider + "/api");
    control("{\"end_access\": true}");
    const int generation = static_cast<int>(object.property("TokenGeneration").number);
    object.does("НачатьОтказ", {"crm", Value::integer(generation)});
    CHECK_TEXT(object.text("СледующийШаг"), "Готово");
    CHECK(object.property("Токен").text != first && !object.property("Токен").text.empty());
    object.does("НачатьОтзыв", {"crm"});
    CHECK_TEXT(object.text("СледующийШаг"), "Готово");
    const Answer told = object.property("Результат");
    CHECK(told.kind == native::BOOL && told.number != 0);

    Object other(library, Object::MEMORY_FIRST, u"OSignTokens");
    other.does("SetStoreOption", {"anchors", folder + "/own-anchors"});
    CHECK(!other.call("ОткрытьХранилище", {url, "osign-key-1:CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg="}).ok ||
          !other.call("ТокенДоступа", {"crm"}).ok);
    other.does("ОткрытьХранилище", {url, KEY});
    other.does("НачатьСписок");
    CHECK_TEXT(other.text("СледующийШаг"), "Готово");
    CHECK(other.property("Result").text.find("\"crm\"") != std::string::npos);
}

// What the platform gives no memory for is there when it has some again.
static void no_memory(const Library &library, Register &table)
{
    Session object(library);
    object.does("НачатьТокен", {"crm"});
    const long next_step = object.component->find_method(u"NextStep"), record_name = object.component->find_property(u"RecordName");
    object.memory.refuse_after = 0;
    const Answer refused = object.raw_call(next_step, nullptr, 0);
    CHECK(!refused.ok);
    CHECK_TEXT(refused.error(), "1С не выделила память для ответа");
    native::Variant value = Value::of_kind(native::EMPTY).variant();
    CHECK(!object.component->get_property(record_name, &value));
    object.errors.take();
    object.memory.refuse_after = -1;
    CHECK_TEXT(go(object, table).last, "Готово");
    CHECK(!object.property("Токен").text.empty());
    object.memory.refuse_after = 0;
    CHECK(!object.component->get_property(object.component->find_property(u"Token"), &value));
    object.errors.take();
    object.memory.refuse_after = -1;
    CHECK(!object.property("Токен").text.empty());
}

// As many as a server makes in a day, in eight threads.
static void many(const Library &library)
{
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 8; thread++) {
        threads.emplace_back([&library] {
            const size_t count = sized(100000, 800) / 8;
            for (size_t i = 0; i < count; i++) {
                Object object(library, Object::MEMORY_FIRST, u"OSignTokens");
                if (i % 16 == 0) {
                    object.does("ХранитьВРегистре", {"infobase", KEY, "base"});
                    object.does("НачатьТокен", {"crm"});
                    HOLDS(object.text("СледующийШаг") == "Прочитать");
                }
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}

int main(int argc, char **argv)
{
    NEED(argc == 4);
    const Library library(argv[1]);
    provider = argv[2];
    folder = argv[3];
    Register table;
    a_story(library, table);
    faults(library, table);
    sessions(library, table, 4, static_cast<int>(sized(20, 5)));
    ended(library, table);
    restored_and_copied(library);
    no_memory(library, table);
    many(library);
    bad_input(library, table);
    own_store(library);
    return checks_end("tokens");
}
