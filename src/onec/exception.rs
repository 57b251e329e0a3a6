//! Exceptions, in both languages: what goes wrong in a call is one in the code that called.

use super::language::Language;
use super::limits::LARGEST_SETTING;
use super::parameter::Names;
use super::wording;
use crate::error::{Error, Status};

/// Why a call failed.
pub(super) enum Exception {
    /// The core refused.
    Core(Error),
    /// An argument is of a wrong type.
    WrongType { parameter: Names, wanted: Wanted, given: Given },
    /// An argument holds half of a surrogate pair.
    BrokenText { parameter: Names },
    /// A signature is asked for before the consumer is known.
    NoConsumer,
    /// A result is asked for in an encoding that is none of these.
    UnknownEncoding { known: &'static str },
    /// A step of a login is taken before it has begun.
    NoLogin,
    /// What was sealed is no text.
    NoText,
    /// Nothing says yet where grants are kept.
    #[cfg(feature = "onec-tokens")]
    NoStore,
    /// Nothing was begun.
    #[cfg(feature = "onec-tokens")]
    NoWork,
    /// What 1C keeps needs steps.
    #[cfg(feature = "onec-tokens")]
    InSteps,
    /// A part of a URL is asked for that there is not.
    UnknownPart,
    /// A number is none of these.
    OutOfRange { parameter: Names, least: i64, most: i64 },
    /// A setting is longer than any is.
    LongSetting { parameter: Names },
    /// The extra parameters are, all together.
    LongParameters,
    /// A request holds more than this to take to pieces.
    LargeRequest { largest: usize },
    /// There is no memory for the call.
    NoMemory,
    /// The platform gave no memory for what the call returns.
    NoMemoryForResult,
    /// A defect of ours.
    Panic,
}

/// What an argument should be.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    Text,
    TextOrBytes,
    TextOrNumberOrBoolean,
    Boolean,
    Whole,
}

/// What an argument is.
#[derive(Clone, Copy)]
pub(super) enum Given {
    Undefined,
    Null,
    Boolean,
    Number,
    Fraction,
    Date,
    Text,
    Bytes,
    Other,
}

impl From<Error> for Exception {
    fn from(error: Error) -> Self {
        Self::Core(error)
    }
}

impl Exception {
    pub(super) const fn status(&self) -> Status {
        match self {
            Self::Core(error) => error.status(),
            Self::WrongType { .. }
            | Self::NoConsumer
            | Self::UnknownEncoding { .. }
            | Self::NoLogin
            | Self::UnknownPart
            | Self::OutOfRange { .. }
            | Self::LongSetting { .. }
            | Self::LongParameters
            | Self::LargeRequest { .. } => Status::InvalidArgument,
            #[cfg(feature = "onec-tokens")]
            Self::NoStore | Self::NoWork | Self::InSteps => Status::InvalidArgument,
            Self::BrokenText { .. } | Self::NoText => Status::InvalidUtf8,
            Self::NoMemory | Self::NoMemoryForResult => Status::OutOfMemory,
            Self::Panic => Status::Panic,
        }
    }

