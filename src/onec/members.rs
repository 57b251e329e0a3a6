//! The members of the class `OSign`: their names in both languages, and what each of them does. A new one is one entry here.

use super::arguments::Arguments;
use super::class::Class;
use super::exception::Exception;
use super::parameter::{Names, Parameter, needed, optional};
use super::settings::{self, Setting};
use super::text::same_name;
use super::value::{Returned, Value};
use crate::oauth1::Signer;
use std::ffi::c_long;

/// The class, the bundle and the progid are called so; all three must be the same.
pub(super) const CLASS_NAME: &str = "OSign";

/// A property; all of them are read alone.
pub(super) struct Property {
    pub(super) names: Names,
    pub(super) get: fn(&Class) -> Returned,
}

/// A method.
pub(super) struct Method {
    pub(super) names: Names,
    /// A further name that it is found by.
    pub(super) alias: Option<&'static str>,
    pub(super) parameters: &'static [Parameter],
    /// Whether it is a function.
    pub(super) has_result: bool,
    /// Whether its answer is a signature: the extra parameters were for that one.
    pub(super) signs: bool,
    action: Action,
}

/// What a method does.
#[derive(Clone, Copy)]
enum Action {
    Set(Setting),
    Call(Function),
}

type Function = fn(&mut Class, &Arguments<'_>) -> Result<Returned, Exception>;

impl Method {
    /// Calls it. Should that fail, or what it returns not arrive, the caller [`note`](Class::note)s it.
    pub(super) fn call(&self, class: &mut Class, values: Vec<Value<'_>>) -> Result<Returned, Exception> {
        let arguments = Arguments { parameters: self.parameters, values };
        class.begin();
        match self.action {
            Action::Set(setting) => class.set(setting, &arguments),
            Action::Call(function) => function(class, &arguments),
        }
    }
}

/// A procedure that sets something of the signer's, and does nothing else.
const fn setting(names: Names, parameters: &'static [Parameter], setting: Setting) -> Method {
    Method { names, alias: None, parameters, has_result: false, signs: false, action: Action::Set(setting) }
}

const fn procedure(names: Names, parameters: &'static [Parameter], call: Function) -> Method {
    Method { names, alias: None, parameters, has_result: false, signs: false, action: Action::Call(call) }
}

const fn function(names: Names, parameters: &'static [Parameter], call: Function) -> Method {
    Method { has_result: true, ..procedure(names, parameters, call) }
}

const REQUEST: &[Parameter] = &[
    needed("Method", "Метод"),
    needed("URL", "Адрес"),
    optional("Body", "Тело", ""),
    optional("ContentType", "ТипСодержимого", ""),
];

pub(super) const PROPERTIES: [Property; 4] = [
    Property { names: ("Version", "Версия"), get: |_| crate::VERSION.into() },
    Property { names: ("LastError", "ПоследняяОшибка"), get: |class| class.last_error().into() },
    Property { names: ("ErrorCode", "КодОшибки"), get: |class| Returned::Integer(class.error_code().into()) },
    Property { names: ("RequestURL", "АдресЗапроса"), get: |class| class.request_url().into() },
];

pub(super) const METHODS: &[Method] = &[
    procedure(
        ("SetConsumer", "УстановитьПотребителя"),
        &[needed("Key", "Ключ"), needed("Secret", "Секрет")],
        Class::set_consumer,
    ),
    setting(
        ("SetToken", "УстановитьТокен"),
        &[needed("Token", "Токен"), needed("Secret", "Секрет")],
        Setting::Pair(Signer::set_token),
    ),
    setting(
        ("SetSignatureMethod", "УстановитьМетодПодписи"),
        &[needed("Name", "Имя")],
        Setting::Text(settings::signature_method),
    ),
    setting(
        ("SetPrivateKey", "УстановитьЗакрытыйКлюч"),
        &[needed("PEM", "PEM")],
        Setting::Bytes(settings::private_key),
    ),
    setting(("SetRealm", "УстановитьОбласть"), &[needed("Realm", "Область")], Setting::Text(Signer::set_realm)),
    setting(
        ("SetBodyHash", "УстановитьХешТела"),
        &[needed("Enabled", "Включено")],
        Setting::Switch(Signer::set_body_hash),
    ),
    setting(
        ("SetSendVersion", "УстановитьПередачуВерсии"),
        &[needed("Enabled", "Включено")],
        Setting::Switch(Signer::set_send_version),
    ),
    setting(
        ("SetClockOffset", "УстановитьСдвигЧасов"),
        &[needed("Seconds", "Секунды")],
        Setting::Whole(Signer::set_clock_offset),
    ),
    setting(
        ("SetOption", "УстановитьНастройку"),
        &[needed("Name", "Имя"), needed("Value", "Значение")],
        Setting::Named(settings::by_name),
    ),
    procedure(
        ("AddParameter", "ДобавитьПараметр"),
        &[needed("Name", "Имя"), needed("Value", "Значение")],
        Class::add_parameter,
    ),
    procedure(("ClearParameters", "ОчиститьПараметры"), &[], Class::clear_parameters),
    Method {
        signs: true, ..function(("Authorization", "ЗаголовокАвторизации"), REQUEST, Class::authorization)
    },
    Method {
        signs: true,
        ..function(
            ("SignedURL", "ПодписанныйАдрес"),
            &[needed("Method", "Метод"), needed("URL", "Адрес")],
            Class::signed_url,
        )
    },
    Method {
        alias: Some("Одноразовое"), ..function(("Nonce", "ОдноразовыйКод"), &[], Class::nonce)
    },
    Method {
        alias: Some("ОтметкаВремени"), ..function(("Timestamp", "МеткаВремени"), &[], Class::timestamp)
    },
    function(
        ("HMAC", "HMAC"),
        &[
            needed("Algorithm", "Алгоритм"),
            needed("Key", "Ключ"),
            needed("Data", "Данные"),
            optional("Encoding", "Кодировка", "base64"),
        ],
        Class::hmac,
    ),
    function(("PercentEncode", "КодироватьПоRFC3986"), &[needed("Text", "Текст")], Class::percent_encode),
    function(("Explain", "Разобрать"), REQUEST, Class::explain),
    #[cfg(osign_vectors)]
    procedure(
        ("FixForTests", "ЗадатьДляПроверки"),
        &[needed("Nonce", "Код"), needed("Timestamp", "Метка")],
        Class::fix_for_tests,
    ),
    #[cfg(osign_panics)]
    procedure(("PanicForTests", "ПаникаДляПроверки"), &[], |_, _| {
        panic!("details that no message may hold")
    }),
];

/// The property with the platform's number.
pub(super) fn property(number: c_long) -> Option<&'static Property> {
    at(&PROPERTIES, number)
}

