// The class as its users know it: names in both languages, parameters, defaults. What changes here breaks their code.
#ifndef MEMBERS_HPP
#define MEMBERS_HPP

#include <string>
#include <vector>

struct Member {
    const char *english, *russian;
    std::vector<const char *> aliases;
    bool has_result;
    std::vector<const char *> defaults; // of its parameters: text, #NUMBER, ?BOOLEAN; NULL where it must be given
};

static const char *const NEEDED = nullptr;

// The numbers of the methods that tests call by them, and of a property.
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
enum Property : long { VERSION, LAST_ERROR };

static const std::vector<Member> METHODS = {
    {"SetConsumer", "УстановитьПотребителя", {}, false, {NEEDED, NEEDED}},
    {"SetToken", "УстановитьТокен", {}, false, {NEEDED, NEEDED}},
    {"SetSignatureMethod", "УстановитьМетодПодписи", {}, false, {NEEDED}},
    {"SetPrivateKey", "УстановитьЗакрытыйКлюч", {}, false, {NEEDED}},
    {"SetRealm", "УстановитьОбласть", {}, false, {NEEDED}},
    {"SetBodyHash", "УстановитьХешТела", {}, false, {NEEDED}},
    {"SetSendVersion", "УстановитьПередачуВерсии", {}, false, {NEEDED}},
    {"SetClockOffset", "УстановитьСдвигЧасов", {}, false, {NEEDED}},
    {"SetOption", "УстановитьНастройку", {}, false, {NEEDED, NEEDED}},
    {"AddParameter", "ДобавитьПараметр", {}, false, {NEEDED, NEEDED}},
    {"ClearParameters", "ОчиститьПараметры", {}, false, {}},
    {"Authorization", "ЗаголовокАвторизации", {}, true, {NEEDED, NEEDED, "", ""}},
    {"SignedURL", "ПодписанныйАдрес", {}, true, {NEEDED, NEEDED}},
    {"Nonce", "ОдноразовоеЗначение", {"ОдноразовыйКод", "Одноразовое"}, true, {}},
    {"Timestamp", "МеткаВремени", {"ОтметкаВремени"}, true, {}},
    {"HMAC", "HMAC", {}, true, {NEEDED, NEEDED, NEEDED, "base64"}},
    {"PercentEncode", "КодироватьПоRFC3986", {}, true, {NEEDED}},
    {"Explain", "ПояснитьПодпись", {"Разобрать"}, true, {NEEDED, NEEDED, "", ""}},
    {"RequestTokenHeader", "ЗаголовокВременногоТокена", {}, true, {NEEDED, "oob", "POST"}},
    {"AcceptRequestToken", "ПринятьВременныйТокен", {}, false, {NEEDED, NEEDED}},
    {"ConsentURL", "АдресСогласия", {}, true, {NEEDED}},
    {"AcceptCallback", "ПринятьВозврат", {}, false, {NEEDED}},
    {"AccessTokenHeader", "ЗаголовокПостоянногоТокена", {}, true, {NEEDED, "POST"}},
    {"AcceptAccessToken", "ПринятьПостоянныйТокен", {}, false, {NEEDED, NEEDED}},
    {"ExtraField", "ДополнительноеПоле", {}, true, {NEEDED}},
    {"SaveState", "СохранитьСостояние", {}, true, {NEEDED, ""}},
    {"LoadState", "ВосстановитьСостояние", {}, false, {NEEDED, NEEDED, ""}},
    {"NewKey", "НовыйКлюч", {}, true, {}},
    {"Seal", "Запечатать", {}, true, {NEEDED, NEEDED, ""}},
    {"Unseal", "Распечатать", {}, true, {NEEDED, NEEDED, "", "text"}},
    {"RandomText", "СлучайнаяСтрока", {}, true, {"#43"}},
    {"PKCEChallenge", "ВызовPKCE", {}, true, {NEEDED}},
    {"VerifyHMAC", "ПроверитьHMAC", {}, true, {NEEDED, NEEDED, NEEDED, NEEDED, "auto"}},
    {"Hash", "Хеш", {}, true, {NEEDED, NEEDED, "hex"}},
    {"SignRSA", "ПодписатьRSA", {}, true, {NEEDED, NEEDED, "base64"}},
    {"JWT", "JWT", {}, true, {NEEDED, NEEDED, "RS256", ""}},
    {"URLPart", "ЧастьАдреса", {}, true, {NEEDED, NEEDED}},
    {"FormField", "ПолеОтвета", {}, true, {NEEDED, NEEDED}},
};

static const std::vector<Member> PROPERTIES = {
    {"Version", "Версия", {}, true, {}},
    {"LastError", "ПоследняяОшибка", {}, true, {}},
    {"ErrorCode", "КодОшибки", {}, true, {}},
    {"ErrorReason", "ПричинаОшибки", {}, true, {}},
    {"RequestURL", "АдресЗапроса", {}, true, {}},
    {"Token", "Токен", {}, true, {}},
};

