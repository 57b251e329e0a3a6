// The class as its users know it: names in both languages, parameters, defaults. What changes here breaks their code.
#ifndef MEMBERS_HPP
#define MEMBERS_HPP

#include <string>
#include <vector>

struct Member {
    const char *english, *russian;
    const char *alias; // NULL for none
    bool has_result;
    std::vector<const char *> defaults; // of its parameters; NULL where it must be given
};

static const char *const NEEDED = nullptr;

// The numbers of the methods, and of the properties.
enum Method : long {
    SET_CONSUMER,
    SET_TOKEN,
    SET_SIGNATURE_METHOD,
    SET_PRIVATE_KEY,
    SET_REALM,
    SET_BODY_HASH,
    SET_SEND_VERSION,
    SET_CLOCK_OFFSET,
    SET_OPTION,
    ADD_PARAMETER,
    CLEAR_PARAMETERS,
    AUTHORIZATION,
    SIGNED_URL,
    NONCE,
    TIMESTAMP,
    HMAC,
    PERCENT_ENCODE,
    EXPLAIN
};
enum Property : long { VERSION, LAST_ERROR, ERROR_CODE, REQUEST_URL };

static const std::vector<Member> METHODS = {
    {"SetConsumer", "УстановитьПотребителя", nullptr, false, {NEEDED, NEEDED}},
    {"SetToken", "УстановитьТокен", nullptr, false, {NEEDED, NEEDED}},
    {"SetSignatureMethod", "УстановитьМетодПодписи", nullptr, false, {NEEDED}},
    {"SetPrivateKey", "УстановитьЗакрытыйКлюч", nullptr, false, {NEEDED}},
    {"SetRealm", "УстановитьОбласть", nullptr, false, {NEEDED}},
    {"SetBodyHash", "УстановитьХешТела", nullptr, false, {NEEDED}},
    {"SetSendVersion", "УстановитьПередачуВерсии", nullptr, false, {NEEDED}},
    {"SetClockOffset", "УстановитьСдвигЧасов", nullptr, false, {NEEDED}},
    {"SetOption", "УстановитьНастройку", nullptr, false, {NEEDED, NEEDED}},
    {"AddParameter", "ДобавитьПараметр", nullptr, false, {NEEDED, NEEDED}},
    {"ClearParameters", "ОчиститьПараметры", nullptr, false, {}},
    {"Authorization", "ЗаголовокАвторизации", nullptr, true, {NEEDED, NEEDED, "", ""}},
    {"SignedURL", "ПодписанныйАдрес", nullptr, true, {NEEDED, NEEDED}},
    {"Nonce", "ОдноразовыйКод", "Одноразовое", true, {}},
    {"Timestamp", "МеткаВремени", "ОтметкаВремени", true, {}},
    {"HMAC", "HMAC", nullptr, true, {NEEDED, NEEDED, NEEDED, "base64"}},
    {"PercentEncode", "КодироватьПоRFC3986", nullptr, true, {NEEDED}},
    {"Explain", "Разобрать", nullptr, true, {NEEDED, NEEDED, "", ""}},
};

static const std::vector<Member> PROPERTIES = {
    {"Version", "Версия", nullptr, true, {}},
    {"LastError", "ПоследняяОшибка", nullptr, true, {}},
    {"ErrorCode", "КодОшибки", nullptr, true, {}},
    {"RequestURL", "АдресЗапроса", nullptr, true, {}},
};

#endif
