//! The members of the class `OSignTokens`: their names in both languages, and what each of them does. A new one is one entry here.

use super::class::Tokens;
use super::steps::{LOG_IN, NAMES, READ, READY, SEND, WAIT, WRITE};
use crate::onec::exception::Exception;
use crate::onec::member::{
    Class, Get, Method, Property, error_code, error_reason, function, last_error, procedure, version,
};
use crate::onec::parameter::{Names, Parameter, boolean, needed, optional, whole};
use crate::onec::value::Returned;

const NAME: Parameter = needed("Name", "Имя");
const KEY: Parameter = needed("Key", "Ключ");

const fn text(names: Names, get: fn(&Tokens) -> Returned) -> Property<Tokens> {
    Property { names, get: Get::Of(get) }
}

/// A number that fits: generations count renewals.
fn number(number: u64) -> Returned {
    Returned::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A method that begins something: where it fails nothing is left of what was begun before, which could be taken for its own.
const fn begins(method: Method<Tokens>) -> Method<Tokens> {
    let after = |class: &mut Tokens, has_arrived: bool| {
        if !has_arrived {
            class.forget();
        }
    };
    Method { after, ..method }
}

/// A method that says where grants are kept, and likewise.
const fn opens(method: Method<Tokens>) -> Method<Tokens> {
    let after = |class: &mut Tokens, has_arrived: bool| {
        if !has_arrived {
            class.forget_store();
        }
    };
    Method { after, ..method }
}

impl Class for Tokens {
    const NAME: &'static str = "OSignTokens";
    const PROPERTIES: &'static [Property<Self>] = &[
        version(),
        last_error(),
        error_code(),
        error_reason(),
        text(("StepReady", "ШагГотово"), |_| READY.1.into()),
        text(("StepRead", "ШагПрочитать"), |_| READ.1.into()),
        text(("StepWrite", "ШагЗаписать"), |_| WRITE.1.into()),
        text(("StepNames", "ШагИмена"), |_| NAMES.1.into()),
        text(("StepSend", "ШагОтправить"), |_| SEND.1.into()),
        text(("StepWait", "ШагПодождать"), |_| WAIT.1.into()),
        text(("StepLogIn", "ШагВойти"), |_| LOG_IN.1.into()),
        text(("RecordName", "ИмяЗаписи"), |class| class.record_name().into()),
        text(("WriteKind", "ВидЗаписи"), |class| class.write_kind().into()),
        text(("Record", "Запись"), |class| class.record().into()),
        text(("ExpectedGeneration", "ОжидаемоеПоколение"), |class| {
            number(class.expected_generation())
        }),
        text(("ExpectedRevision", "ОжидаемаяРевизия"), |class| number(class.expected_revision())),
        text(("NewGeneration", "НовоеПоколение"), |class| number(class.new_generation())),
        text(("NewName", "НовоеИмя"), |class| class.new_name().into()),
        text(("RequestMethod", "МетодЗапроса"), |class| class.request_method().into()),
        text(("RequestURL", "АдресЗапроса"), |class| class.request_url().into()),
        text(("RequestHeaders", "ЗаголовкиЗапроса"), |class| class.request_headers().into()),
        text(("RequestBody", "ТелоЗапроса"), |class| Returned::Bytes(class.request_body())),
        text(("WaitMilliseconds", "ЖдатьМиллисекунд"), |class| {
            Returned::Integer(class.wait_milliseconds())
        }),
        text(("Token", "Токен"), |class| class.token().into()),
        text(("TokenExpiresAt", "СрокТокена"), |class| Returned::Integer(class.token_expires_at())),
        text(("TokenGeneration", "ПоколениеТокена"), |class| number(class.token_generation())),
        text(("Result", "Результат"), Tokens::result),
        text(("ResultNumber", "РезультатЧисло"), |class| number(class.result_number())),
    ];
    const METHODS: &'static [Method<Self>] = METHODS;

    fn new() -> Self {
        Self::default()
    }

    fn remark(&mut self) -> Option<Exception> {
        self.remark.take().map(Exception::Core)
    }
}