    /// The word that stands for the reason, in every language.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Core(error) => error.word(),
            Self::WrongType { .. } => "wrong-type",
            Self::BrokenText { .. } => "half-surrogate",
            Self::NoConsumer => "no-consumer",
            Self::UnknownEncoding { .. } => "unknown-encoding",
            Self::NoLogin => "no-login",
            Self::NoText => "no-text",
            #[cfg(feature = "onec-tokens")]
            Self::NoStore => "no-store",
            #[cfg(feature = "onec-tokens")]
            Self::NoWork => "no-work",
            #[cfg(feature = "onec-tokens")]
            Self::InSteps => "in-steps",
            Self::UnknownPart => "unknown-part",
            Self::OutOfRange { .. } => "out-of-range",
            Self::LongSetting { .. } => "long-setting",
            Self::LongParameters => "long-parameters",
            Self::LargeRequest { .. } => "large-request",
            Self::NoMemory => "no-memory",
            Self::NoMemoryForResult => "no-memory-for-result",
            Self::Panic => "panic",
        }
    }

    /// The sentence.
    pub(super) fn text(&self, language: Language) -> String {
        match self {
            Self::Core(error) => wording::of(error, language),
            Self::WrongType { parameter: (english, russian), wanted, given } => match language {
                Language::English => {
                    format!("the parameter {english} must be {}, not {}", wanted.english(), given.english())
                }
                Language::Russian => {
                    format!(
                        "параметр {russian}: нужно значение типа {}, передано {}",
                        wanted.russian(),
                        given.russian()
                    )
                }
            },
            Self::BrokenText { parameter: (english, russian) } => match language {
                Language::English => {
                    format!("the parameter {english} holds half of a surrogate pair; the string was cut in two")
                }
                Language::Russian => {
                    format!(
                        "параметр {russian} содержит половину суррогатной пары: строка была разрезана посреди символа"
                    )
                }
            },
            Self::NoConsumer => language
                .choose(
                    "the consumer is not set; call SetConsumer first",
                    "потребитель не задан; сначала вызовите УстановитьПотребителя",
                )
                .to_owned(),
            Self::UnknownEncoding { known } => match language {
                Language::English => format!("the encoding is none of {known}"),
                Language::Russian => format!("кодировка должна быть одной из: {known}"),
            },
            Self::NoLogin => language
                .choose(
                    "no login is under way; it begins with RequestTokenHeader, or LoadState goes on with one",
                    "вход не начат: он начинается с ЗаголовокВременногоТокена или продолжается после ВосстановитьСостояние",
                )
                .to_owned(),
            Self::NoText => language
                .choose(
                    "what was sealed is no text in UTF-8; ask for it as binary",
                    "запечатан не текст в UTF-8; распечатайте как двоичные данные: Вид = \"binary\"",
                )
                .to_owned(),
            #[cfg(feature = "onec-tokens")]
            Self::NoStore => language
                .choose(
                    "nothing says where grants are kept; call KeepInRegister or OpenStore first",
                    "не сказано, где хранятся доступы; сначала вызовите ХранитьВРегистре или ОткрытьХранилище",
                )
                .to_owned(),
            #[cfg(feature = "onec-tokens")]
            Self::NoWork => language
                .choose(
                    "nothing was begun; call one of the methods Begin… first",
                    "ничего не начато; сначала вызовите один из методов Начать…",
                )
                .to_owned(),
            #[cfg(feature = "onec-tokens")]
            Self::InSteps => language
                .choose(
                    "1C keeps these grants, which takes steps: begin with BeginToken or BeginAuthorize, then NextStep",
                    "эти доступы хранит 1С, и нужны шаги: начните с НачатьТокен или НачатьАвторизацию, затем СледующийШаг",
                )
                .to_owned(),
            Self::UnknownPart => language
                .choose(
                    "the part is none of Scheme, Host, Port, Resource, Parameter:NAME",
                    "часть адреса должна быть одной из: Схема, Сервер, Порт, Ресурс, Параметр:ИМЯ",
                )
                .to_owned(),
            Self::OutOfRange { parameter: (english, russian), least, most } => match language {
                Language::English => format!("the parameter {english} must be a number from {least} to {most}"),
                Language::Russian => format!("параметр {russian}: нужно число от {least} до {most}"),
            },
            Self::LongSetting { parameter: (english, russian) } => match language {
                Language::English => format!("the parameter {english} is longer than {LARGEST_SETTING} bytes in UTF-8"),
                Language::Russian => format!("параметр {russian} длиннее {LARGEST_SETTING} байт в UTF-8"),
            },
            Self::LongParameters => match language {
                Language::English => {
                    format!("the parameters of AddParameter are longer than {LARGEST_SETTING} bytes, taken together")
                }
                Language::Russian => format!("параметры ДобавитьПараметр вместе длиннее {LARGEST_SETTING} байт"),
            },
            Self::LargeRequest { largest } => {
                let largest = largest >> 20;
                match language {
                    Language::English => {
                        format!("the request (URL and form, method and type) is larger than {largest} MiB")
                    }
                    Language::Russian => format!("запрос (адрес и форма, метод и тип) больше {largest} МиБ"),
                }
            }
            Self::NoMemory => language
                .choose("there is not enough memory for this call", "не хватает памяти для этого вызова")
                .to_owned(),
            Self::NoMemoryForResult => {
                language.choose("1C gave no memory for the answer", "1С не выделила память для ответа").to_owned()
            }
            Self::Panic => language
                .choose(
                    "osign met a defect of its own (a panic); please report it",
                    "внутренняя ошибка osign (паника); пожалуйста, сообщите о ней",
                )
                .to_owned(),
        }
    }
}

impl Wanted {
    const fn english(self) -> &'static str {
        match self {
            Self::Text => "a String",
            Self::TextOrBytes => "a String or BinaryData",
            Self::TextOrNumberOrBoolean => "a String, a whole Number or a Boolean",
            Self::Boolean => "a Boolean",
            Self::Whole => "a whole Number",
        }
    }

    const fn russian(self) -> &'static str {
        match self {
            Self::Text => "Строка",
            Self::TextOrBytes => "Строка или ДвоичныеДанные",
            Self::TextOrNumberOrBoolean => "Строка, Число (целое) или Булево",
            Self::Boolean => "Булево",
            Self::Whole => "Число (целое)",
        }
    }
}

impl Given {
    const fn english(self) -> &'static str {
        match self {
            Self::Undefined => "Undefined",
            Self::Null => "NULL",
            Self::Boolean => "a Boolean",
            Self::Number => "a Number",
            Self::Fraction => "a Number that is not whole or too large",
            Self::Date => "a Date",
            Self::Text => "a String",
            Self::Bytes => "BinaryData",
            Self::Other => "a value that an add-in cannot be given",
        }
    }

    const fn russian(self) -> &'static str {
        match self {
            Self::Undefined => "Неопределено",
            Self::Null => "NULL",
            Self::Boolean => "Булево",
            Self::Number => "Число",
            Self::Fraction => "дробное или слишком большое Число",
            Self::Date => "Дата",
            Self::Text => "Строка",
            Self::Bytes => "ДвоичныеДанные",
            Self::Other => "значение, которое нельзя передать внешней компоненте",
        }
    }
}
