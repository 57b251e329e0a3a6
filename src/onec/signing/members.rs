//! The members of the class `OSign`: their names in both languages, and what each of them does. A new one is one entry here.

use super::class::Signing;
use super::settings::{self, Setting};
use crate::oauth1::Signer;
use crate::onec::member::{
    Class, Get, Method, Property, error_code, error_reason, function, last_error, procedure, version,
};
use crate::onec::parameter::{Parameter, needed, optional, whole};

/// A function whose answer is a signature: the extra parameters were for that one, and without it nothing is signed that could be sent.
const fn signs(method: Method<Signing>) -> Method<Signing> {
    let after = |class: &mut Signing, has_arrived: bool| {
        if has_arrived { class.forget_parameters() } else { class.forget_request_url() }
    };
    Method { after, ..method }
}

/// A function whose answer is a step of a login: without it there is nothing that could be sent.
const fn steps(method: Method<Signing>) -> Method<Signing> {
    let after = |class: &mut Signing, has_arrived: bool| {
        if !has_arrived {
            class.forget_request_url();
        }
    };
    Method { after, ..method }
}

const fn also(aliases: &'static [&'static str], method: Method<Signing>) -> Method<Signing> {
    Method { aliases, ..method }
}

/// A procedure that sets something of the signer's, and does nothing else.
macro_rules! setting {
    ($names:expr, $parameters:expr, $setting:expr $(,)?) => {
        procedure($names, $parameters, |class, arguments| class.set($setting, arguments))
    };
}

const REQUEST: &[Parameter] = &[
    needed("Method", "Метод"),
    needed("URL", "Адрес"),
    optional("Body", "Тело", ""),
    optional("ContentType", "ТипСодержимого", ""),
];

const ANSWER: &[Parameter] = &[needed("StatusCode", "КодСостояния"), needed("Body", "Тело")];

impl Class for Signing {
    const NAME: &'static str = "OSign";
    const PROPERTIES: &'static [Property<Self>] = &[
        version(),
        last_error(),
        error_code(),
        error_reason(),
        Property {
            names: ("RequestURL", "АдресЗапроса"), get: Get::Of(|class| class.request_url().into())
        },
        Property { names: ("Token", "Токен"), get: Get::Of(|class| class.token().into()) },
    ];
    const METHODS: &'static [Method<Self>] = METHODS;

    fn new() -> Self {
        Self::new()
    }
}

