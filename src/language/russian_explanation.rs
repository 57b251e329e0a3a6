//! The words of an explanation in Russian.

use super::russian::russian_term;
use crate::explain::shown;
use crate::oauth1::explain::{BodyUse, KeyShape, Origin, SecretName, SecretShape, UriNote, Warning, Words};
use std::borrow::Cow;

/// The words of an explanation in Russian.
pub const RUSSIAN_EXPLANATION: Words = Words {
    method: "Метод HTTP",
    method_changed: "подписывается прописными буквами, отправляется как задан",
    base_string_uri: "Базовый адрес",
    uri_note,
    collected: "Параметры, собранные и раскодированные",
    origin,
    body,
    realm: "realm отправляется в заголовке и никогда не подписывается",
    sorted: "Параметры, закодированные и отсортированные",
    normalized: "Нормализованные параметры",
    base_string: "Базовая строка подписи",
    key: "Ключ",
    key_shape,
    signature: "Подпись",
    signature_hidden: "подпись — это сами секреты, она не показывается",
    to_send: "Что отправить",
    warnings: "Предупреждения",
    warning,
};

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Query => "адрес",
        Origin::FormBody => "форма",
        Origin::Protocol => "протокол",
    }
}

fn body(body: BodyUse) -> Option<String> {
    match body {
        BodyUse::Absent => None,
        BodyUse::Form { bytes } => Some(format!("тело — форма, байт: {bytes}; каждая её пара подписывается")),
        BodyUse::Hashed { bytes, algorithm } => {
            Some(format!("oauth_body_hash — {algorithm} тела (байт: {bytes}) в base64"))
        }
        BodyUse::NotSigned { bytes } => Some(format!("тело (байт: {bytes}) не форма и не подписывается")),
    }
}

fn key_shape(key: KeyShape) -> String {
    match key {
        KeyShape::Rsa { bits } => format!("закрытый ключ RSA, бит: {bits}; секреты не участвуют"),
        KeyShape::Hmac { consumer, token } | KeyShape::Plaintext { consumer, token } => {
            format!("секрет потребителя {} & секрет токена {}", secret(consumer), secret(token))
        }
    }
}

fn secret(shape: SecretShape) -> String {
    match shape {
        SecretShape { characters: 0, .. } => "(нет)".to_owned(),
        SecretShape { characters, encoded } if encoded == characters => format!("(символов: {characters})"),
        SecretShape { characters, encoded } => format!("(символов: {characters}, закодированных: {encoded})"),
    }
}

fn uri_note(note: &UriNote) -> Cow<'static, str> {
    match note {
        UriNote::SchemeLowerCased => "схема подписывается строчными буквами",
        UriNote::HostLowerCased => "имя сервера подписывается строчными буквами",
        UriNote::DefaultPortDropped(Some(port)) => { return format!("порт {port} — обычный для схемы и опускается").into(); }
        UriNote::DefaultPortDropped(None) => "пустой порт опускается",
        UriNote::UserinfoNotSigned => "имя пользователя и пароль не подписываются",
        UriNote::FragmentNotSigned => "фрагмент не подписывается",
        UriNote::QueryApart => "строка запроса подписывается среди параметров",
        UriNote::EmptyPath => "пустой путь подписывается как /",
        UriNote::DotSegmentsRemoved => {
            "путь отправляется без сегментов из точек и так же подписывается"
        }
        UriNote::Normalized => {
            "закодированные символы отправляются в нормальной форме RFC 3986 §6.2.2, одинаковой у всех клиентов, и так же \
             подписываются"
        }
        UriNote::PathEncoded => {
            "пробелы и буквы не из ASCII в пути отправляются закодированными и так же подписываются"
        }
    }.into()
}

fn place(origin: Origin) -> &'static str {
    match origin {
        Origin::Query => "в адресе",
        Origin::FormBody => "в теле формы",
        Origin::Protocol => "в параметрах протокола",
    }
}

