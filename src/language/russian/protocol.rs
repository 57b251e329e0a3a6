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
            format!("в обратном адресе {name} стоит больше одного раза, и какой из них верен, не узнать").into()
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
        Protocol::NotOAuth1Callback => {
            "это не обратный адрес: в нём нет запроса с oauth_token и oauth_verifier; вставьте весь \
             адрес из строки браузера или код, который показал сервис"
                .into()
        }
        Protocol::CodeForAddress => {
            "это не адрес: в этом входе браузер возвращается на адрес, а один код мог прислать кто угодно; вставьте весь \
             адрес из строки браузера"
                .into()
        }
        Protocol::NoCallbackToken => {
            "в обратном адресе нет oauth_token, значит, он не от нашего входа; войдите снова".into()
        }
        Protocol::OtherCallbackToken => {
            "токен в обратном адресе не от этого входа: адрес от другого входа или подделан; войдите снова".into()
        }
        Protocol::NoVerifier => {
            "нет oauth_verifier, без которого не видно, кто согласился (RFC 5849 §2.2); войдите снова".into()
        }
        Protocol::StepBefore { step } => format!("сначала: {}", russian_step(step)).into(),
        Protocol::NoPending => {
            "это не сохранённый вход: его изменили, запечатали другим ключом или для другого; войдите снова".into()
        }
        Protocol::OldPending { hours } => format!("вход начат больше {hours} ч назад; войдите снова").into(),
        Protocol::RequestRefused { http_status, said } => format!(
            "сервис отказал: HTTP {http_status}{said}; проверьте ключ потребителя, секреты, метод подписи и часы"
        )
        .into(),
        Protocol::LoginNotTaken { http_status, said } => {
            format!("сервис не принял этот вход: HTTP {http_status}{said}; войдите снова").into()
        }
        Protocol::ServiceFailed { http_status, said } => {
            format!("сервис ответил HTTP {http_status}{said}, и из этого ничего не взято; повторите позже").into()
        }
        Protocol::EmptyAnswer => "ответ сервиса пуст".into(),
        Protocol::LongAnswer { most } => {
            format!("ответ сервиса длиннее {most} байт; реквизиты доступа такими не бывают").into()
        }
        Protocol::CutAnswer => "соединение прервалось до конца ответа, и чего в нём не хватает, не узнать".into(),
        Protocol::PageAnswer => {
            "ответ сервиса — страница, а не форма с реквизитами доступа (RFC 5849 §2.1); проверьте адрес".into()
        }
        Protocol::JsonAnswer => {
            "ответ сервиса — JSON, а не форма с реквизитами доступа (RFC 5849 §2.1); проверьте адрес".into()
        }
        Protocol::NotForm => "ответ сервиса — не форма с реквизитами доступа (RFC 5849 §2.1); проверьте адрес".into(),
        Protocol::RepeatedAnswerField { name } => {
            let name = if name.contains(' ') { "одно из полей" } else { name };
            format!("в ответе сервиса {name} стоит больше одного раза, и какое из них верно, не узнать").into()
        }
        Protocol::NoToken => "в ответе сервиса нет токена".into(),
        Protocol::EmptyToken => "токен пуст".into(),
        Protocol::NoTokenSecret => "в ответе сервиса нет секрета токена".into(),
        Protocol::UnsendableToken { name } => {
            format!("{name} в ответе сервиса слишком длинно или содержит то, чего запрос не передаст").into()
        }
        Protocol::CallbackNotConfirmed => {
            "в ответе сервиса нет oauth_callback_confirmed=true (RFC 5849 §2.1): он работает по \
             OAuth 1.0, или ему не сообщили обратный адрес; если так сказано в его документации, задайте \
             callback_in = authorize или callback_confirmed = false"
                .into()
        }
        Protocol::NoErrorCode => "ответ сервиса — не XML с ErrorCode".into(),
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
        Protocol::TwoProfiles => "задайте provider или profile, но не оба".into(),
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
        Protocol::NoXauth => "этот сервис по своему профилю не выдаёт токенов по имени и паролю".into(),
        Protocol::BadCallback => "обратный адрес должен быть полным адресом или oob".into(),
        Protocol::OtherGrant => "у этого профиля другой вид доступа, такого запроса в нём нет".into(),
        Protocol::BadRotation => {
            "rotation должно быть strict, until-used, timed:СЕКУНДЫ, calendar:СЕКУНДЫ, idempotent, maybe или none"
                .into()
        }
        Protocol::BadChoice { name, choices } => format!("{name}: неверное значение; нужно: {choices}").into(),
        Protocol::OtherSetting { name } => {
            format!("{name} ничего не значит для этого вида доступа; не указывайте его").into()
        }
        Protocol::BadUserAgent => "user_agent должно быть строкой из знаков ASCII".into(),
        Protocol::BadAddress { name } => {
            format!("{name}: нужен полный адрес https:// без имени пользователя и без #").into()
        }
        Protocol::UnknownSignature { known } => format!("алгоритм должен быть одним из: {known}").into(),
        Protocol::NotObject { name } => format!("{name}: нужен объект JSON, и каждое имя в нём один раз").into(),
        Protocol::OtherAlgorithm => {
            "в заголовке токена указан другой алгоритм (alg), чем тот, которым он подписывается; уберите его".into()
        }
        Protocol::BadVerifier => {
            "проверочный код PKCE состоит из 43–128 латинских букв, цифр и знаков -._~ (RFC 7636 §4.1)".into()
        }
        Protocol::NoMacKey => "алгоритм HMAC, а ключ не задан; задайте его".into(),
    }
}

/// A step of a login, in the nominative.
fn russian_step(step: &str) -> &str {
    match step {
        "the request for temporary credentials" => "запрос временных реквизитов",
        "the answer with temporary credentials" => "ответ с временными реквизитами",
        "the callback" => "обратный адрес",
        "the request for token credentials" => "запрос реквизитов доступа",
        "the answer with token credentials" => "ответ с реквизитами доступа",
        other => other,
    }
}
