//! What is said of services' answers and addresses, in Russian.

use crate::error::Protocol;
use std::borrow::Cow;

/// The sentence of a reason.
pub(super) fn protocol(reason: &Protocol) -> Cow<'static, str> {
    match reason {
        Protocol::NotCallback => {
            "это не обратный адрес: в нём нет запроса с code и state; вставьте весь адрес из строки браузера".into()
        }
        Protocol::RepeatedParameter { name } => {
            format!("в обратном адресе {name} стоит больше одного раза, что запрещает RFC 6749 §3.1").into()
        }
        Protocol::NoCode => "в обратном адресе нет ни кода, ни ошибки; войдите снова".into(),
        Protocol::NoCallbackField { name } => {
            format!("в обратном адресе нет {name}, которого требует профиль этого сервиса").into()
        }
        Protocol::AccessDenied => "во входе отказано: человек не согласился или не вправе соглашаться".into(),
        Protocol::LoginRefused { code } => {
            let code = if code.contains(' ') { "неизвестной ошибкой" } else { code };
            format!("сервис прервал вход: {code}; проверьте настройки клиента в сервисе").into()
        }
        Protocol::NoState => "в обратном адресе нет state, значит, он не от нашего входа; войдите снова".into(),
        Protocol::OtherState => {
            "state в обратном адресе не от этого входа: адрес от другого входа или подделан; войдите снова".into()
        }
        Protocol::HostScheme { field } => format!("{field}: схема не https; туда ничего не отправлено").into(),
        Protocol::HostUserinfo { field } => {
            format!("{field}: перед именем сервера стоит имя пользователя; туда ничего не отправлено").into()
        }
        Protocol::HostPort { field } => format!("{field}: указан порт; туда ничего не отправлено").into(),
        Protocol::HostAddress { field } => {
            format!("{field}: адрес IP вместо имени сервера; туда ничего не отправлено").into()
        }
        Protocol::HostText { field } => format!(
            "{field}: не просто имя сервера (буквы ASCII, цифры и дефисы между точками); туда ничего не отправлено"
        )
        .into(),
        Protocol::HostElsewhere { field, allowed } => {
            format!("{field}: не подходит под {allowed}; туда ничего не отправлено").into()
        }
        Protocol::InsecureUrl { name } => {
            format!("{name}: это не адрес https://; http возможен только на своей машине, и его нужно разрешить").into()
        }
        Protocol::ProfileSyntax { line } => format!("строка {line} профиля не в формате TOML").into(),
        Protocol::UnknownField { name, line } => format!("строка {line} профиля: поля {name} нет").into(),
        Protocol::RepeatedField { name, line } => format!("строка {line} профиля: поле {name} стоит там дважды").into(),
        Protocol::MissingField { name, line } => format!("строка {line} профиля: здесь не хватает поля {name}").into(),
        Protocol::BadField { name, line, expected } => {
            format!("строка {line} профиля: неверное значение {name}; нужно: {expected}").into()
        }
        Protocol::UnknownProvider { known } => {
            format!("сервис должен быть одним из {known}, или нужен файл профиля").into()
        }
        Protocol::NoEndpoint { name } => format!("адрес {name} неизвестен; задайте его").into(),
        Protocol::NoAccount => {
            "адрес сервиса зависит от учётной записи, а её сервер неизвестен; задайте его или войдите".into()
        }
        Protocol::SameForAll { service } => {
            format!("у {service} адреса одни для всех аккаунтов; не указывайте аккаунт").into()
        }
        Protocol::NoRedirectUri => "сервису нужен redirect_uri, а он не задан".into(),
        Protocol::NoClientSecret => "сервису нужен секрет клиента, а он не задан".into(),
        Protocol::NoClientId => "у клиента нет идентификатора; задайте тот, который выдал сервис".into(),
        Protocol::NothingKept { name } => {
            format!("сервис ждёт обратно {name}, а обратный адрес его не принёс; войдите снова").into()
        }
        Protocol::OtherGrant => "у этого профиля другой вид доступа, такого запроса в нём нет".into(),
        Protocol::BadRotation => {
            "rotation должно быть strict, until-used, timed:СЕКУНДЫ, calendar:СЕКУНДЫ, idempotent, maybe или none"
                .into()
        }
        Protocol::BadUserAgent => "user_agent должно быть строкой из знаков ASCII".into(),
        Protocol::BadAddress { name } => {
            format!("{name}: нужен полный адрес https:// без имени пользователя и без #").into()
        }
    }
}
