//! Russian.

#[cfg(feature = "grant")]
mod keeping;
#[cfg(feature = "oauth2")]
mod protocol;

#[cfg(feature = "http")]
use crate::error::Network;
use crate::error::{Advice, Argument, Crypto, Error, Input, Internal, Source, Term, Wording};
use std::borrow::Cow;

/// The sentence of an error in Russian, without a full stop at its end.
#[must_use]
pub fn russian(error: &Error) -> Cow<'static, str> {
    russian_worded(error, plainly)
}

/// The same, with what is to be done in a host's words.
#[must_use]
#[cfg_attr(not(feature = "grant"), allow(unused_variables, reason = "grants alone advise anything"))]
pub fn russian_worded(error: &Error, wording: Wording) -> Cow<'static, str> {
    match error {
        Error::Argument(reason) => argument(reason),
        Error::Input(reason) => input(reason),
        Error::Crypto(reason) => crypto(reason),
        #[cfg(feature = "oauth2")]
        Error::Protocol(reason) => protocol::protocol(reason),
        #[cfg(feature = "grant")]
        Error::Keeping(reason) => keeping::keeping(reason, wording),
        #[cfg(feature = "http")]
        Error::Network(reason) => network(reason),
        Error::Internal(Internal::Panic) => {
            "внутренняя ошибка osign (паника); ничего не возвращено; пожалуйста, сообщите о ней".into()
        }
    }
}

/// In words that are no host's; nothing where the sentence needs none.
fn plainly(advice: Advice<'_>) -> String {
    match advice {
        Advice::LogInToUse(_) => "войдите",
        Advice::Adopt(_) | Advice::AdoptStore => "примите его",
        Advice::Authorize(_) => "подписывайте запросы",
        Advice::LogIn(_)
        | Advice::LogInElsewhere(_)
        | Advice::ReplaceKey(_)
        | Advice::RevokeHere(_)
        | Advice::Flow(_) => "",
    }
    .to_owned()
}

fn argument(reason: &Argument) -> Cow<'static, str> {
    match reason {
        Argument::Null { name } => format!("{name}: NULL").into(),
        Argument::NullBytes { name, len } => format!("{name}: NULL, а длина {len}").into(),
        Argument::NullBuffer => "buf — NULL, а cap не 0".into(),
        Argument::NotUtf8 { name } => format!("{name}: текст не в UTF-8").into(),
        Argument::HalfSurrogate { name } => {
            format!("{name} содержит половину суррогатной пары, которую нельзя записать в UTF-8").into()
        }
        Argument::SmallBuffer { held, enough } => format!("в буфере {held} байт; достаточно {enough}").into(),
        Argument::ImpossibleLength { name } => format!("{name}: такая длина больше, чем вмещает память").into(),
        Argument::LargeNumber { name } => format!("{name}: число не помещается в 64 бита").into(),
        Argument::NoMemoryForBody { len } => format!("не хватает памяти для копии тела (байт: {len})").into(),
        Argument::UnknownSetting => "настройки с таким именем нет".into(),
        Argument::NotText { name } => format!("{name}: нужен текст").into(),
        Argument::NotFlag { name } => format!("{name}: нужно true или false (1 или 0)").into(),
        Argument::NotSeconds { name } => format!("{name}: нужно целое число секунд").into(),
        Argument::UnknownHmac => "алгоритм HMAC должен быть SHA1, SHA224, SHA256, SHA384 или SHA512".into(),
        Argument::UnknownHash => "алгоритм хеша должен быть SHA1, SHA224, SHA256, SHA384 или SHA512".into(),
        Argument::UnknownTransmission => "способ передачи должен быть header, query или body".into(),
        Argument::UnknownUrlForm => "вид адреса должен быть usual, as-given или normal".into(),
        Argument::NoFormToCarry => {
            "параметры передаются в теле, а тип содержимого не application/x-www-form-urlencoded".into()
        }
        Argument::NoHeader => {
            "заголовок Authorization есть только у запроса, параметры которого передаются в заголовке".into()
        }
        Argument::ManyProtocolParameters { most } => {
            format!("у запроса уже {most} дополнительных параметров протокола; столько нет ни у одного сервиса").into()
        }
        Argument::TooManyParameters { most } => format!(
            "в запросе больше {most} параметров, а столько osign не разбирает; разберите похожий, где их меньше"
        )
        .into(),
        Argument::BadTimestamp => {
            "метка времени не положительна (RFC 5849 §3.3); проверьте часы, их сдвиг или заданную метку".into()
        }
    }
}