// The class OSignTokens.
static const std::vector<Member> TOKENS_METHODS = {
    {"SetStoreOption", "УстановитьПараметрХранилища", {}, false, {NEEDED, NEEDED}},
    {"KeepInRegister", "ХранитьВРегистре", {}, false, {NEEDED, NEEDED, ""}},
    {"OpenStore", "ОткрытьХранилище", {}, false, {NEEDED, NEEDED}},
    {"CreateStore", "СоздатьХранилище", {}, false, {NEEDED, NEEDED}},
    {"NewKey", "НовыйКлюч", {}, true, {}},
    {"NewGrant", "НовыйДоступ", {}, false, {""}},
    {"SetOption", "УстановитьНастройку", {}, false, {NEEDED, NEEDED}},
    {"SetClient", "УстановитьПриложение", {}, false, {NEEDED, NEEDED, ""}},
    {"BeginToken", "НачатьТокен", {}, false, {NEEDED, "#60"}},
    {"BeginRefused", "НачатьОтказ", {}, false, {NEEDED, NEEDED, "#401"}},
    {"BeginAuthorize", "НачатьАвторизацию", {}, false, {NEEDED, NEEDED, NEEDED, "", "", "#60"}},
    {"BeginLogin", "НачатьВход", {}, false, {NEEDED, ""}},
    {"BeginFinishLogin", "НачатьПриемВозврата", {}, false, {NEEDED, NEEDED}},
    {"BeginExchange", "НачатьОбменКода", {}, false, {NEEDED, NEEDED, ""}},
    {"BeginAdd", "НачатьДобавление", {}, false, {NEEDED}},
    {"BeginReplace", "НачатьЗамену", {}, false, {NEEDED}},
    {"BeginRenew", "НачатьПродление", {}, false, {NEEDED}},
    {"BeginRevoke", "НачатьОтзыв", {}, false, {NEEDED, "?0"}},
    {"BeginRemove", "НачатьУдаление", {}, false, {NEEDED}},
    {"BeginRename", "НачатьПереименование", {}, false, {NEEDED, NEEDED}},
    {"BeginAdopt", "НачатьПринятие", {}, false, {""}},
    {"BeginExport", "НачатьВыгрузку", {}, false, {NEEDED, NEEDED, "backup"}},
    {"BeginImport", "НачатьЗагрузку", {}, false, {NEEDED, NEEDED, ""}},
    {"BeginRekey", "НачатьСменуКлюча", {}, false, {}},
    {"BeginList", "НачатьСписок", {}, false, {""}},
    {"BeginCheck", "НачатьПроверку", {}, false, {"#14"}},
    {"NextStep", "СледующийШаг", {}, true, {}},
    {"Load", "Загрузить", {}, false, {NEEDED, NEEDED, NEEDED}},
    {"NoRecord", "ЗаписиНет", {}, false, {}},
    {"NamesRead", "ИменаПрочитаны", {}, false, {NEEDED}},
    {"RecordSaved", "ЗаписьСохранена", {}, false, {"?1"}},
    {"RecordFailed", "ОшибкаХранения", {}, false, {NEEDED}},
    {"AcceptAnswer", "ПринятьОтвет", {}, false, {NEEDED, NEEDED, "", "#0"}},
    {"NoAnswer", "ОтветаНет", {}, false, {"?1"}},
    {"Pause", "Подождать", {}, false, {"#5"}},
    {"AccessToken", "ТокенДоступа", {}, true, {NEEDED, "#60"}},
    {"Authorize", "Авторизовать", {}, true, {NEEDED, NEEDED, NEEDED, "", ""}},
};

static const std::vector<Member> TOKENS_PROPERTIES = {
    {"Version", "Версия", {}, true, {}},
    {"LastError", "ПоследняяОшибка", {}, true, {}},
    {"ErrorCode", "КодОшибки", {}, true, {}},
    {"ErrorReason", "ПричинаОшибки", {}, true, {}},
    {"StepReady", "ШагГотово", {}, true, {}},
    {"StepRead", "ШагПрочитать", {}, true, {}},
    {"StepWrite", "ШагЗаписать", {}, true, {}},
    {"StepNames", "ШагИмена", {}, true, {}},
    {"StepSend", "ШагОтправить", {}, true, {}},
    {"StepWait", "ШагПодождать", {}, true, {}},
    {"StepLogIn", "ШагВойти", {}, true, {}},
    {"RecordName", "ИмяЗаписи", {}, true, {}},
    {"WriteKind", "ВидЗаписи", {}, true, {}},
    {"Record", "Запись", {}, true, {}},
    {"ExpectedGeneration", "ОжидаемоеПоколение", {}, true, {}},
    {"ExpectedRevision", "ОжидаемаяРевизия", {}, true, {}},
    {"NewGeneration", "НовоеПоколение", {}, true, {}},
    {"NewName", "НовоеИмя", {}, true, {}},
    {"RequestMethod", "МетодЗапроса", {}, true, {}},
    {"RequestURL", "АдресЗапроса", {}, true, {}},
    {"RequestHeaders", "ЗаголовкиЗапроса", {}, true, {}},
    {"RequestBody", "ТелоЗапроса", {}, true, {}},
    {"WaitMilliseconds", "ЖдатьМиллисекунд", {}, true, {}},
    {"Token", "Токен", {}, true, {}},
    {"TokenExpiresAt", "СрокТокена", {}, true, {}},
    {"TokenGeneration", "ПоколениеТокена", {}, true, {}},
    {"Result", "Результат", {}, true, {}},
    {"ResultNumber", "РезультатЧисло", {}, true, {}},
};

#endif
