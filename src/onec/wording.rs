//! The core's sentences in the words of the class: where the core speaks of a signer and its settings, 1C's programmer
//! knows the methods that set them.

use super::language::Language;
use crate::error::{Advice, Argument, Crypto, Error, Input, Internal, Source};
use crate::language::russian_worded;

/// The error's sentence in the language of the interface.
pub(super) fn of(error: &Error, language: Language) -> String {
    own(error, language).unwrap_or_else(|| match language {
        Language::English => error.worded(in_english),
        Language::Russian => russian_worded(error, in_russian).into_owned(),
    })
}

/// What is to be done, by members of the class that keeps grants; what the extension calls otherwise is in brackets.
fn in_russian(advice: Advice<'_>) -> String {
    match advice {
        Advice::LogIn(name) | Advice::LogInToUse(name) => format!("НачатьВход(\"{name}\")"),
        Advice::LogInElsewhere(name) => format!("НачатьВход(\"{name}\", УчетнаяЗапись)"),
        Advice::Adopt(name) => format!("НачатьПринятие(\"{name}\") (в расширении ПродолжитьЗдесь)"),
        Advice::AdoptStore => "НачатьПринятие() без имени (в расширении ПродолжитьЗдесь)".to_owned(),
        Advice::ReplaceKey(name) => format!("НачатьЗамену(\"{name}\") (в расширении Заменить)"),
        Advice::RevokeHere(name) => format!("НачатьОтзыв(\"{name}\", Истина) (в расширении Отозвать)"),
        Advice::Authorize(name) => format!("НачатьАвторизацию(\"{name}\", …) (в расширении Авторизовать)"),
        Advice::Flow(_) => "класс OSign".to_owned(),
    }
}

fn in_english(advice: Advice<'_>) -> String {
    match advice {
        Advice::LogIn(name) | Advice::LogInToUse(name) => format!("BeginLogin(\"{name}\")"),
        Advice::LogInElsewhere(name) => format!("BeginLogin(\"{name}\", Account)"),
        Advice::Adopt(name) => format!("BeginAdopt(\"{name}\")"),
        Advice::AdoptStore => "BeginAdopt() without a name".to_owned(),
        Advice::ReplaceKey(name) => format!("BeginReplace(\"{name}\")"),
        Advice::RevokeHere(name) => format!("BeginRevoke(\"{name}\", True)"),
        Advice::Authorize(name) => format!("BeginAuthorize(\"{name}\", …)"),
        Advice::Flow(_) => "the class OSign".to_owned(),
    }
}

/// The class's own sentence, where it has one.
fn own(error: &Error, language: Language) -> Option<String> {
    let (english, russian) = match error {
        Error::Input(Input::SetElsewhere { name, source }) => {
            let (english, russian) = origin(*source);
            return Some(match language {
                Language::English => format!("{name} cannot be set as an extra parameter: it comes from {english}"),
                Language::Russian => {
                    format!("{name} нельзя задать как дополнительный параметр: он берётся из {russian}")
                }
            });
        }
        Error::Input(Input::RealmAsParameter) => (
            "realm is never signed; set it by SetRealm",
            "realm никогда не подписывается; задайте его через УстановитьОбласть",
        ),
        Error::Input(Input::SetTwice) => (
            "a protocol parameter is set twice, or oauth_body_hash is set and SetBodyHash adds it too",
            "параметр протокола задан дважды, или oauth_body_hash задан, а УстановитьХешТела добавляет его сам",
        ),
        // 1C's own names know no case.
        Error::Input(Input::UnknownSignatureMethod { known }) if language == Language::English => {
            return Some(format!("the signature method is none of {known}"));
        }
        Error::Argument(Argument::BadTimestamp) => (
            "the timestamp is not positive (RFC 5849 §3.3); look at the clock and its offset (SetClockOffset)",
            "метка времени не положительна (RFC 5849 §3.3); проверьте часы и их сдвиг (УстановитьСдвигЧасов)",
        ),
        Error::Crypto(Crypto::NoPrivateKey) => (
            "the signature method is RSA and there is no private key; call SetPrivateKey",
            "метод подписи RSA, а закрытый ключ не задан; вызовите УстановитьЗакрытыйКлюч",
        ),
        Error::Internal(Internal::Panic) => (
            "osign met a defect of its own (a panic); please report it",
            "внутренняя ошибка osign (паника); пожалуйста, сообщите о ней",
        ),
        _ => return None,
    };
    Some(language.choose(english, russian).to_owned())
}

/// Where a protocol parameter comes from; in Russian in the genitive, after «из».
const fn origin(source: Source) -> (&'static str, &'static str) {
    match source {
        Source::ConsumerKey => ("the consumer key (SetConsumer)", "ключа потребителя (УстановитьПотребителя)"),
        Source::Token => ("the token (SetToken)", "токена (УстановитьТокен)"),
        Source::SignatureMethod => {
            ("the signature method (SetSignatureMethod)", "метода подписи (УстановитьМетодПодписи)")
        }
        Source::SendVersion => ("signing (SetSendVersion)", "самой подписи (УстановитьПередачуВерсии)"),
        Source::Nonce => {
            ("the nonce, which each signature has anew", "одноразового кода, который создаётся для каждой подписи")
        }
        Source::Timestamp => ("the clock", "часов"),
        Source::Signing => ("signing", "самой подписи"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Term;

    #[test]
    fn the_class_has_words_of_its_own_for_some() {
        let control = Error::from(Input::ControlCharacter { term: Term::Token });
        assert_eq!(
            of(&control, Language::Russian),
            "токен содержит управляющий символ, например перевод строки в конце; удалите его",
        );
        assert_eq!(of(&control, Language::English), control.to_string());
        let elsewhere = Error::from(Input::SetElsewhere { name: "oauth_token", source: Source::Token });
        assert_eq!(
            of(&elsewhere, Language::English),
            "oauth_token cannot be set as an extra parameter: it comes from the token (SetToken)",
        );
        assert_eq!(
            of(&elsewhere, Language::Russian),
            "oauth_token нельзя задать как дополнительный параметр: он берётся из токена (УстановитьТокен)",
        );
    }
}