#[cfg(feature = "http")]
fn network(reason: &Network) -> Cow<'static, str> {
    match reason {
        Network::NoRoots => {
            "эта сборка osign не знает корневых сертификатов системы; назовите файл PEM с ними: ca_file".into()
        }
        Network::BadCaFile { path } => {
            format!("из файла удостоверяющих центров {path} не прочесть ни одного сертификата; он должен быть в PEM")
                .into()
        }
        Network::BadProxy { variable } => {
            format!("{variable} — не адрес прокси, такой как http://proxy.example:3128").into()
        }
        Network::SocksProxy { variable } => {
            format!("{variable} называет прокси SOCKS, а поддерживаются только http:// и https://").into()
        }
    }
}

fn input(reason: &Input) -> Cow<'static, str> {
    match reason {
        Input::EmptyUrl => "адрес пуст".into(),
        Input::ControlInUrl => {
            "в адресе есть управляющий символ, например перевод строки; удалите его или закодируйте как %XX".into()
        }
        Input::SpaceBeforeUrl => "адрес начинается с пробела; удалите его".into(),
        Input::ForeignScheme => "схема адреса не http и не https".into(),
        Input::RelativeUrl => "адрес относительный; начните его с https:// или http://".into(),
        Input::OpenBracket => "у адреса IPv6 нет закрывающей скобки".into(),
        Input::BadIpv6 => "в скобках в адресе стоит не адрес IPv6".into(),
        Input::TextAfterIpv6 => "после адреса IPv6 может идти только порт".into(),
        Input::BareIpv6 => "в имени сервера больше одного двоеточия; адрес IPv6 пишется в скобках".into(),
        Input::BadPort => "порт в адресе не число".into(),
        Input::PortOutOfRange => "порт в адресе не от 1 до 65535".into(),
        Input::NoHost => "в адресе нет имени сервера".into(),
        Input::ForeignHost => "в имени сервера есть буквы не из ASCII; запишите его в виде xn--".into(),
        Input::BadHost => "в имени сервера есть символ, которого в нём быть не может".into(),
        Input::EmptyMethod => "метод HTTP пуст; напишите GET, POST, …".into(),
        Input::BadMethod => {
            "в методе HTTP есть символ, которого в нём быть не может (RFC 9110 §9.1): пробел, управляющий \
                             символ или разделитель"
                .into()
        }
        Input::ControlCharacter { term } => {
            format!("{} содержит управляющий символ, например перевод строки в конце; удалите его", russian_term(*term))
                .into()
        }
        Input::EmptyConsumerKey => "ключ потребителя пуст; укажите тот, который выдал сервис".into(),
        Input::EmptyNonce => "одноразовый код пуст; задайте его или не задавайте вовсе, чтобы он был создан".into(),
        Input::EmptyParameterName => "имя параметра протокола пусто".into(),
        Input::SetElsewhere { name, source } => {
            format!("{name} нельзя задать как дополнительный параметр: он берётся из {}", origin(*source)).into()
        }
        Input::RealmAsParameter => "realm никогда не подписывается; задайте его как область подписывающего".into(),
        Input::SetTwice => {
            "параметр протокола задан дважды, или oauth_body_hash задан, а подпись добавляет его сама".into()
        }
        Input::InRequest { name } => {
            format!("{name} уже есть в адресе или в теле формы, а подпись добавляет свой; удалите его оттуда").into()
        }
        Input::UnknownSignatureMethod { known } => format!("метод подписи должен быть одним из {known}").into(),
    }
}