/// The method with the platform's number.
pub(super) fn method(number: c_long) -> Option<&'static Method> {
    at(METHODS, number)
}

/// What has the platform's number among all of its kind.
pub(super) fn at<T>(all: &[T], number: c_long) -> Option<&T> {
    all.get(usize::try_from(number).ok()?)
}

/// The number of the property with this name, in whatever case and language.
pub(super) fn find_property(name: &str) -> Option<usize> {
    PROPERTIES.iter().position(|property| names(property.names, name))
}

/// The number of the method with this name, in whatever case and language.
pub(super) fn find_method(name: &str) -> Option<usize> {
    METHODS
        .iter()
        .position(|method| names(method.names, name) || method.alias.is_some_and(|alias| same_name(alias, name)))
}

fn names((english, russian): Names, name: &str) -> bool {
    same_name(english, name) || same_name(russian, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_stands_for_two() {
        let properties = PROPERTIES.iter().map(|property| property.names);
        for (index, (english, russian)) in properties.enumerate() {
            assert_eq!(find_property(english), Some(index));
            assert_eq!(find_property(&russian.to_uppercase()), Some(index));
            assert_eq!(find_method(english), None);
        }
        for (index, method) in METHODS.iter().enumerate() {
            for name in [method.names.0, method.names.1].into_iter().chain(method.alias) {
                assert_eq!(find_method(&name.to_lowercase()), Some(index), "{name}");
                assert_eq!(find_property(name), None, "{name}");
            }
        }
        assert_eq!(find_method("Одноразо"), None);
    }

    #[test]
    fn what_may_be_left_out_stands_last() {
        for method in METHODS {
            let optional = method.parameters.iter().map(|parameter| parameter.default.is_some());
            assert!(optional.is_sorted(), "{}", method.names.0);
        }
    }

    /// A row begins with the Russian and the English signature; their tables hold every member and no other.
    #[test]
    fn the_guides_have_these_members() {
        let signature = |language: fn(Names) -> &'static str, method: &Method| {
            let parameters: Vec<_> = method
                .parameters
                .iter()
                .map(|parameter| match parameter.default {
                    None => language(parameter.names).to_owned(),
                    Some(default) => format!("{} = \"{default}\"", language(parameter.names)),
                })
                .collect();
            format!("`{}({})`", language(method.names), parameters.join(", "))
        };
        let english = |names: Names| names.0;
        let russian = |names: Names| names.1;
        let shipped = METHODS.iter().filter(|method| !method.names.0.ends_with("ForTests"));
        let mut members: Vec<_> =
            shipped.map(|method| (signature(english, method), signature(russian, method))).collect();
        members.extend(
            PROPERTIES.iter().map(|property| (format!("`{}`", property.names.0), format!("`{}`", property.names.1))),
        );

        for (guide, first_is_english) in [("README.md", false), ("README.en.md", true)] {
            let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("bindings/1c").join(guide);
            let text = std::fs::read_to_string(path).unwrap();
            let rows = text.lines().filter_map(|line| {
                let mut cells = line.strip_prefix("| ")?.split(" | ");
                let (first, second) = (cells.next()?, cells.next()?);
                (first.starts_with('`') && second.starts_with('`') && cells.next().is_some()).then_some((first, second))
            });
            let wanted = members.iter().map(|(english, russian)| match first_is_english {
                true => (english.as_str(), russian.as_str()),
                false => (russian.as_str(), english.as_str()),
            });
            assert!(rows.eq(wanted.clone()), "{guide} must have these rows: {:#?}", wanted.collect::<Vec<_>>());
        }
    }
}