const METHODS: &[Method<Signing>] = &[
    procedure(
        ("SetConsumer", "УстановитьПотребителя"),
        &[needed("Key", "Ключ"), needed("Secret", "Секрет")],
        Signing::set_consumer,
    ),
    setting!(
        ("SetToken", "УстановитьТокен"),
        &[needed("Token", "Токен"), needed("Secret", "Секрет")],
        Setting::Pair(Signer::set_token),
    ),
    setting!(
        ("SetSignatureMethod", "УстановитьМетодПодписи"),
        &[needed("Name", "Имя")],
        Setting::Text(settings::signature_method),
    ),
    setting!(
        ("SetPrivateKey", "УстановитьЗакрытыйКлюч"),
        &[needed("PEM", "PEM")],
        Setting::Bytes(settings::private_key),
    ),
    setting!(("SetRealm", "УстановитьОбласть"), &[needed("Realm", "Область")], Setting::Text(Signer::set_realm)),
    setting!(
        ("SetBodyHash", "УстановитьХешТела"),
        &[needed("Enabled", "Включено")],
        Setting::Switch(Signer::set_body_hash),
    ),
    setting!(
        ("SetSendVersion", "УстановитьПередачуВерсии"),
        &[needed("Enabled", "Включено")],
        Setting::Switch(Signer::set_send_version),
    ),
    setting!(
        ("SetClockOffset", "УстановитьСдвигЧасов"),
        &[needed("Seconds", "Секунды")],
        Setting::Whole(Signer::set_clock_offset),
    ),
    setting!(
        ("SetOption", "УстановитьНастройку"),
        &[needed("Name", "Имя"), needed("Value", "Значение")],
        Setting::Named(settings::by_name),
    ),
    procedure(
        ("AddParameter", "ДобавитьПараметр"),
        &[needed("Name", "Имя"), needed("Value", "Значение")],
        Signing::add_parameter,
    ),
    procedure(("ClearParameters", "ОчиститьПараметры"), &[], Signing::clear_parameters),
    signs(function(("Authorization", "ЗаголовокАвторизации"), REQUEST, Signing::authorization)),
    signs(function(
        ("SignedURL", "ПодписанныйАдрес"),
        &[needed("Method", "Метод"), needed("URL", "Адрес")],
        Signing::signed_url,
    )),
    also(&["ОдноразовыйКод", "Одноразовое"], function(("Nonce", "ОдноразовоеЗначение"), &[], Signing::nonce)),
    also(&["ОтметкаВремени"], function(("Timestamp", "МеткаВремени"), &[], Signing::timestamp)),
    function(
        ("HMAC", "HMAC"),
        &[
            needed("Algorithm", "Алгоритм"),
            needed("Key", "Ключ"),
            needed("Data", "Данные"),
            optional("Encoding", "Кодировка", "base64"),
        ],
        Signing::hmac,
    ),
    function(("PercentEncode", "КодироватьПоRFC3986"), &[needed("Text", "Текст")], Signing::percent_encode),
    also(&["Разобрать"], function(("Explain", "ПояснитьПодпись"), REQUEST, Signing::explain)),
    steps(function(
        ("RequestTokenHeader", "ЗаголовокВременногоТокена"),
        &[needed("URL", "Адрес"), optional("CallbackURL", "АдресВозврата", "oob"), optional("Method", "Метод", "POST")],
        Signing::request_token_header,
    )),
    procedure(("AcceptRequestToken", "ПринятьВременныйТокен"), ANSWER, Signing::accept_request_token),
    function(("ConsentURL", "АдресСогласия"), &[needed("URL", "Адрес")], Signing::consent_url),
    procedure(("AcceptCallback", "ПринятьВозврат"), &[needed("URLOrCode", "АдресИлиКод")], Signing::accept_callback),
    steps(function(
        ("AccessTokenHeader", "ЗаголовокПостоянногоТокена"),
        &[needed("URL", "Адрес"), optional("Method", "Метод", "POST")],
        Signing::access_token_header,
    )),
    procedure(("AcceptAccessToken", "ПринятьПостоянныйТокен"), ANSWER, Signing::accept_access_token),
    function(("ExtraField", "ДополнительноеПоле"), &[needed("Name", "Имя")], Signing::extra_field),
    function(
        ("SaveState", "СохранитьСостояние"),
        &[needed("Key", "Ключ"), optional("Context", "Контекст", "")],
        Signing::save_state,
    ),
    procedure(
        ("LoadState", "ВосстановитьСостояние"),
        &[needed("State", "Состояние"), needed("Key", "Ключ"), optional("Context", "Контекст", "")],
        Signing::load_state,
    ),
    function(("NewKey", "НовыйКлюч"), &[], Signing::new_key),
    function(
        ("Seal", "Запечатать"),
        &[needed("Data", "Данные"), needed("Key", "Ключ"), optional("Context", "Контекст", "")],
        Signing::seal,
    ),
    function(
        ("Unseal", "Распечатать"),
        &[
            needed("Text", "Текст"),
            needed("Key", "Ключ"),
            optional("Context", "Контекст", ""),
            optional("Kind", "Вид", "text"),
        ],
        Signing::unseal,
    ),
    function(("RandomText", "СлучайнаяСтрока"), &[whole("Length", "Длина", 43)], Signing::random_text),
    function(("PKCEChallenge", "ВызовPKCE"), &[needed("Verifier", "ПроверочныйКод")], Signing::pkce_challenge),
    function(
        ("VerifyHMAC", "ПроверитьHMAC"),
        &[
            needed("Algorithm", "Алгоритм"),
            needed("Key", "Ключ"),
            needed("Data", "Данные"),
            needed("Signature", "Подпись"),
            optional("Encoding", "Кодировка", "auto"),
        ],
        Signing::verify_hmac,
    ),
    function(
        ("Hash", "Хеш"),
        &[needed("Algorithm", "Алгоритм"), needed("Data", "Данные"), optional("Encoding", "Кодировка", "hex")],
        Signing::hash,
    ),
    function(
        ("SignRSA", "ПодписатьRSA"),
        &[needed("Algorithm", "Алгоритм"), needed("Data", "Данные"), optional("Encoding", "Кодировка", "base64")],
        Signing::sign_rsa,
    ),
    function(
        ("JWT", "JWT"),
        &[
            needed("Header", "Заголовок"),
            needed("Claims", "Содержание"),
            optional("Algorithm", "Алгоритм", "RS256"),
            optional("Key", "Ключ", ""),
        ],
        Signing::jwt,
    ),
    function(("URLPart", "ЧастьАдреса"), &[needed("URL", "Адрес"), needed("Part", "Часть")], Signing::url_part),
    function(("FormField", "ПолеОтвета"), &[needed("Text", "Текст"), needed("Name", "Имя")], Signing::form_field),
    #[cfg(osign_vectors)]
    procedure(
        ("FixForTests", "ЗадатьДляПроверки"),
        &[needed("Nonce", "Код"), needed("Timestamp", "Метка")],
        Signing::fix_for_tests,
    ),
    #[cfg(osign_panics)]
    procedure(("PanicForTests", "ПаникаДляПроверки"), &[], |_, _| {
        panic!("details that no message may hold")
    }),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onec::member::tests::{check_guides, check_names};

    #[test]
    fn no_name_stands_for_two() {
        check_names::<Signing>();
    }

    /// A row begins with the Russian and the English signature; their tables hold every member and no other.
    #[test]
    fn the_guides_have_these_members() {
        check_guides::<Signing>();
    }
}