fn crypto(reason: &Crypto) -> Cow<'static, str> {
    match reason {
        Crypto::NoPrivateKey => "метод подписи RSA, а закрытый ключ не задан; задайте его".into(),
        Crypto::NotPem => "закрытый ключ не в формате PEM: нет строки -----BEGIN …-----".into(),
        Crypto::EncryptedKey => {
            "закрытый ключ зашифрован; сначала расшифруйте его, например: openssl pkey -in КЛЮЧ -out НОВЫЙ".into()
        }
        Crypto::PublicKey => "это открытый ключ; для подписи нужен закрытый ключ этой пары".into(),
        Crypto::Certificate => "это сертификат; для подписи нужен закрытый ключ к нему".into(),
        Crypto::NotRsa => "закрытый ключ не RSA".into(),
        Crypto::OpensshKey => {
            "это закрытый ключ в собственном формате OpenSSH; преобразуйте его: ssh-keygen -p -m PEM".into()
        }
        Crypto::NoKeyInPem => "в тексте PEM нет закрытого ключа".into(),
        Crypto::EscapedLineBreaks => {
            "переводы строк закрытого ключа записаны как \\n; они должны быть настоящими".into()
        }
        Crypto::DamagedKey => "текст PEM закрытого ключа повреждён: в нём чего-то не хватает или есть лишнее".into(),
        Crypto::LongKeyText { most } => {
            format!("текст закрытого ключа длиннее {most} байт; передайте только текст PEM ключа").into()
        }
        Crypto::Pkcs12 => {
            "это файл PKCS#12; преобразуйте его в PEM: openssl pkcs12 -nocerts -nodes -in КЛЮЧ -out КЛЮЧ.pem".into()
        }
        Crypto::Der => {
            "закрытый ключ в формате DER; преобразуйте его в PEM: openssl pkey -inform DER -in КЛЮЧ -out КЛЮЧ.pem"
                .into()
        }
        Crypto::OtherPss => {
            "ключ для RSA-PSS с другим хешем, не SHA-256, или с солью длиннее 32 байт; возьмите другой ключ".into()
        }
        Crypto::OnlyPss => {
            "этот ключ только для RSA-PSS; подписывайте методом RSA-PSS-SHA256 или возьмите другой ключ".into()
        }
        Crypto::ManyPrimes => {
            "в ключе RSA больше двух простых чисел; запросы подписывают ключами только из двух".into()
        }
        Crypto::UnsafeKey { bits } => {
            format!("ключ RSA длиной {bits} бит слишком короток и ненадёжен; сервисы требуют 2048 и больше").into()
        }
        Crypto::LongKey { bits } => format!(
            "ключ RSA длиной {bits} бит слишком длинен, подпись заняла бы секунды; возьмите ключ не длиннее 4096 бит"
        )
        .into(),
        Crypto::BadExponent => "открытая экспонента ключа RSA чётная или не меньше 2^33; создайте другой ключ".into(),
        Crypto::UnbalancedPrimes => {
            "простые числа ключа RSA разной длины, поэтому он ненадёжен; создайте другой ключ".into()
        }
        Crypto::EqualPrimes => {
            "простые числа ключа RSA равны, и найти их может кто угодно; создайте другой ключ".into()
        }
        Crypto::ShortKey { bits } => format!("ключ RSA длиной {bits} бит слишком короток для этого метода").into(),
        Crypto::InconsistentKey => "ключ RSA повреждён: его числа не подходят друг к другу".into(),
        Crypto::NoRandomness { error } => format!("генератор случайных чисел системы не ответил: {error}").into(),
        Crypto::NoForkNotice => "система отказалась сообщать о ветвлении процесса".into(),
    }
}

/// A text that a caller gives, in the nominative.
#[must_use]
pub const fn russian_term(term: Term) -> &'static str {
    match term {
        Term::ConsumerKey => "ключ потребителя",
        Term::Token => "токен",
        Term::Realm => "область",
        Term::Version => "версия протокола",
        Term::Nonce => "одноразовый код",
        Term::ContentType => "тип содержимого",
        Term::ParameterName => "имя параметра протокола",
        Term::ParameterValue => "значение параметра протокола",
    }
}

/// In the genitive, after «из».
const fn origin(source: Source) -> &'static str {
    match source {
        Source::ConsumerKey => "ключа потребителя",
        Source::Token => "токена",
        Source::SignatureMethod => "метода подписи",
        Source::SendVersion => "настройки версии",
        Source::Nonce => "одноразового кода запроса",
        Source::Timestamp => "метки времени запроса",
        Source::Signing => "самой подписи",
    }
}