fn warning(warning: &Warning) -> Cow<'static, str> {
    match warning {
        Warning::PlaintextOverHttp => "PLAINTEXT по http показывает секреты всем по пути; используйте https",
        Warning::StrayPercent { origin, count } => { return format!(
            "{} есть знаки %, за которыми нет двух шестнадцатеричных цифр ({count}); пишите %25: серверы понимают одиночный \
             знак по-разному",
            place(*origin),
        ).into(); }
        Warning::FormOnBodylessMethod => {
            "форма подписана, но некоторые серверы не читают тело запроса GET или HEAD"
        }
        Warning::FormWithoutContentType => {
            "тело похоже на форму, но без типа содержимого application/x-www-form-urlencoded как форма не подписывается"
        }
        Warning::ForeignProtocolParameter { name, origin } => { return format!(
            "{} стоит {} и там подписан; параметры протокола должны быть в одном месте (RFC 5849 §3.5)",
            shown(name.as_bytes()),
            place(*origin),
        ).into(); }
        Warning::SecretWithWhitespace { secret } => { return format!(
            "{} начинается или кончается пробелом или переводом строки, и это входит в ключ; не скопирован ли он с ними?",
            match secret {
                SecretName::Consumer => "секрет потребителя",
                SecretName::Token => "секрет токена",
            },
        ).into(); }
        Warning::TextWithWhitespace { term } => { return format!(
            "{} начинается или кончается пробелом, он отправляется и подписывается; не скопирован ли он с ним?",
            russian_term(*term),
        ).into(); }
        Warning::Userinfo => {
            "из имени пользователя в адресе клиент HTTP делает свой заголовок Authorization и отправляет его вместо нашего; \
             уберите его"
        }
        Warning::RespelledHost => {
            "адрес сервера записан так, как клиент его не отправит, и подписан будет не тот Host; пишите, например, 127.0.0.1"
        }
        Warning::NotNormal => {
            "адрес подписан как задан, а некоторые клиенты отправляют его в другом виде; подписывайте нормальную форму"
        }
        Warning::TokenWithoutSecret => "токен есть, а его секрет пуст",
        Warning::ClockOffset { seconds } => { return format!("метка времени — время часов со сдвигом в секундах: {seconds:+}").into(); }
        Warning::TimestampInMilliseconds => {
            "в метке времени слишком много цифр для секунд; не миллисекунды ли это?"
        }
        Warning::RealmNotSent => {
            "realm не отправляется: его несёт только заголовок Authorization (RFC 5849 §3.5.1)"
        }
    }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth1::{Request, Signer};
    use crate::system::System;

    #[test]
    fn the_example_of_the_rfc_as_text() {
        let mut signer = Signer::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44").unwrap();
        signer.set_token("nnch734d00sl2jdk", "pfkk dhi9sl3r4s00 ").unwrap();
        signer.set_send_version(false);
        signer.set_realm("Photos").unwrap();
        let form = Some("application/x-www-form-urlencoded");
        let url = "HTTP://photos.example.net:80/photos?size=original";
        let request = Request { nonce: Some("chapoH"), timestamp: Some(137_131_202), ..Request::new("get", url) };
        let request = request.with_body(form, "é=\x07".as_bytes());
        let explanation = signer.explain(&request, &mut System).unwrap();
        let signature = &explanation.signed.signature;
        let header = &explanation.signed.authorization;
        assert_eq!(
            explanation.text(&RUSSIAN_EXPLANATION),
            format!(
                "\
1. Метод HTTP (RFC 5849 §3.4.1.1)
   GET
   - подписывается прописными буквами, отправляется как задан

2. Базовый адрес (RFC 5849 §3.4.1.2)
   http://photos.example.net/photos
   - схема подписывается строчными буквами
   - порт 80 — обычный для схемы и опускается
   - строка запроса подписывается среди параметров

3. Параметры, собранные и раскодированные (RFC 5849 §3.4.1.3.1)
   адрес    size = original
   форма    é = \\u{{7}}
   протокол oauth_consumer_key = dpf43f3p2l4k3l03
   протокол oauth_nonce = chapoH
   протокол oauth_signature_method = HMAC-SHA1
   протокол oauth_timestamp = 137131202
   протокол oauth_token = nnch734d00sl2jdk
   - тело — форма, байт: 4; каждая её пара подписывается
   - realm отправляется в заголовке и никогда не подписывается

4. Параметры, закодированные и отсортированные (RFC 5849 §3.4.1.3.2)
   %C3%A9=%07
   oauth_consumer_key=dpf43f3p2l4k3l03
   oauth_nonce=chapoH
   oauth_signature_method=HMAC-SHA1
   oauth_timestamp=137131202
   oauth_token=nnch734d00sl2jdk
   size=original

5. Нормализованные параметры (RFC 5849 §3.4.1.3.2)
   %C3%A9=%07&oauth_consumer_key=dpf43f3p2l4k3l03&oauth_nonce=chapoH&oauth_signature_method=HMAC-SHA1\
&oauth_timestamp=137131202&oauth_token=nnch734d00sl2jdk&size=original

6. Базовая строка подписи (RFC 5849 §3.4.1.1)
   GET&http%3A%2F%2Fphotos.example.net%2Fphotos&%25C3%25A9%3D%2507%26oauth_consumer_key%3Ddpf43f3p2l4k3l03%26\
oauth_nonce%3DchapoH%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131202%26oauth_token%3D\
nnch734d00sl2jdk%26size%3Doriginal

7. Ключ (RFC 5849 §3.4.2)
   секрет потребителя (символов: 16) & секрет токена (символов: 18, закодированных: 22)

8. Подпись, HMAC-SHA1 (RFC 5849 §3.4.2)
   {signature}

9. Что отправить (RFC 5849 §3.5)
   http://photos.example.net/photos?size=original
   Authorization: {header}

Предупреждения
   ! секрет токена начинается или кончается пробелом или переводом строки, и это входит в ключ; не скопирован ли он \
с ними?
   ! форма подписана, но некоторые серверы не читают тело запроса GET или HEAD
"
            )
        );
    }

    #[test]
    fn a_name_is_shown_as_in_english() {
        let name = "oauth_\"a'\n".to_owned();
        let warning = Warning::ForeignProtocolParameter { name, origin: Origin::Query };
        let shown = r#"oauth_"a'\n "#;
        for text in [(RUSSIAN_EXPLANATION.warning)(&warning), warning.to_string().into()] {
            assert!(text.starts_with(shown), "{text}");
        }
    }

    #[test]
    fn shapes_of_keys() {
        let rsa = (RUSSIAN_EXPLANATION.key_shape)(KeyShape::Rsa { bits: 2048 });
        assert_eq!(rsa, "закрытый ключ RSA, бит: 2048; секреты не участвуют");
        let none = SecretShape { characters: 0, encoded: 0 };
        let plain = (RUSSIAN_EXPLANATION.key_shape)(KeyShape::Plaintext { consumer: none, token: none });
        assert_eq!(plain, "секрет потребителя (нет) & секрет токена (нет)");
    }
}