const METHODS: &[Method<Tokens>] = &[
    procedure(
        ("SetStoreOption", "УстановитьПараметрХранилища"),
        &[NAME, needed("Value", "Значение")],
        Tokens::set_store_option,
    ),
    opens(procedure(
        ("KeepInRegister", "ХранитьВРегистре"),
        &[needed("ID", "Идентификатор"), KEY, optional("Environment", "Окружение", "")],
        Tokens::keep_in_register,
    )),
    opens(procedure(("OpenStore", "ОткрытьХранилище"), &[needed("URL", "Адрес"), KEY], Tokens::open_store)),
    opens(procedure(("CreateStore", "СоздатьХранилище"), &[needed("URL", "Адрес"), KEY], Tokens::create_store)),
    function(("NewKey", "НовыйКлюч"), &[], Tokens::new_key),
    procedure(("NewGrant", "НовыйДоступ"), &[optional("Provider", "Поставщик", "")], Tokens::new_grant),
    procedure(("SetOption", "УстановитьНастройку"), &[NAME, needed("Value", "Значение")], Tokens::set_option),
    procedure(
        ("SetClient", "УстановитьПриложение"),
        &[
            needed("ClientID", "Идентификатор"),
            needed("ClientSecret", "Секрет"),
            optional("RedirectURI", "АдресВозврата", ""),
        ],
        Tokens::set_client,
    ),
    begins(procedure(("BeginToken", "НачатьТокен"), &[NAME, VALIDITY], Tokens::begin_token)),
    begins(procedure(
        ("BeginRefused", "НачатьОтказ"),
        &[NAME, needed("Generation", "Поколение"), whole("StatusCode", "КодСостояния", 401)],
        Tokens::begin_refused,
    )),
    begins(procedure(
        ("BeginAuthorize", "НачатьАвторизацию"),
        &[NAME, METHOD, URL, BODY, CONTENT_TYPE, VALIDITY],
        Tokens::begin_authorize,
    )),
    begins(procedure(("BeginLogin", "НачатьВход"), &[NAME, ACCOUNT], Tokens::begin_login)),
    begins(procedure(("BeginFinishLogin", "НачатьПриемВозврата"), &[NAME, URL], Tokens::begin_finish_login)),
    begins(procedure(
        ("BeginExchange", "НачатьОбменКода"),
        &[NAME, needed("Code", "Код"), ACCOUNT],
        Tokens::begin_exchange,
    )),
    begins(procedure(("BeginAdd", "НачатьДобавление"), &[NAME], Tokens::begin_add)),
    begins(procedure(("BeginReplace", "НачатьЗамену"), &[NAME], Tokens::begin_replace)),
    begins(procedure(("BeginRenew", "НачатьПродление"), &[NAME], Tokens::begin_renew)),
    begins(procedure(
        ("BeginRevoke", "НачатьОтзыв"),
        &[NAME, boolean("HereAlone", "ТолькоЗдесь", false)],
        Tokens::begin_revoke,
    )),
    begins(procedure(("BeginRemove", "НачатьУдаление"), &[NAME], Tokens::begin_remove)),
    begins(procedure(
        ("BeginRename", "НачатьПереименование"),
        &[NAME, needed("NewName", "НовоеИмя")],
        Tokens::begin_rename,
    )),
    begins(procedure(("BeginAdopt", "НачатьПринятие"), &[NAME_OR_ALL], Tokens::begin_adopt)),
    begins(procedure(
        ("BeginExport", "НачатьВыгрузку"),
        &[NAME, KEY, optional("Purpose", "Назначение", "backup")],
        Tokens::begin_export,
    )),
    begins(procedure(
        ("BeginImport", "НачатьЗагрузку"),
        &[needed("Text", "Текст"), KEY, NAME_OR_ALL],
        Tokens::begin_import,
    )),
    begins(procedure(("BeginRekey", "НачатьСменуКлюча"), &[], Tokens::begin_rekey)),
    begins(procedure(("BeginList", "НачатьСписок"), &[NAME_OR_ALL], Tokens::begin_list)),
    begins(procedure(("BeginCheck", "НачатьПроверку"), &[whole("Days", "Дней", 14)], Tokens::begin_check)),
    function(("NextStep", "СледующийШаг"), &[], Tokens::next_step),
    procedure(
        ("Load", "Загрузить"),
        &[needed("Record", "Запись"), needed("Generation", "Поколение"), needed("Revision", "Ревизия")],
        Tokens::load,
    ),
    procedure(("NoRecord", "ЗаписиНет"), &[], Tokens::no_record),
    procedure(("NamesRead", "ИменаПрочитаны"), &[needed("Names", "Имена")], Tokens::names_read),
    procedure(("RecordSaved", "ЗаписьСохранена"), &[boolean("Saved", "Сохранена", true)], Tokens::record_saved),
    procedure(("RecordFailed", "ОшибкаХранения"), &[needed("Description", "Описание")], Tokens::record_failed),
    procedure(
        ("AcceptAnswer", "ПринятьОтвет"),
        &[
            needed("StatusCode", "КодСостояния"),
            needed("Body", "Тело"),
            CONTENT_TYPE,
            whole("RetryAfter", "ПовторитьЧерез", 0),
        ],
        Tokens::accept_answer,
    ),
    procedure(("NoAnswer", "ОтветаНет"), &[boolean("MayHaveBeenSent", "МоглоУйти", true)], Tokens::no_answer),
    procedure(("Pause", "Подождать"), &[whole("Seconds", "Секунд", 5)], Tokens::pause),
    begins(function(("AccessToken", "ТокенДоступа"), &[NAME, VALIDITY], Tokens::access_token)),
    begins(function(("Authorize", "Авторизовать"), &[NAME, METHOD, URL, BODY, CONTENT_TYPE], Tokens::authorize)),
    #[cfg(osign_panics)]
    procedure(("PanicForTests", "ПаникаДляПроверки"), &[], |_, _| {
        panic!("details that no message may hold")
    }),
];

const VALIDITY: Parameter = whole("MinValidity", "ЗапасСекунд", 60);
const METHOD: Parameter = needed("Method", "Метод");
const URL: Parameter = needed("URL", "Адрес");
const BODY: Parameter = optional("Body", "Тело", "");
const CONTENT_TYPE: Parameter = optional("ContentType", "ТипСодержимого", "");
const ACCOUNT: Parameter = optional("Account", "Учетная", "");
const NAME_OR_ALL: Parameter = optional("Name", "Имя", "");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onec::member::tests::{check_guides, check_names};

    #[test]
    fn no_name_stands_for_two() {
        check_names::<Tokens>();
    }

    /// A row begins with the Russian and the English signature; their tables hold every member and no other.
    #[test]
    fn the_guides_have_these_members() {
        check_guides::<Tokens>();
    }
}
